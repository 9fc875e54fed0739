"""Table of all pooled results: every outcome, overall and in every subgroup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.numbers import number
from analysis.measures.registry import measure
from analysis.paper.tables.assembly import Column, Line, assemble, unread_note
from analysis.paper.tables.cells import (
    DAGGER,
    DAGGER_POOL_NOTE,
    NOT_REACHED_NOTE,
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
    from analysis.synthesis.results import Outcome, Pool, Synthesis


def build(synthesis: Synthesis) -> Table:
    """Build the table, grouped by outcome."""
    level = number(synthesis.level * 100, 0)
    columns = (
        Column("pool", "Studies pooled"),
        Column("studies", "Studies (estimates)", "right"),
        Column("patients", synthesis.people.capitalize(), "right"),
        Column("estimate", f"Estimate ({level}% CI)", "right"),
        Column("i2", "<em>I</em>², %", "center"),
        Column("p", "<em>P</em>", "center"),
        Column("model", "Model"),
    )
    body: list[Line] = []
    pooled: list[Pool] = []
    for outcome in synthesis.outcomes:
        group = _group(outcome)
        parts = [pool for pools in outcome.subgroups.values() for pool in pools]
        body.append(_line(outcome.overall, "All studies", group))
        body += [_line(pool, pool.level_label or pool.level or pool.label, group) for pool in parts]
        pooled += [outcome.overall, *parts]
    shown = " ".join(
        [*(column.heading for column in columns), *(cell for line in body for cell in line.cells)]
    )
    notes = [
        f"<em>P</em> is that of Cochran’s Q. {_several(body)}".strip(),
        models_note(pooled),
        NOT_REACHED_NOTE if "–NR" in shown else "",
        DAGGER_POOL_NOTE if DAGGER in shown else "",
        unread_note(body),
        abbreviations_note(shown, synthesis.abbreviations),
    ]
    return assemble(columns, body, notes if body else [], "No outcome has been pooled.")


def _several(body: list[Line]) -> str:
    if any("(" in line.cells[1] for line in body):
        return "Where a study gives several estimates, their number stands in parentheses."
    return ""


def _group(outcome: Outcome) -> str:
    return measure(outcome.measure).titled(outcome.label, outcome.unit)


def _line(pool: Pool, name: str, group: str) -> Line:
    dagger = DAGGER if pool.reconstructed else ""
    return Line(
        (
            text(name) + dagger,
            contributors(pool),
            whole(pool.n_participants),
            estimate(pool),
            i2(pool),
            heterogeneity_p(pool),
            model(pool),
        ),
        group,
    )
