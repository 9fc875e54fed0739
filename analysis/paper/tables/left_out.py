"""Table of the estimates that were extracted but not pooled, with the reason for each."""

from __future__ import annotations

from collections import Counter
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
    from collections.abc import Iterable

    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.results import LeftOut, Synthesis

_COLUMNS = (
    Column("study", "Study"),
    Column("reason", "Why it was not pooled"),
)


def build(synthesis: Synthesis) -> Table:
    """Build the table, grouped by outcome; adverse events come last."""
    reconstructed = {study.study_id for study in synthesis.studies if study.reconstructed}
    body: list[Line] = []
    for outcome in synthesis.outcomes:
        body += _lines(outcome.overall.left_out, outcome.label, reconstructed)
    for event in synthesis.adverse_events:
        group = f"{event.term}, {grade_name(event.grade).lower()}"
        body += _lines(event.pool.left_out, group, reconstructed)
    shown = " ".join(" ".join((*line.cells, line.group or "")) for line in body)
    notes = [
        DAGGER_NOTE if DAGGER in shown else "",
        abbreviations_note(shown, synthesis.abbreviations),
    ]
    return assemble(_COLUMNS, body, notes, "Every estimate that was extracted has been pooled.")


def _lines(items: Iterable[LeftOut], group: str, reconstructed: set[str]) -> list[Line]:
    """Give a line for each study and reason, with the number of rows where there are several."""
    rows = Counter((item.study_id, item.label, item.reason) for item in items)
    return [
        Line(
            (
                text(label) + (DAGGER if study_id in reconstructed else ""),
                sentence(reason) + (f" ({number} rows)" if number > 1 else ""),
            ),
            group,
        )
        for (study_id, label, reason), number in rows.items()
    ]
