"""Pooled adverse events: one panel for each grade, the commonest term first.

Where two groups are compared, a term has the numbers of both and the mark of the comparison.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from analysis.formatting.grades import grade_name
from analysis.formatting.numbers import count, number
from analysis.measures.registry import measure
from analysis.paper.figures import forest
from analysis.paper.figures.forest_cells import arm_column
from analysis.paper.figures.forest_content import (
    DAGGER,
    RECONSTRUCTED_POOL,
    Block,
    Heading,
    Row,
    nothing,
    pool_mark,
    sides_of,
)
from analysis.paper.harms_text import arms, axis_label, measured, order_words, side_counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from analysis.synthesis.results import AdverseEvent, Pool, Synthesis
    from schemas.protocol import DisplayItem

__all__ = ["alt_text", "by_grade", "figures"]

# Pools of their own, not shares of one: squares of one size.
_AREA = 0.45
TITLE = "Adverse events"
NONE_RECORDED = "No adverse event has been recorded."
NONE_POOLED = "No adverse event of this grade could be pooled."


def figures(synthesis: Synthesis, item: DisplayItem) -> tuple[Figure, ...]:
    """Draw one row for each term, ordered by incidence, with the terms only listed below."""
    return forest.figures_of_blocks(blocks(synthesis, item), name=item.id)


def blocks(synthesis: Synthesis, item: DisplayItem) -> list[Block]:
    """Make the panels, with all their rows."""
    found = [_block(grade, events, synthesis.level) for grade, events in by_grade(synthesis)]
    return found or [nothing(NONE_RECORDED, TITLE)]


def alt_text(synthesis: Synthesis, item: DisplayItem) -> str:
    """Describe the panels in plain sentences made from their numbers."""
    groups = by_grade(synthesis)
    if not groups:
        return f"Forest plot of adverse events. {NONE_RECORDED}"
    order = order_words(synthesis.adverse_events)
    sentences = [f"Forest plot of pooled adverse events, ordered by {order}."]
    names = arms(synthesis.adverse_events)
    if names is not None:
        what = measured(synthesis.adverse_events).several
        sentences.append(f"The marks are {what}, {names[0]} against {names[1]}.")
    for letter, (grade, events) in zip(string.ascii_uppercase, groups, strict=False):
        panel = f"Panel {letter}, " if len(groups) > 1 else ""
        pooled = [event for event in events if event.pooled]
        terms = "; ".join(
            f"{event.term} {_spoken(event.pool, synthesis.level)}" for event in pooled
        )
        listed = len(events) - len(pooled)
        sentences.append(
            f"{panel}{grade_name(grade).lower()}: {terms or NONE_POOLED.rstrip('.').lower()}."
        )
        if listed:
            sentences.append(f"{count(listed)} {'term' if listed == 1 else 'terms'} not pooled.")
    return " ".join(sentences)


def by_grade(synthesis: Synthesis) -> list[tuple[str, list[AdverseEvent]]]:
    """Return the events of every grade, the pooled ones first and the commonest of them first."""
    grades = dict.fromkeys(event.grade for event in synthesis.adverse_events)
    return [
        (grade, sorted((e for e in synthesis.adverse_events if e.grade == grade), key=_order))
        for grade in grades
    ]


def _order(event: AdverseEvent) -> tuple[bool, float, str]:
    return (not event.pooled, -event.frequency, event.term)


def _block(grade: str, events: Sequence[AdverseEvent], level: float) -> Block:
    pooled = [event for event in events if event.pooled and event.pool.estimate is not None]
    return Block(
        title=f"{TITLE}, {grade_name(grade).lower()}",
        first_heading="Term",
        headings=(
            Heading("Studies", before_plot=True),
            *_count_headings(events),
            Heading(measured(events).heading(events[0].pool.unit, level), before_plot=False),
            Heading("I², %", before_plot=False),
        ),
        rows=tuple(_row(event) for event in pooled) or (Row("note", ((NONE_POOLED, "regular"),)),),
        axis_label=axis_label(events),
        bounds=measured(events).axis_bounds,
        reference=None,
        notes=_listed([event for event in events if event not in pooled]),
        hollow_means=RECONSTRUCTED_POOL,
        # Nobody wants a harm: the side with less of it is favoured.
        **sides_of(measured(events), "lower", arms(events)),
    )


def _count_headings(events: Sequence[AdverseEvent]) -> tuple[Heading, ...]:
    names = arms(events)
    if names is None:
        return (Heading("Events/n", before_plot=True),)
    columns = (
        arm_column(role, name, measured(events))
        for role, name in zip(("experimental", "control"), names, strict=True)
    )
    return tuple(Heading(column.heading, True, column.above) for column in columns)


def _row(event: AdverseEvent) -> Row:
    pool = event.pool
    made_up = pool.reconstructed > 0
    return Row(
        "study",
        ((event.term + (DAGGER if made_up else ""), "regular"),),
        (
            count(pool.n_studies),
            *(side_counts(pool) or ("",)),
            _estimate(pool),
            "–" if pool.i2 is None else number(pool.i2 * 100, 1),
        ),
        pool_mark(pool, area=_AREA, hollow=made_up),
    )


def _listed(events: Sequence[AdverseEvent]) -> tuple[str, ...]:
    if not events:
        return ()
    # A term and its counts stay on one line.
    terms = [
        f"{event.term} ({event.pool.n_studies} "
        f"{'study' if event.pool.n_studies == 1 else 'studies'}, {_counted(event.pool)})".replace(
            " ", "\N{NO-BREAK SPACE}"
        )
        for event in sorted(events, key=lambda event: event.term)
    ]
    return (f"Reported but not pooled: {'; '.join(terms)}.",)


def _counted(pool: Pool) -> str:
    return " against ".join(side_counts(pool))


def _estimate(pool: Pool) -> str:
    if pool.estimate is None:
        return ""
    return measure(pool.measure).estimate(pool.estimate, pool.ci_low, pool.ci_high)


def _spoken(pool: Pool, level: float) -> str:
    if pool.estimate is None:
        return "not pooled"
    return measure(pool.measure).spoken(pool.estimate, pool.ci_low, pool.ci_high, pool.unit, level)
