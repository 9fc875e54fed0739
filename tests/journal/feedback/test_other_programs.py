"""Are files of Word Online, Strict Open XML, LibreOffice and Google Docs read whole, and are
paragraphs and rows that were added, moved, split or deleted without tracking named as such?

What each program writes: Word for the web `word/document2.xml` (mwilliamson/dotnet-mammoth issue
2), Strict namespaces (python-docx issue 204), comments without a range (pandoc issue 4787).
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from analysis.journal.feedback.records import Edit, Feedback
from analysis.journal.feedback.report import render_text
from analysis.manuscript.text import ReadText
from analysis.manuscript.word_xml import W, element
from schemas.problems import DataProblems
from tests.journal.feedback.edited import PAPER, Reviewed, read, small_paper

ROWS = {
    "tbl-example": (
        ("Study", "Patients", "Events"),
        ("Example A", "50", "20"),
        ("Example B", "40", "10"),
    )
}
NEW = "A paragraph that a co-author wrote, of which the manuscript has no word at all."


def feedback(reviewed: Reviewed, texts: tuple[ReadText, ...], folder: Path) -> Feedback:
    return read(reviewed.save(folder / "back.docx"), texts, ROWS)


def edits(reviewed: Reviewed, texts: tuple[ReadText, ...], folder: Path) -> list[Edit]:
    return list(feedback(reviewed, texts, folder).edits)


def commented(reviewed: Reviewed) -> Reviewed:
    reviewed.comment("Nobody knows", "Is that so?")
    reviewed.replace("example drug", "invented drug", tracked=True)
    return reviewed


def renamed(parts: dict[str, bytes], old: str, new: str) -> None:
    """Call a part otherwise, and say so in every list of the file."""
    parts[new] = parts.pop(old)
    relations = f"word/_rels/{old.removeprefix('word/')}.rels"
    if relations in parts:
        parts[f"word/_rels/{new.removeprefix('word/')}.rels"] = parts.pop(relations)
    for name in [n for n in parts if n.endswith(".rels") or n.startswith("[Content")]:
        for prefix in ("/", ""):
            old_name, new_name = f'"{prefix}{old}"', f'"/{new}"'
            parts[name] = parts[name].replace(old_name.encode(), new_name.encode())
        short = f'"{old.removeprefix("word/")}"'.encode()
        parts[name] = parts[name].replace(short, f'"/{new}"'.encode())


def saved_as(reviewed: Reviewed, path: Path, old: str, new: str) -> Path:
    reviewed.save(path)
    parts = dict(reviewed.parts)
    renamed(parts, old, new)
    import zipfile

    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("old", "new"),
    [("word/document.xml", "word/document2.xml"), ("word/comments.xml", "word/comments2.xml")],
)
def test_parts_are_found_by_what_they_are(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path, old: str, new: str
) -> None:
    path = saved_as(commented(reviewed), tmp_path / "back.docx", old, new)
    found = read(path, texts)
    assert [remark.comment.text for remark in found.remarks] == ["Is that so?"]
    assert found.remarks[0].place.source == "Nobody knows whether it works."
    assert [edit.kind for edit in found.edits] == ["replaced"]


def test_strict_open_xml(reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path) -> None:
    commented(reviewed).save(tmp_path / "usual.docx")
    usual = read(tmp_path / "usual.docx", texts, ROWS)
    names = (
        ("wordprocessingml/2006/main", "wordprocessingml/main"),
        ("drawingml/2006/wordprocessingDrawing", "drawingml/wordprocessingDrawing"),
        ("officeDocument/2006/relationships", "officeDocument/relationships"),
    )
    for old, new in names:
        usual_name = f"http://schemas.openxmlformats.org/{old}".encode()
        strict_name = f"http://purl.oclc.org/ooxml/{new}".encode()
        for name in reviewed.parts:
            reviewed.parts[name] = reviewed.parts[name].replace(usual_name, strict_name)
    path = tmp_path / "strict.docx"
    import zipfile

    with zipfile.ZipFile(path, "w") as archive:
        for name, content in reviewed.parts.items():
            archive.writestr(name, content)
    strict = read(path, texts, ROWS)
    assert (strict.remarks, strict.edits) == (usual.remarks, usual.edits)


def test_file_without_a_document_is_refused(tmp_path: Path, texts: tuple[ReadText, ...]) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "back.docx", "w") as archive:
        archive.writestr("word/other.xml", "<a/>")
    with pytest.raises(DataProblems, match="no Word document"):
        read(tmp_path / "back.docx", texts)


def test_comment_without_a_range_stands_at_its_reference(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    reviewed.comment("Nobody knows", "Is that so?")
    for name in ("commentRangeStart", "commentRangeEnd"):
        for node in list(reviewed.tree.iter(f"{W}{name}")):
            without(node)
    (remark,) = feedback(reviewed, texts, tmp_path).remarks
    assert (remark.place.file, remark.place.section) == ("manuscript/paper.qmd", "Introduction")


def test_lines_and_tabs_of_a_comment_are_kept_apart(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    reviewed.comment("Nobody knows", "First</w:t><w:br/><w:t>second</w:t><w:tab/><w:t>third")
    (remark,) = feedback(reviewed, texts, tmp_path).remarks
    assert remark.comment.text == "First\nsecond third"


def test_comment_over_two_paragraphs_stands_at_the_first(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    reviewed.comment("Nobody knows", "Why?")
    (end,) = reviewed.tree.iter(f"{W}commentRangeEnd")
    later = paragraph_of(reviewed, "The search found")
    later.append(end)
    (remark,) = feedback(reviewed, texts, tmp_path).remarks
    assert remark.place.section == "Introduction"
    assert "Nobody knows" in remark.words


def without(node: Any) -> None:
    node.getparent().remove(node)


def paragraph_of(reviewed: Reviewed, words: str) -> Any:
    return next(
        p
        for p in reviewed.tree.iter(f"{W}p")
        if words in "".join(t.text or "" for t in p.iter(f"{W}t"))
    )


def paragraph_with(text: str, style: str = "") -> Any:
    made = element("p")
    if style:
        properties = element("pPr")
        properties.append(element("pStyle", val=style))
        made.append(properties)
    run = element("r")
    node = element("t")
    node.text = text
    run.append(node)
    made.append(run)
    return made


def test_new_paragraph_and_heading_are_named(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    there = paragraph_of(reviewed, "Nobody knows")
    there.addnext(paragraph_with(NEW))
    there.addnext(paragraph_with("A new heading", "Heading2"))
    heading, new = edits(reviewed, texts, tmp_path)
    assert (heading.kind, heading.new) == ("heading inserted", "A new heading")
    assert (new.kind, new.new, new.tracked) == ("paragraph inserted", NEW, False)
    assert "Nobody knows whether it works." in heading.note
    assert new.place.file == "manuscript/paper.qmd"
    assert NEW in render_text(feedback(reviewed, texts, tmp_path))


def test_text_box_is_named_once(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    box = element("txbxContent")
    box.append(paragraph_with("A remark"))
    run = element("r")
    mc = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
    both = etree.SubElement(run, f"{mc}AlternateContent")
    for name in ("Choice", "Fallback"):
        etree.SubElement(both, f"{mc}{name}").append(copy.deepcopy(box))
    paragraph_of(reviewed, "Nobody knows").append(run)
    (edit,) = edits(reviewed, texts, tmp_path)
    assert (edit.kind, edit.new) == ("text box inserted", "A remark")


def test_split_paragraph_is_no_deleted_sentence(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    run = reviewed.cut_out("It was ")
    first = run.getparent()
    second = element("p")
    for node in [run, *run.itersiblings()]:
        second.append(node)
    first.addnext(second)
    (edit,) = edits(reviewed, texts, tmp_path)
    assert edit.kind == "paragraph split"
    assert edit.new.startswith("¶ It was higher in younger patients")
    assert edit.place.section == "Response"


@pytest.mark.parametrize("apart", [("Nobody",), ("The pooled", "It was"), ("It was",)])
def test_joined_paragraphs_are_no_new_words(
    apart: tuple[str, ...], reviewed: Reviewed, tmp_path: Path
) -> None:
    """The source has two or three paragraphs where the file that came back has one."""
    source = PAPER
    for words in apart:
        source = source.replace(f"\n{words}", f"\n\n{words}")
    found = edits(reviewed, small_paper(tmp_path, source), tmp_path)
    assert [edit.kind for edit in found] == ["paragraphs joined"] * len(apart)
    lines = source.splitlines()
    for edit, words in zip(found, apart, strict=True):
        assert edit.old.startswith(f"¶ {words}")
        assert edit.place.line is not None
        assert lines[edit.place.line - 1].startswith(words)


def test_a_joined_paragraph_with_another_word_tells_both(
    reviewed: Reviewed, tmp_path: Path
) -> None:
    reviewed.replace("Nobody", "Everybody", tracked=False)
    source = PAPER.replace("\nNobody", "\n\nNobody")
    found = edits(reviewed, small_paper(tmp_path, source), tmp_path)
    assert [(edit.kind, edit.new) for edit in found] == [
        ("replaced", "Everybody"),
        ("paragraphs joined", ""),
    ]


def test_moved_paragraph_is_named(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    moved = paragraph_of(reviewed, "Nobody knows")
    paragraph_of(reviewed, "The search found").addnext(moved)
    (edit,) = edits(reviewed, texts, tmp_path)
    assert (edit.kind, edit.tracked) == ("paragraph moved", False)
    assert edit.old.startswith("An example drug is given")


def test_deleted_row_is_named_and_a_changed_one_is_not(
    reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    row = next(r for r in reviewed.tree.iter(f"{W}tr") if "Example B" in "".join(r.itertext()))
    without(row)
    reviewed.replace("20", "21", tracked=False)
    deleted, changed = edits(reviewed, texts, tmp_path)
    assert (deleted.kind, deleted.old, deleted.table) == (
        "row deleted",
        "Example B, 40, 10",
        "Table 1",
    )
    assert (changed.old, changed.new) == ("20", "21")
