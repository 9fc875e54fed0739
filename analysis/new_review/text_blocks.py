"""The parts of a manuscript's file: headings, divs with an id, paragraphs; each can come or go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEADING = re.compile(r"^(#{1,6})\s")
_ID = re.compile(r"\{[^}\n]*#([\w.-]+)")
_OPENS = re.compile(r"^:{3,}\s*\{")
_CLOSES = re.compile(r"^:{3,}\s*$")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together.

    Attributes
    ----------
    lines
        Without the ends of lines, and without blank lines around them.
    name
        The id of a heading or a div; empty for a paragraph.
    level
        Level of a heading, 0 for everything else.
    first
        Number of its first line in the file, 0-based.
    """

    lines: tuple[str, ...]
    name: str
    level: int
    first: int

    @property
    def text(self) -> str:
        """The block as it is written."""
        return "\n".join(self.lines)

    @property
    def last(self) -> int:
        """Number of its last line in the file, 0-based."""
        return self.first + len(self.lines) - 1


def blocks_of(text: str) -> list[Block]:
    """Split a file, without its front matter, into its blocks."""
    lines = text.splitlines()
    found: list[Block] = []
    at = _behind_front_matter(lines)
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        end = _end(lines, at)
        heading = _HEADING.match(lines[at])
        name = _ID.search(lines[at]) if heading or _OPENS.match(lines[at]) else None
        level = len(heading[1]) if heading else 0
        found.append(Block(tuple(lines[at:end]), name[1] if name else "", level, at))
        at = end
    return found


def section_end(blocks: Sequence[Block], position: int, level: int) -> int:
    """Give the position of the first block behind the section, of this level, of a block."""
    further = range(position + 1, len(blocks))
    return next((n for n in further if 0 < blocks[n].level <= level), len(blocks))


def with_lines(text: str, before: int | None, added: Sequence[str]) -> str:
    """Put lines before a line of a text, or at its end, with one blank line around them."""
    lines = text.splitlines()
    at = len(lines) if before is None else before
    head, rest = lines[:at], lines[at:]
    while head and not head[-1].strip():
        head.pop()
    while rest and not rest[0].strip():
        rest.pop(0)
    parts = [part for part in (head, list(added), rest) if part]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def without_blocks(text: str, gone: Sequence[Block]) -> str:
    """Take blocks of a text out, each with the blank lines behind it."""
    lines = text.splitlines()
    for block in sorted(gone, key=lambda entry: entry.first, reverse=True):
        end = block.last + 1
        while end < len(lines) and not lines[end].strip():
            end += 1
        del lines[block.first : end]
    while lines and not lines[-1].strip():
        lines.pop()
    return "\n".join(lines) + "\n"


def _behind_front_matter(lines: Sequence[str]) -> int:
    if not lines or lines[0].rstrip() != "---":
        return 0
    ends = (n for n, line in enumerate(lines[1:], start=2) if line.rstrip() in ("---", "..."))
    return next(ends, 0)


def _end(lines: Sequence[str], at: int) -> int:
    """Give the number of the line behind the block that begins here."""
    if _HEADING.match(lines[at]):
        return at + 1
    fence = _FENCE.match(lines[at])
    if fence:
        ends = (n for n in range(at + 1, len(lines)) if lines[n].strip().startswith(fence[1]))
        return next(ends, len(lines) - 1) + 1
    if _OPENS.match(lines[at]):
        depth = 0
        for number in range(at, len(lines)):
            depth += bool(_OPENS.match(lines[number])) - bool(_CLOSES.match(lines[number]))
            if not depth:
                return number + 1
        return len(lines)
    end = at
    while end < len(lines) and lines[end].strip():
        if end > at and (_OPENS.match(lines[end]) or _HEADING.match(lines[end])):
            break
        end += 1
    return end
