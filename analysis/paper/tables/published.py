"""Table of the published results beside those of this edition, and why they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import EN_DASH, MINUS, count, number, p_value
from analysis.measures.registry import MEASURES
from analysis.paper.tables.assembly import Column, Line, assemble
from analysis.paper.tables.cells import (
    DAGGER,
    DAGGER_POOL_NOTE,
    NOT_APPLICABLE,
    abbreviations_note,
    lines,
    text,
)

if TYPE_CHECKING:
    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.published import ComparedNumber, PublishedResult
    from analysis.synthesis.results import Synthesis

_COLUMNS: Final = (
    Column("result", "Result"),
    Column("printed", "Printed", "right"),
    Column("here", "This version", "right"),
    Column("difference", "Difference", "right"),
    Column("why", "Explanation"),
)
_NOTES: Final = (
    "Difference: this version minus print, of the first number of a row; percentage points for "
    "proportions. Bold: would not be printed as it was; a printed number stands for every number "
    "that rounds to it. Error in print: the printed numbers contradict each other, "
    "whatever the data; the check of the audit is named. <em>P</em> beside an estimate is that of "
    "Cochran’s Q."
)
_OTHER: Final = "Other"


def build(synthesis: Synthesis) -> Table:
    """Build the table, grouped by outcome, in the order of the publication.

    Parameters
    ----------
    synthesis : Synthesis
        Its ``published`` results; without any the table says so.
    """
    groups = dict.fromkeys(result.group or _OTHER for result in synthesis.published)
    body = [
        _line(result, group)
        for group in groups
        for result in synthesis.published
        if (result.group or _OTHER) == group
    ]
    shown = " ".join(" ".join((*line.cells, line.group or "")) for line in body)
    notes = [
        _NOTES,
        DAGGER_POOL_NOTE if DAGGER in shown else "",
        abbreviations_note(shown, synthesis.abbreviations),
    ]
    return assemble(_COLUMNS, body, notes if body else [], "No number was published before.")


def _line(result: PublishedResult, group: str) -> Line:
    found = {entry.name: entry for entry in result.numbers}
    dagger = DAGGER if result.reconstructed else ""
    return Line(
        (
            text(result.label) + dagger,
            _cell({name: (entry.printed, False) for name, entry in found.items()}),
            _cell(
                {
                    name: (_here(entry, result.kind), not entry.agrees)
                    for name, entry in found.items()
                }
            ),
            _difference(result),
            lines(map(text, result.explanation)),
        ),
        group,
    )


def _cell(shown: dict[str, tuple[str, bool]]) -> str:
    """Set a result as ``33.8 (26.8–40.7)``, with I² and P in a second line.

    ``shown`` holds the text of each number, and whether it is to stand out.
    """
    cells = {name: _set(value, bold=bold) for name, (value, bold) in shown.items()}
    first = cells.get("estimate", "")
    if "ci_low" in shown and "ci_high" in shown and shown["ci_low"][0] != NOT_APPLICABLE:
        joint = " to " if MINUS in shown["ci_low"][0] + shown["ci_high"][0] else EN_DASH
        first += f" ({cells['ci_low']}{joint}{cells['ci_high']})"
    second = []
    if "i2" in shown:
        value, bold = shown["i2"]
        sign = "" if value == NOT_APPLICABLE else "%"
        second.append(f"<em>I</em>² = {_set(value + sign, bold=bold)}")
    if "p" in shown:
        value, bold = shown["p"]
        bare = value.strip().removeprefix("P").removeprefix("p").strip()
        signed = bare if bare[:1] in "<>=≤≥" else f"= {bare}"
        second.append(f"<em>P</em> {_set(signed, bold=bold)}")
    return lines((first, ", ".join(second)))


def _set(value: str, *, bold: bool) -> str:
    return f"<strong>{text(value)}</strong>" if bold else text(value)


def _here(entry: ComparedNumber, kind: str) -> str:
    value = entry.recomputed
    if value is None:
        return NOT_APPLICABLE
    if entry.name == "p":
        return p_value(value)
    if entry.name == "i2":
        return number(value * 100)
    if kind == "count":
        return count(round(value))
    return MEASURES[kind].number(value)


def _difference(result: PublishedResult) -> str:
    difference = result.difference
    if difference is None:
        return NOT_APPLICABLE
    if result.kind == "count":
        written = count(round(difference))
    elif result.kind == "P":
        written = number(difference, 3)
    else:
        written = MEASURES[result.kind].number(difference)
    return written if written[0] == MINUS or not written.strip("0.") else f"+{written}"
