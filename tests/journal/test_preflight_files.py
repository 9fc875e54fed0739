"""Does preflight find in the finished files what an editor would send them back for?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from PIL import Image

from analysis.journal.context import Submission
from analysis.journal.preflight import preflight
from analysis.journal.preflight.contents import contents_of
from analysis.journal.preflight.pictures import (
    picture_problems,
    size_problems,
    total_size_problems,
)
from analysis.journal.preflight.unresolved import unresolved
from analysis.journal.preflight.word_files import word_problems
from analysis.journal.requirements import Journal
from analysis.manuscript.word_xml import W, element
from analysis.paper.declarations import TO_BE_DECLARED
from schemas.problems import Problem

Make = Callable[..., Submission]


def journal(**entries: object) -> Journal:
    return Journal.model_validate({"id": "example", "name": "Example Journal", **entries})


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
    errors = {problem.rule for problem in blinded if problem.severity == "error"}
    assert errors >= {"not-blinded", "unresolved", "figure-file"}
    assert not [p for p in blinded if p.file.startswith("editors-only")]
    opened = preflight(submission_for(blinded=False), tmp_path)
    assert "not-blinded" not in {problem.rule for problem in opened}
