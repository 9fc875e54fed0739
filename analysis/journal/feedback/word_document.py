"""A Word file with comments and changes, as text: what stood there, what stands there, by whom.

python-docx leaves out tracked changes and the ranges of comments, so the parts are read as XML,
without entities and without the network: the file comes from outside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.journal.feedback.word_parts import document_parts, is_read, transitional
from analysis.journal.feedback.word_text import (
    FOOTNOTE,
    FORMULA,
    PARAGRAPH_MARK,
    PICTURE,
    TEXT_BOX,
    Cell,
    Change,
    Paragraph,
    Segment,
)
from analysis.manuscript.word_xml import DRAWING, W
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BOX = f"{W}txbxContent"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_CHANGES: dict[str, Change] = {
    f"{W}ins": "insert",
    f"{W}del": "delete",
    f"{W}moveFrom": "move_from",
    f"{W}moveTo": "move_to",
}
_HEADING = re.compile(r"^(?:heading|berschrift|titre|ttulo)?\s*([1-6])$", re.IGNORECASE)
_FORMULA = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_NOTES = {
    f"{W}footnoteReference": "word/footnotes.xml",
    f"{W}endnoteReference": "word/endnotes.xml",
}
# Signs that Word's dialog takes from the font Symbol, by their place in it.
_SYMBOLS: dict[str, str] = dict(
    zip(
        "abcdeglmpqrstDSW\xb1\xa3\xb3\xb4\xb0\xb9\xbb\xa5\xae",
        "αβχδεγλμπθρστΔΣΩ±≤≥×°≠≈∞→",
        strict=True,
    )
)
_CITATION = re.compile(r"^[\d\s,;–‑-]+$")
_FORMATS = {
    "b": "bold",
    "i": "italic",
    "u": "underlined",
    "strike": "struck through",
    "vertAlign": "raised or lowered",
    "rFonts": "typeface",
    "sz": "size",
    "color": "colour",
    "highlight": "highlighted",
}


@dataclass(slots=True)
class _Reading:
    """What is known while the body is read."""

    styles: dict[str, str]
    open_comments: list[str] = field(default_factory=list)
    placed_comments: set[str] = field(default_factory=set)
    tables: int = 0


def unreadable(path: Path, what: str) -> DataProblems:
    """Make the error for a file that cannot be read."""
    hint = "Save it in Word as .docx and try again."
    return DataProblems([Problem(path.name, None, None, None, what, hint, "error", "feedback")])


def read_parts(path: Path) -> dict[str, Any]:
    """Read the XML parts of a Word file.

    Raises
    ------
    DataProblems
        If it is no Word file.
    """
    from analysis.storage.foreign_files import Archive, UnusableFile, xml_tree

    try:
        archive = Archive(path)
        wanted = [name for name in archive.names if is_read(name)]
        parts = {name: xml_tree(transitional(part)) for name, part in archive.read_all(wanted)}
    except UnusableFile as error:
        what = f"This is not a Word file, or it is damaged. {error.what}"
        raise unreadable(path, what) from None
    found = document_parts(parts)
    if "word/document.xml" not in found:
        raise unreadable(path, "This file holds no Word document.")
    return found


def read_paragraphs(parts: dict[str, Any]) -> tuple[Paragraph, ...]:
    """Give all paragraphs of the text and its tables, in order.

    Parameters
    ----------
    parts
        As `read_parts` gives them.

    Returns
    -------
    tuple of Paragraph
        Paragraphs as they were before the changes: where a reviewer split one, the new end stands
        as an inserted mark in it.
    """
    reading = _Reading(_style_names(parts.get("word/styles.xml")))
    body = parts["word/document.xml"].find(f"{W}body")
    return tuple(_blocks(body, reading, None)) if body is not None else ()


def _style_names(styles: Any) -> dict[str, str]:
    if styles is None:
        return {}
    return {
        style.get(f"{W}styleId", ""): name.get(f"{W}val", "").lower()
        for style in styles.iter(f"{W}style")
        if (name := style.find(f"{W}name")) is not None
    }


def _blocks(parent: Any, reading: _Reading, cell: Cell | None) -> Iterator[Paragraph]:
    waiting: list[Segment] = []
    for block in parent:
        if block.tag == f"{W}p":
            style = _style(block, reading)
            waiting += _segments(block, reading, Segment(""))
            mark = _mark(block)
            if mark.change == "insert":
                # Before the changes the paragraph went on here.
                waiting.append(mark)
                continue
            if mark.change == "delete":
                waiting.append(mark)
            yield Paragraph(tuple(waiting), style, _level(block, style), cell)
            waiting = []
            yield from _boxes(block, reading)
        elif block.tag == f"{W}tbl":
            yield from _table(block, reading)
        elif block.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", *_CHANGES):
            yield from _blocks(block, reading, cell)
        elif block.tag == f"{W}commentRangeStart":
            reading.open_comments.append(block.get(f"{W}id", ""))
        elif block.tag == f"{W}commentRangeEnd":
            _close(reading, block)
    if waiting:
        yield Paragraph(tuple(waiting), "", 0, cell)


def _boxes(block: Any, reading: _Reading) -> Iterator[Paragraph]:
    """Give the paragraphs of text boxes that hang on a paragraph, each box once."""
    for box in block.iter(_BOX):
        above = [node.tag for node in box.iterancestors()]
        if _FALLBACK not in above and _BOX not in above:
            for paragraph in _blocks(box, reading, None):
                yield Paragraph(paragraph.segments, TEXT_BOX)


def _close(reading: _Reading, mark: Any) -> None:
    number = mark.get(f"{W}id", "")
    if number in reading.open_comments:
        reading.open_comments.remove(number)


def _style(block: Any, reading: _Reading) -> str:
    found = block.find(f"{W}pPr/{W}pStyle")
    if found is None:
        return ""
    name = str(found.get(f"{W}val", ""))
    return reading.styles.get(name, name.lower())


def _level(block: Any, style: str) -> int:
    outline = block.find(f"{W}pPr/{W}outlineLvl")
    if outline is not None and outline.get(f"{W}val", "9").isdecimal():
        level = int(outline.get(f"{W}val")) + 1
        return level if level <= 6 else 0
    found = _HEADING.match(style)
    return int(found[1]) if found else 0


def _mark(block: Any) -> Segment:
    """Give the end of a paragraph with what was done to it."""
    properties = block.find(f"{W}pPr/{W}rPr")
    for tag, change in _CHANGES.items():
        found = None if properties is None else properties.find(tag)
        if found is not None:
            kind: Change = "insert" if change in ("insert", "move_to") else "delete"
            return _by(Segment(PARAGRAPH_MARK, kind), found)
    return Segment(PARAGRAPH_MARK)


def _by(segment: Segment, node: Any) -> Segment:
    return Segment(
        segment.text,
        segment.change,
        node.get(f"{W}author", ""),
        node.get(f"{W}date", ""),
        segment.citation,
        segment.note,
        segment.comments,
    )


def _segments(parent: Any, reading: _Reading, context: Segment) -> list[Segment]:
    found: list[Segment] = []
    for node in parent:
        if node.tag == f"{W}r":
            found += _run(node, reading, context)
        elif node.tag in _CHANGES:
            change = _CHANGES[node.tag]
            if change == "delete" and context.change in ("insert", "move_to"):
                change = "withdrawn"
            found += _segments(node, reading, _by(Segment("", change), node))
        elif node.tag == f"{W}hyperlink":
            is_citation = node.get(f"{W}anchor", "").startswith("ref-")
            linked = Segment(
                "", context.change, context.author, context.date, is_citation or context.citation
            )
            found += _segments(node, reading, linked)
        elif node.tag == f"{W}commentRangeStart":
            reading.open_comments.append(node.get(f"{W}id", ""))
        elif node.tag == f"{W}commentRangeEnd":
            _close(reading, node)
        elif node.tag == _FORMULA:
            found.append(Segment("", hung=f"{FORMULA}{''.join(node.itertext())}"))
        elif node.tag != f"{W}pPr":
            found += _segments(node, reading, context)
    return found


def _run(run: Any, reading: _Reading, context: Segment) -> list[Segment]:
    text = ""
    remarks: list[Segment] = []
    for node in run:
        if node.tag in (f"{W}t", f"{W}delText"):
            # A soft hyphen is only a place where a word may be parted.
            text += (node.text or "").replace("\u00ad", "")
        elif node.tag == f"{W}sym":
            text += _symbol(node)
        elif node.tag in _NOTES:
            hung = f"{FOOTNOTE}{_NOTES[node.tag]} {node.get(f'{W}id', '')}"
            remarks.append(Segment("", hung=hung))
        elif node.tag in (f"{W}tab", f"{W}br", f"{W}cr"):
            text += " "
        elif node.tag == f"{W}noBreakHyphen":
            text += "-"
        elif node.tag == f"{W}commentReference":
            number = node.get(f"{W}id", "")
            # LibreOffice and others write no range: the comment stands at its reference.
            if number not in reading.placed_comments:
                remarks.append(Segment("", comments=(number,)))
        elif next(node.iter(DRAWING), None) is not None and next(node.iter(_BOX), None) is None:
            text += PICTURE
    properties = run.find(f"{W}rPr")
    # The number of a heading is written by the style, not by an author.
    style = None if properties is None else properties.find(f"{W}rStyle")
    if not text or (style is not None and style.get(f"{W}val") == "SectionNumber"):
        return remarks
    reading.placed_comments.update(reading.open_comments)
    raised = None if properties is None else properties.find(f"{W}vertAlign")
    is_raised = raised is not None and raised.get(f"{W}val") == "superscript"
    is_citation = context.citation or (is_raised and bool(_CITATION.match(text)))
    segment = Segment(
        text,
        context.change,
        context.author,
        context.date,
        is_citation,
        "",
        tuple(reading.open_comments),
    )
    changed = None if properties is None else properties.find(f"{W}rPrChange")
    if changed is not None and not segment.change:
        note = _format_note(properties, changed)
        if note:
            shown = Segment(text, "format", "", "", is_citation, note, segment.comments)
            segment = _by(shown, changed)
    return [segment, *remarks]


def _symbol(node: Any) -> str:
    """Give a sign that was chosen from a font of signs."""
    code = node.get(f"{W}char", "")
    try:
        letter = chr(int(code, 16) & 0xFF)
    except ValueError:
        return "\N{REPLACEMENT CHARACTER}"
    known = _SYMBOLS.get(letter) if node.get(f"{W}font", "").lower() == "symbol" else None
    return known or "\N{REPLACEMENT CHARACTER}"


def _format_note(properties: Any, changed: Any) -> str:
    before = changed.find(f"{W}rPr")
    was = {} if before is None else _formats(before)
    now = _formats(properties)
    words = [f"{_FORMATS[name]} added" for name in now if name not in was]
    words += [f"{_FORMATS[name]} removed" for name in was if name not in now]
    words += [f"{_FORMATS[n]} changed" for n in now if n in was and now[n] != was[n]]
    return ", ".join(words)


def _formats(properties: Any) -> dict[str, str]:
    found = {}
    for node in properties:
        name = node.tag.rpartition("}")[2]
        if name in _FORMATS and node.get(f"{W}val") not in ("0", "false", "none"):
            found[name] = " ".join(f"{key}={value}" for key, value in sorted(node.items()))
    return found


def _table(table: Any, reading: _Reading) -> Iterator[Paragraph]:
    reading.tables += 1
    number = reading.tables
    header: dict[int, str] = {}
    # Rows may lie in changes and content controls; those of tables within cells are not its own.
    rows = [r for r in table.iter(f"{W}tr") if next(r.iterancestors(f"{W}tbl")) is table]
    for row_number, row in enumerate(rows, start=1):
        label = ""
        column = 1
        row_change = row.find(f"{W}trPr/{W}ins"), row.find(f"{W}trPr/{W}del")
        for box in row.iterfind(f"{W}tc"):
            wide = box.find(f"{W}tcPr/{W}gridSpan")
            span = "1" if wide is None else wide.get(f"{W}val", "1")
            place = Cell(number, row_number, column, header.get(column, ""), label)
            paragraphs = list(_blocks(box, reading, place))
            shown = " ".join(paragraph.old for paragraph in paragraphs).strip()
            if row_number == 1 or column not in header:
                header[column] = shown
            if column == 1:
                label = shown
            for paragraph in paragraphs:
                yield _in_changed_row(paragraph, *row_change)
            column += int(span) if span.isdecimal() else 1


def _in_changed_row(paragraph: Paragraph, inserted: Any, deleted: Any) -> Paragraph:
    """Give the paragraph of a row that was added or deleted as a whole."""
    node, kind = (inserted, "insert") if inserted is not None else (deleted, "delete")
    if node is None:
        return paragraph
    change: Change = "insert" if kind == "insert" else "delete"
    segments = tuple(
        segment if segment.change else _by(Segment(segment.text, change), node)
        for segment in paragraph.segments
    )
    return Paragraph(segments, paragraph.style, paragraph.level, paragraph.cell)
