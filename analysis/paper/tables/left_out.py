"""Table of the estimates that were extracted but not pooled, with the reason for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.grades import grade_name
from analysis.paper.tables.assembly import Column, Line, assemble
from analysis.paper.tables.cells import (
    DAGGER,
    DAGGER_NOTE,
    abbreviations_note,
    sentence,
    text,
)

if TYPE_CHECKING:
    from great_tables import GT

    from analysis.synthesis.results import LeftOut, Synthesis

_COLUMNS = (
    Column("study", "Study", 35),
    Column("reason", "Why it was not pooled", 65),
)


def build(synthesis: Synthesis) -> GT:
    """Build the table, grouped by outcome; adverse events come last."""
    reconstructed = {study.study_id for study in synthesis.studies if study.reconstructed}
    body: list[Line] = []
    for outcome in synthesis.outcomes:
        body += [_line(item, outcome.label, reconstructed) for item in outcome.overall.left_out]
    for event in synthesis.adverse_events:
        group = f"{event.term}, {grade_name(event.grade).lower()}"
        body += [_line(item, group, reconstructed) for item in event.pool.left_out]
    shown = " ".join(" ".join((*line.cells, line.group or "")) for line in body)
    notes = [
        DAGGER_NOTE if DAGGER in shown else "",
        abbreviations_note(shown, synthesis.abbreviations),
    ]
    return assemble(_COLUMNS, body, notes, "Every estimate that was extracted has been pooled.")


def _line(item: LeftOut, group: str, reconstructed: set[str]) -> Line:
    dagger = DAGGER if item.study_id in reconstructed else ""
    return Line((text(item.label) + dagger, sentence(item.reason)), group)
