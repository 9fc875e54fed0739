"""Table of the pooled adverse events, by grade and in the order of their incidence.

Where two groups are compared, both have a column of patients with the event of all patients, and
the result is headed by the measure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.grades import grade_name
from analysis.formatting.numbers import lower_first, number
from analysis.paper.harms_text import arms, measured, order_words, side_counts
from analysis.paper.tables.assembly import Column, Line, assemble, unread_note
from analysis.paper.tables.cells import (
    DAGGER,
    DAGGER_POOL_NOTE,
    NOT_APPLICABLE,
    NOT_READ,
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
    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.results import AdverseEvent, Synthesis


def build(synthesis: Synthesis) -> Table:
    """Build the table; terms that were listed but not pooled stand at the end of their grade."""
    columns = _columns(synthesis)
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
        _compared_note(synthesis.adverse_events),
        "<em>P</em> is that of Cochran’s Q.",
        _too_few_note(synthesis.adverse_events),
        models_note(event.pool for event in synthesis.adverse_events if event.pooled),
        DAGGER_POOL_NOTE if DAGGER in shown else "",
        unread_note(body),
        abbreviations_note(shown, synthesis.abbreviations),
    ]
    return assemble(columns, body, notes if body else [], "No adverse event has been extracted.")


def _columns(synthesis: Synthesis) -> tuple[Column, ...]:
    events, level = synthesis.adverse_events, synthesis.level
    names = arms(events)
    if names is None:
        counted = (
            Column("patients", "Patients", "right"),
            Column("events", "Events", "right"),
        )
        estimates = f"Incidence, % ({number(level * 100, 0)}% CI)"
    else:
        counted = tuple(
            Column(role, f"{text(name)}, events/<em>n</em>", "right")
            for role, name in zip(("experimental", "control"), names, strict=True)
        )
        estimates = measured(events).heading(events[0].pool.unit, level)
    return (
        Column("term", "Adverse event"),
        Column("studies", "Studies", "right"),
        *counted,
        Column("estimate", estimates, "right"),
        Column("i2", "<em>I</em>², %", "center"),
        Column("p", "<em>P</em>", "center"),
        Column("model", "Model"),
    )


def _compared_note(events: tuple[AdverseEvent, ...]) -> str:
    """Say what is compared with what, and in which order; nothing for one group."""
    names = arms(events)
    if names is None:
        return ""
    found = measured(events)
    sides = f"{text(names[0])} against {text(lower_first(names[1]))}"
    return f"{found.short}: {found.label}, {sides}; terms in the order of {order_words(events)}."


def _too_few_note(events: tuple[AdverseEvent, ...]) -> str:
    if all(event.pooled for event in events):
        return ""
    return "Not pooled: fewer studies than the protocol asks for could be pooled."


def _rank(event: AdverseEvent) -> tuple[bool, float, str]:
    listed_only = not event.pooled
    # Terms without a pooled estimate have no place in an order by incidence.
    incidence = 0.0 if listed_only or event.pool.estimate is None else -event.frequency
    return (listed_only, incidence, event.term.casefold())


def _line(event: AdverseEvent) -> Line:
    pool = event.pool
    name = text(event.term) + (DAGGER if pool.reconstructed else "")
    counts = (whole(pool.n_participants), whole(pool.events))
    if event.experimental is not None:
        counts = side_counts(pool) or (NOT_READ, NOT_READ)
    counted = (name, contributors(pool), *counts)
    if not event.pooled:
        statistics = (NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE, "Not pooled")
    else:
        statistics = (estimate(pool), i2(pool), heterogeneity_p(pool), model(pool))
    return Line((*counted, *statistics), grade_name(event.grade))
