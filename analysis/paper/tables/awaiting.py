"""Table of the studies that are probably eligible and await extraction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.paper.tables.assembly import Column, Line, assemble, visible, without_unread
from analysis.paper.tables.cells import (
    NOT_READ,
    NOT_READ_NOTE,
    abbreviations_note,
    lines,
    sentence,
    study_name,
    whole,
)
from analysis.paper.tables.links import doi, registrations

if TYPE_CHECKING:
    from great_tables import GT

    from analysis.synthesis.listings import Awaiting
    from analysis.synthesis.results import Synthesis

_COLUMNS: Final = (
    Column("study", "Study", 34),
    Column("design", "Design", 17),
    Column("partner", "Combined with", 14),
    Column("patients", "Patients", 9, "right"),
    Column("why", "What is missing", 26),
)


def build(synthesis: Synthesis) -> GT:
    """Build the table, a study a row, in the order of the data."""
    body = [_line(study) for study in synthesis.awaiting]
    columns, body = without_unread(_COLUMNS, body, {"partner"}, NOT_READ)
    shown = visible(columns, body)
    notes = [
        "Patients: as planned or known so far.",
        NOT_READ_NOTE if any(NOT_READ in line.cells for line in body) else "",
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
