"""Albatross plots: participants against P values, with contours of effects.

Harrison S and others. The albatross plot: a novel graphical tool for presenting results of
diversely reported studies in a systematic review. Res Synth Methods 2017;8:281-9.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import count, lower_first, p_value, significant
from analysis.measures.registry import measure
from analysis.meta.albatross import contour
from analysis.paper.figures import style
from analysis.paper.figures.chosen import lettered
from analysis.paper.figures.forest_axis import Axis
from analysis.paper.figures.plot_page import Absent, Plot, plot_pages

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.paper.figures.plot_frame import Frame
    from analysis.synthesis.results import Narrative, Synthesis
    from schemas.protocol import DisplayItem

__all__ = ["alt_text", "figures"]

NOTHING: Final = "No study gives a direction, a P value and its number of participants."
LEGEND: Final = (
    "Discs: studies, by their number of participants and two-sided P value; P is 1 in the middle "
    "and falls to both sides. Lines: how many participants give an effect of the size that stands "
    "beside them this P value, in groups and with a variability such as these studies have."
)
# What lies further out than this power of ten is drawn at the edge.
_FARTHEST: Final = 8.0
_STEPS: Final = 60
# Ticks of the powers of ten, by how many there are.
_POWERS: Final = {3: (0, 1, 2, 3), 5: (0, 1, 3, 5), 8: (0, 2, 4, 6, 8)}


@dataclass(frozen=True, slots=True)
class _Point:
    label: str
    x: float
    n: int
    reconstructed: bool


def figures(synthesis: Synthesis, item: DisplayItem) -> tuple[Figure, ...]:
    """Draw one plot for each outcome of the item that is not pooled."""
    made_up = {study.study_id for study in synthesis.studies if study.reconstructed}
    plots = [_plot(entry, made_up) for entry in _shown(synthesis, item)]
    return plot_pages(plots or [Absent("P values", (NOTHING,))], [LEGEND])


def alt_text(synthesis: Synthesis, item: DisplayItem) -> str:
    """Describe the plots in plain sentences made from their points."""
    parts = []
    for entry in _shown(synthesis, item):
        told = "; ".join(
            f"{finding.label}, n = {count(finding.n)}, {p_value(finding.p)}, favours "
            f"{lower_first(getattr(entry.outcome, finding.direction) or '')}"
            for finding in entry.findings
            if finding.direction in {"experimental", "control"} and finding.p and finding.n
        )
        parts.append(f"{entry.outcome.label}: {told or lower_first(NOTHING)}.")
    return f"Albatross plot of participants against P. {lettered(parts) or NOTHING}"


def _shown(synthesis: Synthesis, item: DisplayItem) -> list[Narrative]:
    return [
        entry
        for entry in synthesis.narratives
        if not item.outcomes or entry.outcome.id in item.outcomes
    ]


def _points(entry: Narrative, made_up: set[str]) -> list[_Point]:
    return [
        _Point(
            finding.label,
            (1 if finding.direction == "experimental" else -1) * -math.log10(finding.p),
            finding.n,
            finding.study_id in made_up,
        )
        for finding in entry.findings
        if finding.direction in {"experimental", "control"} and finding.p and finding.n
    ]


def _plot(entry: Narrative, made_up: set[str]) -> Plot | Absent:
    points, outcome = _points(entry, made_up), entry.outcome
    if not points:
        return Absent(outcome.label, (NOTHING,))
    reach = max(abs(point.x) for point in points)
    end = next((power for power in _POWERS if power >= reach), int(_FARTHEST))
    effects = _effects(entry)
    first, second = (lower_first(name or "") for name in (outcome.experimental, outcome.control))
    beyond = any(abs(point.x) > end for point in points)
    far = (f"P below 1e-{end} stands at the edge.",) if beyond else ()
    return Plot(
        title=outcome.label,
        x=partial(_x_axis, end),
        y=partial(_y_axis, [point.n for point in points]),
        x_label=f"P; left, favours {second}; right, favours {first}",
        y_label="Participants",
        paint=partial(_paint, points, effects, _unit_variance(entry)),
        notes=far,
        inset=0.06,
    )


def _x_axis(end: int, most: int) -> Axis:
    powers = [power for power in _POWERS[end] if power]
    if 2 * len(powers) + 1 > most:
        powers = [end]
    places = [*(-float(power) for power in reversed(powers)), 0.0, *map(float, powers)]
    return Axis(-float(end), float(end), tuple(places), tuple(map(_p_label, places)))


def _p_label(place: float) -> str:
    power = round(abs(place))
    return (
        "1"
        if not power
        else f"{10.0**-power:.{power}f}".lstrip("0")
        if power < 4
        else f"1e-{power}"
    )


def _y_axis(sizes: list[int], most: int) -> Axis:
    low, high = min(sizes), max(sizes)
    every = [step * 10**power for power in range(8) for step in (1, 2, 5)]
    below = max((tick for tick in every if tick <= low), default=1)
    above = min(tick for tick in every if tick >= max(high, 2 * below))
    found = [tick for tick in every if below <= tick <= above]
    while len(found) > most:
        found = [found[0], *found[1:-1][1::2], found[-1]]
    return Axis(
        float(below), float(above), tuple(map(float, found)), tuple(map(count, found)), log=True
    )


def _unit_variance(entry: Narrative) -> float | None:
    """Return the median of N times the variance of the effect, of the studies that give both."""
    known = [f.vi * f.n for f in entry.findings if f.vi is not None and f.n]
    return median(known) if known else None


def _effects(entry: Narrative) -> list[tuple[float, str]]:
    """Choose half, once and twice the median effect as contours, on the scale of the model."""
    found = measure(entry.outcome.measure)
    sizes = [abs(f.yi) for f in entry.findings if f.yi]
    if not sizes:
        return []
    middle = median(sizes)
    told = []
    for factor in (0.5, 1.0, 2.0):
        effect = float(significant(factor * middle, 1).replace("\N{MINUS SIGN}", "-"))
        if found.log:
            # A round ratio, and its logarithm.
            ratio = round(math.exp(factor * middle), 1 if middle < 1 else 0)
            effect, name = math.log(max(ratio, 1.1)), f"{found.short} {max(ratio, 1.1):g}"
        else:
            name = f"{found.short} {found.printed(effect):g}{found.sign}"
        told.append((effect, name.strip()))
    return list(dict(told).items())


def _paint(
    points: list[_Point],
    effects: list[tuple[float, str]],
    unit_variance: float | None,
    frame: Frame,
) -> None:
    sheet = frame.sheet
    middle, _ = frame.at(0.0, frame.y.low)
    sheet.line((middle, frame.top), (middle, frame.bottom), width=style.HAIRLINE)
    for effect, name in effects if unit_variance is not None else ():
        _contour(effect, name, unit_variance or 1.0, frame)
    for point in points:
        place = max(frame.x.low, min(frame.x.high, point.x))
        frame.dot(place, point.n, hollow=point.reconstructed)


def _contour(effect: float, name: str, unit_variance: float, frame: Frame) -> None:
    places = [frame.x.high * step / _STEPS for step in range(1, _STEPS + 1)]
    sizes = contour([10.0**-place for place in places], effect, unit_variance)
    inside = [
        (place, float(n))
        for place, n in zip(places, sizes, strict=True)
        if frame.y.low <= n <= frame.y.high
    ]
    if len(inside) < 2:
        return
    for side in (-1, 1):
        line = [frame.at(side * place, n) for place, n in inside]
        sheet = frame.sheet
        sheet.curve(line, color=style.RULE, width=style.HAIRLINE)
    x, y = frame.at(*inside[-1])
    frame.sheet.text(x, y - 0.03, name, size=style.SMALL_SIZE, color=style.QUIET, align="right")
