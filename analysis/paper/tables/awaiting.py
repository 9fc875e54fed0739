"""Table of the studies that are probably eligible and await extraction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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
    sentence,
    study_name,
    whole,
)
from analysis.paper.tables.links import doi, registrations

if TYPE_CHECKING:
    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.listings import Awaiting
    from analysis.synthesis.results import Synthesis

_COLUMNS: Final = (
    Column("study", "Study"),
    Column("design", "Design"),
    Column("partner", "Combined with"),
    Column("patients", "Patients", "right"),
    Column("why", "What is missing"),
)


def build(synthesis: Synthesis) -> Table:
    """Build the table, a study a row, in the order of the data."""
    body = [_line(study) for study in synthesis.awaiting]
    columns, body = without_unread(_COLUMNS, body, {"partner"}, NOT_READ)
    shown = visible(columns, body)
    notes = [
        "Patients: as planned or known so far.",
        unread_note(body),
        abbreviations_note(shown, synthesis.abbreviations),
    ]
    return assemble(columns, body, notes if body else [], "No study awaits extraction.")


def _line(study: Awaiting) -> Line:
    return Line(
        (
            lines(
                [
                    study_name(study.title, study.citation_key, reconstructed=False),
                    registrations(study.registry_id),
                    doi(study.doi) if study.doi else "",
                ]
            ),
            _fact(study.design),
            _fact(study.partner),
            whole(study.n_planned),
            _fact(study.why_waiting),
        )
    )


def _fact(value: str | None) -> str:
    return NOT_READ if value is None else sentence(value)
