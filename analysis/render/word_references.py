"""Cross-references and lists of a Word file as fields, which follow a table that is moved."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from analysis.manuscript.reference_docx import LIST_STYLE, LIST_TITLE_STYLE
from analysis.manuscript.word_xml import (
    W,
    element,
    field,
    field_end,
    field_start,
    highest_bookmark,
    paragraph,
    run,
    style_of,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.render.word_captions import WordCaption

#: By whether it lists tables, and whether those of the supplement.
LIST_TITLES = {
    (True, False): "Tables",
    (False, False): "Figures",
    (True, True): "Supplementary tables",
    (False, True): "Supplementary figures",
}
_NUMBER = re.compile(r"\d+$")


def link_references(tree: Any, captions: Sequence[WordCaption]) -> None:
    """Turn the links to tables and figures into REF fields.

    A link that prints label and number refers to both, one that prints the number only (``Tables 1
    and 2``) to the number. What prints neither stays a link.

    Parameters
    ----------
    tree
        The document; it is changed.
    captions
        As `number_captions` gave them.
    """
    by_item = {caption.item: caption for caption in captions}
    for link in list(tree.iter(f"{W}hyperlink")):
        caption = by_item.get(link.get(f"{W}anchor", ""))
        if caption is None:
            continue
        shown, end = text_of(link), _NUMBER.search(text_of(link))
        number = _NUMBER.search(caption.label)
        # \h links to the target; MERGEFORMAT keeps the words as they are set here, where the bold
        # of the caption would otherwise come along.
        if shown == caption.label:
            new = field(f"REF {caption.bookmark} \\h \\* MERGEFORMAT", _words(link))
        elif end and number and end[0] == number[0]:
            name = _number_bookmark(tree, caption)
            before = _words(link)[: end.start()]
            new = [run(before)] if before else []
            new += field(f"REF {name} \\h \\* MERGEFORMAT", end[0])
        else:
            continue
        for piece in new:
            link.addprevious(piece)
        link.getparent().remove(link)


def add_lists(tree: Any, captions: Sequence[WordCaption]) -> None:
    """Add the list of tables and figures before the text, those of a supplement apart.

    Each entry ends with a PAGEREF field. No program that lays out pages has seen the file yet, so
    the field shows nothing until Word counts its pages (when it prints, or on F9), and LibreOffice
    when it opens the file: a wrong number is worse than none.

    Parameters
    ----------
    tree
        The document; it is changed.
    captions
        As `number_captions` gave them.
    """
    if not captions:
        return
    blocks = []
    # Tables before figures, the paper's own before those of the supplement.
    ordered = sorted(captions, key=lambda caption: ("_" in caption.sequence, not caption.is_table))
    for sequence in dict.fromkeys(caption.sequence for caption in ordered):
        entries = [caption for caption in captions if caption.sequence == sequence]
        kind = entries[0].is_table, "_" in sequence
        blocks.append(paragraph(LIST_TITLE_STYLE, run(LIST_TITLES[kind])))
        start = field_start(f'TOC \\h \\z \\c "{sequence}"')
        for caption in entries:
            link = element("hyperlink", anchor=caption.bookmark, history="1")
            link.extend([run(caption.title), _tab()])
            link.extend([*field_start(f"PAGEREF {caption.bookmark} \\h"), field_end()])
            blocks.append(paragraph(LIST_STYLE, *start, link))
            start = []
        blocks[-1].append(field_end())
    body = tree.find(f"{W}body")
    # The last element of the body holds the page's size.
    heading = next((block for block in body if style_of(block).startswith("Heading")), body[-1])
    first_page_of(heading).addprevious(blocks[0])
    for before, block in pairwise(blocks):
        before.addnext(block)


def first_page_of(block: Any) -> Any:
    """Give a block, or the paragraph before it that does nothing but begin its page."""
    before = block.getprevious()
    # The mark of a section stands before its heading.
    while before is not None and before.tag == f"{W}bookmarkStart":
        block, before = before, before.getprevious()
    is_break = before is not None and before.find(f'{W}r/{W}br[@{W}type="page"]') is not None
    return before if is_break and not text_of(before).strip() else block


def _tab() -> Any:
    made = element("r")
    made.append(element("tab"))
    return made


def _words(link: Any) -> str:
    return "".join(node.text or "" for node in link.iter(f"{W}t"))


def _number_bookmark(tree: Any, caption: WordCaption) -> str:
    """Give the bookmark around a caption's number alone, made when it is first needed."""
    name = f"{caption.bookmark}n"
    block = caption.paragraph
    if block.find(f'{W}bookmarkStart[@{W}name="{name}"]') is None:
        ends = [piece for piece in block if piece.find(f"{W}fldChar") is not None]
        mark = str(highest_bookmark(tree) + 1)
        ends[0].addprevious(element("bookmarkStart", id=mark, name=name))
        ends[-1].addnext(element("bookmarkEnd", id=mark))
    return name
