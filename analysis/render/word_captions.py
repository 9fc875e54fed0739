"""Captions of a Word file as Word itself makes them: numbered by fields, title and legend apart."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.manuscript.reference_docx import LEGEND_STYLE
from analysis.manuscript.word_xml import (
    W,
    element,
    embolden,
    field,
    highest_bookmark,
    paragraph,
    properties_of,
    set_property,
    split_at,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_ITEM = re.compile(r"^[a-z]*(?:tbl|fig)-")
_LABEL = re.compile(r"^([^\W\d_]+) ([A-Z]?)(\d+) ?[:.]")
_CITED = re.compile(r"[\d,–-]+")
# The end of a first sentence: a full stop before a capital, which "et al." and "vs." do not count
# as, nor a single letter (a name's initial).
_SENTENCE = re.compile(
    r"(?<!\b[^\W\d_])(?<!\bvs)(?<!\bal)(?<!\bcf)(?<!\bNo)\.\s+(?=[^\W\d_a-z]|[\[(†])"
)


@dataclass(frozen=True, slots=True)
class WordCaption:
    """A caption whose number is a field.

    Attributes
    ----------
    item
        Id of the table or figure, which is also pandoc's bookmark.
    is_table
        Whether it belongs to a table, and stands above it.
    bookmark
        The bookmark around label and number, for cross-references.
    sequence
        What it is counted in: ``Table``, ``Figure``, and ``Table_S`` in the supplement.
    label
        ``Table 1``, ``Figure S2``.
    title
        The caption's first sentence, with the label.
    paragraph
        The element.
    """

    item: str
    is_table: bool
    bookmark: str
    sequence: str
    label: str
    title: str
    paragraph: Any


def number_captions(tree: Any) -> list[WordCaption]:
    """Turn the number of every caption into a field with a bookmark around it.

    Parameters
    ----------
    tree
        The document, as pandoc or Quarto wrote it and without layout tables; it is changed.

    Returns
    -------
    list of WordCaption
        In the order of the text; empty if the captions have fields already.
    """
    found = []
    for item, block, label in list(_captions(tree)):
        word, letter, number = label.groups()
        is_table = item.split("-")[0].endswith("tbl")
        # Quarto gives the captions of tables the style of figures, and settings of its own.
        properties_of(block)[:] = []
        style = "Table Caption" if is_table else "Image Caption"
        set_property(block, element("pStyle", val=style.replace(" ", "")))
        _divide(block, label.end(), is_table=is_table)
        caption = WordCaption(
            item=item,
            is_table=is_table,
            bookmark=_bookmark(item),
            sequence=f"{word}_{letter}" if letter else word,
            label=f"{word} {letter}{number}",
            title=_title(block),
            paragraph=block,
        )
        _insert_field(tree, caption, label.start(3), label.end(3))
        _embolden_label(block, label.end())
        found.append(caption)
    return found


def _bookmark(item: str) -> str:
    """Name a bookmark as Word does, the same for an item in every version of the paper."""
    number = int(hashlib.sha256(item.encode()).hexdigest()[:15], 16) % 10**9
    return f"_Ref{number:09d}"


def _captions(tree: Any) -> Iterator[tuple[str, Any, re.Match[str]]]:
    """Find the paragraph that begins with a label inside the bookmark of every item."""
    for start in tree.iter(f"{W}bookmarkStart"):
        item = start.get(f"{W}name", "")
        if not _ITEM.match(item):
            continue
        for block in _inside(start):
            label = _LABEL.match(text_of(block)) if block.tag == f"{W}p" else None
            if label and block.find(f".//{W}instrText") is None:
                yield item, block, label
                break


def _inside(start: Any) -> Iterator[Any]:
    number = start.get(f"{W}id")
    for block in start.itersiblings():
        if block.tag == f"{W}bookmarkEnd" and block.get(f"{W}id") == number:
            return
        yield block


def _divide(block: Any, start: int, *, is_table: bool) -> None:
    """Move what follows the first sentence into a paragraph of its own."""
    end = _SENTENCE.search(text_of(block), start)
    cut = None if end is None else split_at(block, end.end())
    if cut is None:
        return
    legend = paragraph(LEGEND_STYLE, *block[cut:])
    block.addnext(legend)
    set_property(legend if is_table else block, element("keepNext"))
    _trim(block)


def _title(block: Any) -> str:
    """Give the words of a caption; a list of captions has no use for the numbers of citations."""
    words = [
        text_of(piece)
        for piece in block.iter(f"{W}r")
        if not (_is_raised(piece) and _CITED.fullmatch(text_of(piece)))
    ]
    return "".join(words).strip()


def _is_raised(piece: Any) -> bool:
    place = piece.find(f"{W}rPr/{W}vertAlign")
    return place is not None and place.get(f"{W}val") == "superscript"


def _trim(block: Any) -> None:
    """Take the white space off the end of a paragraph."""
    for piece in reversed(list(block)):
        words = list(piece.iter(f"{W}t"))
        if piece.tag != f"{W}r" or not words:
            return
        words[-1].text = (words[-1].text or "").rstrip()
        if words[-1].text:
            return
        block.remove(piece)


def _embolden_label(block: Any, end: int) -> None:
    """Set label and colon in bold, as the embedded engine writes them."""
    cut = split_at(block, end)
    for piece in block[: len(block) if cut is None else cut]:
        if piece.tag == f"{W}r":
            embolden(piece)


def _insert_field(tree: Any, caption: WordCaption, start: int, end: int) -> None:
    block = caption.paragraph
    first, last = split_at(block, start), split_at(block, end)
    if first is None or last is None:
        raise ValueError(f"the number of {caption.label} is not plain text")
    pieces = block[first:last]
    runs = field(f"SEQ {caption.sequence} \\* ARABIC", text_of(pieces[0]), pieces[0])
    block[first:last] = runs
    mark = str(highest_bookmark(tree) + 1)
    runs[-1].addnext(element("bookmarkEnd", id=mark))
    block.insert(1, element("bookmarkStart", id=mark, name=caption.bookmark))
