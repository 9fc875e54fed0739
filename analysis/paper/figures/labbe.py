"""L'Abbé plots: the risk in one group against that in the other, study by study.

L'Abbé KA and others. Meta-analysis in clinical research. Ann Intern Med 1987;107:224-33.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import lower_first, percent
from analysis.measures.registry import measure
from analysis.paper.figures import style
from analysis.paper.figures.chosen import lettered, outcomes_of
from analysis.paper.figures.forest_axis import axis_for
from analysis.paper.figures.forest_content import arms_of
from analysis.paper.figures.plot_frame import POINT_RADIUS
from analysis.paper.figures.plot_page import Absent, Plot, plot_pages

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.paper.figures.forest_axis import Axis
    from analysis.paper.figures.plot_frame import Frame
    from analysis.synthesis.results import Outcome, Synthesis
    from schemas.protocol import DisplayItem

__all__ = ["alt_text", "figures"]

NO_RISKS: Final = "No study gives the numbers of patients with the event in both groups."
LEGEND: Final = (
    "Solid line: equal risks. Dashed line: the pooled effect. Discs: studies, the larger the more "
    "weight they have."
)
LEGEND_HOLLOW: Final = "Rings: reconstructed rows."
_STEPS: Final = 100
_WHOLE: Final = 100.0
_LARGEST: Final = 2.6 * POINT_RADIUS

Point = tuple[float, float, float, bool, str]


def figures(synthesis: Synthesis, item: DisplayItem) -> tuple[Figure, ...]:
    """Draw one plot for each outcome of the item that has risks in two groups."""
    outcomes = _with_risks(synthesis, item)
    legend = [LEGEND]
    if any(point[3] for outcome in outcomes for point in points_of(outcome)):
        legend.append(LEGEND_HOLLOW)
    return plot_pages([_plot(outcome) for outcome in outcomes], legend)


def alt_text(synthesis: Synthesis, item: DisplayItem) -> str:
    """Describe the plots in plain sentences made from their numbers."""
    parts = [_text(outcome) for outcome in _with_risks(synthesis, item)]
    return f"L'Abbé plot of the risk in one group against that in the other. {lettered(parts)}"


def _with_risks(synthesis: Synthesis, item: DisplayItem) -> tuple[Outcome, ...]:
    """Return the outcomes of the item; where it names none, those with risks in two groups."""
    asked = outcomes_of(synthesis, item)
    if item.outcomes:
        return asked
    return tuple(outcome for outcome in asked if points_of(outcome)) or asked


def points_of(outcome: Outcome) -> list[Point]:
    """Return the risks of the control and of the other group, weight, hollow and name."""
    if not measure(outcome.measure).counted:
        return []
    found = []
    for study in outcome.overall.studies:
        pair = [study.group(role) for role in ("control", "experimental")]
        risks = [
            100 * group.events / group.n
            for group in pair
            if group is not None and group.events is not None and group.n
        ]
        if len(risks) == 2:
            found.append((*risks, study.weight or 0.0, study.reconstructed, study.label))
    return found


def _plot(outcome: Outcome) -> Plot | Absent:
    points, arms = points_of(outcome), arms_of(outcome)
    if not points or arms is None:
        return Absent(outcome.label, (NO_RISKS,))
    highest = max(value for point in points for value in point[:2])
    axis = partial(_axis, highest)
    return Plot(
        title=outcome.label,
        x=axis,
        y=axis,
        x_label=f"{arms[1]}, % with the event",
        y_label=f"{arms[0]}, % with the event",
        paint=partial(_paint, points, outcome),
        inset=_LARGEST,
    )


def _axis(highest: float, most: int) -> Axis:
    return axis_for([0.0, highest], [], bounds=(0.0, 100.0), most_ticks=most)


def _paint(points: list[Point], outcome: Outcome, frame: Frame) -> None:
    end = frame.x.high
    frame.sheet.line(frame.at(0.0, 0.0), frame.at(end, end), width=style.HAIRLINE)
    estimate = outcome.overall.estimate
    if estimate is not None:
        risk = measure(outcome.measure).other_risk
        shares = [end / 100 * step / _STEPS for step in range(_STEPS + 1)]
        line = [
            (100 * share, 100 * other)
            for share in shares
            if (other := risk(estimate, share)) is not None and 0 <= 100 * other <= frame.y.high
        ]
        # No risk is above 100%: where the effect would lead there, its line ends.
        reached = next((i for i, (_, y) in enumerate(line) if y >= _WHOLE), len(line))
        # A point that was held at 100% would bend the line; the axis's own end is no such point.
        line = line[: reached + 1] if reached == _STEPS else line[:reached]
        for start, stop in pairwise([*line[:-1:5], *line[-1:]]):
            frame.sheet.line(frame.at(*start), frame.at(*stop), color=style.VERMILLION, dashed=True)
    heaviest = max(point[2] for point in points) or 1.0
    for x, y, weight, hollow, _ in sorted(points, key=lambda point: -point[2]):
        radius = max(0.5 * POINT_RADIUS, _LARGEST * (weight / heaviest) ** 0.5)
        frame.dot(x, y, hollow=hollow, radius=radius)


def _text(outcome: Outcome) -> str:
    points, arms = points_of(outcome), arms_of(outcome)
    if not points or arms is None:
        return f"{outcome.label}: {lower_first(NO_RISKS)}"
    told = "; ".join(
        f"{name} {percent(y / 100, 0)} against {percent(x / 100, 0)}" for x, y, _, _, name in points
    )
    return f"{outcome.label}, {lower_first(arms[0])} against {lower_first(arms[1])}: {told}."
