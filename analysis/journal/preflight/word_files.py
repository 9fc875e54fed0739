"""What editors send back in Word files: wide tables, captions in the wrong place, broken fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.manuscript.reference_docx import LEGEND_STYLE
from analysis.manuscript.word_xml import DRAWING, W, style_of, text_of
from analysis.storage.foreign_files import Archive, UnusableFile, xml_tree
from schemas.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Twentieths of a point: A4 with margins of 1 inch, Word's defaults.
_PAGE_WIDTH = 11906
_MARGIN = 1440
# A line thickness: wider than this sticks out visibly.
_TOLERANCE = 60
_TABLE_CAPTION = ("tablecaption",)
_FIGURE_CAPTION = ("imagecaption", "figurecaption")
_LEGEND = LEGEND_STYLE.replace(" ", "")
_DOCUMENT = "word/document.xml"


def word_problems(path: Path, name: str) -> Iterator[Problem]:
    """Look at a Word file as its readers will.

    Parameters
    ----------
    path
        The file.
    name
        Its name inside the package.
    """
    try:
        archive = Archive(path)
        wanted = [part for part in archive.names if part.endswith((".xml", ".rels"))]
        trees = {part: xml_tree(content) for part, content in archive.read_all(wanted)}
        body = trees[_DOCUMENT].find(f"{W}body")
    except (UnusableFile, KeyError):
        yield _problem(name, None, None, "Word cannot open this file.", "Make the package again.")
        return
    if body is None:
        return
    yield from _wide_tables(body, name)
    yield from _captions(body, name)
    yield from _fields(body, name)
    yield from _bookmarks(body, name)
    yield from _pictures(body, name)
    yield from _changes(body, name)


def _problem(name: str, place: str | None, value: str | None, what: str, hint: str) -> Problem:
    return Problem(name, None, place, value, what, hint, "error", "word")


def _sections(body: Any) -> Iterator[tuple[list[Any], int]]:
    """Give the blocks of each section with the width of its text, in twentieths of a point."""
    blocks: list[Any] = []
    for block in body:
        section = block if block.tag == f"{W}sectPr" else block.find(f"{W}pPr/{W}sectPr")
        if block.tag != f"{W}sectPr":
            blocks.append(block)
        if section is not None:
            yield blocks, _text_width(section)
            blocks = []
    if blocks:
        yield blocks, _PAGE_WIDTH - 2 * _MARGIN


def _text_width(section: Any) -> int:
    size, margins = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
    width = _PAGE_WIDTH if size is None else _number(size, "w", _PAGE_WIDTH)
    if margins is None:
        return width - 2 * _MARGIN
    return width - _number(margins, "left", _MARGIN) - _number(margins, "right", _MARGIN)


def _number(node: Any, attribute: str, default: int) -> int:
    try:
        return round(float(node.get(f"{W}{attribute}", default)))
    except ValueError:
        return default


def _wide_tables(body: Any, name: str) -> Iterator[Problem]:
    number = 0
    for blocks, width in _sections(body):
        for table in blocks:
            if table.tag != f"{W}tbl":
                continue
            number += 1
            wanted = table.find(f"{W}tblPr/{W}tblW")
            kind = "auto" if wanted is None else wanted.get(f"{W}type", "auto")
            grid = sum(_number(c, "w", 0) for c in table.iterfind(f"{W}tblGrid/{W}gridCol"))
            # A width in percent is one of the page; the grid is then only a proportion.
            if kind == "dxa" and wanted is not None:
                grid = max(grid, _number(wanted, "w", 0))
            elif kind == "pct" and wanted is not None:
                grid = _percent(wanted) * width // 5000
            if grid > width + _TOLERANCE:
                over = (grid - width) / 56.7
                yield _problem(
                    name,
                    f"table {number}",
                    text_of(next(table.iter(f"{W}p"))) or None,
                    f"The table is {over:.0f} mm wider than the text.",
                    "Put it on a landscape page (landscape: true in data/protocol.yml).",
                )


def _percent(width: Any) -> int:
    """Give a width in fiftieths of a percent; Word also writes it as 95%."""
    text = width.get(f"{W}w", "5000")
    return round(float(text[:-1]) * 50) if text.endswith("%") else _number(width, "w", 5000)


def _captions(body: Any, name: str) -> Iterator[Problem]:
    blocks = [b for b in body if b.tag in (f"{W}p", f"{W}tbl")]
    for position, block in enumerate(blocks):
        style = style_of(block).lower() if block.tag == f"{W}p" else ""
        # Legends at the end of a manuscript have neither table nor picture beside them.
        above, below = _neighbour(blocks, position, -1), _neighbour(blocks, position, 1)
        if style in _TABLE_CAPTION and above == "table" and below != "table":
            what, hint = "The caption of a table stands above it.", "Move it."
            yield _problem(name, "caption", text_of(block), what, hint)
        if style in _FIGURE_CAPTION and below == "picture" and above != "picture":
            what, hint = "The caption of a figure stands below it.", "Move it."
            yield _problem(name, "caption", text_of(block), what, hint)


def _neighbour(blocks: list[Any], position: int, step: int) -> str:
    """Say what stands next to a block, over empty lines and legends: table, picture or text."""
    while 0 <= position + step < len(blocks):
        position += step
        block = blocks[position]
        if block.tag == f"{W}tbl":
            return "table"
        if next(block.iter(DRAWING), None) is not None:
            return "picture"
        if text_of(block).strip() and style_of(block) != _LEGEND:
            return "text"
    return ""


def _fields(body: Any, name: str) -> Iterator[Problem]:
    depth = 0
    for mark in body.iter(f"{W}fldChar"):
        kind = mark.get(f"{W}fldCharType")
        depth += {"begin": 1, "end": -1}.get(kind, 0)
        if depth < 0:
            break
    if depth:
        yield _problem(
            name,
            "fields",
            None,
            "A field begins and does not end, or the other way round.",
            "Word would show the text after it as part of a number. Make the package again.",
        )


def _bookmarks(body: Any, name: str) -> Iterator[Problem]:
    marks = [mark.get(f"{W}name", "") for mark in body.iter(f"{W}bookmarkStart")]
    targets: dict[str, None] = {}
    for link in body.iter(f"{W}hyperlink"):
        if anchor := link.get(f"{W}anchor"):
            targets[anchor] = None
    for code in (*body.iter(f"{W}instrText"), *body.iter(f"{W}fldSimple")):
        words = (code.text or code.get(f"{W}instr") or "").split()
        if len(words) > 1 and words[0] in ("REF", "PAGEREF"):
            targets[words[1]] = None
    for target in targets:
        if target not in marks and target != "_top":
            what = "A reference points to a place that is not in the file."
            yield _problem(name, "bookmarks", target, what, "Make the package again.")
    for mark in dict.fromkeys(m for m in marks if m and marks.count(m) > 1):
        what = "Two places of the file have this name."
        yield _problem(name, "bookmarks", mark, what, "Word keeps one of them only.")


def _pictures(body: Any, name: str) -> Iterator[Problem]:
    for number, picture in enumerate(body.iter(DRAWING), start=1):
        if not (picture.get("descr") or "").strip():
            yield _problem(
                name,
                f"picture {number}",
                picture.get("name"),
                "This picture has no alternative text.",
                "Readers who cannot see it need one.",
            )


def _changes(body: Any, name: str) -> Iterator[Problem]:
    for kind in ("ins", "del", "moveFrom", "moveTo"):
        if next(body.iter(f"{W}{kind}"), None) is not None:
            yield _problem(
                name,
                "changes",
                None,
                "The file holds tracked changes.",
                "Accept or reject them before you submit.",
            )
            return
