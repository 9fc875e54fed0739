"""Cumulative meta-analysis: the pool as it stood after each study, in order of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.numbers import count, lower_first
from analysis.manuscript.value import join_words
from analysis.measures.registry import measure
from analysis.paper.figures import forest
from analysis.paper.figures.chosen import lettered, outcomes_of
from analysis.paper.figures.forest_content import nothing
from analysis.paper.figures.refits import Counts, refit_block
from analysis.paper.whole_rows import LONGEST_PANEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from analysis.paper.figures.forest_content import Block
    from analysis.synthesis.results import Outcome, Synthesis
    from analysis.synthesis.sensitivity_results import Refit
    from schemas.protocol import DisplayItem

__all__ = ["alt_text", "figures", "has_course"]

# Two estimates are a pair, which the forest plot shows; they have no course.
_FEWEST = 3
# Steps that the description tells of too many, besides the first.
_SPOKEN = 5


def figures(synthesis: Synthesis, item: DisplayItem) -> tuple[Figure, ...]:
    """Draw a panel for each outcome of the item, one row for each study as it was added."""
    return forest.figures_of_blocks(blocks(synthesis, item), name=item.id)


def blocks(synthesis: Synthesis, item: DisplayItem) -> list[Block]:
    """Make the panels, with all their rows."""
    shown, left = _parted(synthesis, item)
    omitted = _left_out(left) if shown else ""
    found = [
        _block(outcome, synthesis.level, omitted if outcome is shown[-1] else "")
        for outcome in shown
    ]
    return found or [nothing(_missing(o), o.label) for o in left]


def alt_text(synthesis: Synthesis, item: DisplayItem) -> str:
    """Describe the panels in plain sentences made from their numbers."""
    shown, left = _parted(synthesis, item)
    parts = [_text(outcome, synthesis.level) for outcome in shown or left]
    told = " ".join(filter(None, [lettered(parts), _left_out(left) if shown else ""]))
    return f"Cumulative meta-analysis by year of publication. {told}"


def _parted(
    synthesis: Synthesis, item: DisplayItem
) -> tuple[tuple[Outcome, ...], tuple[Outcome, ...]]:
    """Part the outcomes of an item into those that have grown in time and those that have not."""
    outcomes = outcomes_of(synthesis, item)
    return (
        tuple(outcome for outcome in outcomes if _refits(outcome)),
        tuple(outcome for outcome in outcomes if not _refits(outcome)),
    )


def _left_out(outcomes: tuple[Outcome, ...]) -> str:
    """Name what has no panel, for the note below the last one; empty for nothing."""
    if not outcomes:
        return ""
    apart: dict[str, list[str]] = {}
    for outcome in outcomes:
        few = f"fewer than {_FEWEST} estimates in order of time"
        why = few if len(_steps(outcome)) < _FEWEST else "all estimates of one year"
        apart.setdefault(why, []).append(lower_first(outcome.label))
    told = "; ".join(f"with {why}: {join_words(names)}" for why, names in apart.items())
    return f"Not shown, {told}."


def _block(outcome: Outcome, level: float, omitted: str) -> Block:
    refits = _refits(outcome)
    return refit_block(
        outcome,
        refits,
        level=level,
        first_heading="Study added",
        total="All",
        before=[
            Counts("Year", tuple(str(refit.year) for refit in refits), ""),
            Counts(
                "Estimates", tuple(count(refit.k) for refit in refits), count(outcome.overall.k)
            ),
        ],
        notes=[note for note in (_undated(outcome), omitted) if note],
        kept="last",
    )


def _steps(outcome: Outcome) -> tuple[Refit, ...]:
    return () if outcome.sensitivity is None else outcome.sensitivity.cumulative


def has_course(steps: Sequence[Refit]) -> bool:
    """Tell whether steps show a course in time: they are several, and of more than one year.

    Parameters
    ----------
    steps
        The pools of an outcome as its studies came.
    """
    return len(steps) >= _FEWEST and len({step.year for step in steps}) > 1


def _refits(outcome: Outcome) -> tuple[Refit, ...]:
    steps = _steps(outcome)
    return steps if has_course(steps) else ()


def _missing(outcome: Outcome) -> str:
    if len(_steps(outcome)) >= _FEWEST:
        return "All estimates are of one year, which is no course in time."
    return (
        f"Fewer than {_FEWEST} of {outcome.overall.k} estimates belong to a study with a year of "
        "publication: that shows no course in time."
    )


def _undated(outcome: Outcome) -> str:
    without = outcome.overall.k - len(_refits(outcome))
    if without <= 0:
        return ""
    return (
        f"{without} of {outcome.overall.k} estimates belong to a study without a year of "
        "publication and are in the last row only."
    )


def _text(outcome: Outcome, level: float) -> str:
    refits = _refits(outcome)
    if not refits:
        return f"{outcome.label}: {lower_first(_missing(outcome))}"
    spoken = measure(outcome.measure).spoken
    told = refits if len(refits) <= LONGEST_PANEL else (refits[0], *refits[-_SPOKEN:])
    steps = "; ".join(
        f"{refit.year}, {refit.label}, "
        + spoken(refit.estimate, refit.ci_low, refit.ci_high, outcome.unit, level)
        for refit in told
    )
    if len(told) < len(refits):
        steps = f"the first and the last {_SPOKEN} of {count(len(refits))} steps: {steps}"
    return " ".join(part for part in (f"{outcome.label}: {steps}.", _undated(outcome)) if part)
