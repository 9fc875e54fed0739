"""Landscape pages of a Word file for wide tables, and tables as wide as their page."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from analysis.manuscript.word_xml import (
    W,
    element,
    paragraph,
    properties_of,
    set_property,
    style_of,
    text_of,
)
from analysis.render.word_widths import fit_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from analysis.render.word_captions import WordCaption
    from analysis.render.word_widths import CellFont

# What Word takes where a file does not say: a Letter page with an inch on every side, in twentieths
# of a point.
_WIDTH, _HEIGHT, _MARGIN = "12240", "15840", "1440"
# What stands before the page's size in a section (CT_SectPr).
_BEFORE_SIZE = ("headerReference", "footerReference", "footnotePr", "endnotePr", "type")
# Bookmarks of manuscript/filters/blocks.lua around what stands on landscape pages.
_LANDSCAPE = "landscape-"
_INVISIBLE = {"line": "20", "lineRule": "exact", "before": "0", "after": "0"}


def turn_pages(tree: Any, captions: Sequence[WordCaption], items: Collection[str]) -> None:
    """Put wide tables, and what authors want so, on landscape pages, the rest on upright ones.

    A section of Word is described at its end. Header and footer are those of the whole paper, and
    the pages count on. Headings directly above a table go along with it.

    Parameters
    ----------
    tree
        The document; it is changed.
    captions
        As `number_captions` gave them.
    items
        Ids of the tables that are wide.
    """
    body = tree.find(f"{W}body")
    upright = body.find(f"{W}sectPr")
    if upright is None:
        return
    lying = _lying(upright)
    extents = [_extent(c) for c in captions if c.is_table and c.item in items]
    extents = sorted([*extents, *_wanted(body)], key=lambda extent: body.index(extent[0]))
    for first, last in _merged(extents):
        _drop_page_break(_block(first.getprevious(), forward=False))
        _drop_page_break(_block(last.getnext(), forward=True))
        before = _block(first.getprevious(), forward=False)
        if before is not None:
            first.addprevious(_section_end(upright))
        if _block(last.getnext(), forward=True) is None:
            body.replace(upright, lying)
        else:
            last.addnext(_section_end(lying))


def fit_tables(tree: Any, font: CellFont) -> None:
    """Make the columns of every table add up to the width of the text on its page.

    Parameters
    ----------
    tree
        The document; it is changed.
    font
        Of the text in cells: no column is narrower than its longest word.
    """
    body = tree.find(f"{W}body")
    waiting: list[Any] = []
    for block in body:
        if block.tag == f"{W}tbl":
            waiting.append(block)
        section = block if block.tag == f"{W}sectPr" else block.find(f"{W}pPr/{W}sectPr")
        if section is not None:
            width = _text_width(section)
            for table in waiting:
                _fit(table, width)
                fit_words(table, font)
            waiting = []


def _extent(caption: WordCaption) -> tuple[Any, Any]:
    """Give the first and last block of a table: headings directly above it, its last row."""
    first = caption.paragraph
    while (before := _block(first.getprevious(), forward=False)) is not None and style_of(
        before
    ).startswith("Heading"):
        first = before
    last = caption.paragraph
    while last is not None and last.tag != f"{W}tbl":
        last = last.getnext()
    return first, caption.paragraph if last is None else last


def _wanted(body: Any) -> Iterator[tuple[Any, Any]]:
    """Give the first and last block of each div that an author wants on landscape pages."""
    for start in body.findall(f"{W}bookmarkStart"):
        if not start.get(f"{W}name", "").startswith(_LANDSCAPE):
            continue
        number = start.get(f"{W}id")
        end = body.find(f'{W}bookmarkEnd[@{W}id="{number}"]')
        first, last = _block(start, forward=True), _block(end, forward=False)
        body.remove(start)
        body.remove(end)
        if first is not None and last is not None:
            yield first, last


def _merged(extents: Sequence[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Join tables that follow each other directly: they share their landscape pages."""
    joined: list[tuple[Any, Any]] = []
    for first, last in extents:
        if joined and _block(joined[-1][1].getnext(), forward=True) is first:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _block(block: Any, *, forward: bool) -> Any:
    """Give this block or the next one that a reader sees, None at the end of the body."""
    while block is not None and block.tag not in (f"{W}p", f"{W}tbl"):
        block = block.getnext() if forward else block.getprevious()
    return block


def _drop_page_break(block: Any) -> None:
    """Remove a page break beside a new section: it would leave an empty page."""
    if block is None or text_of(block).strip():
        return
    if block.find(f'{W}r/{W}br[@{W}type="page"]') is not None:
        block.getparent().remove(block)


def _lying(upright: Any) -> Any:
    lying = deepcopy(upright)
    size = lying.find(f"{W}pgSz")
    if size is None:
        size = element("pgSz", w=_WIDTH, h=_HEIGHT)
        before = sum(child.tag.removeprefix(W) in _BEFORE_SIZE for child in lying)
        lying.insert(before, size)
    width, height = size.get(f"{W}w"), size.get(f"{W}h")
    size.set(f"{W}w", height)
    size.set(f"{W}h", width)
    size.set(f"{W}orient", "landscape")
    return lying


def _section_end(section: Any) -> Any:
    # A table cannot hold the end of a section, so an empty paragraph does, a point high: it must
    # not start a page of its own.
    end = paragraph("Normal")
    set_property(end, element("spacing", **_INVISIBLE))
    properties_of(end).append(deepcopy(section))
    return end


def _text_width(section: Any) -> int:
    width = _number(section, "pgSz", "w", _WIDTH)
    return width - sum(_number(section, "pgMar", side, _MARGIN) for side in ("left", "right"))


def _number(section: Any, name: str, attribute: str, default: str) -> int:
    found = section.find(f"{W}{name}")
    return int(default if found is None else found.get(f"{W}{attribute}", default))


def _fit(table: Any, width: int) -> None:
    columns = table.findall(f"{W}tblGrid/{W}gridCol")
    total = sum(int(column.get(f"{W}w", "0")) for column in columns)
    if not total or any(True for _ in table.iter(f"{W}tcW")):
        return
    for column in columns:
        column.set(f"{W}w", str(round(int(column.get(f"{W}w", "0")) * width / total)))
