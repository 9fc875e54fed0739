"""Radial plots: how many standard errors each study lies from zero, against its precision.

Galbraith RF. A note on graphical presentation of estimated odds ratios from several clinical
trials. Stat Med 1988;7:889-94. With random effects both axes allow for τ², as in metafor's
``radial``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import lower_first
from analysis.meta.distributions import z_quantile
from analysis.paper.figures import style
from analysis.paper.figures.chosen import lettered, outcomes_of
from analysis.paper.figures.forest_axis import axis_for
from analysis.paper.figures.measure import line_height
from analysis.paper.figures.model_scale import model_scale, placed, unpooled_reason
from analysis.paper.figures.plot_page import Absent, Plot, plot_pages

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.paper.figures.forest_axis import Axis
    from analysis.paper.figures.model_scale import ModelScale
    from analysis.paper.figures.plot_frame import Frame
    from analysis.synthesis.results import Outcome, Synthesis
    from schemas.protocol import DisplayItem

__all__ = ["alt_text", "figures", "points_of"]

LEGEND: Final = (
    "Discs: studies. The slope of a line from the origin to a disc is the study's estimate, that "
    "of the solid line the pooled one; in the shaded band lie {level:g}% of the studies if they "
    "differ by chance alone. Grey rays: the values at their ends."
)
LEGEND_HOLLOW: Final = "Rings: reconstructed rows."
_RAYS: Final = 6
# How far the axis goes beyond the most precise study: room for the numbers of the rays, which end
# a little behind it.
_ROOM: Final = 1.2
_RAY_ENDS: Final = 1.04
# Inches between the end of a ray and its number.
_BESIDE: Final = 0.04
# Share of the type size from the middle of a line of figures to its baseline.
_MIDDLE: Final = 0.36

Point = tuple[float, float, bool, str]


def figures(synthesis: Synthesis, item: DisplayItem) -> tuple[Figure, ...]:
    """Draw one plot for each outcome of the item."""
    outcomes = outcomes_of(synthesis, item)
    legend = [LEGEND.format(level=100 * synthesis.level)]
    if any(point[2] for outcome in outcomes for point in points_of(outcome)):
        legend.append(LEGEND_HOLLOW)
    return plot_pages([_plot(synthesis, outcome) for outcome in outcomes], legend)


def alt_text(synthesis: Synthesis, item: DisplayItem) -> str:
    """Describe the plots in plain sentences made from their numbers."""
    parts = [_text(synthesis, outcome) for outcome in outcomes_of(synthesis, item)]
    return f"Radial plot of standardised estimate against precision. {lettered(parts)}"


def points_of(outcome: Outcome) -> tuple[Point, ...]:
    """Return precision and standardised estimate of each study, with what the pool adds to both."""
    tau2 = outcome.overall.tau2 or 0.0
    found = []
    for study, yi, sei in placed(outcome):
        spread = (sei**2 + tau2) ** 0.5
        found.append((1 / spread, yi / spread, study.reconstructed, study.label))
    return tuple(found)


def _plot(synthesis: Synthesis, outcome: Outcome) -> Plot | Absent:
    points = points_of(outcome)
    centre = outcome.overall.centre
    reason = unpooled_reason(outcome, points)
    if reason or centre is None:
        return Absent(outcome.label, (reason,))
    reach = z_quantile(synthesis.level)
    far = max(point[0] for point in points) * _ROOM
    heights = [point[1] for point in points]
    heights += [side + end for side in (-reach, reach) for end in (0.0, centre * far)]
    added = " with τ²" if outcome.overall.tau2 else ""
    return Plot(
        title=outcome.label,
        x=partial(_axis, [0.0, far], (0.0, None)),
        y=partial(_axis, heights, (None, None)),
        x_label=f"Precision, 1 / standard error{added}",
        y_label="Estimate / standard error",
        paint=partial(_paint, points, centre, reach, model_scale(synthesis, outcome)),
    )


def _axis(values: list[float], bounds: tuple[float | None, float | None], most: int) -> Axis:
    return axis_for(values, [], bounds=bounds, most_ticks=most)


def _paint(
    points: tuple[Point, ...], centre: float, reach: float, scale: ModelScale, frame: Frame
) -> None:
    sheet, end = frame.sheet, frame.x.high
    corners = [
        (0.0, -reach),
        (0.0, reach),
        (end, centre * end + reach),
        (end, centre * end - reach),
    ]
    sheet.polygon([frame.at(*corner) for corner in corners], fill=style.BAND)
    slopes = [y / x for x, y, _, _ in points]
    rays = scale.axis(min(slopes), max(slopes), _RAYS)
    written: list[float] = []
    far = _RAY_ENDS * max(x for x, *_ in points)
    for tick, label in zip(rays.ticks, rays.labels, strict=True):
        slope = tick / scale.factor
        if not frame.y.low <= slope * far <= frame.y.high:
            continue
        x, y = frame.at(far, slope * far)
        sheet.line(frame.at(0.0, 0.0), (x, y), color=style.RULE, width=style.HAIRLINE)
        if all(abs(y - other) > line_height(style.SMALL_SIZE) for other in written):
            written.append(y)
            middle = y + _MIDDLE * style.SMALL_SIZE / style.POINTS_PER_INCH
            sheet.text(x + _BESIDE, middle, label, size=style.SMALL_SIZE, color=style.QUIET)
    sheet.line(frame.at(0.0, 0.0), frame.at(end, centre * end), color=style.VERMILLION)
    for x, y, hollow, _ in points:
        frame.dot(x, y, hollow=hollow)


def _text(synthesis: Synthesis, outcome: Outcome) -> str:
    points = points_of(outcome)
    centre = outcome.overall.centre
    reason = unpooled_reason(outcome, points)
    if reason or centre is None:
        return f"{outcome.label}: {lower_first(reason)}"
    reach = z_quantile(synthesis.level)
    outside = [name for x, y, _, name in points if abs(y - centre * x) > reach]
    told = f"outside the band: {', '.join(outside)}" if outside else "none outside the band"
    return f"{outcome.label}: {len(points)} estimates, {told}."
