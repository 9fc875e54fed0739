"""Numbers of headings in a Word file: counted by Word, and no longer part of the words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from analysis.manuscript.word_xml import W, element, set_property, split_at, style_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADING = re.compile(r"Heading([1-6])$")
# Pandoc's own lists begin at 990 and 1000.
_LIST = "900"
# How far the words stand behind the margin, by level, in twentieths of a point: a number of two
# digits a level has room.
_INDENT = (454, 624, 794, 964, 1134, 1304)


def number_headings(tree: Any, numbering: Any) -> bool:
    """Turn numbers that were written as text into entries of a numbered list.

    Pandoc and Quarto write the number into the heading, where it stays when a section moves. The
    list belongs to the headings that have a number, not to their style: others use it, too.

    Parameters
    ----------
    tree
        The document; it is changed.
    numbering
        The lists of the same file; one is added where a heading has a number.

    Returns
    -------
    bool
        Whether any heading had a number.
    """
    numbered = [heading for heading, number in list(_headings(tree)) if _cut(heading, number)]
    if not numbered:
        return False
    # All lists stand before what refers to them (CT_Numbering).
    numbering.insert(0, _definition())
    last = numbering.findall(f"{W}abstractNum")[-1]
    entry = element("num", numId=_LIST)
    entry.append(element("abstractNumId", val=_LIST))
    last.addnext(entry)
    for heading in numbered:
        level = int(style_of(heading).removeprefix("Heading")) - 1
        membership = element("numPr")
        membership.append(element("ilvl", val=str(level)))
        membership.append(element("numId", val=_LIST))
        set_property(heading, membership)
    return True


def _headings(tree: Any) -> Iterator[tuple[Any, str]]:
    """Give each heading and the number that it has, if it has one."""
    counts = [0] * 6
    for block in tree.find(f"{W}body"):
        style = _HEADING.match(style_of(block)) if block.tag == f"{W}p" else None
        if style is None:
            continue
        level = int(style[1])
        tried = [*counts[: level - 1], counts[level - 1] + 1]
        number = ".".join(map(str, tried))
        if _written(block, number):
            counts = [*tried, *[0] * (6 - level)]
        yield block, number


def _written(block: Any, number: str) -> re.Match[str] | None:
    return re.match(rf"{re.escape(number)}\.?\s+(?=\S)", text_of(block))


def _cut(block: Any, number: str) -> bool:
    """Take a heading's number off its words, if it has this one."""
    found = _written(block, number)
    end = None if found is None else split_at(block, found.end())
    if end is None:
        return False
    for piece in block[:end]:
        if piece.tag == f"{W}r":
            block.remove(piece)
    return True


def _definition() -> Any:
    made = element("abstractNum", abstractNumId=_LIST)
    made.append(element("multiLevelType", val="multilevel"))
    for level, indent in enumerate(_INDENT):
        entry = element("lvl", ilvl=str(level))
        shown = ".".join(f"%{number + 1}" for number in range(level + 1))
        for name, value in (
            ("start", "1"),
            ("numFmt", "decimal"),
            ("suff", "tab"),
            ("lvlText", shown),
            ("lvlJc", "left"),
        ):
            entry.append(element(name, val=value))
        properties = element("pPr")
        properties.append(element("ind", left=str(indent), hanging=str(indent)))
        entry.append(properties)
        made.append(entry)
    return made
