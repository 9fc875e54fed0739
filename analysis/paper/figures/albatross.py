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
    "and falls to both sides. Lines: how many participants give an effect of the size that is "
    "named below the plot this P value, in groups and with a variability such as these studies "
    "have."
)
# What lies further out than this power of ten is drawn at the edge.
_FARTHEST: Final = 8.0
_STEPS: Final = 60
# Ticks of the powers of ten, by how many there are.
_POWERS: Final = {3: (0, 1, 2, 3), 5: (0, 1, 3, 5), 8: (0, 2, 4, 6, 8)}


# P as power of ten, and the number of participants.
_Line = list[tuple[float, float]]


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
    first, second = (lower_first(name or "") for name in (outcome.experimental, outcome.control))
    notes = []
    lines = _contours(entry, end, [point.n for point in points])
    if lines:
        # Beside the lines the names would run into each other where effects are small.
        names = ", ".join(name for name, _ in lines)
        notes.append(f"Lines, from the middle outwards: {names}.")
    if any(abs(point.x) > end for point in points):
        notes.append(f"P below 1e-{end} stands at the edge.")
    return Plot(
        title=outcome.label,
        x=partial(_x_axis, end),
        y=partial(_y_axis, [point.n for point in points]),
        x_label=f"P; left, favours {second}; right, favours {first}",
        y_label="Participants",
        paint=partial(_paint, points, [line for _, line in lines]),
        notes=tuple(notes),
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


def _ticks(sizes: list[int]) -> list[int]:
    """Give round numbers of participants, from the first below all to the first above."""
    every = [step * 10**power for power in range(8) for step in (1, 2, 5)]
    below = max((tick for tick in every if tick <= min(sizes)), default=1)
    above = min(tick for tick in every if tick >= max(*sizes, 2 * below))
    return [tick for tick in every if below <= tick <= above]


def _y_axis(sizes: list[int], most: int) -> Axis:
    found = _ticks(sizes)
    below, above = found[0], found[-1]
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


def _paint(points: list[_Point], lines: list[_Line], frame: Frame) -> None:
    sheet = frame.sheet
    middle, _ = frame.at(0.0, frame.y.low)
    sheet.line((middle, frame.top), (middle, frame.bottom), width=style.HAIRLINE)
    for line in lines:
        for side in (-1, 1):
            curve = [frame.at(side * place, n) for place, n in line]
            sheet.curve(curve, color=style.RULE, width=style.HAIRLINE)
    for point in points:
        place = max(frame.x.low, min(frame.x.high, point.x))
        frame.dot(place, point.n, hollow=point.reconstructed)


def _contours(entry: Narrative, end: int, sizes: list[int]) -> list[tuple[str, _Line]]:
    """Give the contours that cross the plot, the smallest effect first, with their names."""
    unit_variance = _unit_variance(entry)
    if unit_variance is None:
        return []
    ticks = _ticks(sizes)
    places = [end * step / _STEPS for step in range(1, _STEPS + 1)]
    found = []
    for effect, name in sorted(_effects(entry)):
        numbers = contour([10.0**-place for place in places], effect, unit_variance)
        line = [
            (place, float(n))
            for place, n in zip(places, numbers, strict=True)
            if ticks[0] <= n <= ticks[-1]
        ]
        if len(line) > 1:
            found.append((name, line))
    return found
