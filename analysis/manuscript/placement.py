"""Puts figures and tables where the protocol wants them, and takes out what is not shown.

Authors write an item once, under one id. Where it is to stand in the other part of the paper, its
id there begins with an s or loses it, its div goes there, and every reference follows. What is left
out, or has nothing to show, goes with its references and with the headings that have nothing left.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from analysis.manuscript.generated_text import passage_id
from analysis.manuscript.item_places import Sections, ranges
from analysis.manuscript.mentions import without_references
from schemas.problems import Problem
from schemas.protocol_display import twin

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from analysis.manuscript.source_line import Manuscript, SourceLine

#: ``empty`` is what nobody left out and has nothing to show.
Place = Literal["main", "supplement", "none", "empty"]
LEFT_OUT: Final = ("none", "empty")
_OPENING = re.compile(r"^\s*:{3,}\s*\S")
_CLOSING = re.compile(r"^\s*:{3,}\s*$")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*(?:\{([^}]*)\})?\s*$")
_SECTION = re.compile(r"\{[^}]*#([A-Za-z][\w:.-]*)")
_BREAK = re.compile(r"^\s*\{\{<\s*pagebreak\s*>\}\}\s*$")


@dataclass(slots=True)
class _Desk:
    """The manuscript on which the work is done."""

    manuscript: Manuscript
    ids: dict[str, str | None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    marks: list[SourceLine] = field(default_factory=list)
    gone: list[tuple[SourceLine, str]] = field(default_factory=list)

    @property
    def lines(self) -> tuple[SourceLine, ...]:
        return self.manuscript.body

    @lines.setter
    def lines(self, lines: Collection[SourceLine]) -> None:
        self.manuscript = replace(self.manuscript, body=tuple(lines))

    def take(self, start: int, end: int) -> tuple[SourceLine, ...]:
        """Take lines out; an empty one marks where they were. A div around nothing goes too."""
        taken = self.lines[start:end]
        while around := _frame(self.lines, start, end):
            start, end = around
        self.marks.append(replace(taken[0], text="", code=False))
        self.lines = (*self.lines[:start], self.marks[-1], *self.lines[end:])
        return taken


def place(
    manuscript: Manuscript, places: Mapping[str, Place], passages: Mapping[str, str]
) -> Manuscript:
    """Give the manuscript with every item in its place, and nothing empty.

    Parameters
    ----------
    manuscript
        With its passages filled in, as its authors wrote it otherwise.
    places
        The items that stand elsewhere than their ids say, by these ids; others are passed over.
    passages
        The passages by id: below an empty one a heading may have nothing left.

    Returns
    -------
    Manuscript
        Its ``ids`` say what became of an id, its ``problems`` what could not be done.
    """
    desk = _Desk(manuscript)
    there = ranges(desk.lines)
    chosen: dict[str, Place] = {name: where for name, where in places.items() if name in there}
    for name in _going(desk, chosen):
        desk.ids[name] = None
        desk.take(*ranges(desk.lines)[name])
        _parts(desk, there[name], manuscript.body)
    _forget(desk, [name for name, where in desk.ids.items() if where is None])
    moving = [n for n, where in chosen.items() if where not in LEFT_OUT and where != _home(n)]
    if moving:
        _move(desk, moving)
    _without_empty_sections(desk, passages)
    return replace(
        desk.manuscript,
        ids=desk.ids,
        problems=tuple(desk.problems),
        left_out=tuple(line for line, _ in desk.gone),
        placed=desk.lines != manuscript.body,
    )


def _frame(lines: tuple[SourceLine, ...], start: int, end: int) -> tuple[int, int] | None:
    """Give the div in which nothing but these lines stands."""
    while start > 0 and not lines[start - 1].text.strip():
        start -= 1
    while end < len(lines) and not lines[end].text.strip():
        end += 1
    within = start > 0 and end < len(lines)
    if within and _OPENING.match(lines[start - 1].prose) and _CLOSING.match(lines[end].prose):
        return start - 1, end + 1
    return None


def _home(name: str) -> Place:
    return "supplement" if name.startswith("s") else "main"


def _parts(desk: _Desk, span: tuple[int, int], lines: tuple[SourceLine, ...]) -> None:
    """Note what stands in an item, such as its parts (a) and (b), as gone too."""
    for line in lines[slice(*span)]:
        for match in _SECTION.finditer(line.prose):
            desk.ids.setdefault(match[1], None)


def _going(desk: _Desk, chosen: Mapping[str, Place]) -> dict[str, Place]:
    """Give the items that go; one with nothing to show stays where its references cannot go."""
    going: dict[str, Place] = {n: where for n, where in chosen.items() if where in LEFT_OUT}
    spans = ranges(desk.lines)
    while going:
        inside = {id(x) for name in going for x in desk.lines[slice(*spans[name])]}
        # What a caption says goes with its item.
        rest = tuple(line for line in desk.lines if id(line) not in inside)
        kept = without_references(replace(desk.manuscript, body=rest), going).kept
        staying = {entry.id for entry in kept if going[entry.id] == "empty"}
        if not staying:
            desk.problems += [
                _problem(
                    entry.line,
                    entry.id,
                    f"The protocol leaves {entry.id} out, but {entry.why}.",
                    "Write the reference in parentheses or as a sentence of its own, so that it "
                    "can go alone, or change the placement in data/protocol.yml.",
                )
                for entry in kept
            ]
            for name in {entry.id for entry in kept}:
                del going[name]
            return going
        desk.problems += [
            _problem(
                entry.line,
                entry.id,
                f"{entry.id} has nothing to show, and stays in the paper because {entry.why}.",
                "Write the reference in parentheses or as a sentence of its own; the item then "
                "vanishes with it.",
                warning=True,
            )
            for entry in kept
            if entry.id in staying
        ]
        for name in staying:
            del going[name]
    return going


def _forget(desk: _Desk, names: Collection[str]) -> None:
    if names:
        trimmed = without_references(desk.manuscript, names)
        desk.lines = trimmed.lines
        desk.marks += trimmed.empty
        desk.gone += trimmed.sentences


def _move(desk: _Desk, names: Collection[str]) -> None:
    """Rename items, then put them where the other part of the paper first speaks of them."""
    sections = Sections(desk.lines)
    became = {name: twin(name) for name in names}
    homeless = [
        name for name in names if _home(name) == "supplement" and not sections.is_mentioned(name)
    ]
    for name in homeless:
        line = desk.lines[ranges(desk.lines)[name][0]]
        what = f"The protocol wants {name} in the main text, which never refers to it."
        hint = f"Write @{name} in the main text where the item is to stand."
        desk.problems.append(_problem(line, name, what, hint))
        del became[name]
    desk.ids |= became
    pattern = re.compile(rf"(?<=[@#{{])({'|'.join(map(re.escape, became))})(?![\w-])")

    def renamed(line: SourceLine) -> SourceLine:
        if not became or line.code or not pattern.search(line.prose):
            return line
        return replace(line, text=pattern.sub(lambda match: became[match[1]], line.text))

    origins = {new: sections.title_of(old) for old, new in became.items()}
    desk.lines = tuple(map(renamed, desk.lines))
    for name in sorted(became.values(), key=sections.order(became)):
        block = desk.take(*ranges(desk.lines)[name])
        desk.lines = Sections(desk.lines).with_item(name, block, origins[name])


def _without_empty_sections(desk: _Desk, passages: Mapping[str, str]) -> None:
    """Take out the headings below which something vanished and nothing is left."""
    start = 0
    while True:
        found = next(_empty_sections(desk, passages, start), None)
        if found is None:
            break
        first, end = found
        inner = desk.lines[first:end]
        named = [m[1] for line in inner if (m := _SECTION.search(line.prose))]
        names = [name for name in named if not name.startswith("passage-")]
        start = first + 1
        if names:
            without = (*desk.lines[:first], *desk.lines[end:])
            trimmed = without_references(replace(desk.manuscript, body=without), names)
            if trimmed.kept:
                continue  # the text speaks of the section: its heading stays
        desk.take(first, end)
        desk.ids |= dict.fromkeys(named)
        _forget(desk, names)
        start = 0
    _without_last_break(desk)


def _empty_sections(
    desk: _Desk, passages: Mapping[str, str], start: int
) -> Iterator[tuple[int, int]]:
    lines, marks = desk.lines, {id(line) for line in desk.marks}
    empty = _empty_passages(lines, passages)
    levels = [
        (number, len(match[1]))
        for number, line in enumerate(lines)
        if not line.code and (match := _HEADING.match(line.text))
    ]
    for place, (first, level) in enumerate(levels):
        behind = (number for number, other in levels[place + 1 :] if other <= level)
        end = next(behind, len(lines))
        inner = range(first + 1, end)
        headings = {number for number, _ in levels}
        nothing = all(
            not lines[n].text.strip() or n in empty or n in headings or _BREAK.match(lines[n].text)
            for n in inner
        )
        if first >= start and nothing and any(id(lines[n]) in marks or n in empty for n in inner):
            yield first, end


def _empty_passages(lines: tuple[SourceLine, ...], passages: Mapping[str, str]) -> frozenset[int]:
    """Give the lines of divs whose passage has nothing to say."""
    found: set[int] = set()
    for number, line in enumerate(lines):
        name = passage_id(line)
        if name is None or passages.get(name) != "":
            continue
        end = next(n for n in range(number + 1, len(lines)) if lines[n].text.strip())
        if _CLOSING.match(lines[end].prose):
            found |= {number, end}
    return frozenset(found)


def _without_last_break(desk: _Desk) -> None:
    """Take out the break before a page that nothing is left for."""
    if not desk.marks:
        return
    lines = list(desk.lines)
    while lines and (not lines[-1].text.strip() or _BREAK.match(lines[-1].text)):
        lines.pop()
    desk.lines = tuple(lines)


def _problem(
    line: SourceLine, name: str, what: str, hint: str, *, warning: bool = False
) -> Problem:
    severity = "warning" if warning else "error"
    return Problem(line.file, line.line, None, f"@{name}", what, hint, severity, "placement")
