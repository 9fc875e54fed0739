"""Baujat plots: which study makes the heterogeneity, and which moves the pooled estimate.

Baujat B and others. A graphical method for exploring heterogeneity in meta-analyses. Stat Med
2002;21:2641-52. doi:10.1002/sim.1221.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import lower_first, number
from analysis.measures.proportions import LOGISTIC
from analysis.paper.figures import style
from analysis.paper.figures.chosen import lettered, outcomes_of
from analysis.paper.figures.forest_axis import axis_for
from analysis.paper.figures.forest_content import DAGGER
from analysis.paper.figures.plot_frame import POINT_RADIUS
from analysis.paper.figures.plot_page import Absent, Plot, plot_pages
from analysis.paper.figures.point_labels import Named, draw_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from analysis.paper.figures.forest_axis import Axis
    from analysis.paper.figures.plot_frame import Frame
    from analysis.synthesis.results import Outcome, Synthesis
    from analysis.synthesis.sensitivity_results import InfluencePoint
    from schemas.protocol import DisplayItem

__all__ = ["alt_text", "figures"]

TOO_FEW: Final = (
    "Fewer than three estimates are pooled, or without one of them the others are all the same: "
    "influence cannot be told apart."
)
LEGEND: Final = (
    "Points far to the right add most to the heterogeneity, points far up move the pooled estimate "
    "most. Names stand where there is room, those of the farthest points first."
)
LEGEND_INFLUENTIAL: Final = "Diamonds and bold names: influential by at least one measure."
# As in metafor, whose influence() is for effects with variances only.
LEGEND_LOGITS: Final = (
    "Pools by a logistic model: both axes are of logits pooled by inverse variance, because the "
    "model has neither weights nor residuals of this kind."
)
LEGEND_HOLLOW: Final = "† and open symbols: reconstructed row."
_FINEST: Final = 1e-3
_ROOM: Final = 1.06
# How many points the alternative text names.
_SPOKEN: Final = 3


def figures(synthesis: Synthesis, item: DisplayItem) -> tuple[Figure, ...]:
    """Draw one plot for each outcome of the item."""
    outcomes = outcomes_of(synthesis, item)
    points = [point for outcome in outcomes for point in _points(outcome)]
    legend: list[str] = [LEGEND]
    if any(point.influential for point in points):
        legend.append(LEGEND_INFLUENTIAL)
    if any(LOGISTIC in outcome.overall.method for outcome in outcomes if _points(outcome)):
        legend.append(LEGEND_LOGITS)
    if any(point.reconstructed for point in points):
        legend.append(LEGEND_HOLLOW)
    return plot_pages([_plot(outcome) for outcome in outcomes], legend)


def alt_text(synthesis: Synthesis, item: DisplayItem) -> str:
    """Describe the plots in plain sentences made from their numbers."""
    parts = [_text(outcome) for outcome in outcomes_of(synthesis, item)]
    return f"Baujat plot of influence against contribution to heterogeneity. {lettered(parts)}"


def _points(outcome: Outcome) -> tuple[InfluencePoint, ...]:
    return () if outcome.sensitivity is None else outcome.sensitivity.influence


def _plot(outcome: Outcome) -> Plot | Absent:
    points = _points(outcome)
    if not points:
        return Absent(outcome.label, (TOO_FEW,))
    return Plot(
        title=outcome.label,
        x=partial(_axis, [point.heterogeneity for point in points]),
        y=partial(_axis, [point.influence for point in points]),
        x_label="Contribution to heterogeneity (squared Pearson residual)",
        y_label="Influence on the pooled estimate",
        paint=partial(_paint, points),
        # Said here too, as there may be no room for the name beside its point.
        notes=(f"Influential: {_influential(points)}.",),
        inset=2 * POINT_RADIUS,
    )


def _axis(values: Sequence[float], most: int) -> Axis:
    # Room for a name beside the farthest point.
    return axis_for(
        [0.0, _ROOM * max(values)], [], bounds=(0.0, None), most_ticks=most, finest=_FINEST
    )


def _paint(points: Sequence[InfluencePoint], frame: Frame) -> None:
    for point in points:
        if point.influential:
            fill = style.PAPER if point.reconstructed else style.VERMILLION
            frame.diamond(point.heterogeneity, point.influence, fill=fill, edge=style.VERMILLION)
        else:
            frame.dot(point.heterogeneity, point.influence, hollow=point.reconstructed)
    ordered = sorted(points, key=lambda point: _rank(point, frame))
    draw_names(
        frame,
        [
            Named(
                point.label + (DAGGER if point.reconstructed else ""),
                frame.at(point.heterogeneity, point.influence),
                1.3 * POINT_RADIUS if point.influential else POINT_RADIUS,
                bold=point.influential,
            )
            for point in ordered
        ],
    )


def _rank(point: InfluencePoint, frame: Frame) -> tuple[bool, float]:
    far = frame.x.share(point.heterogeneity) ** 2 + frame.y.share(point.influence) ** 2
    return (not point.influential, -far)


def _influential(points: Sequence[InfluencePoint]) -> str:
    return ", ".join(point.label for point in points if point.influential) or "none"


def _text(outcome: Outcome) -> str:
    points = _points(outcome)
    if not points:
        return f"{outcome.label}: {lower_first(TOO_FEW)}"
    by_heterogeneity = sorted(points, key=lambda point: -point.heterogeneity)[:_SPOKEN]
    most = ", ".join(f"{p.label} {number(p.heterogeneity, 2)}" for p in by_heterogeneity)
    mover = max(points, key=lambda point: point.influence)
    return (
        f"{outcome.label}: largest contributions to heterogeneity from {most}; "
        f"largest influence from {mover.label}, {number(mover.influence, 2)}; "
        f"influential: {_influential(points)}."
    )
