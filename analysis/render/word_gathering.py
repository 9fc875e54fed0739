"""Puts what needs a page of its own behind a Word file's text, where it interrupts nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from analysis.manuscript.word_xml import DRAWING, W, style_of, text_of
from analysis.render.word_references import first_page_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from analysis.render.word_captions import WordCaption

# Shares of the text's height. A figure above the first leaves most of the page before it empty
# more often than not; it stands on a page of its own anyway.
_HIGH: Final = 0.6
# English Metric Units in a twentieth of a point.
_EMU: Final = 635
_EXTENT: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent"


def gather_large(tree: Any, captions: Sequence[WordCaption], wide: Collection[str]) -> None:
    """Move wide tables and high figures of the main text to its end, behind the references.

    Word places a figure where it stands in the text, and leaves the rest of the page before it
    empty. The numbers stay those of the places in the text: where a caption is out of order, its
    field says the number.

    Parameters
    ----------
    tree
        The document; it is changed.
    captions
        As `number_captions` gave them.
    wide
        Ids of the tables that get landscape pages.
    """
    body = tree.find(f"{W}body")
    main = [caption for caption in captions if "_" not in caption.sequence]
    moved = [c for c in main if c.item in wide or (not c.is_table and _is_high(c, body))]
    place = _end_of_text(body, captions)
    moved = [c for c in moved if _may_go(_extent(c, body))]
    for caption in moved:
        for block in _extent(caption, body):
            place.addprevious(block)
    for sequence in {caption.sequence for caption in moved}:
        _keep_numbers([c for c in main if c.sequence == sequence], body)


def _extent(caption: WordCaption, body: Any) -> list[Any]:
    """Give the blocks of a table or figure: pictures, the mark with caption and legend, table."""
    start = body.find(f'{W}bookmarkStart[@{W}name="{caption.item}"]')
    end = None if start is None else body.find(f'{W}bookmarkEnd[@{W}id="{start.get(f"{W}id")}"]')
    if end is None:
        return []
    first: Any = start
    last: Any = end
    if caption.is_table:
        table = next(caption.paragraph.itersiblings(f"{W}tbl"), None)
        last = end if table is None or body.index(table) < body.index(end) else table
    else:
        while (before := first.getprevious()) is not None and _shows_pictures(before):
            first = before
    return body[body.index(first) : body.index(last) + 1]


def _shows_pictures(block: Any) -> bool:
    """Tell whether a paragraph or panel has pictures and no words."""
    return next(block.iter(DRAWING), None) is not None and not text_of(block).strip()


def _may_go(extent: Sequence[Any]) -> bool:
    """Tell whether no heading would be left without what it stands above."""
    if not extent:
        return False
    before = extent[0].getprevious()
    while before is not None and before.tag not in (f"{W}p", f"{W}tbl"):
        before = before.getprevious()
    return before is not None and not style_of(before).startswith("Heading")


def _is_high(caption: WordCaption, body: Any) -> bool:
    section = body.find(f"{W}sectPr")
    size, margin = (section.find(f"{W}{name}") for name in ("pgSz", "pgMar"))
    if size is None or margin is None:
        return False
    top, bottom = (int(margin.get(f"{W}{side}")) for side in ("top", "bottom"))
    height = (int(size.get(f"{W}h")) - top - bottom) * _EMU
    return sum(_heights(_extent(caption, body))) > _HIGH * height


def _heights(blocks: Sequence[Any]) -> Iterator[int]:
    for block in blocks:
        if block.tag == f"{W}p":
            yield from (int(extent.get("cy")) for extent in block.iter(_EXTENT))


def _end_of_text(body: Any, captions: Sequence[WordCaption]) -> Any:
    """Give the block before which the main text ends: the break, or heading, of the supplement."""
    further = next((c for c in captions if "_" in c.sequence), None)
    block: Any = None if further is None else further.paragraph
    while block is not None and style_of(block) != "Heading1":
        block = block.getprevious()
    if block is None:
        return body.find(f"{W}sectPr")
    return first_page_of(block)


def _keep_numbers(captions: Sequence[WordCaption], body: Any) -> None:
    blocks = list(body)
    counted = 0
    for caption in sorted(captions, key=lambda c: blocks.index(c.paragraph)):
        number = int(caption.label.split()[-1])
        if number != counted + 1:
            code = next(caption.paragraph.iter(f"{W}instrText"))
            code.text = f"{(code.text or '').rstrip()} \\r {number} "
        counted = number
