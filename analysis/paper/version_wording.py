"""How changes are worded, in tables, in the terminal and in comments alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.grades import grade_name
from analysis.formatting.numbers import MINUS, lower_first
from analysis.measures.registry import measure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analysis.synthesis.versions import (
        Cause,
        Crossing,
        Headline,
        PoolChange,
        PoolState,
        RowChange,
        Step,
        StudyChange,
        Version,
    )

CAUSES: dict[Cause, str] = {
    "program": "the program",
    "removed": "rows removed",
    "added": "rows added",
    "corrected": "rows corrected",
    "protocol": "the protocol",
}
_ROW_COUNTS = {
    "verified": "verified",
    "derived": "derived",
    "data_set": "from a data set",
    "reconstructed": "reconstructed",
}
_MOST = 8


def row_counts(versions: Iterable[Version]) -> dict[str, str]:
    """Give the counts of rows that versions record and their words, without what none of them has.

    In the order in which they are printed.
    """
    found = {name for version in versions for name, number in version.rows.items() if number}
    return {name: words for name, words in _ROW_COUNTS.items() if name in found} or {
        "verified": _ROW_COUNTS["verified"]
    }


def pool_name(state: PoolState) -> str:
    """Name a pool in a few words: ``Objective response rate, Radiotherapy``."""
    parts = [state.label]
    if state.grade:
        parts.append(lower_first(grade_name(state.grade)))
    if state.level:
        parts.append(state.level_label or state.level)
    return ", ".join(parts)


def shown(state: PoolState | None) -> str:
    """Write a pool's estimate with its interval and unit."""
    if state is None or state.estimate is None:
        return "not pooled"
    return _estimate(state)


def headline_shown(entry: Headline) -> str:
    """Write an outcome's overall estimate with its interval and unit."""
    return "not pooled" if entry.estimate is None else _estimate(entry)


def _estimate(entry: PoolState | Headline) -> str:
    measured = measure(entry.measure)
    value = measured.amount(entry.estimate or 0.0, entry.unit)
    if entry.ci_low is None:
        return value
    return f"{value} ({measured.limits(entry.ci_low, entry.ci_high)})"


def difference_shown(change: PoolChange, value: float | None = None) -> str:
    """Write a difference of estimates with its sign: ``+1.2 percentage points``."""
    difference = change.difference if value is None else value
    if difference is None:
        return ""
    state = change.state
    written = measure(state.measure).distance(difference, state.unit, decimals=2)
    digits, _, _ = written.partition(" ")
    sign = "" if digits.startswith(MINUS) or not digits.strip("0.") else "+"
    return f"{sign}{written}"


def moved_by(change: PoolChange) -> list[str]:
    """Say what moved an estimate: ``rows added (Zhou 2025): +1.2 percentage points``."""
    return [_step(change, step) for step in change.steps]


def _step(change: PoolChange, step: Step) -> str:
    causes = " and ".join(CAUSES[cause] for cause in step.causes)
    return f"{causes}{_named(step.studies)}: {difference_shown(change, step.difference)}"


def _named(studies: tuple[str, ...]) -> str:
    if not studies:
        return ""
    more = len(studies) - _MOST
    listed = list(studies[:_MOST]) + ([f"{more} more"] if more > 0 else [])
    return f" ({', '.join(listed)})"


def study_told(study: StudyChange) -> str:
    """Say what happened to a study: ``added, in the place of Reconstructed ICI 1``."""
    if study.replaced:
        return f"{study.action}, in the place of {study.replaced}"
    return study.action


def crossing_told(crossing: Crossing) -> str:
    """Say what follows from a crossed threshold: ``changes a conclusion``."""
    if crossing.conclusion:
        return "changes a conclusion"
    undrawn = ", no conclusion because of reconstructed rows" if crossing.undrawn else ""
    return f"threshold: {crossing.kind}{undrawn}"


def row_named(row: RowChange) -> str:
    """Name a row of a study: ``outcomes: ORR, RECIST 1.1``."""
    rest = ", ".join(part for part in row.key[1:] if part)
    table = row.table.replace("_", " ")
    return f"{table}: {rest}" if rest else table


def cells_told(row: RowChange) -> list[str]:
    """Say what changed in a row: ``events: 10 → 16``."""
    if not row.cells:
        return [f"row {row.action}"]
    return [
        f"{cell.column}: {cell.before or 'empty'} → {cell.after or 'empty'}" for cell in row.cells
    ]
