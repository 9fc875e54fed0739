"""Drapery plots: the P value of every value that an estimate could be tested against.

Rücker G, Schwarzer G. Beyond the forest plot: the drapery plot. Res Synth Methods 2021;12:13-9.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from analysis.formatting.numbers import lower_first, p_value
from analysis.measures.registry import measure
from analysis.meta.distributions import two_sided_p, z_quantile
from analysis.paper.figures import style
from analysis.paper.figures.chosen import lettered, outcomes_of
from analysis.paper.figures.forest_axis import axis_for
from analysis.paper.figures.model_scale import model_scale, placed, unpooled_reason
from analysis.paper.figures.plot_page import Absent, Plot, plot_pages

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.paper.figures.forest_axis import Axis
    from analysis.paper.figures.model_scale import ModelScale
    from analysis.paper.figures.plot_frame import Frame
    from analysis.synthesis.results import Outcome, Synthesis
    from schemas.protocol import DisplayItem

__all__ = ["alt_text", "curve", "figures"]

LEGEND: Final = (
    "Each curve gives the two-sided P value (normal distribution) of every value that an estimate "
    "is tested against; its top is the estimate, and it crosses the dashed line at the limits of "
    "the normal {level:g}% confidence interval. Thin: studies. Thick: the pooled result."
)
LEGEND_HOLLOW: Final = "Orange: reconstructed rows."
_STEPS: Final = 160
_FAR: Final = 3.0

Curve = list[tuple[float, float]]


def figures(synthesis: Synthesis, item: DisplayItem) -> tuple[Figure, ...]:
    """Draw one plot for each outcome of the item."""
    outcomes = outcomes_of(synthesis, item)
    legend = [LEGEND.format(level=100 * synthesis.level)]
    if any(study.reconstructed for outcome in outcomes for study, _, _ in placed(outcome)):
        legend.append(LEGEND_HOLLOW)
    return plot_pages([_plot(synthesis, outcome) for outcome in outcomes], legend)


def alt_text(synthesis: Synthesis, item: DisplayItem) -> str:
    """Describe the plots in plain sentences made from their numbers."""
    parts = [_text(synthesis, outcome) for outcome in outcomes_of(synthesis, item)]
    return f"Drapery plot of P value against the value tested. {lettered(parts)}"


def curve(yi: float, sei: float, low: float, high: float) -> Curve:
    """Return the P values of an estimate against values from one end to the other.

    Parameters
    ----------
    yi, sei
        Estimate and standard error on the scale of the model.
    low, high
        The ends; the estimate itself is always among the values between them.
    """
    values = np.linspace(low, high, _STEPS)
    if low < yi < high:
        values = np.sort(np.append(values, yi))
    p = np.asarray(two_sided_p((values - yi) / sei, np.nan))
    return list(zip(values.tolist(), p.tolist(), strict=True))


def _plot(synthesis: Synthesis, outcome: Outcome) -> Plot | Absent:
    points, pool = placed(outcome), outcome.overall
    reason = unpooled_reason(outcome, points)
    if reason or pool.centre is None or not pool.se:
        return Absent(outcome.label, (reason or "The pooled result has no standard error.",))
    # The widest studies would press the others together: half of them stand whole.
    wide = _FAR * float(np.median([sei for _, _, sei in points]))
    ends = [yi for _, yi, _ in points]
    low, high = min(ends) - wide, max(ends) + wide
    scale = model_scale(synthesis, outcome)
    lowest, highest = measure(outcome.measure).low, measure(outcome.measure).high
    if scale.factor != 1 and lowest is not None:
        low = max(low, lowest)
    if scale.factor != 1 and highest is not None:
        high = min(high, highest)
    return Plot(
        title=outcome.label,
        x=partial(scale.axis, low, high),
        y=_p_axis,
        x_label=scale.label,
        y_label="P value",
        paint=partial(_paint, outcome, synthesis.level, scale),
    )


def _p_axis(most: int) -> Axis:
    return axis_for([0.0, 1.0], [], bounds=(0.0, 1.0), most_ticks=most)


def _paint(outcome: Outcome, level: float, scale: ModelScale, frame: Frame) -> None:
    low, high = frame.x.low / scale.factor, frame.x.high / scale.factor

    def drawn(yi: float, sei: float, color: str, width: float) -> None:
        points = [frame.at(scale.factor * x, p) for x, p in curve(yi, sei, low, high)]
        frame.sheet.curve(points, color=color, width=width)

    for study, yi, sei in placed(outcome):
        color = style.ORANGE if study.reconstructed else style.BLUE
        drawn(yi, sei, color, style.HAIRLINE)
    ends = frame.at(frame.x.low, 1 - level), frame.at(frame.x.high, 1 - level)
    frame.sheet.line(*ends, width=style.HAIRLINE, dashed=True)
    if scale.null is not None and low < scale.null < high:
        x, _ = frame.at(scale.factor * scale.null, 0.0)
        frame.sheet.line((x, frame.top), (x, frame.bottom), width=style.HAIRLINE)
    pool = outcome.overall
    if pool.centre is not None and pool.se:
        drawn(pool.centre, pool.se, style.VERMILLION, 2 * style.LINE)


def _text(synthesis: Synthesis, outcome: Outcome) -> str:
    points, pool = placed(outcome), outcome.overall
    reason = unpooled_reason(outcome, points)
    if reason or pool.centre is None or not pool.se:
        return f"{outcome.label}: {lower_first(reason or 'no standard error.')}"
    scale = model_scale(synthesis, outcome)
    told = f"{outcome.label}: curves of {len(points)} estimates and of the pooled result"
    if scale.null is None:
        return f"{told}."
    p = p_value(float(two_sided_p((pool.centre - scale.null) / pool.se, np.nan)))
    reach = z_quantile(synthesis.level)
    crossing = sum(abs(yi - scale.null) > reach * sei for _, yi, sei in points)
    return f"{told}; against no effect {p}, and {crossing} of the studies alone exclude it."
