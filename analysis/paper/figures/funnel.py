"""Funnel plots with the studies that trim and fill imputed.

Contours of significance lie about the value of no effect. A single proportion or a median has none
(no response rate of 0 % is ever tested), so the shaded regions lie about the pooled estimate
instead and show where studies of each precision would lie if they differed by chance alone.

Peters JL and others. Contour-enhanced meta-analysis funnel plots. J Clin Epidemiol 2008;61:991-6.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import lower_first, p_value
from analysis.measures.registry import measure
from analysis.paper.figures import style
from analysis.paper.figures.chosen import lettered, outcomes_of
from analysis.paper.figures.forest_axis import axis_for
from analysis.paper.figures.measure import line_height, text_width
from analysis.paper.figures.model_scale import scale_axis
from analysis.paper.figures.plot_page import Absent, Plot, plot_pages

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.measures.measure import Measure
    from analysis.paper.figures.forest_axis import Axis
    from analysis.paper.figures.plot_frame import Frame
    from analysis.synthesis.results import Outcome, Synthesis
    from analysis.synthesis.sensitivity_results import SmallStudyEffects
    from schemas.protocol import DisplayItem

__all__ = ["alt_text", "figures"]

# Normal quantiles of regions that hold 90, 95 and 99 % of the studies, with their shades; what
# lies outside the last one is the darkest.
REGIONS: Final = ((2.5758, "#D9DEE3"), (1.9600, "#ECEFF2"), (1.6449, style.PAPER))
OUTSIDE: Final = "#C2C9D0"
FEW: Final = 10
TOO_FEW: Final = "Small-study effects could not be examined: too few estimates."
LEGEND: Final = (
    "Regions hold 90, 95 and 99% of the studies if these differ by chance alone about the pooled "
    "estimate (dashed line); there is no null value to draw contours of significance around."
)
LEGEND_NULL: Final = "Contours: P against no effect. Dashed line: pooled estimate."
# The key stands inside the plot, from the white region outwards.
SHADES: Final = (style.PAPER, REGIONS[1][1], REGIONS[0][1], OUTSIDE)
SHARES: Final = ("90%", "95%", "99%", "beyond")
CONTOURS: Final = ("P > .10", ".05 to .10", ".01 to .05", "P < .01")
STUDY: Final = "study"
RECONSTRUCTED: Final = "reconstructed"
IMPUTED: Final = "imputed"
_KEY_MARK: Final = 0.13
_KEY_SPACE: Final = 0.04
_KEY_STEPS: Final = 12
_FINEST: Final = 1e-3
_ROOM: Final = 0.03


def figures(synthesis: Synthesis, item: DisplayItem) -> tuple[Figure, ...]:
    """Draw one funnel for each outcome of the item."""
    outcomes = outcomes_of(synthesis, item)
    # Panels may be of both kinds, such as a mean in one group and a difference between two.
    kinds = [LEGEND if _null(outcome) is None else LEGEND_NULL for outcome in outcomes]
    legend = list(dict.fromkeys(kinds))
    return plot_pages([_plot(outcome, synthesis.level) for outcome in outcomes], legend)


def alt_text(synthesis: Synthesis, item: DisplayItem) -> str:
    """Describe the funnels in plain sentences made from their numbers."""
    parts = [
        f"{outcome.label}: {' '.join(_sentences(outcome, synthesis.level))}"
        for outcome in outcomes_of(synthesis, item)
    ]
    return f"Funnel plot of standard error against estimate. {lettered(parts)}"


def _plot(outcome: Outcome, level: float) -> Plot | Absent:
    found = None if outcome.sensitivity is None else outcome.sensitivity.small_study
    if found is None or not found.points:
        return Absent(outcome.label, (TOO_FEW,))
    deepest = max(point.se for point in found.points)
    measured = measure(outcome.measure)
    scale, null = found.factor, _null(outcome)
    unit = f"{found.scale} scale" if found.factor == 1 and measured.factor != 1 else ""
    return Plot(
        title=outcome.label,
        x=partial(_x_axis, found, REGIONS[1][0] * deepest, null, measured),
        y=partial(_y_axis, (1 + _ROOM) * scale * deepest),
        x_label=f"{outcome.label}, {unit}"
        if unit
        else measured.titled(outcome.label, outcome.unit),
        y_label=_y_label(found, measured, outcome.unit),
        paint=partial(_paint, found, null),
        notes=(" ".join(_sentences(outcome, level)),),
        downwards=True,
    )


def _null(outcome: Outcome) -> float | None:
    """Return the value of no effect on the scale of the model, None where nothing is compared."""
    found = None if outcome.sensitivity is None else outcome.sensitivity.small_study
    null = measure(outcome.measure).null
    if null is None or found is None:
        return None
    return math.log(null) if found.logarithmic else null


def _y_label(found: SmallStudyEffects, measured: Measure, unit: str) -> str:
    if found.logarithmic:
        return f"Standard error of log {measured.short or measured.label}"
    told = measured.difference_unit if found.factor != 1 else ""
    return f"Standard error, {told}" if told else "Standard error"


def _x_axis(
    found: SmallStudyEffects, spread: float, null: float | None, measured: Measure, most: int
) -> Axis:
    values = [point.yi for point in found.points] + ([] if null is None else [null])
    low, high = min(*values, found.centre - spread), max(*values, found.centre + spread)
    # No point stands on the frame, where half of it would lie outside.
    room = _ROOM * (high - low)
    low, high = low - room, high + room
    return scale_axis(low, high, most, logarithmic=found.logarithmic, factor=found.factor)


def _y_axis(deepest: float, most: int) -> Axis:
    return axis_for([0.0, deepest], [], bounds=(0.0, None), most_ticks=most, finest=_FINEST)


def _paint(found: SmallStudyEffects, null: float | None, frame: Frame) -> None:
    sheet, scale = frame.sheet, found.factor
    middle = found.centre if null is None else null
    sheet.box(frame.left, frame.top, frame.width, frame.height, fill=OUTSIDE)
    for quantile, shade in REGIONS:
        sheet.polygon(_region(scale * middle, quantile, frame), fill=shade)
    x, _ = frame.at(scale * found.centre, 0.0)
    sheet.line(
        (x, frame.top), (x, frame.bottom), color=style.VERMILLION, width=style.HAIRLINE, dashed=True
    )
    # Imputed studies lie over the real ones, which they mirror and never hide.
    for point in sorted(found.points, key=lambda point: point.imputed):
        x, y = scale * point.yi, scale * point.se
        if point.imputed:
            frame.diamond(x, y, fill=style.PAPER, edge=style.VERMILLION)
        else:
            frame.dot(x, y, hollow=point.reconstructed)
    _draw_key(found, SHARES if null is None else CONTOURS, frame)


def _draw_key(found: SmallStudyEffects, names: tuple[str, ...], frame: Frame) -> None:
    """Explain shades and marks where no point is, in an upper corner if one is free."""
    marks = [STUDY] if any(not (p.reconstructed or p.imputed) for p in found.points) else []
    marks += [RECONSTRUCTED] if any(p.reconstructed and not p.imputed for p in found.points) else []
    marks += [IMPUTED] if any(point.imputed for point in found.points) else []
    small = style.SMALL_SIZE
    step = line_height(small)
    texts = (*names, *marks)
    wide = max(text_width(text, small) for text in texts) + _KEY_MARK + 3 * _KEY_SPACE
    high = step * len(texts) + 2 * _KEY_SPACE
    left, top = _free_place(found, wide, high, frame)
    sheet = frame.sheet
    sheet.box(left, top, wide, high, fill=style.PAPER)
    x = left + _KEY_SPACE
    for place, text in enumerate(texts):
        middle = top + _KEY_SPACE + (place + 0.5) * step
        centre = (x + _KEY_MARK / 2, middle)
        if place < len(names):
            side = 0.7 * step
            corner = (x, middle - side / 2)
            sheet.box(
                *corner, _KEY_MARK, side, fill=SHADES[place], edge=style.RULE, line=style.HAIRLINE
            )
        elif text == IMPUTED:
            frame.diamond_at(centre, fill=style.PAPER, edge=style.VERMILLION)
        else:
            frame.dot_at(centre, hollow=text == RECONSTRUCTED)
        baseline = middle + 0.36 * small / style.POINTS_PER_INCH
        sheet.text(x + _KEY_MARK + _KEY_SPACE, baseline, text, size=small)


def _free_place(
    found: SmallStudyEffects, wide: float, high: float, frame: Frame
) -> tuple[float, float]:
    """Return the place nearest to an upper corner where a box hides the fewest points."""
    points = [frame.at(found.factor * point.yi, found.factor * point.se) for point in found.points]
    across = frame.width - wide - 2 * _KEY_SPACE
    down = frame.height - high - 2 * _KEY_SPACE
    shares = [step / _KEY_STEPS for step in range(_KEY_STEPS + 1)]
    places = [
        (frame.left + _KEY_SPACE + side * across, frame.top + _KEY_SPACE + share * down)
        for share in shares
        for side in sorted(shares, key=lambda side: -abs(side - 0.5))
    ]

    def hidden(place: tuple[float, float]) -> int:
        left, top = place
        return sum(
            left - _KEY_MARK / 2 < x < left + wide + _KEY_MARK / 2
            and top - _KEY_MARK / 2 < y < top + high + _KEY_MARK / 2
            for x, y in points
        )

    return min(places, key=hidden)


def _region(centre: float, quantile: float, frame: Frame) -> list[tuple[float, float]]:
    """Return the corners of a triangle cut off where the plot ends."""
    deepest = frame.y.high
    right = [(centre, 0.0), *_edge(centre, quantile, deepest, frame.x.high)]
    left = [(centre, 0.0), *_edge(centre, -quantile, deepest, frame.x.low)]
    return [frame.at(*corner) for corner in (*right, *reversed(left[1:]))]


def _edge(centre: float, slope: float, deepest: float, end: float) -> list[tuple[float, float]]:
    reached = centre + slope * deepest
    if abs(reached - centre) <= abs(end - centre):
        return [(reached, deepest)]
    return [(end, (end - centre) / slope), (end, deepest)]


def _sentences(outcome: Outcome, level: float) -> list[str]:
    found = None if outcome.sensitivity is None else outcome.sensitivity.small_study
    if found is None:
        return [TOO_FEW]
    tests = [
        f"{name} {p_value(p)}" if p is not None else f"{name} not computed"
        for name, p in ((whose.removesuffix("'s"), p) for whose, p in found.tests)
    ]
    # Sterne 2011, BMJ 343:d4002: a P of fewer studies would be read as a verdict.
    told = f"{found.k} estimates; {', '.join(tests)}."
    sentences = [
        told
        if found.k >= FEW
        else f"{found.k} estimates: with fewer than {FEW} estimates asymmetry cannot be told from "
        "chance, so no test is given."
    ]
    if found.imputed:
        filled = measure(outcome.measure).spoken(
            found.filled_estimate,
            found.filled_ci_low,
            found.filled_ci_high,
            outcome.unit,
            level,
        )
        studies = "study" if found.imputed == 1 else "studies"
        sentences.append(
            f"Trim and fill imputes {found.imputed} {studies} on the {lower_first(found.side)}; "
            f"pooled with them: {filled}."
        )
    else:
        sentences.append("Trim and fill imputes none.")
    return sentences
