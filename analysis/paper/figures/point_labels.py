"""Names beside points, where there is room for them and nowhere else."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from analysis.paper.figures import style
from analysis.paper.figures.measure import line_height, text_width, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from analysis.paper.figures.plot_frame import Frame
    from analysis.paper.figures.sheet import Point

__all__ = ["Named", "draw_names"]

_GAP: Final = 0.03
# A name is nearer to its own point than to any other by this factor, or it would be read as theirs.
_NEARER: Final = 1.5
# Longer names are broken, as a share of the width of the plot.
_WIDEST: Final = 0.5
# Height of a line of small type, from its baseline, above and below.
_RISE: Final = 0.78
_FALL: Final = 0.24
# Right, left, above, below and the corners: where a name may stand beside its point.
_SIDES: Final = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))


@dataclass(frozen=True, slots=True)
class Named:
    """A point, in inches on the sheet, with the radius that its mark takes up."""

    name: str
    centre: Point
    radius: float
    bold: bool = False


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: _Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def draw_names(frame: Frame, points: Sequence[Named], along: Sequence[Point] = ()) -> int:
    """Write the names of the points, the first ones first, wherever nothing else stands.

    Parameters
    ----------
    frame : Frame
        Names stay inside it.
    points : sequence of Named
        In the order of their importance.
    along : sequence of (float, float)
        Points of lines that no name may cross.

    Returns
    -------
    int
        How many names found no room.
    """
    taken = [_around(point, _GAP / 2) for point in _dense(along)]
    left_out = 0
    # Rows of x, y and radius: a plot may have thousands of points.
    marks = np.array([(*point.centre, point.radius) for point in points]).reshape(-1, 3).T
    for number, point in enumerate(points):
        place = _place(frame, point, number, marks, taken)
        if place is None:
            left_out += 1
            continue
        taken.append(place)
        face = "bold" if point.bold else "regular"
        baseline = place.top + _RISE * style.SMALL_SIZE / style.POINTS_PER_INCH
        for line in _lines(point, frame):
            frame.sheet.text(place.left, baseline, line, size=style.SMALL_SIZE, face=face)
            baseline += line_height(style.SMALL_SIZE)
    return left_out


def _lines(point: Named, frame: Frame) -> tuple[str, ...]:
    face = "bold" if point.bold else "regular"
    return wrap(point.name, _WIDEST * frame.width, style.SMALL_SIZE, face)


def _dense(points: Sequence[Point]) -> list[Point]:
    """Return points of a line so near to one another that no name fits between them."""
    dense = list(points)
    for (x, y), (next_x, next_y) in pairwise(points):
        pieces = math.ceil(math.dist((x, y), (next_x, next_y)) / _GAP)
        for piece in range(1, pieces):
            share = piece / pieces
            dense.append((x + share * (next_x - x), y + share * (next_y - y)))
    return dense


def _place(
    frame: Frame, point: Named, number: int, marks: NDArray[np.float64], taken: Sequence[_Box]
) -> _Box | None:
    lines = _lines(point, frame)
    face = "bold" if point.bold else "regular"
    wide = max(text_width(line, style.SMALL_SIZE, face) for line in lines)
    high = (_RISE + _FALL) * style.SMALL_SIZE / style.POINTS_PER_INCH
    high += (len(lines) - 1) * line_height(style.SMALL_SIZE)
    distance = point.radius + _GAP
    for across, down in _SIDES:
        x = point.centre[0] + across * (distance + wide / 2)
        y = point.centre[1] + down * (distance + high / 2)
        if across and down:
            # Nearer than beside and above it, as a circle has no corners.
            x = point.centre[0] + across * (0.8 * point.radius + wide / 2)
            y = point.centre[1] + down * (0.8 * point.radius + high / 2)
        box = _Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
        inside = (
            box.left >= frame.left + _GAP
            and box.right <= frame.right
            and box.top >= frame.top
            and box.bottom <= frame.bottom - _GAP
        )
        if not inside or any(box.overlaps(other) for other in taken):
            continue
        distances = _distances(box, marks)
        near = np.count_nonzero(distances <= max(_NEARER * distances[number], 2 * _GAP))
        # Its own point is always as near.
        if near == 1:
            return box
    return None


def _distances(box: _Box, marks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far a name is from the edge of every mark; negative if it lies over it."""
    x, y, radius = marks
    across = np.maximum(np.maximum(box.left - x, 0.0), x - box.right)
    down = np.maximum(np.maximum(box.top - y, 0.0), y - box.bottom)
    return np.hypot(across, down) - radius


def _around(centre: Point, radius: float) -> _Box:
    x, y = centre
    return _Box(x - radius, y - radius, x + radius, y + radius)
