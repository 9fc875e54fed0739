"""Panels of pools refitted with other studies: what leave-one-out and cumulative plots share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from analysis.formatting.numbers import lower_first, number
from analysis.measures.registry import measure
from analysis.paper.figures.forest_content import (
    DAGGER,
    RECONSTRUCTED_STUDY,
    Block,
    Heading,
    Mark,
    Row,
    arms_of,
    pool_mark,
    sides_of,
)
from analysis.paper.figures.forest_text import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.measures.measure import Measure
    from analysis.paper.figures.measure import Run
    from analysis.synthesis.results import Outcome, Pool
    from analysis.synthesis.sensitivity_results import Refit

__all__ = [
    "RECONSTRUCTED_LEFT_OUT",
    "SWITCHED",
    "SWITCH_NOTE",
    "Counts",
    "band",
    "range_text",
    "refit_block",
]

SWITCHED = "\N{NO-BREAK SPACE}\N{DOUBLE DAGGER}"
SWITCH_NOTE = (
    "‡ The protocol's rule would have chosen the other model here; the model of the whole pool is "
    "kept throughout."
)
_REFUSED = "§ The logistic model had no estimate here; logits were pooled by inverse variance."
_WITHOUT_MODEL = "\N{NO-BREAK SPACE}§"
RECONSTRUCTED_LEFT_OUT = (
    "† and open squares: the study left out, or a study of the pool of a term, is reconstructed."
)
# All rows are pools of nearly the same studies: squares of one size, so that none seems to weigh.
_AREA = 0.3


@dataclass(frozen=True, slots=True)
class Counts:
    """A column between names and plot: its head, a text for each refit, and one for the total."""

    heading: str
    cells: tuple[str, ...]
    total: str


def refit_block(
    outcome: Outcome,
    refits: Sequence[Refit],
    *,
    level: float,
    first_heading: str,
    total: str,
    before: Sequence[Counts] = (),
    notes: Sequence[str] = (),
    hollow_means: str = RECONSTRUCTED_STUDY,
    kept: Literal["first", "last", "farthest"] = "first",
) -> Block:
    """Make a panel with one row for each refit and the whole pool as diamond, line and band.

    Parameters
    ----------
    outcome : Outcome
    refits : sequence of Refit
        One row each, in this order.
    level : float
        Confidence level.
    first_heading, total : str
        Head of the first column, and the name of the last row in it.
    before : sequence of Counts
        Columns between the names and the plot.
    notes : sequence of str
        Sentences below the panel.
    hollow_means : str
        What the legend says of open squares.
    kept : {"first", "last", "farthest"}
        Which refits are shown of too many.
    """
    pool = outcome.overall
    measured = measure(pool.measure)
    scale = measured.factor
    rows = [
        Row(
            "study",
            ((refit.label + (DAGGER if refit.reconstructed else ""), "regular"),),
            (
                *(column.cells[index] for column in before),
                measured.estimate(refit.estimate, refit.ci_low, refit.ci_high),
                _i2(refit),
            ),
            Mark(
                refit.estimate * scale,
                refit.ci_low * scale,
                refit.ci_high * scale,
                area=_AREA,
                hollow=refit.reconstructed,
            ),
        )
        for index, refit in enumerate(refits)
    ]
    if pool.estimate is not None:
        rows.append(_total(pool, pool.estimate, total, before))
    shown_notes = list(notes)
    if any(refit.switches for refit in refits):
        shown_notes.append(SWITCH_NOTE)
    if any(refit.refused for refit in refits):
        shown_notes.append(_REFUSED)
    return Block(
        title=outcome.label,
        first_heading=first_heading,
        headings=(
            *(Heading(column.heading, before_plot=True) for column in before),
            Heading(measured.heading(pool.unit, level), before_plot=False),
            Heading("I², %", before_plot=False),
        ),
        rows=tuple(rows),
        axis_label=measured.titled(f"Pooled {lower_first(pool.label)}", pool.unit),
        bounds=measured.axis_bounds,
        reference=None if pool.estimate is None else pool.estimate * scale,
        notes=tuple(shown_notes),
        band=band(pool),
        hollow_means=hollow_means,
        kept=kept,
        **sides_of(measured, outcome.better, arms_of(outcome)),
    )


def band(pool: Pool) -> tuple[float, float] | None:
    """Return the interval of a pool in the unit that is printed, None if it is not closed."""
    if pool.ci_low is None or pool.ci_high is None:
        return None
    scale = measure(pool.measure).factor
    return pool.ci_low * scale, pool.ci_high * scale


def range_text(refits: Sequence[Refit], measured: Measure) -> str:
    """Write the range of the refitted estimates, without unit: ``31.2–36.0``."""
    values = [refit.estimate for refit in refits]
    return measured.limits(min(values), max(values))


def _total(pool: Pool, estimate: float, name: str, before: Sequence[Counts]) -> Row:
    label: tuple[Run, ...] = ((name, "bold"), (f" ({counted(pool)})", "regular"))
    cells = (
        *(column.total for column in before),
        measure(pool.measure).estimate(estimate, pool.ci_low, pool.ci_high),
        "" if pool.i2 is None else number(pool.i2 * 100, 1),
    )
    return Row("total", label, cells, pool_mark(pool))


def _i2(refit: Refit) -> str:
    text = number(refit.i2 * 100, 1) if refit.k > 1 else "–"
    text += SWITCHED if refit.switches else ""
    return text + (_WITHOUT_MODEL if refit.refused else "")
