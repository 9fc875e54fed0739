"""Table of what each study says of the outcomes that are not pooled, outcome by outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import lower_first, number
from analysis.measures.registry import measure
from analysis.paper.figures.forest_columns import design_cell, quality_cell
from analysis.paper.tables.assembly import Column, Line, assemble, visible, without_unread
from analysis.paper.tables.cells import (
    DAGGER,
    DAGGER_NOTE,
    NOT_REPORTED,
    abbreviations_note,
    p_cell,
    study_name,
    text,
    whole,
)
from analysis.synthesis.rating import ratings_for

if TYPE_CHECKING:
    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.results import Finding, Narrative, Study, Synthesis

NO_DIRECTION: Final = "No direction"
_NOTHING: Final = "No outcome is brought together without pooling."


def build(synthesis: Synthesis) -> Table:
    """Build the table; an outcome of one group has no direction and no *P*."""
    level = number(synthesis.level * 100, 0)
    columns = (
        Column("study", "Study"),
        Column("design", "Design"),
        Column("n", "Participants", "right"),
        Column("quality", "Risk of bias or quality"),
        Column("direction", "Favours"),
        Column("estimate", f"Estimate ({level}% CI)", "right"),
        Column("p", "<em>P</em>", "center"),
    )
    studies = {study.study_id: study for study in synthesis.studies}
    body = [line for entry in synthesis.narratives for line in _lines(synthesis, entry, studies)]
    shown, body = without_unread(columns, body, {"quality", "direction", "p"}, "–")
    told = visible(shown, body)
    notes = [
        "<em>P</em> is two-sided, as printed or by Wald’s test of the effect."
        if "<em>P</em>" in told
        else "",
        f"{NOT_REPORTED}, not reported." if NOT_REPORTED in told else "",
        DAGGER_NOTE if DAGGER in told else "",
        abbreviations_note(told, synthesis.abbreviations),
    ]
    return assemble(shown, body, notes if body else [], _NOTHING)


def _lines(synthesis: Synthesis, entry: Narrative, studies: dict[str, Study]) -> list[Line]:
    outcome = entry.outcome
    measured = measure(outcome.measure)
    group = measured.titled(outcome.label, outcome.unit)
    judged = ratings_for(synthesis.ratings, outcome.id)
    return [
        Line(
            (
                study_name(
                    finding.label,
                    studies[finding.study_id].citation_key,
                    reconstructed=studies[finding.study_id].reconstructed,
                ),
                text(design_cell(studies[finding.study_id])),
                whole(finding.n),
                text(quality_cell(synthesis, judged.get(finding.study_id))),
                _direction(finding, entry),
                NOT_REPORTED
                if finding.estimate is None
                else measured.estimate(
                    finding.estimate.estimate, finding.estimate.ci_low, finding.estimate.ci_high
                ),
                "–" if finding.p is None else p_cell(finding.p),
            ),
            group,
        )
        for finding in entry.findings
    ]


def _direction(finding: Finding, entry: Narrative) -> str:
    if finding.direction is None:
        return "–"
    name = {"experimental": entry.outcome.experimental, "control": entry.outcome.control}.get(
        finding.direction
    )
    return NO_DIRECTION if name is None else text(lower_first(name)[:1].upper() + name[1:])
