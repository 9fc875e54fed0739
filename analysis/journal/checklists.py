"""Reporting checklists as Word files, with the section and the page where each item stands."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from analysis.manuscript.checklist import passage_sections, reported_at
from analysis.manuscript.word_xml import W, element
from schemas.frame_records import records

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from analysis.journal.context import Submission
    from analysis.journal.page_finding import Pages

NOT_REPORTED: Final = "Not reported"
_FOOTNOTES: Final = "/word/footnotes.xml"

# Widths in centimetres on an upright page of A4.
_COLUMNS: Final = (("Item", 1.3), ("What is to be reported", 6.0), ("Reported in", 5.2))
_REMARK: Final = ("Remark", 3.9)
_FRONT_MATTER: Final = frozenset({"title", "abstract", "keywords"})
_SECTION_NUMBER = re.compile(r"^[\d.]+\s+")


@dataclass(frozen=True, slots=True)
class _Kind:
    """One checklist: its name in journal files, in the data, and what it is called."""

    asked_as: str | None
    in_data: str
    file: str
    title: str
    source: str


_KINDS: Final = (
    _Kind(
        "prisma_2020",
        "main",
        "prisma-2020-checklist",
        "PRISMA 2020 checklist",
        "Page MJ, McKenzie JE, Bossuyt PM, et al. BMJ 2021;372:n71. doi:10.1136/bmj.n71",
    ),
    _Kind(
        "prisma_2020_abstract",
        "abstract",
        "prisma-2020-abstract-checklist",
        "PRISMA 2020 checklist for abstracts",
        "Page MJ, McKenzie JE, Bossuyt PM, et al. BMJ 2021;372:n71. doi:10.1136/bmj.n71",
    ),
    # No journal asks for it by name; a living review that has answered it sends it along.
    _Kind(
        None,
        "living",
        "prisma-lsr-checklist",
        "PRISMA-LSR, extension for living systematic reviews",
        "doi:10.1136/bmj-2024-079183",
    ),
)


@dataclass(frozen=True, slots=True)
class _Laid:
    """The pages of both parts of the paper; None for a part that could not be laid out."""

    main: Pages | None
    supplement: Pages | None


def write_checklists(submission: Submission, folder: Path) -> list[Path]:
    """Write the checklists that the journal asks for, and that for living reviews if it is filled.

    Parameters
    ----------
    submission
        The review on its way to a journal.
    folder
        The package, with manuscript and supplement already in it: their pages are counted.

    Returns
    -------
    list of Path
        The files; they lie in ``checklists/``.
    """
    rows = records(submission.data.prisma_checklist)
    wanted = [
        (kind, [row for row in rows if row["checklist"] == kind.in_data])
        for kind in _KINDS
        if kind.asked_as is None or kind.asked_as in submission.journal.checklists
    ]
    wanted = [(kind, items) for kind, items in wanted if items]
    if not wanted:
        return []
    laid = _lay_out(submission, folder)
    sections = passage_sections(submission.manuscript)
    written = []
    for kind, items in wanted:
        target = submission.place(folder, f"checklists/{kind.file}.docx")
        answers = [(row, _answer(reported_at(row, sections), submission, laid)) for row in items]
        target.write_bytes(_document(kind, answers, _remarks(submission, laid, kind)))
        _settle(target, submission)
        written.append(target)
    return written


def _lay_out(submission: Submission, folder: Path) -> _Laid:
    from analysis.journal.page_finding import Pages, pages_of_word
    from analysis.journal.rendering import render_part
    from analysis.journal.supplement import supplementary

    names = submission.journal.file_names
    main = pages_of_word(submission.place(folder, f"{names.manuscript}.docx"))
    if main is None:
        pdf = folder / ".main.pdf"
        render_part(submission, "main", "pdf", pdf)
        main = Pages("Typst", pdf.read_bytes())
        pdf.unlink()
    if not supplementary(submission):
        return _Laid(main, None)
    formats = submission.journal.supplement.formats
    if "pdf" in formats:
        path = submission.place(folder, f"{names.supplement}.pdf")
        return _Laid(main, Pages("Typst", path.read_bytes()))
    return _Laid(main, pages_of_word(submission.place(folder, f"{names.supplement}.docx")))


def _answer(names: Sequence[str], submission: Submission, laid: _Laid) -> list[str]:
    """Say for a reader where an item is reported: a line for each place, empty for none."""
    return [
        _place(name, submission.labels[name], submission, laid)
        for name in map(submission.manuscript.now, names)
        if name is not None and name in submission.labels
    ]


def _place(name: str, label: str, submission: Submission, laid: _Laid) -> str:
    journal = submission.journal
    shown = label if journal.headings_numbered else _SECTION_NUMBER.sub("", label)
    is_float = name in submission.items
    if is_float and not label.rsplit(maxsplit=1)[-1].isdecimal():
        page = laid.supplement.page_of(name, label) if laid.supplement else None
        return f"{shown} (supplement{_page(page)})"
    if is_float and name.startswith("tbl-") and journal.tables == "separate":
        return f"{shown} (file of its own)"
    page = laid.main.page_of(name, shown) if laid.main else None
    if page is None and name in _FRONT_MATTER:
        page = 1
    if page is None and name not in submission.items and laid.supplement:
        # A heading of the supplement.
        page = laid.supplement.page_of(name, shown)
        return f"{shown} (supplement{_page(page)})" if page else shown
    return f"{shown} (p.\u00a0{page})" if page else shown


def _page(page: int | None) -> str:
    return f", p.\u00a0{page}" if page else ""


def _remarks(submission: Submission, laid: _Laid, kind: _Kind) -> list[str]:
    names = submission.journal.file_names
    found = [f"Items in words of our own. Their full text: {kind.source}"]
    if laid.main is not None and laid.main.program == "LibreOffice":
        found.append(
            f"Pages are those of {names.manuscript}.docx as LibreOffice lays it out; another "
            "program may break them elsewhere."
        )
    elif laid.main is not None:
        found.append(
            "Pages are those of a PDF that was made of the same text with Typst, because no "
            f"LibreOffice was there to lay out {names.manuscript}.docx."
        )
    if laid.supplement is not None:
        form = "pdf" if laid.supplement.program == "Typst" else "docx"
        found.append(f"Pages of the supplement are those of {names.supplement}.{form}.")
    if submission.warning:
        found.append(submission.warning)
    return found


def _document(
    kind: _Kind,
    answers: Sequence[tuple[Mapping[str, Any], list[str]]],
    remarks: Sequence[str],
) -> bytes:
    import tempfile
    from pathlib import Path

    import docx

    from analysis.manuscript.reference_docx import CELL_STYLE, write_reference_docx

    with tempfile.TemporaryDirectory(prefix="checklist-") as folder:
        reference = Path(folder) / "reference.docx"
        write_reference_docx(reference)
        document: Any = docx.Document(str(reference))
    body = document.element.body
    for block in list(body)[:-1]:
        body.remove(block)
    _forget_footnotes(document)
    document.add_paragraph(kind.title, style="Title")
    columns = [*_COLUMNS, _REMARK]
    table = document.add_table(rows=1, cols=len(columns))
    table.autofit = False
    # python-docx leaves out the style that is the file's default, LibreOffice needs it said.
    table._tbl.tblPr.insert(0, element("tblStyle", val="Table"))
    _fill(table.rows[0], [name for name, _ in columns], CELL_STYLE, bold=True)
    _repeat(table.rows[0])
    section = None
    for row, places in answers:
        if row["section"] != section:
            section = row["section"]
            line = table.add_row()
            merged = line.cells[0].merge(line.cells[-1])
            merged.paragraphs[0].style = CELL_STYLE
            merged.paragraphs[0].paragraph_format.keep_with_next = True
            merged.paragraphs[0].add_run(section).bold = True
        where = "\n".join(places) or NOT_REPORTED
        cells = [row["item"], _sentence(row["topic"]), where, _sentence(row["note"] or "")]
        _fill(table.add_row(), cells, CELL_STYLE)
    _set_widths(table, [width for _, width in columns])
    for remark in remarks:
        paragraph = document.add_paragraph(remark, style="Caption Legend")
        if remark is remarks[0]:
            paragraph.paragraph_format.space_before = 80000
    document.core_properties.title = kind.title
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _forget_footnotes(document: Any) -> None:
    """Take away the footnote of the sample text, which nothing refers to any more."""
    from lxml import etree

    for part in document.part.package.iter_parts():
        if part.partname == _FOOTNOTES:
            tree: Any = etree.fromstring(part.blob)
            for note in list(tree):
                if note.get(f"{W}type") is None:
                    tree.remove(note)
            part._blob = etree.tostring(
                tree, xml_declaration=True, encoding="UTF-8", standalone=True
            )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _fill(row: Any, texts: Sequence[str], style: str, *, bold: bool = False) -> None:
    for cell, text in zip(row.cells, texts, strict=True):
        cell.paragraphs[0].style = style
        cell.paragraphs[0].add_run(text).bold = bold or None
    row._tr.get_or_add_trPr().insert(0, element("cantSplit"))


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(element("tblHeader"))


def _set_widths(table: Any, centimetres: Sequence[float]) -> None:
    from docx.shared import Cm

    for column, width in zip(table.columns, centimetres, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            if cell._tc.grid_span == 1:
                cell.width = Cm(width)


def _settle(path: Path, submission: Submission) -> None:
    from analysis.journal.word_files import clean
    from analysis.render.provenance_marks import mark

    clean(path)
    if not submission.blinded:
        mark(path, "docx", submission.provenance)
