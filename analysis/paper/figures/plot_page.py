"""Plots beside and below one another, on as many pages as they need."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analysis.paper.figures import style
from analysis.paper.figures.forest_layout import EN_SPACE
from analysis.paper.figures.measure import line_height, text_width, wrap
from analysis.paper.figures.plot_frame import Frame, draw_axes, foot_height, left_room
from analysis.paper.figures.settings import as_shipped
from analysis.paper.figures.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from matplotlib.figure import Figure

    from analysis.paper.figures.forest_axis import Axis

GUTTER: Final = 0.3
ROW_SPACE: Final = 0.22
TITLE_SPACE: Final = 0.08
NOTE_SPACE: Final = 0.05
TICK_SPACE: Final = 0.14
MOST_TICKS: Final = 7
FEWEST_TICKS: Final = 3
# Height of the plot itself: alone on its page, and beside another.
ALONE: Final = 3.3
BESIDE: Final = 2.25
# A plot alone is not drawn as wide as the page: its labels would be far from its points.
ALONE_WIDTH: Final = 5.0


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot before anyone knows where it will stand.

    Attributes
    ----------
    title : str
        Stands over the plot, after its letter if there are several.
    x, y : callable
        Give an axis with at most so many ticks.
    x_label, y_label : str
    paint : callable
        Draws what is inside.
    notes : tuple of str
        Sentences below the plot.
    downwards : bool
        Whether the second axis has its smallest value at the top.
    inset : float
        Inches between the ends of the axes and the edge of the plot, for marks at an end.
    """

    title: str
    x: Callable[[int], Axis]
    y: Callable[[int], Axis]
    x_label: str
    y_label: str
    paint: Callable[[Frame], None]
    notes: tuple[str, ...] = ()
    downwards: bool = False
    inset: float = 0.0


@dataclass(frozen=True, slots=True)
class Absent:
    """A plot that cannot be drawn, and why."""

    title: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Axes:
    x: Axis
    y: Axis
    x_lines: tuple[str, ...]
    y_lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    plot: Plot | Absent
    title: tuple[str, ...]
    notes: tuple[str, ...]
    axes: _Axes | None

    def body(self, plot_height: float) -> float:
        small = line_height(style.SMALL_SIZE)
        notes = len(self.notes) * small + NOTE_SPACE if self.notes else 0.0
        axes = 0.0 if self.axes is None else plot_height + foot_height(self.axes.x_lines)
        return axes + notes

    @property
    def head(self) -> float:
        return len(self.title) * line_height(style.TITLE_SIZE) + TITLE_SPACE


def plot_pages(
    plots: Sequence[Plot | Absent],
    legend: Sequence[str] = (),
    *,
    width: float = style.PAGE_WIDTH,
    height: float = style.PAGE_HEIGHT,
) -> tuple[Figure, ...]:
    """Draw plots two to a row, divided into as many figures as the height asks for.

    Parameters
    ----------
    plots : sequence of Plot or Absent
        At least one; lettered if there are several. What cannot be drawn beside others that can
        takes no room: it keeps its letter and says below why.
    legend : sequence of str
        Sentences below the last row of every page.
    width, height : float
        Size of a page in inches.

    Raises
    ------
    ValueError
        If there is no plot.
    """
    if not plots:
        raise ValueError("a page of plots needs at least one plot")
    several = len(plots) > 1
    letters = string.ascii_uppercase if several else ""
    drawn = any(isinstance(plot, Plot) for plot in plots)
    lettered = [
        (plot, letters[index] if index < len(letters) else "") for index, plot in enumerate(plots)
    ]
    if drawn:
        legend = [*legend, *(_why(plot, letter) for plot, letter in lettered if _absent(plot))]
        lettered = [entry for entry in lettered if not _absent(entry[0])]
    across = 2 if len(lettered) > 1 else 1
    column = (width - 2 * style.MARGIN - (across - 1) * GUTTER) / across
    tall = BESIDE if len(lettered) > 1 else ALONE
    cells = [_cell(plot, letter, column, tall) for plot, letter in lettered]
    rows = [cells[index : index + across] for index in range(0, len(cells), across)]
    lines = wrap(" ".join(legend), width - 2 * style.MARGIN, style.SMALL_SIZE) if legend else ()
    lines = lines if drawn else ()
    room = height - 2 * style.MARGIN - len(lines) * line_height(style.SMALL_SIZE) - ROW_SPACE
    return tuple(
        _draw_page(page, lines, column, tall, width) for page in _paginate(rows, tall, room)
    )


def _absent(plot: Plot | Absent) -> bool:
    return isinstance(plot, Absent)


