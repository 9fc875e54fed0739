"""Table of the ongoing trials: what is on its way, and when its status was last looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.formatting.dates import written
from analysis.paper.tables.assembly import (
    Column,
    Line,
    assemble,
    unread_note,
    visible,
    without_unread,
)
from analysis.paper.tables.cells import (
    NOT_READ,
    abbreviations_note,
    lines,
    ranges,
    sentence,
    text,
    whole,
)
from analysis.paper.tables.links import registrations

if TYPE_CHECKING:
    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.listings import OngoingTrial
    from analysis.synthesis.results import Synthesis

_COLUMNS: Final = (
    Column("trial", "Trial"),
    Column("phase", "Phase", "center"),
    Column("treatment", "Treatment"),
    Column("patients", "Patients"),
    Column("planned", "Planned", "right"),
    Column("outcome", "Primary outcome"),
    Column("status", "Status"),
)


def build(synthesis: Synthesis) -> Table:
    """Build the table, a trial a row, in the order of the data."""
    body = [_line(trial) for trial in synthesis.ongoing]
    optional = {column.id for column in _COLUMNS} - {"trial", "status"}
    columns, body = without_unread(_COLUMNS, body, optional, NOT_READ)
    shown = visible(columns, body)
    notes = [
        unread_note(body),
        abbreviations_note(shown, synthesis.abbreviations),
    ]
    return assemble(columns, body, notes if body else [], "No ongoing trial has been recorded.")


def _line(trial: OngoingTrial) -> Line:
    checked = "date not recorded" if trial.status_date is None else written(trial.status_date)
    return Line(
        (
            lines(
                [
                    ranges(trial.title),
                    registrations(trial.registry_id),
                    f"Sponsor: {text(trial.sponsor)}" if trial.sponsor else "",
                ]
            ),
            _fact(trial.phase),
            _fact(trial.regimen),
            _fact(trial.population),
            whole(trial.target_n),
            _fact(trial.primary_outcome),
            lines(
                [
                    _fact(trial.status),
                    f"Started {text(written(trial.start))}" if trial.start else "",
                    _completion(trial),
                    "Results posted in the registry" if trial.results_posted else "",
                    f"Last checked: {text(checked)}",
                ]
            ),
        )
    )


def _completion(trial: OngoingTrial) -> str:
    """Say when the primary outcome is complete; when the whole trial is, if that is all we know."""
    day, kind, what = trial.primary_completion, trial.primary_completion_type, "Primary completion"
    if day is None:
        day, kind, what = trial.completion, trial.completion_type, "Completion"
    if day is None:
        return ""
    expected = {"estimated": " expected", "actual": ""}.get(kind or "", " (as registered)")
    return f"{what}{expected}: {text(written(day))}"


def _fact(value: str | None) -> str:
    return NOT_READ if value is None else sentence(value)
