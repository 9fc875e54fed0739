"""Where everything in a figure is, and what lies over what or beyond the edge."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.lines import Line2D
from matplotlib.patches import Circle

from analysis.paper.figures.sheet import MARK

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# A third of a point: antialiasing, not something a reader could see.
TOLERANCE = 0.3


@dataclass(frozen=True)
class Extent:
    """A bounding box in points, from the lower left corner of the figure."""

    name: str
    left: float
    bottom: float
    right: float
    top: float
    round: bool = False

    def overlaps(self, other: Extent) -> bool:
        if self.round or other.round:
            disc, box = (self, other) if self.round else (other, self)
            return disc.gap_to(box) < -TOLERANCE
        return (
            min(self.right, other.right) - max(self.left, other.left) > TOLERANCE
            and min(self.top, other.top) - max(self.bottom, other.bottom) > TOLERANCE
        )

    def gap_to(self, box: Extent) -> float:
        """Distance from the edge of a disc to a box, negative if they overlap."""
        x, y = (self.left + self.right) / 2, (self.bottom + self.top) / 2
        across = max(box.left - x, 0.0, x - box.right)
        up = max(box.bottom - y, 0.0, y - box.top)
        return math.hypot(across, up) - (self.right - self.left) / 2

    def within(self, other: Extent) -> bool:
        return (
            self.left >= other.left - TOLERANCE
            and self.bottom >= other.bottom - TOLERANCE
            and self.right <= other.right + TOLERANCE
            and self.top <= other.top + TOLERANCE
        )


def texts(figure: Figure) -> list[Extent]:
    return [_extent(figure, text, text.get_text()) for text in figure.texts]


def marks(figure: Figure) -> list[Extent]:
    """Shapes that stand for data, such as squares, diamonds and arrows; boxes of the flow."""
    return [
        _extent(figure, artist, f"mark {index}")
        for index, artist in enumerate(_artists(figure))
        if artist.get_label() == MARK
    ]


def dashed_lines(figure: Figure) -> list[Extent]:
    return [
        _extent(figure, artist, "dashed line")
        for artist in _artists(figure)
        if isinstance(artist, Line2D) and artist.is_dashed()
    ]


def page(figure: Figure) -> Extent:
    width, height = figure.get_size_inches() * 72
    return Extent("page", 0, 0, width, height)


def faults(figure: Figure) -> list[str]:
    """Say which texts overlap one another or a mark, and what leaves the page."""
    written, drawn = texts(figure), marks(figure)
    found = [
        f"{item.name!r} leaves the page"
        for item in [*written, *drawn]
        if not item.within(page(figure))
    ]
    found += [f"{a.name!r} over {b.name!r}" for a, b in combinations(written, 2) if a.overlaps(b)]
    lines = [_widened(line) for line in dashed_lines(figure)]
    found += [
        f"{a.name!r} over {b.name}" for a in written for b in [*drawn, *lines] if a.overlaps(b)
    ]
    return found


def _artists(figure: Figure) -> list:
    return list(figure.artists)


def _widened(line: Extent) -> Extent:
    # A line has no breadth of its own, so nothing could ever lie over it.
    return Extent(line.name, line.left - 1, line.bottom, line.right + 1, line.top)


def _extent(figure: Figure, artist, name: str) -> Extent:
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    # As when saving: see analysis.paper.figures.saving.
    with mpl.rc_context({"text.hinting": "no_hinting"}):
        box = artist.get_window_extent(canvas.get_renderer())
    scale = 72 / figure.dpi
    return Extent(
        name,
        box.x0 * scale,
        box.y0 * scale,
        box.x1 * scale,
        box.y1 * scale,
        round=isinstance(artist, Circle),
    )