def _why(plot: Plot | Absent, letter: str) -> str:
    named = f"{letter}, {plot.title}" if letter else plot.title
    return f"{named}: {' '.join(plot.notes)}"


def _cell(plot: Plot | Absent, letter: str, column: float, tall: float) -> _Cell:
    small = style.SMALL_SIZE
    title = f"{letter}{EN_SPACE if letter else ''}{plot.title}"
    return _Cell(
        plot,
        wrap(title, column, style.TITLE_SIZE, "bold"),
        tuple(line for note in plot.notes for line in wrap(note, column, small)),
        _axes(plot, column, tall) if isinstance(plot, Plot) else None,
    )


def _axes(plot: Plot, column: float, tall: float) -> _Axes:
    y_lines = wrap(plot.y_label, tall, style.SMALL_SIZE)
    y = plot.y(MOST_TICKS)
    room = min(column, ALONE_WIDTH) - left_room(y, y_lines)
    x = next((axis for axis in _from_fine(plot.x) if _fits(axis, room)), plot.x(FEWEST_TICKS))
    return _Axes(x, y, wrap(plot.x_label, room, style.SMALL_SIZE), y_lines)


def _from_fine(make: Callable[[int], Axis]) -> Iterator[Axis]:
    return (make(most) for most in range(MOST_TICKS, FEWEST_TICKS - 1, -1))


def _fits(axis: Axis, room: float) -> bool:
    widths = [text_width(label, style.SMALL_SIZE) + TICK_SPACE for label in axis.labels]
    return sum(widths) <= room


def _paginate(rows: list[list[_Cell]], tall: float, room: float) -> list[list[list[_Cell]]]:
    pages: list[list[list[_Cell]]] = []
    left = 0.0
    for row in rows:
        needed = _row_height(row, tall)
        if pages and needed <= left:
            pages[-1].append(row)
        else:
            pages.append([row])
            left = room
        left -= needed + ROW_SPACE
    return pages


def _row_height(row: list[_Cell], tall: float) -> float:
    return max(cell.head for cell in row) + max(cell.body(tall) for cell in row)


@as_shipped()
def _draw_page(
    rows: list[list[_Cell]], legend: tuple[str, ...], column: float, tall: float, width: float
) -> Figure:
    heights = [_row_height(row, tall) for row in rows]
    below = len(legend) * line_height(style.SMALL_SIZE) + NOTE_SPACE if legend else 0.0
    whole = sum(heights) + ROW_SPACE * (len(rows) - 1) + below
    sheet = Sheet(width, whole + 2 * style.MARGIN)
    y = style.MARGIN
    for row, high in zip(rows, heights, strict=True):
        # Plots of a row begin and end at the same height, however many lines their titles have.
        head = max(cell.head for cell in row)
        for index, cell in enumerate(row):
            left = style.MARGIN + index * (column + GUTTER)
            _draw_cell(sheet, cell, (left, y), column, tall, head)
        y += high + ROW_SPACE
    _draw_notes(sheet, legend, style.MARGIN, y - ROW_SPACE + NOTE_SPACE)
    return sheet.figure


def _draw_cell(
    sheet: Sheet, cell: _Cell, corner: tuple[float, float], column: float, tall: float, head: float
) -> None:
    left, top = corner
    y = top
    for line in cell.title:
        y += line_height(style.TITLE_SIZE)
        baseline = y - 0.3 * style.TITLE_SIZE / style.POINTS_PER_INCH
        sheet.text(left, baseline, line, size=style.TITLE_SIZE, face="bold")
    y = top + head
    if cell.axes is not None and isinstance(cell.plot, Plot):
        axes = cell.axes
        before = left_room(axes.y, axes.y_lines)
        # The last number of the first axis stands half beyond its end.
        after = text_width(axes.x.labels[-1], style.SMALL_SIZE) / 2
        wide = min(column, ALONE_WIDTH) - before - after
        frame = Frame(
            sheet,
            left + before,
            y,
            wide,
            tall,
            axes.x,
            axes.y,
            cell.plot.downwards,
            cell.plot.inset,
        )
        cell.plot.paint(frame)
        draw_axes(frame, axes.x_lines, axes.y_lines)
        y += tall + foot_height(axes.x_lines)
    _draw_notes(sheet, cell.notes, left, y + NOTE_SPACE)


def _draw_notes(sheet: Sheet, lines: Sequence[str], left: float, top: float) -> None:
    small = style.SMALL_SIZE
    for line in lines:
        top += line_height(small)
        baseline = top - 0.3 * small / style.POINTS_PER_INCH
        sheet.text(left, baseline, line, size=small, color=style.QUIET)
