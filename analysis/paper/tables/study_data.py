"""Table of the data behind every pool: each estimate with its weight, evidence and source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.formatting.grades import grade_name
from analysis.formatting.numbers import number
from analysis.measures.registry import measure
from analysis.paper.tables.assembly import Column, Line, assemble, visible
from analysis.paper.tables.cells import (
    DAGGER,
    DAGGER_NOTE,
    NOT_APPLICABLE,
    NOT_REACHED_NOTE,
    NOT_READ,
    NOT_READ_NOTE,
    abbreviations_note,
    text,
)
from analysis.paper.tables.links import sources

if TYPE_CHECKING:
    from great_tables import GT

    from analysis.synthesis.results import Pool, StudyEstimate, Synthesis

_PERCENT: Final = "%"


def build(synthesis: Synthesis) -> GT:
    """Build the table, grouped by outcome; adverse events come last."""
    level = number(synthesis.level * 100, 0)
    columns = (
        Column("study", "Study", 22),
        Column("counts", "Events/ patients", 8, "right"),
        Column("estimate", f"Estimate ({level}% CI)", 15, "right"),
        Column("weight", "Weight, %", 8, "right"),
        Column("evidence", "Evidence", 11),
        Column("source", "Source", 36),
    )
    pools = _pools(synthesis)
    body = [
        _line(study, pool, measure(pool.measure).titled(name, pool.unit))
        for name, pool in pools
        for study in pool.studies
    ]
    shown = visible(columns, body)
    unread = any(NOT_READ in line.cells for line in body)
    judged = any(study.criteria for _, pool in pools for study in pool.studies)
    endless = any(study.ci_high is None for _, pool in pools for study in pool.studies)
    notes = [
        "Response criteria stand in parentheses where they were read." if judged else "",
        DAGGER_NOTE if DAGGER in shown else "",
        NOT_REACHED_NOTE if endless else "",
        NOT_READ_NOTE if unread else "",
        abbreviations_note(shown, synthesis.abbreviations),
    ]
    return assemble(columns, body, notes if body else [], "No result has been extracted.")


def _pools(synthesis: Synthesis) -> list[tuple[str, Pool]]:
    outcomes = [(outcome.label, outcome.overall) for outcome in synthesis.outcomes]
    events = [
        (f"{event.term}, {grade_name(event.grade).lower()}", event.pool)
        for event in synthesis.adverse_events
    ]
    return outcomes + events


def _line(study: StudyEstimate, pool: Pool, group: str) -> Line:
    measured = measure(pool.measure)
    counts = NOT_APPLICABLE
    if measured.counted:
        counts = f"{NOT_READ if study.events is None else study.events}/"
        counts += NOT_READ if study.n is None else str(study.n)
    return Line(
        (
            _name(study),
            counts,
            measured.estimate(study.estimate, study.ci_low, study.ci_high),
            NOT_APPLICABLE if study.weight is None else number(study.weight * 100),
            text(study.evidence.capitalize()),
            _source(study),
        ),
        group,
    )


def _name(study: StudyEstimate) -> str:
    criteria = "" if study.criteria is None else f" ({text(study.criteria)})"
    return text(study.label) + (DAGGER if study.reconstructed else "") + criteria


def _source(study: StudyEstimate) -> str:
    # One line each: the table has as many rows as the review has estimates.
    report = NOT_READ if study.source is None else sources(study.source)
    return report if study.location is None else f"{report}, {text(study.location)}"
