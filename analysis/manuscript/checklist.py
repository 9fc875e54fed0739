"""Where the paper reports what a checklist asks for: the data's ids against the manuscript."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from analysis.manuscript.generated_text import passage_id
from analysis.manuscript.numbered import EQUATION, letter_of, numbered_items
from analysis.manuscript.unfinished import STILL_TO_WRITE
from schemas.frame_records import records
from schemas.problems import Problem
from schemas.vocabulary import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from analysis.manuscript.numbered import NumberedItem
    from analysis.manuscript.source_line import Manuscript, SourceLine
    from schemas.problems import Severity
    from schemas.review_data import ReviewData

_CONFIRMED = "yes"

_FILE = "data/prisma_checklist.csv"
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*(?:\{([^}]*)\})?\s*$")
_ID = re.compile(r"#([A-Za-z][\w:.-]*)")
# What stands in the front matter has a name in place of an id.
_FRONT_MATTER = {"title": "Title", "abstract": "Abstract", "keywords": "Keywords"}
_PASSAGE = "passage-"
_DIV = re.compile(r"^\s*:{3,}\s*(\S.*)?$")
_FLOATS = {
    "fig": "Figure ",
    "tbl": "Table ",
    "sfig": "Figure S",
    "stbl": "Table S",
    EQUATION: "Equation ",
}


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One item of a checklist; ``places`` name the sections, figures and tables for a reader."""

    checklist: Literal["main", "abstract", "living"]
    item: str
    section: str
    topic: str
    places: tuple[str, ...]
    note: str | None


def places(manuscript: Manuscript) -> dict[str, str]:
    """Name every heading, figure and table of the paper as a reader finds it.

    Parameters
    ----------
    manuscript
        As `read_manuscript` gives it.

    Returns
    -------
    dict
        From id to ``2.2 Search strategy``, ``Table 1`` or ``Figure S2``; ``title``, ``abstract``
        and ``keywords`` stand for those parts of the front matter. Sections are numbered as Quarto
        numbers them: headings that are ``.unnumbered`` do not count.
    """
    found = {key: name for key, name in _FRONT_MATTER.items() if key in manuscript.front_matter}
    section: list[int] = []
    floats: Counter[str] = Counter()
    parts: Counter[str] = Counter()
    numbered: dict[SourceLine, list[NumberedItem]] = {}
    for item in numbered_items(manuscript, _FLOATS):
        numbered.setdefault(item.line, []).append(item)
    for line in manuscript.body:
        if heading := _HEADING.match(line.prose):
            marks, title, attributes = heading[1], heading[2], heading[3] or ""
            number = ""
            # Pandoc reads {-} as {.unnumbered}.
            unnumbered = ".unnumbered" in attributes or ".appendix" in attributes
            if not unnumbered and attributes.strip() != "-":
                depth = len(marks)
                section = [*section[:depth], *[0] * (depth - len(section))]
                section[-1] += 1
                number = ".".join(map(str, section)) + " "
            if name := _ID.search(attributes):
                found[name[1]] = number + title
        for item in numbered.get(line, ()):
            if item.part_of:
                parts[item.part_of] += 1
                found[item.id] = f"{found[item.part_of]} {letter_of(parts[item.part_of])}"
            else:
                floats[item.kind] += 1
                found[item.id] = f"{_FLOATS[item.kind]}{floats[item.kind]}"
    return found


def passage_sections(manuscript: Manuscript) -> dict[str, str | None]:
    """Say in which section each passage stands, as far as it says something.

    Parameters
    ----------
    manuscript
        As `read_manuscript` gives it, with its passages filled in.

    Returns
    -------
    dict
        From ``passage-deviations`` to the id of the heading above it, or ``abstract``; None where
        the passage is empty or no heading above it has an id.
    """
    found: dict[str, str | None] = {}
    for lines, start in ((manuscript.front_matter_lines, "abstract"), (manuscript.body, None)):
        section: str | None = start
        inside: list[str | None] = []
        for line in lines:
            if heading := _HEADING.match(line.prose):
                name = _ID.search(heading[3] or "")
                section = name[1] if name and start is None else section
            if passage := passage_id(line):
                found.setdefault(_PASSAGE + passage, None)
                inside.append(_PASSAGE + passage)
            elif div := _DIV.match(line.prose):
                if div[1]:
                    inside.append(None)
                elif inside:
                    inside.pop()
            elif line.text.strip():
                found |= {name: section for name in inside if name}
    return found


