"""Where figures and tables stand in the manuscript, and where one from elsewhere goes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from analysis.manuscript.mentions import ITEM_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from analysis.manuscript.source_line import SourceLine

_DIV = re.compile(r"^\s*:{3,}\s*(.*?)\s*:*\s*$")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*(?:\{([^}]*)\})?\s*$")
_ID = re.compile(rf"\{{[^{{}}]*?#((?:{'|'.join(ITEM_KINDS)})-[\w-]+)[^{{}}]*\}}")
_MENTION = re.compile(rf"(?<![\w\\.])@\{{?((?:{'|'.join(ITEM_KINDS)})-[\w-]*\w)")
_CAPTION = re.compile(r"^\s*(?::|[Tt]able:)\s")
_BELONGS_TO_LIST = re.compile(r"^(?:\s|[-*+] |\d+[.)] )")
_SUPPLEMENT = re.compile(r"supplement|appendix", re.IGNORECASE)
_NEW_SUPPLEMENT: Final = "# Supplementary material {.unnumbered}"


def ranges(lines: Sequence[SourceLine]) -> dict[str, tuple[int, int]]:
    """Find where each figure and table begins and ends; its parts belong to it.

    Parameters
    ----------
    lines
        The body of a manuscript.

    Returns
    -------
    dict
        By id, in the order of the text: the place of the first line, and that behind the last.
    """
    found: dict[str, tuple[int, int]] = {}
    open_divs: list[tuple[int, str | None]] = []
    for number, line in enumerate(lines):
        text = line.prose
        div = _DIV.match(text)
        if div and not div[1]:
            if open_divs:
                start, opened = open_divs.pop()
                if opened is not None:
                    found[opened] = (start, number + 1)
            continue
        within = any(opened for _, opened in open_divs)
        name = None if within or _HEADING.match(text) else _ID.search(text)
        if div:
            open_divs.append((number, name[1] if name else None))
        elif name:
            found[name[1]] = _paragraph(lines, number)
    return dict(sorted(found.items(), key=lambda entry: entry[1]))


def _paragraph(lines: Sequence[SourceLine], at: int) -> tuple[int, int]:
    """Give the lines of a picture, or of a table and its caption, that have no div around them."""
    start, end = _solid(lines, at)
    if _CAPTION.match(lines[start].text):
        above = start - 1
        while above > 0 and not lines[above].text.strip():
            above -= 1
        if above >= 0 and lines[above].text.strip() and not _HEADING.match(lines[above].prose):
            start = _solid(lines, above)[0]
    return start, end


def _solid(lines: Sequence[SourceLine], at: int) -> tuple[int, int]:
    start, end = at, at + 1
    while start > 0 and lines[start - 1].text.strip() and not _DIV.match(lines[start - 1].prose):
        start -= 1
    while end < len(lines) and lines[end].text.strip() and not _DIV.match(lines[end].prose):
        end += 1
    return start, end


class Sections:
    """The headings of a manuscript, its items, and where it first speaks of each."""

    def __init__(self, lines: Sequence[SourceLine]) -> None:
        self.lines = tuple(lines)
        self.items = ranges(lines)
        self.headings = [
            (number, len(match[1]), match[2])
            for number, line in enumerate(lines)
            if not line.code and (match := _HEADING.match(line.text))
        ]
        # A caption leads nobody to an item.
        captions = {n for start, end in self.items.values() for n in range(start, end)}
        self.mentions: dict[str, tuple[int, int]] = {}
        for number, line in enumerate(self.lines):
            for match in () if number in captions else _MENTION.finditer(line.prose):
                self.mentions.setdefault(match[1], (number, match.start()))
        self.supplement = self._supplement()

    def _supplement(self) -> int | None:
        """Give the place of the heading of the supplement, None where there is none."""
        chapters = [(number, title) for number, level, title in self.headings if level == 1]
        named = [number for number, title in chapters if _SUPPLEMENT.search(title)]
        if named:
            return named[0]
        starts = [start for name, (start, _) in self.items.items() if name.startswith("s")]
        holding = [n for n, _ in chapters if starts and n <= starts[-1]]
        last = holding[-1] if holding else None
        return last if last is not None and ".unnumbered" in self.lines[last].text else None

    def is_mentioned(self, name: str) -> bool:
        """Tell whether the main text refers to an item."""
        place = self.mentions.get(name)
        return place is not None and (self.supplement is None or place[0] < self.supplement)

    def order(self, became: Mapping[str, str]) -> Callable[[str], tuple[int, int]]:
        """Give the order in which renamed items are first mentioned, the others behind."""
        was = {new: old for old, new in became.items()}
        last = (len(self.lines), 0)
        return lambda name: self.mentions.get(was[name], last)

    def title_of(self, name: str) -> SourceLine | None:
        """Give the heading that an item stands below."""
        start = self.items[name][0]
        above = [number for number, _, _ in self.headings if number < start]
        return self.lines[above[-1]] if above and above[-1] != self.supplement else None

    def with_item(
        self, name: str, block: Sequence[SourceLine], origin: SourceLine | None
    ) -> tuple[SourceLine, ...]:
        """Give the lines with an item that stands nowhere yet.

        Its number follows the order in which the text speaks of the items of its kind.

        Parameters
        ----------
        name
            Its id.
        block
            Its lines.
        origin
            The heading that it stood below: in the supplement it gets one of the same words.
        """
        blank = replace(block[0], text="", code=False)
        kind = name.split("-", 1)[0] + "-"
        behind = self.supplement if self.supplement is not None else len(self.lines)
        is_supplementary = kind.startswith("s")
        others = [
            (other, span)
            for other, span in self.items.items()
            if other.startswith(kind) and (span[0] >= behind) == is_supplementary
        ]
        never = (len(self.lines), 0)
        own = self.mentions.get(name, never)
        later = next((s for o, s in others if own < self.mentions.get(o, (-1, 0))), None)
        if is_supplementary:
            return self._in_supplement(block, [span for _, span in others], later, origin)
        earlier = [span[1] for o, span in others if self.mentions.get(o, never) < own]
        at = max([self._end_of_block(own[0]), *earlier])
        if later is not None:
            at = min(at, later[0])
        return (*self.lines[:at], blank, *block, blank, *self.lines[at:])

    def _in_supplement(
        self,
        block: Sequence[SourceLine],
        others: Sequence[tuple[int, int]],
        later: tuple[int, int] | None,
        origin: SourceLine | None,
    ) -> tuple[SourceLine, ...]:
        lines, blank = self.lines, replace(block[0], text="", code=False)
        heading: list[SourceLine] = []
        if self.supplement is None:
            made = replace(blank, text=_NEW_SUPPLEMENT, generated=True)
            page = replace(blank, text="{{< pagebreak >}}", generated=True)
            heading = [blank, page, blank, made, blank]
        title = _HEADING.match(origin.text) if origin else None
        if title:
            words = f"## {title[2]} {{.unnumbered}}"
            heading += [replace(blank, text=words, generated=True), blank]
        if later is not None:
            first, _ = self._section(later[0])
            bare = all(not line.text.strip() for line in lines[first + 1 : later[0]])
            if not bare or first == self.supplement or self._several(later[0], others):
                at, heading = later[0], []
            else:
                at = first
        elif others:
            last = others[-1]
            first, end = self._section(last[0])
            alike = self._several(last[0], others) or self._is_titled(last[0], title)
            if alike or first == self.supplement:
                at, heading = last[1], []
            else:
                at = end
        else:
            at = self._end_of_supplement()
        return (*lines[:at], blank, *heading, *block, blank, *lines[at:])

    def _end_of_supplement(self) -> int:
        start = len(self.lines) if self.supplement is None else self.supplement
        behind = (number for number, level, _ in self.headings if level == 1 and number > start)
        return next(behind, len(self.lines))

    def _section(self, place: int) -> tuple[int, int]:
        """Give the heading that a line stands below, and the place of the next one."""
        first = max(number for number, _, _ in self.headings if number < place)
        following = (number for number, _, _ in self.headings if number > place)
        return first, next(following, len(self.lines))

    def _several(self, place: int, others: Sequence[tuple[int, int]]) -> bool:
        """Tell whether the heading of an item is one of several of its kind."""
        first, end = self._section(place)
        return sum(first < start < end for start, _ in others) > 1

    def _is_titled(self, place: int, title: re.Match[str] | None) -> bool:
        heading = _HEADING.match(self.lines[self._section(place)[0]].text)
        return bool(title and heading and heading[2] == title[2])

    def _end_of_block(self, at: int) -> int:
        """Give the next place between two blocks: not within a div, nor within a list."""
        depth = 0
        for number, line in enumerate(self.lines):
            div = _DIV.match(line.prose)
            if div:
                depth += 1 if div[1] else -1
            following = self.lines[number + 1].text if number + 1 < len(self.lines) else ""
            between = not line.text.strip() and not line.code and depth == 0
            if number > at and between and not _BELONGS_TO_LIST.match(following):
                return number
        return len(self.lines)
