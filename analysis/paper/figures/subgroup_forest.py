"""Forest plots of outcomes by subgroup, with the test between the subgroups."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import lower_first, number, p_value
from analysis.paper.figures import forest
from analysis.paper.figures.chosen import outcomes_of, variables_of
from analysis.paper.figures.forest_columns import with_columns
from analysis.paper.figures.forest_content import block_of, nothing, panel_of
from analysis.paper.figures.forest_text import statistic

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.paper.figures.forest_content import Block, Panel
    from analysis.paper.figures.measure import Run
    from analysis.synthesis.results import Outcome, Synthesis
    from analysis.synthesis.sensitivity_results import Comparison
    from schemas.protocol import DisplayItem

__all__ = ["alt_text", "figures"]

TITLE: Final = "Results by subgroup"
NO_SUBGROUPS: Final = "The protocol names no variable that the studies could be grouped by."


def figures(synthesis: Synthesis, item: DisplayItem) -> tuple[Figure, ...]:
    """Draw every outcome of the item by every variable of the item, one panel each."""
    return forest.figures_of_blocks(blocks(synthesis, item), name=item.id)


def blocks(synthesis: Synthesis, item: DisplayItem) -> list[Block]:
    """Make the panels, with all their rows."""
    found = [block_of(panel, synthesis.level) for panel in _panels(synthesis, item)]
    return found or [nothing(NO_SUBGROUPS, TITLE)]


def alt_text(synthesis: Synthesis, item: DisplayItem) -> str:
    """Describe the panels in plain sentences made from their numbers."""
    panels = _panels(synthesis, item)
    if not panels:
        return f"{TITLE}: {lower_first(NO_SUBGROUPS)}"
    text = forest.alt_text(panels, level=synthesis.level)
    tests = [
        f"Panel {letter}: {_written(panel.between)}"
        for letter, panel in zip(string.ascii_uppercase, panels, strict=False)
        if panel.between
    ]
    return " ".join([text, *tests])


def _panels(synthesis: Synthesis, item: DisplayItem) -> list[Panel]:
    return [
        with_columns(
            _panel(outcome, variable, synthesis.subgroup_labels),
            synthesis,
            item.columns,
            outcome.id,
        )
        for outcome in outcomes_of(synthesis, item)
        for variable in variables_of(synthesis, item)
        if variable in outcome.subgroups
    ]


def _panel(outcome: Outcome, variable: str, labels: dict[str, str]) -> Panel:
    by = lower_first(labels.get(variable, variable))
    sensitivity = outcome.sensitivity
    comparison = None if sensitivity is None else sensitivity.comparisons.get(variable)
    return panel_of(
        outcome,
        variable,
        title=f"{outcome.label}, by {by}",
        between=() if comparison is None else _between(comparison),
    )


def _between(comparison: Comparison) -> tuple[Run, ...]:
    if comparison.q_between is None or comparison.q_between_p is None:
        reason = (comparison.reason or "it cannot be computed").rstrip(".")
        return ((f"No test between subgroups: {reason}.", "regular"),)
    return (
        ("Between subgroups: ", "regular"),
        *statistic("Q", f" = {number(comparison.q_between, 2)}, "),
        (f"df\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{comparison.q_between_df}, ", "regular"),
        *statistic("P", f"{p_value(comparison.q_between_p).removeprefix('P')}."),
    )


def _written(runs: tuple[Run, ...]) -> str:
    return "".join(text for text, _ in runs).replace("\N{NO-BREAK SPACE}", " ")
