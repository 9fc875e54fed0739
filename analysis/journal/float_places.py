"""Figures and tables that stand behind the text, among the declarations, brought into it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.manuscript.source_line import SourceLine

_OPENING = re.compile(r"^\s*:{3,}\s*\S")
_CLOSING = re.compile(r"^\s*:{3,}\s*$")
_FLOAT = re.compile(r"^\s*:{3,}\s*\{[^}]*#((?:fig|tbl)-[\w-]+)")
_BELONGS_TO_LIST = re.compile(r"^(?:\s|[-*+] |\d+[.)] )")


def bring_forward(
    text: Sequence[SourceLine], behind: Sequence[SourceLine]
) -> tuple[SourceLine, ...]:
    """Put figures and tables behind the paragraph that first speaks of them.

    A wide table is written at the end of the paper, so that its pages interrupt nothing. A journal
    that wants tables in the text wants it there. Its number stays the same: it never comes before
    a figure or table of its kind that stands in the text.

    Parameters
    ----------
    text
        The lines of the main text.
    behind
        Those of declarations, acknowledgements, references and supplement.

    Returns
    -------
    tuple of SourceLine
        All of them.
    """
    found, rest = _taken(behind)
    lines = list(text)
    for block in found:
        place = _place_of(_name_of(block[0]) or "", lines)
        empty = replace(block[0], text="", code=False)
        lines[place:place] = [empty, *block, empty]
    return (*lines, *rest)


def _taken(lines: Sequence[SourceLine]) -> tuple[list[list[SourceLine]], list[SourceLine]]:
    blocks: list[list[SourceLine]] = []
    rest: list[SourceLine] = []
    is_open = False
    for line in lines:
        if not is_open and _name_of(line):
            blocks.append([])
            is_open = True
        (blocks[-1] if is_open else rest).append(line)
        if is_open and _CLOSING.match(line.prose):
            is_open = False
    return blocks, rest


def _place_of(name: str, lines: Sequence[SourceLine]) -> int:
    """Give the place behind the first mention, and behind what is numbered before it."""
    mention = re.compile(rf"@{re.escape(name)}(?![\w-])")
    first = next((n for n, line in enumerate(lines) if mention.search(line.prose)), None)
    if first is None:
        return len(lines)
    kind = name.split("-", 1)[0]
    before = [n for n, line in enumerate(lines) if (_name_of(line) or "").startswith(f"{kind}-")]
    return _end_of_block(lines, max([first, *before]))


def _end_of_block(lines: Sequence[SourceLine], start: int) -> int:
    """Give the next place between two blocks: not within a div, nor within a list."""
    depth = 0
    for number, line in enumerate(lines):
        if _CLOSING.match(line.prose):
            depth -= 1
        elif _OPENING.match(line.prose):
            depth += 1
        follows = lines[number + 1].text if number + 1 < len(lines) else ""
        is_between = not line.text.strip() and not line.code and depth == 0
        if number > start and is_between and not _BELONGS_TO_LIST.match(follows):
            return number
    return len(lines)


def _name_of(line: SourceLine) -> str | None:
    found = _FLOAT.match(line.prose)
    return found[1] if found else None
