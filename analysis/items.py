"""The kinds of figures and tables that the protocol's ``display`` can ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_tables import GT
    from matplotlib.figure import Figure

    from analysis.results import Synthesis
    from schemas.protocol import DisplayItem

FIGURE_KINDS = ("flow", "forest")
TABLE_KINDS = ("baseline", "searches", "pools", "left_out", "adverse_events")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn figure: one picture, or several where one page does not hold it."""

    figures: tuple[Figure, ...]
    alt: str


def draw(synthesis: Synthesis, item: DisplayItem) -> Drawing:
    """Draw a figure of the protocol.

    Raises
    ------
    ValueError
        If the kind is not in `FIGURE_KINDS`.
    """
    if item.kind == "flow":
        from analysis.figures import flow

        return Drawing((flow.flow_figure(synthesis),), flow.alt_text(synthesis))
    if item.kind == "forest":
        from analysis.figures import forest

        panels = [forest.panel_of(synthesis.outcome(name)) for name in item.outcomes]
        return Drawing(
            forest.forest_figures(panels, level=synthesis.level),
            forest.alt_text(panels, level=synthesis.level),
        )
    raise ValueError(f"{item.kind} is not a kind of figure; there are: {', '.join(FIGURE_KINDS)}")


def tabulate(synthesis: Synthesis, item: DisplayItem) -> GT:
    """Make a table of the protocol.

    Raises
    ------
    ValueError
        If the kind is not in `TABLE_KINDS`.
    """
    if item.kind not in TABLE_KINDS:
        raise ValueError(f"{item.kind} is not a kind of table; there are: {', '.join(TABLE_KINDS)}")
    from importlib import import_module

    # One module per kind, each with the same function: a new table is one new module.
    return import_module(f"analysis.tables.{item.kind}").build(synthesis)


def unknown_kinds(items: tuple[DisplayItem, ...]) -> list[tuple[DisplayItem, tuple[str, ...]]]:
    """Give the items whose kind does not exist or fit their id, with the kinds there are."""
    found = []
    for item in items:
        kinds = FIGURE_KINDS if "fig-" in item.id else TABLE_KINDS
        if item.kind not in kinds:
            found.append((item, kinds))
    return found
