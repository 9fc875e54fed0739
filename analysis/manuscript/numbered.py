"""Figures, tables and formulas that carry a number, in the order in which they get it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from analysis.manuscript.source_line import Manuscript, SourceLine

#: Prefix of formulas, which are numbered and no figure or table.
EQUATION = "eq"

_DIV = re.compile(r"^\s*:{3,}\s*(.*?)\s*:*\s*$")
_HEADING = re.compile(r"^\s*#{1,6}\s")
# The braces of a div, a picture, a table's caption or a formula.
_IDENTIFIER = re.compile(r"\{[^{}]*?#([A-Za-z][\w:.-]*\w)[^{}]*\}")


@dataclass(frozen=True, slots=True)
class NumberedItem:
    """Something with a number.

    Attributes
    ----------
    id
        As the author wrote it.
    kind
        ``fig``, ``tbl``, one of the custom kinds, or ``eq``.
    line
        Where its id stands.
    part_of
        Id of the figure of which it is a part, (a) or (b); None for what has a number of its own.
    content
        What stands inside its div; empty for a picture, table or formula with an id of its own.
    is_div
        Whether it is a div.
    """

    id: str
    kind: str
    line: SourceLine
    part_of: str | None
    content: tuple[SourceLine, ...]
    is_div: bool


def numbered_items(manuscript: Manuscript, kinds: Collection[str]) -> tuple[NumberedItem, ...]:
    """Find everything that is numbered.

    Parameters
    ----------
    manuscript
        As `read_manuscript` gives it.
    kinds
        Prefixes of figures and tables, as `float_kinds` gives them.
    """
    found: list[tuple[str, SourceLine, str | None, list[SourceLine], bool]] = []
    # Of each open div, the place of its item in `found`, None for any other div.
    open_divs: list[int | None] = []
    for line in manuscript.body:
        text = line.prose
        div = _DIV.match(text)
        around = [place for place in open_divs if place is not None]
        if div and not div[1]:
            if open_divs:
                open_divs.pop()
            continue
        for place in around:
            found[place][3].append(line)
        opened: int | None = None
        for name in _names(text, {*kinds, EQUATION}):
            is_formula = name.startswith(f"{EQUATION}-")
            parent = found[around[0]][0] if around and not is_formula else None
            opened = len(found)
            found.append((name, line, parent, [], bool(div)))
        if div:
            open_divs.append(opened)
    return tuple(
        NumberedItem(name, name.split("-", 1)[0], line, parent, tuple(content), is_div)
        for name, line, parent, content, is_div in found
    )


def _names(text: str, kinds: Collection[str]) -> Iterator[str]:
    if _HEADING.match(text):
        return
    for match in _IDENTIFIER.finditer(text):
        if match[1].split("-", 1)[0] in kinds and "-" in match[1]:
            yield match[1]


def letter_of(count: int) -> str:
    """Give the mark of a part: ``(a)`` for 1."""
    return f"({chr(ord('a') + count - 1)})"
