"""Puts the manuscript's sources into the order and under the headings that a journal wants."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from analysis.journal.float_places import bring_forward
from analysis.journal.own_texts import ABSTRACT
from analysis.journal.requirements import SECTIONS
from analysis.manuscript.source_line import SourceLine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analysis.journal.own_texts import OwnTexts
    from analysis.journal.requirements import Abstract, Journal, Section
    from analysis.manuscript.source_line import Manuscript
    from schemas.authors import Authors

_HEADING = re.compile(r"^#\s+(.*?)\s*(\{[^}]*\})?\s*$")
_DEEPER = re.compile(r"^(#{1,5})(\s)")
_ABSTRACT_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*(?:\{[^}]*\})?\s*$")
_ENTRY = re.compile(r"^([A-Za-z][\w-]*):")
_REFERENCES = re.compile(r"^\s*:{3,}\s*\{[^}]*#refs\b")
# Sections that a reader has to find in the text even where a journal's file forgets them.
_MOVED_WHEN_UNLISTED = ("acknowledgements", "declarations")
# Sections in which no figure or table of the text stands.
_BEHIND = (*_MOVED_WHEN_UNLISTED, "references")


@dataclass(frozen=True, slots=True)
class _Part:
    """The lines under one heading of the first level; name is None for what is no known section."""

    name: Section | None
    lines: tuple[SourceLine, ...]


def arrange(
    manuscript: Manuscript, journal: Journal, authors: Authors, own: OwnTexts | None = None
) -> Manuscript:
    """Give the manuscript as a journal wants it.

    Sections known by their ids (``#sec-methods`` ...) are put into the journal's order and renamed;
    every other part stays behind the section it follows. A section that the journal does not list
    is not lost: the conclusions become the end of the discussion, declarations and acknowledgements
    go to the title page (`left_out` names them). Their figures and tables go into the text.

    Parameters
    ----------
    manuscript
        As its authors wrote it.
    journal
        What the journal asks for.
    authors
        For the acknowledgements, which the manuscript itself does not have.
    own
        What they wrote for this journal alone: an abstract of their own replaces the manuscript's.
    """
    front_matter, head = dict(manuscript.front_matter), manuscript.front_matter_lines
    if own is not None and own.abstract is not None:
        front_matter["abstract"] = own.abstract
        head = tuple(_with_abstract(head, own.texts[ABSTRACT.casefold()]))
    elif "abstract" in front_matter:
        front_matter["abstract"] = arrange_abstract(str(front_matter["abstract"]), journal.abstract)
    parts = list(_parts(manuscript.body))
    if authors.acknowledgements and not any(part.name == "acknowledgements" for part in parts):
        parts.append(_acknowledgements(manuscript, authors.acknowledgements))
    parts = _without_own_conclusions(parts, journal)
    if own is not None:
        parts = _with_boxes(parts, list(_boxes_after_text(journal, own)))
    ordered = list(_in_order(parts, journal))
    lines = [_titled(part, journal.section_titles) for part in ordered]
    end = _end_of_text(ordered)
    body = bring_forward(list(chain(*lines[:end])), list(chain(*lines[end:])))
    return replace(manuscript, front_matter=front_matter, front_matter_lines=head, body=body)


def _with_abstract(
    head: Sequence[SourceLine], abstract: Sequence[SourceLine]
) -> Iterator[SourceLine]:
    """Put an abstract into the lines of the front matter, which words are counted in."""
    inside = done = False
    for line in head:
        entry = _ENTRY.match(line.text)
        if entry or line.text.rstrip() == "---":
            inside = entry is not None and entry[1] == "abstract"
        if not inside:
            yield line
        elif not done:
            done = True
            yield replace(line, text="abstract: |")
            yield from (replace(written, text=f"  {written.text}") for written in abstract)


def with_floats_in_text(manuscript: Manuscript) -> Manuscript:
    """Give the manuscript in its own order, with no figure or table among the declarations.

    For forms without pages, which a wide table cannot interrupt.
    """
    from analysis.journal.requirements import Journal
    from schemas.authors import Authors

    return arrange(manuscript, Journal(id="paper", name="The paper itself"), Authors())


def left_out(journal: Journal) -> tuple[str, ...]:
    """Give the ids of the sections that stand on the title page and not in the text."""
    return tuple(f"sec-{name}" for name in _MOVED_WHEN_UNLISTED if name not in journal.sections)


def arrange_abstract(text: str, wanted: Abstract) -> str:
    """Give an abstract the headings of a journal, or none.

    Parameters
    ----------
    text
        Markdown, with or without headings.
    wanted
        What the journal asks for.

    Returns
    -------
    str
        The text as it is where a part of it has no place under the journal's headings: nothing is
        lost, and the preflight says so (`unplaced`).
    """
    if wanted.structured is None and not wanted.headings:
        return text
    parts = _abstract_parts(text)
    if wanted.structured is False:
        return " ".join(" ".join(body.split()) for _, body in parts if body.strip()) + "\n"
    if not wanted.headings or not any(heading for heading, _ in parts):
        return text
    place = {name.casefold(): entry.heading for entry in wanted.headings for name in entry.taken}
    if unplaced(text, wanted):
        return text
    blocks = []
    for entry in wanted.headings:
        bodies = [
            body.strip() for name, body in parts if place.get(name.casefold()) == entry.heading
        ]
        if bodies:
            blocks.append("\n\n".join([f"## {entry.heading}", "\n".join(bodies)]))
    return "\n\n".join(blocks) + "\n"


def unplaced(text: str, wanted: Abstract) -> tuple[str, ...]:
    """Name the parts of an abstract that have no place under a journal's headings."""
    if not wanted.headings:
        return ()
    places = {name.casefold() for entry in wanted.headings for name in entry.taken}
    places |= {entry.heading.casefold() for entry in wanted.headings}
    return tuple(
        name or "before the first heading"
        for name, body in _abstract_parts(text)
        if name.casefold() not in places and body.strip()
    )


def _abstract_parts(text: str) -> list[tuple[str, str]]:
    parts: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines():
        if heading := _ABSTRACT_HEADING.match(line):
            parts.append((heading[1], []))
        else:
            parts[-1][1].append(line)
    return [(name, "\n".join(lines)) for name, lines in parts if name or "".join(lines).strip()]


def _parts(body: Sequence[SourceLine]) -> Iterator[_Part]:
    current: list[SourceLine] = []
    for line in body:
        if _HEADING.match(line.prose) and current:
            yield _Part(_name_of(current), tuple(current))
            current = []
        current.append(line)
    if current:
        yield _Part(_name_of(current), tuple(current))


def _name_of(lines: Sequence[SourceLine]) -> Section | None:
    heading = _HEADING.match(lines[0].prose)
    if heading is None:
        return None
    for name in SECTIONS:
        if re.search(rf"#sec-{name}\b", heading[2] or ""):
            return name
    return "references" if any(_REFERENCES.match(line.text) for line in lines) else None


def _acknowledgements(manuscript: Manuscript, text: str) -> _Part:
    from analysis.manuscript.value import escape
    from schemas.authors import AUTHORS_FILE, NOTHING

    shown = "None." if text.casefold() == NOTHING else escape(text)
    lines = ("# Acknowledgements {#sec-acknowledgements .unnumbered}", "", shown, "")
    return _Part("acknowledgements", tuple(SourceLine(AUTHORS_FILE, 1, line) for line in lines))


def _without_own_conclusions(parts: list[_Part], journal: Journal) -> list[_Part]:
    """Make the conclusions the last part of the discussion where a journal has no such section."""
    if "conclusions" in journal.sections or not any(p.name == "discussion" for p in parts):
        return parts
    conclusions = [part for part in parts if part.name == "conclusions"]
    joined = []
    for part in parts:
        if part.name == "discussion":
            deeper = [
                replace(line, text=_DEEPER.sub(r"#\1\2", line.text)) if not line.code else line
                for other in conclusions
                for line in other.lines
            ]
            blank = replace(part.lines[-1], text="")
            joined.append(_Part("discussion", (*part.lines, blank, *deeper)))
        elif part.name != "conclusions":
            joined.append(part)
    return joined


def _with_boxes(parts: list[_Part], boxes: list[tuple[SourceLine, ...]]) -> list[_Part]:
    """Put the boxes behind the last section of the text."""
    texts = [n for n, part in enumerate(parts) if part.name not in (None, *_BEHIND)]
    end = max(texts, default=-1) + 1
    return [*parts[:end], *(_Part(None, lines) for lines in boxes), *parts[end:]]


def _in_order(parts: list[_Part], journal: Journal) -> Iterator[_Part]:
    """Order the known sections; what is none goes with the section before it."""
    groups: list[list[_Part]] = []
    for part in parts:
        if part.name is None and groups and not _is_supplement_of(part, groups[-1]):
            groups[-1].append(part)
        else:
            groups.append([part])
    rank = {name: index for index, name in enumerate(journal.sections)}
    last = len(rank)

    def place(group: list[_Part]) -> float:
        name = group[0].name
        if name is None:
            # The notice before the first section, and the supplement behind the last.
            return -1 if group is groups[0] else last + 1
        # What is left out of the text goes to its end.
        before_references = rank.get("references", last) - 0.5
        return rank.get(name, before_references)

    for group in sorted(groups, key=place):
        for part in group:
            blank = replace(part.lines[-1], text="", code=False)
            yield replace(part, lines=(*part.lines, blank))


def _end_of_text(parts: list[_Part]) -> int:
    """Give the place behind the last section that is no declaration, and what belongs to it."""
    texts = [n for n, part in enumerate(parts, start=1) if part.name not in (None, *_BEHIND)]
    end = max(texts, default=0)
    while end < len(parts) and parts[end].name is None:
        end += 1
    return end


def _is_supplement_of(part: _Part, group: list[_Part]) -> bool:
    return group[0].name == "references"


def _titled(part: _Part, titles: dict[Section, str]) -> tuple[SourceLine, ...]:
    if part.name is None or part.name not in titles:
        return part.lines
    first = part.lines[0]
    heading = _HEADING.match(first.text)
    attributes = f" {heading[2]}" if heading and heading[2] else ""
    return (replace(first, text=f"# {titles[part.name]}{attributes}"), *part.lines[1:])


def _boxes_after_text(journal: Journal, own: OwnTexts) -> Iterator[tuple[SourceLine, ...]]:
    """Give the lines of the boxes that stand behind the text, each below its heading."""
    for box in journal.boxes:
        lines = own.lines(box)
        if box.place == "after_text" and lines:
            first = lines[0]
            heading = SourceLine(first.file, first.line, f"# {box.heading} {{.unnumbered}}")
            blank = SourceLine(first.file, first.line, "")
            yield (heading, blank, *lines, blank)
