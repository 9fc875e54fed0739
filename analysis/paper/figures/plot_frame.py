"""A plot with two axes on a sheet: where a value lies, and the lines and numbers around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analysis.paper.figures import style
from analysis.paper.figures.measure import line_height, text_width
from analysis.paper.figures.sheet import MARK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.paper.figures.forest_axis import Axis
    from analysis.paper.figures.sheet import Point, Sheet

TICK: Final = 0.05
TICK_GAP: Final = 0.03
POINT_RADIUS: Final = 0.042
# Of the height of a figure, from its baseline.
_FIGURE_HEIGHT: Final = 0.73


@dataclass(frozen=True, slots=True)
class Frame:
    """The area of a plot, in inches on its sheet, and its two axes.

    ``downwards`` turns the second axis, so that its smallest value stands at the top. ``inset`` is
    how far the ends of both axes stand inside the area, so that marks at an end have room.
    """

    sheet: Sheet
    left: float
    top: float
    width: float
    height: float
    x: Axis
    y: Axis
    downwards: bool = False
    inset: float = 0.0

    @property
    def right(self) -> float:
        """Right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.top + self.height

    def at(self, x: float, y: float) -> Point:
        """Return where a point lies on the sheet; beyond an axis it is moved to its end."""
        share = self.y.share(y) if self.downwards else 1.0 - self.y.share(y)
        wide, high = self.width - 2 * self.inset, self.height - 2 * self.inset
        return self.left + self.inset + self.x.share(x) * wide, self.top + self.inset + share * high

    def dot(self, x: float, y: float, *, hollow: bool, radius: float = POINT_RADIUS) -> None:
        """Draw a study: a disc, or a ring if its row is reconstructed."""
        self.dot_at(self.at(x, y), hollow=hollow, radius=radius, label=MARK)

    def dot_at(
        self, centre: Point, *, hollow: bool, radius: float = POINT_RADIUS, label: str = ""
    ) -> None:
        """Draw the same at a place on the sheet."""
        self.sheet.circle(
            centre,
            radius,
            fill=None if hollow else style.BLUE,
            edge=style.BLUE if hollow else style.PAPER,
            width=style.LINE if hollow else style.HAIRLINE / 2,
            label=label,
        )

    def diamond(self, x: float, y: float, *, fill: str | None, edge: str) -> None:
        """Draw a diamond a little larger than a dot."""
        self.diamond_at(self.at(x, y), fill=fill, edge=edge, label=MARK)

    def diamond_at(self, centre: Point, *, fill: str | None, edge: str, label: str = "") -> None:
        """Draw the same at a place on the sheet."""
        x, y = centre
        half = 1.3 * POINT_RADIUS
        corners = [(x - half, y), (x, y - half), (x + half, y), (x, y + half)]
        self.sheet.polygon(corners, fill=fill, edge=edge, label=label)


def left_room(axis: Axis, label_lines: Sequence[str]) -> float:
    """Return the width that the second axis needs left of the plot."""
    widest = max(text_width(text, style.SMALL_SIZE) for text in axis.labels)
    return len(label_lines) * line_height(style.SMALL_SIZE) + widest + TICK + 2 * TICK_GAP


def foot_height(label_lines: Sequence[str]) -> float:
    """Return the height that the first axis needs below the plot."""
    return TICK + line_height(style.SMALL_SIZE) * (1 + len(label_lines))


def draw_axes(frame: Frame, x_lines: Sequence[str], y_lines: Sequence[str]) -> None:
    """Draw both axes with ticks, numbers and labels."""
    sheet, small = frame.sheet, style.SMALL_SIZE
    sheet.line((frame.left, frame.top), (frame.left, frame.bottom), width=style.HAIRLINE)
    sheet.line((frame.left, frame.bottom), (frame.right, frame.bottom), width=style.HAIRLINE)
    for value, text in zip(frame.x.ticks, frame.x.labels, strict=True):
        x, _ = frame.at(value, frame.y.low)
        sheet.line((x, frame.bottom), (x, frame.bottom + TICK), width=style.HAIRLINE)
        sheet.text(x, _baseline(frame.bottom + TICK, 1), text, size=small, align="center")
    half_figure = _FIGURE_HEIGHT * small / style.POINTS_PER_INCH / 2
    for value, text in zip(frame.y.ticks, frame.y.labels, strict=True):
        _, y = frame.at(frame.x.low, value)
        sheet.line((frame.left - TICK, y), (frame.left, y), width=style.HAIRLINE)
        end = frame.left - TICK - TICK_GAP
        sheet.text(end, y + half_figure, text, size=small, align="right")
    for index, line in enumerate(x_lines):
        y = _baseline(frame.bottom + TICK, index + 2)
        sheet.text(frame.left + frame.width / 2, y, line, size=small, align="center")
    start = frame.left - left_room(frame.y, y_lines)
    for index, line in enumerate(y_lines):
        sheet.text(
            start + (index + 0.5) * line_height(small),
            frame.top + frame.height / 2,
            line,
            size=small,
            align="center",
            rotation=90,
        )


def _baseline(top: float, lines: int) -> float:
    small = style.SMALL_SIZE
    return top + lines * line_height(small) - 0.3 * small / style.POINTS_PER_INCH
