"""Does preflight find what an editor would send the manuscript back for, and say so readably?"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from lxml import html
from PIL import Image

from analysis.render.word_xml import W, element
from analysis.submission.authors import Authors
from analysis.submission.context import Submission
from analysis.submission.counts import cited_keys, counts_of
from analysis.submission.declarations import TO_BE_DECLARED
from analysis.submission.journal import Journal
from analysis.submission.preflight import preflight, preflight_sources
from analysis.submission.preflight.cited import reference_problems
from analysis.submission.preflight.contents import contents_of
from analysis.submission.preflight.limits import exceeded, measured
from analysis.submission.preflight.pictures import (
    picture_problems,
    size_problems,
    total_size_problems,
)
from analysis.submission.preflight.report import render_html, render_terminal, verdict
from analysis.submission.preflight.unresolved import unresolved
from analysis.submission.preflight.word_files import word_problems
from schemas.problems import Problem

Make = Callable[..., Submission]
SOURCE = {"title": "Guidelines", "read": dt.date(2026, 11, 22), "covers": ["limits"]}


def journal(**entries: object) -> Journal:
    return Journal.model_validate({"id": "example", "name": "Example Journal", **entries})


def rules_of(**limits: int) -> Journal:
    return journal(sources=[SOURCE], limits=limits)


def limited(make: Make, **limits: int) -> Submission:
    return make(sources=[SOURCE], limits=limits, draft=False)


def rules(problems: tuple[Problem, ...], severity: str = "error") -> set[str]:
    return {problem.rule for problem in problems if problem.severity == severity}


# Limits


def test_counts_are_those_of_the_text(submission_for: Make) -> None:
    submission = submission_for()
    counts = counts_of(submission)
    title = str(submission.manuscript.front_matter["title"])
    assert counts.title_characters == len(title)
    assert counts.title_words == len(title.split())
    assert counts.keywords == len(submission.manuscript.front_matter["keywords"])
    assert counts.tables == sum(n.startswith("tbl-") for n in submission.items)
    assert counts.figures == sum(n.startswith("fig-") for n in submission.items)
    assert counts.references == len(cited_keys(submission))
    # Words of the sources without markup are about as many as those that are read.
    body = " ".join(line.text for line in submission.manuscript.body if ":::" not in line.text)
    assert 0.5 < counts.main_text_words / len(body.split()) < 1.2


@pytest.mark.parametrize(
    "name",
    [
        "abstract_words",
        "main_text_words",
        "references",
        "tables",
        "figures",
        "display_items",
        "title_characters",
        "title_words",
        "running_head_characters",
        "keywords",
        "heading_levels",
    ],
)
def test_limit_holds_to_the_last_word(submission_for: Make, name: str) -> None:
    counts = counts_of(submission_for())
    found = getattr(counts, name)
    assert found > 0
    kept, broken = (rules_of(**{name: limit}) for limit in (found, found - 1))
    assert not list(exceeded(kept, measured(kept, counts)))
    (problem,) = exceeded(broken, measured(broken, counts))
    assert problem.value == str(found)
    assert "Shorten by 1" in problem.hint


def test_broken_limit_refuses(submission_for: Make) -> None:
    assert "journal-limit" in rules(preflight_sources(limited(submission_for, tables=0)))


def test_too_few_keywords(submission_for: Make) -> None:
    counts = counts_of(submission_for())
    wanted = rules_of(keywords_least=counts.keywords + 2)
    (problem,) = exceeded(wanted, measured(wanted, counts))
    assert "Add 2" in problem.hint


def test_heading_of_the_abstract_that_nobody_wrote(submission_for: Make) -> None:
    given = ["Background", "Methods", "Results", "Conclusions"]
    headings = [{"heading": "Summary", "takes": given}, {"heading": "Data sources"}]
    submission = submission_for(abstract={"structured": True, "headings": headings})
    found = [p.value for p in preflight_sources(submission) if p.rule == "journal-abstract"]
    assert found == ["Data sources"]


# Statements and rows


def test_reconstructed_rows_refuse_a_package_but_not_a_draft(submission_for: Make) -> None:
    assert "evidence" in rules(preflight_sources(submission_for(draft=False)))
    problems = preflight_sources(submission_for(draft=True))
    assert "evidence" not in rules(problems)
    assert "evidence" in rules(problems, "warning")


@pytest.mark.parametrize(
    ("table", "column", "value", "found"),
    [
        ("outcomes", "evidence", None, "Nobody has said"),
        ("outcomes", "evidence", "guessed", "Nobody has said"),
        ("comparator_events", "evidence", None, "Nobody has said"),
        ("quality_jbi", "evidence", "reconstructed", "are reconstructed"),
        ("flow", "evidence", "reconstructed", "are reconstructed"),
    ],
)
def test_every_table_is_asked_how_its_rows_are_known(
    submission_for: Make, table: str, column: str, value: str | None, found: str
) -> None:
    submission = submission_for(draft=False)
    told = {p.what for p in preflight_sources(submission) if p.file == f"data/{table}.csv"}
    frame = getattr(submission.data, table).copy()
    frame.loc[0, column] = value
    changed = replace(submission, data=replace(submission.data, **{table: frame}))
    errors = [
        p
        for p in preflight_sources(changed)
        if p.file == f"data/{table}.csv" and p.what not in told
    ]
    assert [p.severity for p in errors if found in p.what] == ["error"]
    # A rate of a comparator that nobody has read yet prints nothing.
    assert not [p for p in told if "Nobody has said" in p]


def test_a_review_whose_rows_are_read_is_not_refused(submission_for: Make) -> None:
    submission = submission_for(draft=False)
    read = {}
    for table in ("studies", "outcomes", "adverse_events"):
        frame = getattr(submission.data, table)
        read[table] = frame[frame["evidence"] != "reconstructed"]
        assert 0 < len(read[table]) < len(frame)
    problems = preflight_sources(replace(submission, data=replace(submission.data, **read)))
    assert [p.what for p in problems if p.severity == "error"] == []
    # What was computed from a report is only mentioned.
    assert "evidence" in rules(problems, "warning")


def test_nothing_declared_is_told_entry_by_entry(submission_for: Make) -> None:
    wanted = ["funding", "patient_involvement", "guarantor", "contributions", "registration"]
    submission = replace(submission_for(statements=wanted, draft=False), authors=Authors())
    told = " ".join(f"{p.column} {p.what}" for p in preflight_sources(submission))
    for words in ("No author is named", "funding", "patients and the public", "guarantor"):
        assert words in told
    # The protocol says where the review is registered.
    assert "statement: registration" not in told


def test_what_the_authors_declared_is_not_asked_again(submission_for: Make) -> None:
    wanted = ["funding", "competing_interests", "ethics", "contributions", "acknowledgements"]
    found = rules(preflight_sources(submission_for(statements=wanted, draft=False)))
    assert "statement-missing" not in found


def test_figure_without_alternative_text(submission_for: Make) -> None:
    items = {"fig-x": {"kind": "figure", "images": [{"name": "fig-x", "alt": " "}]}}
    submission = replace(submission_for(), items=items)
    assert "alt-text" in rules(preflight_sources(submission))


# References


@pytest.mark.parametrize(
    ("doi", "rule"),
    [
        ("10.1016/0197-2456(95)00134-4", None),
        ("10.1016/S1470-2045(25)00190-1", None),
        ("https://doi.org/10.1000/x", "doi-form"),
        ("doi:10.1000/x", "doi-form"),
        ("10.1000/x.", "doi-form"),
        ("10.1000/x)", "doi-form"),
        ("10.1000", "doi-form"),
        ("", "doi-missing"),
    ],
)
def test_form_of_a_doi(tmp_path: Path, doi: str, rule: str | None) -> None:
    (tmp_path / "manuscript").mkdir()
    text = f"@article{{Example2020,\n title={{A title}},\n doi={{{doi}}}}}\n"
    (tmp_path / "manuscript/references.bib").write_text(text, encoding="utf-8")
    found = [p.rule for p in reference_problems(tmp_path, ["Example2020", "Unknown2021"])]
    assert found == ([rule] if rule else [])


def test_two_works_with_one_doi(tmp_path: Path) -> None:
    (tmp_path / "manuscript").mkdir()
    text = "@article{A,\n doi={10.1000/x}}\n@article{B,\n doi={10.1000/X}}\n"
    (tmp_path / "manuscript/references.bib").write_text(text, encoding="utf-8")
    (problem,) = reference_problems(tmp_path, ["A", "B"])
    assert (problem.rule, problem.line) == ("doi-repeated", 3)


# Files


@pytest.mark.parametrize(
    "left",
    [
        "see ?@fig-flow",
        "was ?var:orr.estimate",
        "known [@Example2020]",
        "in Table ??",
        "{{< var x >}}",
    ],
)
def test_what_was_not_resolved_is_found(tmp_path: Path, left: str) -> None:
    document = docx.Document()
    document.add_paragraph(f"Text, {left}.")
    document.save(str(tmp_path / "a.docx"))
    assert list(unresolved(contents_of(tmp_path, [tmp_path / "a.docx"])))


def test_a_declaration_that_is_missing_in_print(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph(f"Funding: {TO_BE_DECLARED}.")
    document.save(str(tmp_path / "a.docx"))
    contents = contents_of(tmp_path, [tmp_path / "a.docx"])
    assert [p.rule for p in unresolved(contents)] == ["not-declared"]
    contents = contents_of(tmp_path, [tmp_path / "a.docx"])
    assert not list(unresolved(contents, draft=True))


def test_question_marks_and_addresses_are_text(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Really?? Write to [a@b.org] or ask: why? See [1,2].")
    document.save(str(tmp_path / "a.docx"))
    assert not list(unresolved(contents_of(tmp_path, [tmp_path / "a.docx"])))


def saved(document: Document, folder: Path) -> list[Problem]:
    path = folder / "a.docx"
    document.save(str(path))
    return list(word_problems(path, "a.docx"))


def captioned(document: Document, text: str, style: str) -> None:
    if style not in [s.name for s in document.styles]:
        document.styles.add_style(style, WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph(text, style=style)


def test_captions_and_tables_in_order_are_left_alone(tmp_path: Path) -> None:
    document = docx.Document()
    captioned(document, "Table 1: First.", "Table Caption")
    captioned(document, "A note.", "Caption Legend")
    document.add_table(2, 2)
    captioned(document, "Table 2: Second.", "Table Caption")
    document.add_table(2, 2)
    assert saved(document, tmp_path) == []


def test_caption_below_its_table(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_table(2, 2)
    captioned(document, "Table 1: First.", "Table Caption")
    (problem,) = saved(document, tmp_path)
    assert "stands above it" in problem.what


def test_table_wider_than_the_page(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(1, 2)
    for column in table._tbl.tblGrid.iter(f"{W}gridCol"):
        column.set(f"{W}w", "7000")
    wanted = next(table._tbl.tblPr.iter(f"{W}tblW"))
    wanted.set(f"{W}type", "dxa")
    wanted.set(f"{W}w", "14000")
    (problem,) = saved(document, tmp_path)
    # 14,000 twentieths of a point less the 8,640 of a letter page with margins of 1.25 inches.
    assert "95 mm wider" in problem.what


def test_picture_without_alternative_text(tmp_path: Path) -> None:
    Image.new("RGB", (4, 4)).save(tmp_path / "a.png")
    document = docx.Document()
    document.add_picture(str(tmp_path / "a.png"))
    (problem,) = saved(document, tmp_path)
    assert "no alternative text" in problem.what


def test_broken_field_lost_bookmark_and_tracked_change(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Text")._p
    run = element("r")
    run.append(element("fldChar", fldCharType="begin"))
    code = element("instrText")
    code.text = " REF _Ref123 \\h "
    run.append(code)
    paragraph.append(run)
    paragraph.append(element("ins", id="1", author=""))
    places = {problem.column for problem in saved(document, tmp_path)}
    assert places == {"fields", "bookmarks", "changes"}


@pytest.mark.parametrize(
    ("dpi", "mode", "suffix", "words"),
    [
        ((600, 600), "RGB", ".tiff", None),
        ((599.9988, 599.9988), "RGB", ".tiff", None),
        ((300, 300), "RGB", ".tiff", "at least 600 dots"),
        (None, "RGB", ".tiff", "resolution"),
        ((600, 600), "CMYK", ".tiff", "RGB"),
        ((600, 600), "RGB", ".png", "does not take"),
    ],
)
def test_file_of_a_figure(
    tmp_path: Path, dpi: tuple[float, float] | None, mode: str, suffix: str, words: str | None
) -> None:
    path = tmp_path / f"figure-1{suffix}"
    picture = Image.new(mode, (600, 600))
    if dpi:
        picture.save(path, dpi=dpi)
    else:
        picture.save(path)
    found = [p.what for p in picture_problems(path, path.name, journal())]
    assert len(found) == (words is not None), found
    assert words is None or words in found[0]


def test_figure_wider_than_the_page(tmp_path: Path) -> None:
    path = tmp_path / "figure-1.tiff"
    Image.new("RGB", (1200, 100)).save(path, dpi=(600, 600))  # 50.8 mm
    narrow = journal(figure_files={"widths": {"single": 50.0}})
    wide = journal(figure_files={"widths": {"single": 40.0, "double": 50.8}})
    assert [p.value for p in picture_problems(path, path.name, narrow)] == ["51 mm"]
    assert not list(picture_problems(path, path.name, wide))


def test_files_larger_than_the_journal_takes(tmp_path: Path) -> None:
    path = tmp_path / "figure-1.tiff"
    path.write_bytes(bytes(2_000_000))
    limits = journal(file_limits={"one_file_mb": 3, "figure_mb": 1.9, "all_files_mb": 1.5})
    assert [p.value for p in size_problems(path, path.name, limits, figure=True)] == ["2.0 MB"]
    assert not list(size_problems(path, path.name, limits, figure=False))
    assert [p.value for p in total_size_problems([path], "x", limits)] == ["2.0 MB"]
    assert not list(total_size_problems([path], "x", journal()))


def test_font_that_is_not_embedded(tmp_path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib.figure import Figure

    figure = Figure()
    figure.text(0.5, 0.5, "words")
    with mpl.rc_context({"pdf.use14corefonts": True, "font.family": "Helvetica"}):
        figure.savefig(tmp_path / "bare.pdf")
    with mpl.rc_context({"pdf.fonttype": 42}):
        figure.savefig(tmp_path / "good.pdf")
    pdf = journal(figure_files={"formats": ["pdf"]})
    assert [p.value for p in picture_problems(tmp_path / "bare.pdf", "bare.pdf", pdf)] == [
        "Helvetica"
    ]
    assert not list(picture_problems(tmp_path / "good.pdf", "good.pdf", pdf))


def test_whole_folder_is_searched(submission_for: Make, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("By Ann Bea Exampleton, see ?@fig-flow.")
    document.save(str(tmp_path / "draft-manuscript.docx"))
    (tmp_path / "editors-only").mkdir()
    (tmp_path / "editors-only/title-page.txt").write_text("Carl Musterfrau", encoding="utf-8")
    (tmp_path / "figures").mkdir()
    Image.new("CMYK", (9, 9)).save(tmp_path / "figures/figure-1.tiff", dpi=(600, 600))
    blinded = preflight(submission_for(blinded=True), tmp_path)
    assert rules(blinded) >= {"not-blinded", "unresolved", "figure-file"}
    assert not [p for p in blinded if p.file.startswith("editors-only")]
    opened = preflight(submission_for(blinded=False), tmp_path)
    assert "not-blinded" not in rules(opened)


# The report


def test_report_holds_limits_and_problems_and_needs_nothing_else(submission_for: Make) -> None:
    submission = limited(submission_for, abstract_words=10)
    problems = preflight_sources(submission)
    page = render_html(submission, problems)
    tree = html.document_fromstring(page)
    rows = [[c.text_content() for c in row] for row in tree.iter("tr")]
    words = str(counts_of(submission).abstract_words)
    assert ["Words of the abstract", words, "at most 10", "not kept"] in rows
    assert all(p.what in tree.text_content() for p in problems)
    assert not re.search(r"(?:src|href|url)\s*[=(]", page)
    assert page == render_html(submission, problems)
    assert tree.get("lang") == "en"
    assert all(cell.get("scope") for cell in tree.iter("th"))
    text = render_terminal(submission, problems)
    assert text.startswith("Not ready for Example Journal")
    assert re.search(rf"✗ Words of the abstract +{words} +at most 10", text)


def test_problem_cannot_become_markup(submission_for: Make) -> None:
    nasty = Problem("<b>a</b>", None, None, "<script>", "<img>", "&", "error", "x")
    page = render_html(submission_for(), (nasty,))
    assert "<script>" not in page
    assert "<img>" not in page


def test_verdict(submission_for: Make) -> None:
    assert verdict(submission_for(draft=False), ()) == "Ready for Example Journal."
    assert "must not be submitted" in verdict(submission_for(draft=True), ())
