"""Does everything that a reviewer does to a Word file come back, at its place in the source?"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.journal.feedback.comparison import Alignment, canonical
from analysis.journal.feedback.generated_tables import printed_rows
from analysis.journal.feedback.records import Edit
from analysis.journal.feedback.report import as_dict, render_markdown, render_text
from analysis.journal.feedback.word_document import read_paragraphs
from analysis.manuscript.text import ReadText
from analysis.manuscript.word_xml import element
from schemas.problems import DataProblems
from tests.journal.feedback.edited import PAPER, Reviewed, read


def line_of(words: str) -> int:
    return next(n for n, text in enumerate(PAPER.splitlines(), start=1) if words in text)


def the_edit(reviewed: Reviewed, texts: tuple[ReadText, ...], folder: Path) -> Edit:
    (edit,) = read(reviewed.save(folder / "back.docx"), texts).edits
    return edit


def test_file_that_nobody_touched_has_nothing(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    feedback = read(reviewed.save(tmp_path / "back.docx"), texts)
    assert feedback.edits == ()
    assert feedback.remarks == ()
    assert feedback.missing == ()


@pytest.mark.parametrize("tracked", [True, False])
def test_replaced_words_come_with_their_sentence_in_the_source(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path, tracked: bool
) -> None:
    reviewed.replace("Nobody knows", "It is unclear", tracked=tracked)
    edit = the_edit(reviewed, texts, tmp_path)
    assert (edit.kind, edit.tracked) == ("replaced", tracked)
    assert (edit.old, edit.new) == ("Nobody knows", "It is unclear")
    assert edit.author == ("R. Example" if tracked else "")
    assert edit.place.file == "manuscript/paper.qmd"
    assert edit.place.line == line_of("Nobody knows")
    assert edit.place.section == "Introduction"
    assert edit.place.source == "Nobody knows whether it works."
    assert edit.sentence == "It is unclear whether it works."
    assert edit.warnings == ()


@pytest.mark.parametrize("tracked", [True, False])
def test_changed_number_names_the_value_behind_it(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path, tracked: bool
) -> None:
    reviewed.replace("33.9% (95%", "35.0% (95%", tracked=tracked)
    edit = the_edit(reviewed, texts, tmp_path)
    assert edit.place.line == line_of("({{< var example.ci >}})")
    source = "The pooled response was {{< var example.estimate >}} ({{< var example.ci >}})."
    assert edit.place.source == source
    warning = next(w for w in edit.warnings if "33.9%" in w)
    assert "the value example.estimate, from data/outcomes.csv line 2" in warning
    assert "Change the row, not the text" in warning
    assert "review trace example.estimate" in warning


@pytest.mark.parametrize(
    ("old", "new", "warned"),
    [
        ("26.5", "26.6", True),  # within a value
        ("14 studies", "fourteen studies", True),  # other words for a number
        ("studies (Table", "trials (Table", False),  # beside a value
        ("found 14", "gave 14", False),  # the value stands as it was
        ("It was", "This was", False),
    ],
)
def test_only_changed_values_are_warned_about(
    reviewed: Reviewed,
    texts: tuple[ReadText, ...],
    tmp_path: Path,
    old: str,
    new: str,
    warned: bool,
) -> None:
    reviewed.replace(old, new, tracked=True)
    assert bool(the_edit(reviewed, texts, tmp_path).warnings) is warned


def test_sentence_taken_out_with_its_values_is_no_changed_number(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    reviewed.replace("The pooled response was 33.9% (95% CI 26.5–41.2%).", "", tracked=True)
    edit = the_edit(reviewed, texts, tmp_path)
    assert edit.kind == "deleted"
    assert edit.warnings == ()


def test_insertion_is_placed_in_the_sentence_it_stands_in(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    reviewed.insert_after("in younger", " and fitter")
    edit = the_edit(reviewed, texts, tmp_path)
    assert (edit.kind, edit.old, edit.new) == ("inserted", "", " and fitter")
    assert edit.place.source == "It was *higher* in younger patients---as expected."


def test_moved_words_are_told_at_both_ends(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    reviewed.move("Nobody knows whether it works.", behind="Nobody paid for the example.")
    edits = read(reviewed.save(tmp_path / "back.docx"), texts).edits
    assert [edit.kind for edit in edits] == ["moved away", "moved here"]
    assert [edit.place.section for edit in edits] == ["Introduction", "Declarations"]


def test_change_of_format_says_which(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    reviewed.embolden("whether it works")
    edit = the_edit(reviewed, texts, tmp_path)
    assert (edit.kind, edit.note) == ("format", "bold added")


def test_split_paragraph_is_one_change(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    reviewed.split_paragraph("Nobody knows")
    edit = the_edit(reviewed, texts, tmp_path)
    assert (edit.kind, edit.new) == ("inserted", "¶")


def test_cell_of_a_table_is_named_and_belongs_to_the_data(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    reviewed.replace("20", "21", tracked=True)
    edit = the_edit(reviewed, texts, tmp_path)
    assert edit.table == "Table 1, row 2 (Example A), column 3 (Events)"
    assert "tbl-example" in edit.warnings[0]
    assert "change the row in data/, not the cell" in edit.warnings[0]


def test_comment_has_its_words_its_answers_and_its_place(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    reviewed.comment("younger patients", "Which age?", "Below 60.", resolved=True)
    (remark,) = read(reviewed.save(tmp_path / "back.docx"), texts).remarks
    assert remark.words == "younger patients"
    assert remark.comment.text == "Which age?"
    assert remark.comment.resolved
    assert [answer.text for answer in remark.comment.replies] == ["Below 60."]
    assert remark.place.line == line_of("in younger patients")


def test_edit_of_the_abstract_and_of_a_caption(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    reviewed.replace("in the example", "in this example", tracked=True)
    reviewed.replace("Studies of the example", "All studies of the example", tracked=False)
    reviewed.replace("about them", "about these", tracked=False)
    edits = read(reviewed.save(tmp_path / "back.docx"), texts).edits
    assert [edit.place.line for edit in edits] == [
        line_of("in the example"),
        line_of("Studies of the example"),
        line_of("Studies of the example"),
    ]


def test_paragraph_that_is_gone_is_told(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    run = reviewed.run_with("Nobody knows")
    run.getparent().getparent().remove(run.getparent())
    feedback = read(reviewed.save(tmp_path / "back.docx"), texts)
    assert [words for _, _, words in feedback.missing if "example drug" in words]


def test_reports_hold_everything_and_no_markup_of_reviewers(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    reviewed.replace("Nobody knows", "<script>x</script> **all**", tracked=True)
    reviewed.replace("26.5", "26.6", tracked=True)
    feedback = read(reviewed.save(tmp_path / "back.docx"), texts)
    markdown, text = render_markdown(feedback), render_text(feedback)
    assert "<script>" not in markdown
    assert "**all**" not in markdown
    assert "<script>x</script> **all**" in text
    assert "2 tracked changes" in text
    assert "⚠" in text
    assert [edit["new"] for edit in as_dict(feedback)["edits"]][1] == "26.6"


def test_sections_are_in_the_order_of_the_text_also_where_there_are_only_comments(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    reviewed.replace("Nobody paid", "No one paid", tracked=True)
    reviewed.replace("20", "21", tracked=False)
    reviewed.comment("Nobody knows", "Who says so?")
    # LibreOffice writes such a date where a comment has none.
    notes = reviewed.parts["word/comments.xml"]
    reviewed.parts["word/comments.xml"] = notes.replace(b"2026-11-01T09", b"0-00-00T00")
    report = render_text(read(reviewed.save(tmp_path / "back.docx"), texts, CELLS))
    assert re.findall("^## (.+)$", report, re.MULTILINE) == [
        "Introduction",
        "Response",
        "Declarations",
    ]
    assert "**comment** (R. Example 0) – " in report


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_file_saved_by_libreoffice_says_the_same(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    reviewed.replace("26.5", "26.6", tracked=True)
    reviewed.replace("Nobody knows", "It is unclear", tracked=False)
    reviewed.comment("younger patients", "Which age?", "Below 60.", resolved=True)
    path = reviewed.save(tmp_path / "back.docx")
    wanted = read(path, texts)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    out = tmp_path / "saved"
    command = ["soffice", profile, "--headless", "--convert-to", "docx", "--outdir", str(out)]
    subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=240)
    saved = read(out / "back.docx", texts)
    assert [(e.kind, e.old, e.new, e.place) for e in saved.edits] == [
        (e.kind, e.old, e.new, e.place) for e in wanted.edits
    ]
    # LibreOffice 7.4 keeps an answer as a comment of its own on the same words.
    comments = [c for r in saved.remarks for c in (r.comment, *r.comment.replies)]
    assert [comment.text for comment in comments] == ["Which age?", "Below 60."]
    (first,) = wanted.remarks
    assert {(r.words, r.place) for r in saved.remarks} == {(first.words, first.place)}


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_other_files_are_refused_in_words(
    texts: tuple[ReadText, ...], tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "back.docx"
    path.write_bytes(content)
    with pytest.raises(DataProblems, match="Word"):
        read(path, texts)


def test_file_that_declares_entities_is_refused(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET", encoding="utf-8")
    path = reviewed.save(tmp_path / "back.docx")
    document = reviewed.parts["word/document.xml"].replace(b"Nobody knows", b"&x; knows")
    head = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode()
    parts = Reviewed(dict(reviewed.parts))
    import zipfile

    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.parts.items():
            archive.writestr(name, head + document if name == "word/document.xml" else content)
    with pytest.raises(DataProblems, match="entities") as refused:
        read(path, texts)
    assert "SECRET" not in str(refused.value)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["p", "r", "t", "ins", "del", "tbl", "tr", "tc", "hyperlink", "pPr"]),
            st.sampled_from(["gridSpan", "val", "id", "author", "anchor"]),
            st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=4),
        ),
        max_size=12,
    )
)
def test_whatever_stands_in_the_body_is_read(parts: list[tuple[str, str, str]]) -> None:
    body = element("body")
    here = body
    for name, attribute, text in parts:
        made = element(name, **{attribute: text})
        made.text = text
        here.append(made)
        here = made if len(text) % 2 else here
    document = element("document")
    document.append(body)
    paragraphs = read_paragraphs({"word/document.xml": document})
    assert all(isinstance(p.old + p.new, str) for p in paragraphs)


WORDS = st.lists(st.sampled_from(["a", "b", "c", "12.5%", "(", ")"]), max_size=12)


@given(WORDS, WORDS)
def test_alignment_finds_exactly_what_differs(first: list[str], second: list[str]) -> None:
    one, two = " ".join(first), " ".join(second)
    alignment = Alignment(one, two)
    rebuilt, place = "", 0
    for change in alignment.differences():
        rebuilt += one[place : change.first_start] + two[change.second_start : change.second_end]
        place = change.first_end
    assert canonical(rebuilt + one[place:]).replace(" ", "") == canonical(two).replace(" ", "")
    for start in range(len(one) + 1):
        low, high = alignment.second_span(start, len(one))
        assert 0 <= low <= high <= len(two)


@pytest.mark.parametrize(
    ("first", "second"),
    [("P = .03", "p = 0.03"), ("12,345", "12\u2009345"), ("“a”–b", '"a"-b'), ("5.5", "5·5")],
)
def test_what_journals_print_otherwise_is_no_edit(first: str, second: str) -> None:
    assert canonical(first) == canonical(second)


CELLS = {
    "tbl-example": (
        ("Study", "Patients", "Events"),
        ("Example A", "50", "20"),
        ("Example B", "40", "10"),
    )
}


def test_cells_as_they_were_generated_are_no_edits(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    assert read(reviewed.save(tmp_path / "back.docx"), texts, CELLS).edits == ()


def test_cell_changed_without_tracking(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    reviewed.replace("20", "21", tracked=False)
    (edit,) = read(reviewed.save(tmp_path / "back.docx"), texts, CELLS).edits
    assert (edit.old, edit.new, edit.tracked) == ("20", "21", False)
    assert edit.table == "Table 1, row 2 (Example A), column 3 (Events)"
    assert "change the row in data/" in edit.warnings[0]


def test_generated_cells_are_read_as_they_are_printed(tmp_path: Path) -> None:
    text = (
        "<table><tr><th>Study</th></tr><tr><td>"
        '<span data-qmd="A &amp; B [@Example2020]"></span></td>'
        '<td>in<br>2020, <span data-qmd="@tbl-example"></span></td></tr></table>'
    )
    (tmp_path / "tbl-x.html").write_text(text, encoding="utf-8")
    rows = printed_rows(tmp_path, ["tbl-x", "none"], {"tbl-example": "Table 1"}, ("tbl",))
    assert rows == {"tbl-x": (("Study",), ("A & B\ue001", "in 2020, Table 1"))}
