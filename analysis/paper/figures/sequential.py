"""How much of the information that the protocol asks for each outcome has, as studies came in.

The pools describe single groups, so this is no trial sequential analysis: there are no boundaries.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import count, lower_first, number
from analysis.measures.registry import measure
from analysis.paper.figures import forest
from analysis.paper.figures.chosen import outcomes_of
from analysis.paper.figures.forest_content import DAGGER, Block, Heading, Mark, Row, nothing
from analysis.paper.information_text import chance, information_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

    from analysis.measures.measure import Measure
    from analysis.synthesis.information_size import Information, Step
    from analysis.synthesis.results import Outcome, Synthesis
    from schemas.protocol import DisplayItem

__all__ = ["alt_text", "figures"]

TITLE: Final = "Information reached"
NOTHING: Final = "The protocol names no precision for an outcome that is pooled."
_HOW_MUCH: Final = (
    "Dashed line: the information that an interval of the wanted half-width needs. Small squares: "
    "the studies with a year of publication, added in order of time."
)
_HOW_LIKELY: Final = (
    "Chance of change: that the studies awaiting extraction, if they are like the others and of "
    "median precision, move the estimate by the change that the protocol calls relevant."
)
_HOLLOW: Final = "† and open squares: pool with reconstructed rows."
_STEP: Final = 0.25


def figures(synthesis: Synthesis, item: DisplayItem) -> tuple[Figure, ...]:
    """Draw one panel with a bar for each outcome, and smaller ones as its studies came in."""
    rows = [
        row
        for outcome in outcomes_of(synthesis, item)
        if (information := outcome.information) is not None and information.fraction is not None
        for row in _rows(outcome, information)
    ]
    return forest.figures_of_blocks([_block(rows) if rows else nothing(NOTHING, TITLE)])


def alt_text(synthesis: Synthesis, item: DisplayItem) -> str:
    """Describe the panel in plain sentences made from its numbers."""
    parts = [
        f"{outcome.label}: {lower_first(information_text(outcome))}{_in_time(outcome.information)}"
        for outcome in outcomes_of(synthesis, item)
        if outcome.information is not None and outcome.information.fraction is not None
    ]
    return " ".join([f"{TITLE}.", *(parts or [NOTHING])])


def _block(rows: list[Row]) -> Block:
    # Where no change is foretold there is no column for it.
    foretold = any(row.cells and row.cells[-1] for row in rows)
    shown = rows if foretold else [replace(row, cells=row.cells[:-1]) for row in rows]
    headings = (
        Heading("Estimates", before_plot=True),
        Heading("Half-width (wanted)", before_plot=False),
        Heading("Information, %", before_plot=False),
        Heading("Chance of change", before_plot=False),
    )
    return Block(
        title=TITLE,
        first_heading="Outcome",
        headings=headings if foretold else headings[:-1],
        rows=tuple(shown),
        axis_label="Information, % of what the wanted interval needs",
        bounds=(0.0, None),
        reference=100.0,
        notes=(_HOW_MUCH, _HOW_LIKELY) if foretold else (_HOW_MUCH,),
        hollow_means=_HOLLOW,
    )


def _rows(outcome: Outcome, information: Information) -> Iterator[Row]:
    pool, wanted, fraction = outcome.overall, information.wanted, information.fraction
    if wanted is None or fraction is None:
        return
    measured = measure(pool.measure)
    yield Row("heading", ((measured.titled(outcome.label, pool.unit), "bold"),))
    aim = measured.number(wanted)
    for step in information.steps:
        # What the interval was follows from the share: the share is (wanted / half-width)².
        reached = wanted / step.fraction**0.5
        yield Row(
            "study",
            ((_named(step), "regular"),),
            (count(step.k), _shown(measured, reached, aim), _share(step.fraction), ""),
            Mark(100 * step.fraction, 0.0, 100 * step.fraction, area=_STEP),
        )
    made_up = pool.reconstructed > 0
    change = (
        "" if information.chance is None else chance(information.chance).replace("less than ", "< ")
    )
    yield Row(
        "study",
        ((f"All{DAGGER if made_up else ''}", "regular"),),
        (count(pool.k), _shown(measured, information.half_width, aim), _share(fraction), change),
        Mark(100 * fraction, 0.0, 100 * fraction, hollow=made_up),
    )


def _named(step: Step) -> str:
    """Name a study with its year, which most labels hold already."""
    return step.label if str(step.year) in step.label else f"{step.label}, {step.year}"


def _shown(measured: Measure, value: float, aim: str) -> str:
    return f"{measured.number(value)} ({aim})"


def _share(fraction: float) -> str:
    return number(100 * fraction, 0)


def _in_time(information: Information | None) -> str:
    if information is None or not information.steps:
        return ""
    steps = ", ".join(f"{s.year} {_share(s.fraction)}%" for s in information.steps)
    return f" In order of time the studies with a year gave {steps}."
