"""Leave-one-out: how much each pool leans on a single study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.grades import grade_name
from analysis.formatting.numbers import count, lower_first
from analysis.measures.registry import measure
from analysis.paper.figures import forest
from analysis.paper.figures.adverse_event_forest import NONE_RECORDED, TITLE, by_grade
from analysis.paper.figures.chosen import lettered, outcomes_of
from analysis.paper.figures.forest_content import (
    DAGGER,
    Block,
    Heading,
    Mark,
    Row,
    nothing,
    sides_of,
)
from analysis.paper.figures.refits import (
    RECONSTRUCTED_LEFT_OUT,
    SWITCH_NOTE,
    SWITCHED,
    range_text,
    refit_block,
)
from analysis.paper.harms_text import arms, axis_label, measured, pooled_what

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from analysis.synthesis.results import AdverseEvent, Outcome, Synthesis
    from analysis.synthesis.sensitivity_results import Refit
    from schemas.protocol import DisplayItem

__all__ = ["alt_text", "figures"]

TOO_FEW = "Fewer than two estimates are pooled: none can be left out."
NO_TERM = "No adverse event of this grade is pooled from two or more studies."
# Without one of two studies a single one is left; such a range says little, but it is shown.
_LINES_NOTE = (
    "Squares: pooled estimate; lines: from the lowest to the highest estimate when one study is "
    "left out (not confidence intervals)."
)


def figures(synthesis: Synthesis, item: DisplayItem) -> tuple[Figure, ...]:
    """Draw a panel for each outcome of the item, then one for each grade of adverse events."""
    return forest.figures_of_blocks(blocks(synthesis, item), name=item.id)


def blocks(synthesis: Synthesis, item: DisplayItem) -> list[Block]:
    """Make the panels, with all their rows."""
    found = [_outcome(outcome, synthesis.level) for outcome in outcomes_of(synthesis, item)]
    found += [_events(grade, events) for grade, events in by_grade(synthesis)]
    return found or [nothing(NONE_RECORDED, TITLE)]


def alt_text(synthesis: Synthesis, item: DisplayItem) -> str:
    """Describe the panels in plain sentences made from their numbers."""
    parts = [_outcome_text(outcome, synthesis.level) for outcome in outcomes_of(synthesis, item)]
    parts += [_events_text(grade, events) for grade, events in by_grade(synthesis)]
    return f"Leave-one-out analysis. {lettered(parts)}"


def _outcome(outcome: Outcome, level: float) -> Block:
    refits = () if outcome.sensitivity is None else outcome.sensitivity.leave_one_out
    if not refits:
        return nothing(TOO_FEW, outcome.label)
    return refit_block(
        outcome,
        refits,
        level=level,
        first_heading="Left out",
        total="None left out",
        hollow_means=RECONSTRUCTED_LEFT_OUT,
        kept="farthest",
    )


def _events(grade: str, events: Sequence[AdverseEvent]) -> Block:
    title = f"{TITLE}, {grade_name(grade).lower()}"
    pooled = _refitted(events)
    if not pooled:
        return nothing(NO_TERM, title)
    notes = [_LINES_NOTE]
    if any(refit.switches for event in pooled for refit in event.leave_one_out):
        notes.append(SWITCH_NOTE)
    return Block(
        title=title,
        first_heading="Term",
        headings=(
            Heading("Studies", before_plot=True),
            Heading(measured(events).headed(events[0].pool.unit), before_plot=False),
            Heading("Without one", before_plot=False),
        ),
        rows=tuple(_term(event, event.pool.estimate or 0.0) for event in pooled),
        axis_label=axis_label(events),
        bounds=measured(events).axis_bounds,
        reference=None,
        notes=tuple(notes),
        hollow_means=RECONSTRUCTED_LEFT_OUT,
        **sides_of(measured(events), "lower", arms(events)),
    )


def _refitted(events: Sequence[AdverseEvent]) -> list[AdverseEvent]:
    return [event for event in events if event.leave_one_out and event.pool.estimate is not None]


def _term(event: AdverseEvent, estimate: float) -> Row:
    pool, refits = event.pool, event.leave_one_out
    scale = measure(pool.measure).factor
    made_up = pool.reconstructed > 0
    values = [refit.estimate * scale for refit in refits]
    switched = SWITCHED if any(refit.switches for refit in refits) else ""
    return Row(
        "study",
        ((event.term + (DAGGER if made_up else ""), "regular"),),
        (
            count(pool.n_studies),
            measure(pool.measure).number(estimate),
            range_text(refits, measure(pool.measure)) + switched,
        ),
        Mark(estimate * scale, min(values), max(values), area=0.3, hollow=made_up),
    )


def _outcome_text(outcome: Outcome, level: float) -> str:
    pool = outcome.overall
    refits = () if outcome.sensitivity is None else outcome.sensitivity.leave_one_out
    if not refits or pool.estimate is None:
        return f"{outcome.label}: {lower_first(TOO_FEW)}"
    unit = measure(pool.measure).after(pool.unit)
    whole = measure(pool.measure).spoken(pool.estimate, pool.ci_low, pool.ci_high, pool.unit, level)
    lowest, highest = (choose(refits, key=lambda refit: refit.estimate) for choose in (min, max))
    text = (
        f"{outcome.label}: all {pool.k} estimates {whole}; "
        f"without one of them {range_text(refits, measure(pool.measure))}{unit}, lowest without "
        f"{lowest.label}, highest without {highest.label}"
    )
    switching = _switching(refits)
    if switching:
        text += f"; the rule would have chosen the other model without {switching}"
    return f"{text}."


def _switching(refits: Sequence[Refit]) -> str:
    return ", ".join(refit.label for refit in refits if refit.switches)


def _ranged(event: AdverseEvent) -> str:
    found, unit = measure(event.pool.measure), event.pool.unit
    whole = found.amount(event.pool.estimate or 0.0, unit)
    lowest_to_highest = range_text(event.leave_one_out, found) + found.after(unit)
    return f"{event.term} {whole} ({lowest_to_highest})"


def _events_text(grade: str, events: Sequence[AdverseEvent]) -> str:
    terms = "; ".join(_ranged(event) for event in _refitted(events))
    what = pooled_what(events)
    name = f"adverse events, {grade_name(grade).lower()}, pooled {what} and its range: "
    return f"{name}{terms}." if terms else f"adverse events, {grade_name(grade).lower()}: none."