def reported_at(record: Mapping[Any, Any], sections: Mapping[str, str | None]) -> tuple[str, ...]:
    """Give the ids of an answer, for a passage that of its section, if the passage says anything.

    Empty unless the data carry the item, by a passage that says something, or somebody of the team
    has confirmed it.

    Parameters
    ----------
    record
        A row of the table.
    sections
        As `passage_sections` gives them.
    """
    given = str(record.get("location") or "").split()
    carried = any(sections.get(name) for name in given)
    if not carried and record.get("confirmed") != _CONFIRMED:
        return ()
    names = (sections.get(name, name) for name in given)
    return tuple(dict.fromkeys(name for name in names if name))


def checklist_problems(manuscript: Manuscript, data: ReviewData) -> list[Problem]:
    """Find places that the manuscript does not have, and claims that nobody can have confirmed.

    Items that name a place and wait for the team are one warning, with their number.
    """
    passages = passage_sections(manuscript)
    # What stands elsewhere or has nothing to show is known by its own id, too.
    known = {**places(manuscript), **passages, **manuscript.ids}
    unwritten = _unwritten(manuscript)
    found: list[Problem] = []
    waiting: list[tuple[int, str]] = []
    for record in records(data.prisma_checklist):
        line, names = int(str(record["line"])), str(record["location"] or "").split()
        found += [_unknown(line, name, known) for name in names if name not in known]
        confirmed = record.get("confirmed") == _CONFIRMED
        if confirmed and not names:
            found.append(
                _problem(
                    *(line, "location", None, "checklist-without-place"),
                    "The item is confirmed, but no place is named.",
                    "Name the place, or leave confirmed empty: the item is then not reported.",
                )
            )
        elif confirmed and set(names) <= unwritten:
            found.append(
                _problem(
                    *(line, "confirmed", "yes", "checklist-unwritten"),
                    f"Nothing is written yet at {' and '.join(names)}.",
                    "Write the section first, or leave confirmed empty.",
                )
            )
        elif names and not confirmed and not any(name in passages for name in names):
            waiting.append((line, str(record["item"])))
    if waiting:
        items = f"{len(waiting)} items" if len(waiting) > 1 else f"Item {waiting[0][1]}"
        verb = "name" if len(waiting) > 1 else "names"
        found.append(
            _problem(
                *(waiting[0][0], "confirmed", None, "checklist-unconfirmed"),
                f"{items} {verb} a place that nobody has confirmed; the paper says Not reported.",
                "Read the place, and write yes where the item is reported there.",
                severity="warning",
            )
        )
    return found


def _unwritten(manuscript: Manuscript) -> set[str]:
    """Give the ids of the sections that hold only what a new review begins with."""
    sections: dict[str, list[SourceLine]] = {}
    current = ""
    for line in manuscript.body:
        if heading := _HEADING.match(line.prose):
            name = _ID.search(heading[3] or "")
            current = name[1] if name else ""
        elif line.prose.strip():
            sections.setdefault(current, []).append(line)
    return {
        name
        for name, lines in sections.items()
        if name and all(STILL_TO_WRITE.search(line.prose) for line in lines)
    }


def _problem(
    line: int,
    column: str,
    value: str | None,
    rule: str,
    what: str,
    hint: str,
    severity: Severity = "error",
) -> Problem:
    return Problem(_FILE, line, column, value, what, hint, severity, rule)


def _unknown(line: int, name: str, known: Collection[str]) -> Problem:
    return _problem(
        *(line, "location", name, "checklist-location"),
        f"The manuscript has no heading, figure, table or passage with the id {name}.",
        f"{did_you_mean(name, known)}Correct the id, or give the heading in the manuscript this "
        "id.",
    )


def checklist_items(manuscript: Manuscript, data: ReviewData) -> tuple[ChecklistItem, ...]:
    """Give the checklist with the places as a reader finds them; unknown ids are left out.

    A passage counts as the section it stands in, and only where it says something: an item that
    follows from the data is reported when the data carry it, any other when it is confirmed.
    """
    known, sections = places(manuscript), passage_sections(manuscript)
    return tuple(
        ChecklistItem(
            checklist=record["checklist"],
            item=str(record["item"]),
            section=str(record["section"]),
            topic=str(record["topic"]),
            places=tuple(
                known[now]
                for name in reported_at(record, sections)
                if (now := manuscript.now(name)) in known
            ),
            note=record["note"],
        )
        for record in records(data.prisma_checklist)
    )
