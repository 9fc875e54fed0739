"""Bubble plots of meta-regressions on a numeric moderator."""

from __future__ import annotations

from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import explained, lower_first, number, p_value
from analysis.measures.registry import measure
from analysis.paper.figures import style
from analysis.paper.figures.chosen import lettered, outcomes_of
from analysis.paper.figures.forest_axis import Axis, axis_for, log_ticks
from analysis.paper.figures.forest_content import DAGGER
from analysis.paper.figures.plot_page import Absent, Plot, plot_pages
from analysis.paper.figures.point_labels import Named, draw_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from analysis.measures.measure import Measure
    from analysis.paper.figures.plot_frame import Frame
    from analysis.synthesis.results import Outcome, Synthesis
    from analysis.synthesis.sensitivity_results import RegressionLine
    from schemas.protocol import DisplayItem

__all__ = ["alt_text", "figures"]

NOT_FITTED: Final = "No meta-regression: too few estimates, or the moderator is the same in all."
NO_MODERATOR: Final = "The protocol names no numeric moderator."
LEGEND: Final = (
    "Area of a bubble: weight in the pool. Line and shading: meta-regression with its confidence "
    "interval. Names stand where there is room, those of the largest bubbles first."
)
LEGEND_HOLLOW: Final = "† and rings: reconstructed row."
LARGEST: Final = 0.12
SMALLEST: Final = 0.03
_FINEST: Final = 1e-2
_CROWDED: Final = 0.2


def figures(synthesis: Synthesis, item: DisplayItem) -> tuple[Figure, ...]:
    """Draw one plot for each outcome of the item and each moderator."""
    outcomes = outcomes_of(synthesis, item)
    labels = synthesis.moderator_labels
    plots = [
        _plot(outcome, column, label, alone=len(labels) == 1)
        for outcome in outcomes
        for column, label in labels.items()
    ]
    hollow = any(
        any(line.reconstructed) for outcome in outcomes for line in _lines(outcome).values()
    )
    legend = (LEGEND, LEGEND_HOLLOW) if hollow else (LEGEND,)
    return plot_pages(plots or [Absent("Meta-regression", (NO_MODERATOR,))], legend)


def alt_text(synthesis: Synthesis, item: DisplayItem) -> str:
    """Describe the plots in plain sentences made from their numbers."""
    parts = [
        _text(outcome, column, label)
        for outcome in outcomes_of(synthesis, item)
        for column, label in synthesis.moderator_labels.items()
    ]
    return f"Bubble plot of meta-regression. {lettered(parts) or NO_MODERATOR}"


def _lines(outcome: Outcome) -> dict[str, RegressionLine]:
    return {} if outcome.sensitivity is None else outcome.sensitivity.regressions


def _plot(outcome: Outcome, column: str, label: str, *, alone: bool) -> Plot | Absent:
    # A single moderator stands below every plot anyway.
    title = outcome.label if alone else f"{outcome.label}, by {lower_first(label)}"
    line = _lines(outcome).get(column)
    if line is None:
        return Absent(title, (NOT_FITTED,))
    scale = measure(outcome.measure).factor
    return Plot(
        title=title,
        x=partial(_x_axis, line),
        y=partial(_y_axis, line, measure(outcome.measure)),
        x_label=f"{label} (logarithmic axis)" if crowded(line.x) else label,
        y_label=measure(outcome.measure).titled(outcome.label, outcome.unit),
        paint=partial(_paint, line, scale),
        inset=LARGEST,
        notes=(_statistics(line), *(f"{note.rstrip('.')}." for note in line.notes)),
    )


def crowded(values: Sequence[float]) -> bool:
    """Say whether half of the values would stand in the first fifth of a linear axis."""
    low, high = min(values), max(values)
    return low > 0 and high > 5 * low and median(values) - low < _CROWDED * (high - low)


def _x_axis(line: RegressionLine, most: int) -> Axis:
    if crowded(line.x):
        ticks = log_ticks(min(line.x), max(line.x), most)
        return Axis(ticks[0], ticks[-1], ticks, tuple(f"{tick:g}" for tick in ticks), log=True)
    return axis_for(line.x, [], most_ticks=most, finest=_FINEST)


def _y_axis(line: RegressionLine, measured: Measure, most: int) -> Axis:
    scale = measured.factor
    # The interval of the line may be wide at its ends; it does not set the scale.
    inside = [scale * measured.possible(y) for y in (*line.y, *line.line_y)]
    spans = [
        (scale * low, scale * high) for low, high in zip(line.line_low, line.line_high, strict=True)
    ]
    return axis_for(inside, spans, bounds=measured.axis_bounds, most_ticks=most)


def _paint(line: RegressionLine, scale: float, frame: Frame) -> None:
    sheet = frame.sheet
    upper = [frame.at(x, scale * y) for x, y in zip(line.line_x, line.line_high, strict=True)]
    lower = [frame.at(x, scale * y) for x, y in zip(line.line_x, line.line_low, strict=True)]
    middle = [frame.at(x, scale * y) for x, y in zip(line.line_x, line.line_y, strict=True)]
    sheet.polygon([*upper, *reversed(lower)], fill=style.SKY)
    sheet.curve(middle, color=style.VERMILLION, width=1.2)
    heaviest = max(line.size)
    bubbles = sorted(
        zip(line.x, line.y, line.size, line.labels, line.reconstructed, strict=True),
        key=lambda bubble: (-bubble[2], bubble[3]),
    )
    names = []
    # The largest first, so that the small ones stay visible on top of them.
    for x, y, size, label, made_up in bubbles:
        radius = max(SMALLEST, LARGEST * (size / heaviest) ** 0.5 if heaviest else SMALLEST)
        frame.dot(x, scale * y, hollow=made_up, radius=radius)
        name = label + (DAGGER if made_up else "")
        names.append(Named(name, frame.at(x, scale * y), radius))
    draw_names(frame, names, along=middle)


def _statistics(line: RegressionLine) -> str:
    r2 = "" if line.r2 is None else f"; R² = {explained(line.r2)}"
    return f"{line.k} estimates; slope {p_value(line.slope_p)}{r2}."


def _text(outcome: Outcome, column: str, label: str) -> str:
    name = f"{outcome.label}, by {lower_first(label)}"
    line = _lines(outcome).get(column)
    if line is None:
        return f"{name}: {lower_first(NOT_FITTED)}"
    scale = measure(outcome.measure).factor
    unit = measure(outcome.measure).after(outcome.unit)
    first, last = number(line.line_y[0] * scale, 1), number(line.line_y[-1] * scale, 1)
    return (
        f"{name}: {_statistics(line).rstrip('.')}; fitted {first}{unit} at "
        f"{_plain(line.line_x[0])} and {last}{unit} at {_plain(line.line_x[-1])}."
    )


def _plain(value: float) -> str:
    return number(value, 0) if float(value).is_integer() else number(value, 1)
