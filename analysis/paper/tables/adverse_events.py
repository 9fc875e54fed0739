"""Table of the pooled adverse events, by grade and in the order of their incidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.grades import grade_name
from analysis.formatting.numbers import number
from analysis.paper.tables.assembly import Column, Line, assemble
from analysis.paper.tables.cells import (
    DAGGER,
    DAGGER_POOL_NOTE,
    NOT_APPLICABLE,
    NOT_READ,
    NOT_READ_NOTE,
    abbreviations_note,
    contributors,
    estimate,
    heterogeneity_p,
    i2,
    model,
    models_note,
    text,
    whole,
)

if TYPE_CHECKING:
    from great_tables import GT

    from analysis.synthesis.results import AdverseEvent, Synthesis


def build(synthesis: Synthesis) -> GT:
    """Build the table; terms that were listed but not pooled stand at the end of their grade."""
    level = number(synthesis.level * 100, 0)
    columns = (
        Column("term", "Adverse event", 25),
        Column("studies", "Studies", 9, "right"),
        Column("patients", "Patients", 10, "right"),
        Column("events", "Events", 8, "right"),
        Column("incidence", f"Incidence, % ({level}% CI)", 20, "right"),
        Column("i2", "<em>I</em>², %", 8, "center"),
        Column("p", "<em>P</em>", 8, "center"),
        Column("model", "Model", 12),
    )
    grades = list(dict.fromkeys(event.grade for event in synthesis.adverse_events))
    body = [
        _line(event)
        for grade in grades
        for event in sorted(
            (event for event in synthesis.adverse_events if event.grade == grade), key=_rank
        )
    ]
    shown = " ".join(
        [*(column.heading for column in columns), *(cell for line in body for cell in line.cells)]
    )
    notes = [
        "<em>P</em> is that of Cochran’s Q.",
        _too_few_note(synthesis.adverse_events),
        models_note(event.pool for event in synthesis.adverse_events if event.pooled),
        DAGGER_POOL_NOTE if DAGGER in shown else "",
        NOT_READ_NOTE if any(NOT_READ in line.cells for line in body) else "",
        abbreviations_note(shown, synthesis.abbreviations),
    ]
    return assemble(columns, body, notes if body else [], "No adverse event has been extracted.")


def _too_few_note(events: tuple[AdverseEvent, ...]) -> str:
    if all(event.pooled for event in events):
        return ""
    return "Not pooled: fewer studies than the protocol asks for could be pooled."


def _rank(event: AdverseEvent) -> tuple[bool, float, str]:
    listed_only = not event.pooled
    # Terms without a pooled estimate have no place in an order by incidence.
    incidence = 0.0 if listed_only or event.pool.estimate is None else -event.pool.estimate
    return (listed_only, incidence, event.term.casefold())


def _line(event: AdverseEvent) -> Line:
    pool = event.pool
    name = text(event.term) + (DAGGER if pool.reconstructed else "")
    counted = (name, contributors(pool), whole(pool.n_participants), whole(pool.events))
    if not event.pooled:
        statistics = (NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE, "Not pooled")
    else:
        statistics = (estimate(pool), i2(pool), heterogeneity_p(pool), model(pool))
    return Line((*counted, *statistics), grade_name(event.grade))
