"""Draws forest panels that have been laid out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.paper.figures import style
from analysis.paper.figures.forest_layout import (
    PANEL_SPACE,
    ROW_PADDING,
    TICK,
    Columns,
    Lines,
    Placed,
    PlacedRow,
    cell_face,
    column_edges,
)
from analysis.paper.figures.measure import line_height, text_width
from analysis.paper.figures.settings import as_shipped
from analysis.paper.figures.sheet import MARK, Point, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.figure import Figure

    from analysis.paper.figures.forest_axis import Axis
    from analysis.paper.figures.forest_content import Mark

LARGEST_SQUARE = 0.125
# Below this side a square could not be told from the line through it.
SMALLEST_SQUARE = 0.025
# An end of an interval that is nearer to its square cannot be told from it.
_TOO_SHORT = 0.02
HALF_DIAMOND = 0.055
# Between the ends of the axis and its first and last tick.
AXIS_ROOM = 0.06
# Longer than half the largest square, which may stand at the end of the axis.
ARROW_LENGTH = 0.085
HALF_ARROW = 0.03
# Share of the type size from the middle of a line of figures to its baseline.
_MIDDLE = 0.36


@as_shipped()
def draw(page: Sequence[Placed], legend: Lines, columns: Columns, width: float) -> Figure:
    """Draw the panels of one page and the legend below them."""
    small = line_height(style.SMALL_SIZE)
    panels = sum(panel.height for panel in page) + PANEL_SPACE * (len(page) - 1)
    below = len(legend) * small + ROW_PADDING if legend else 0.0
    sheet = Sheet(width, panels + below + 2 * style.MARGIN)
    y = style.MARGIN
    for panel in page:
        _draw_panel(sheet, panel, columns, y)
        y += panel.height + PANEL_SPACE
    _draw_lines(sheet, legend, style.MARGIN, y - PANEL_SPACE + ROW_PADDING)
    return sheet.figure


def clipped(panel: Placed) -> bool:
    """Say whether an interval of the panel goes beyond its axis."""
    axis = panel.axis
    return axis is not None and any(
        _beyond(row.row.mark, axis) for row in panel.rows if row.row.mark is not None
    )


def _draw_panel(sheet: Sheet, panel: Placed, columns: Columns, top: float) -> None:
    y = top
    for line in panel.title:
        y += line_height(style.TITLE_SIZE)
        sheet.text(
            style.MARGIN, _baseline(y, style.TITLE_SIZE), line, size=style.TITLE_SIZE, face="bold"
        )
    edges = column_edges(panel.block, columns)
    y = top + panel.head_height
    if panel.block.first_heading:
        heads = _baseline(y - ROW_PADDING)
        sheet.text(style.MARGIN, heads, panel.block.first_heading, face="bold")
        for heading, edge in zip(panel.block.headings, edges, strict=True):
            sheet.text(edge, heads, heading.text, face="bold", align="right")
            for place, text in enumerate(reversed(heading.above), start=1):
                over = heads - place * line_height()
                sheet.text(edge, over, text, face="bold", align="right")
    bottom = y + sum(row.height for row in panel.rows)
    _draw_bands(sheet, panel.rows, columns, y)
    stretches = tuple(_stretches(panel.rows, y))
    if panel.axis is not None and panel.block.band is not None:
        left, right = (_x(value, panel.axis, columns) for value in panel.block.band)
        for start, end in stretches:
            sheet.box(left, start, right - left, end - start, fill=style.SKY)
    if panel.block.first_heading:
        sheet.line((style.MARGIN, y), (columns.right_edge, y), width=style.HAIRLINE)
    if panel.axis is not None and panel.block.null is not None:
        x = _x(panel.block.null, panel.axis, columns)
        for start, end in stretches:
            sheet.line((x, start), (x, end), width=style.HAIRLINE)
    if panel.axis is not None and panel.block.reference is not None:
        x = _x(panel.block.reference, panel.axis, columns)
        for ends in stretches:
            _draw_reference(sheet, x, *ends)
    for row in panel.rows:
        _draw_row(sheet, row, panel.axis, columns, edges, y)
        y += row.height
    _draw_foot(sheet, panel, columns, bottom)


def _stretches(rows: Sequence[PlacedRow], y: float) -> Iterator[tuple[float, float]]:
    """Give from where to where the lines of a plot run: not through the words of a note."""
    start = y
    for row in rows:
        if row.row.kind == "note":
            if y > start:
                yield start, y
            start = y + row.height
        y += row.height
    if y > start:
        yield start, y


def _draw_reference(sheet: Sheet, x: float, start: float, end: float) -> None:
    sheet.line((x, start), (x, end), color=style.VERMILLION, width=style.HAIRLINE, dashed=True)


def _draw_bands(sheet: Sheet, rows: Sequence[PlacedRow], columns: Columns, y: float) -> None:
    """Shade every other study, to lead the eye from the name to the numbers."""
    shaded = False
    for row in rows:
        shaded = row.row.kind == "study" and not shaded
        if shaded:
            width = columns.right_edge - style.MARGIN
            sheet.box(style.MARGIN, y, width, row.height, fill=style.BAND)
        y += row.height


def _draw_row(
    sheet: Sheet,
    placed: PlacedRow,
    axis: Axis | None,
    columns: Columns,
    edges: Sequence[float],
    top: float,
) -> None:
    row = placed.row
    if row.kind == "note":
        _draw_lines(sheet, placed.lines, style.MARGIN, top)
        return
    height = line_height()
    y = top + (placed.height - len(placed.lines) * height) / 2
    for line in placed.lines:
        y += height
        sheet.runs(style.MARGIN, _baseline(y), line)
    middle = top + placed.height / 2
    for text, edge in zip(row.cells, edges, strict=False):
        baseline = middle + _MIDDLE * style.BODY_SIZE / style.POINTS_PER_INCH
        sheet.text(edge, baseline, text, face=cell_face(row), align="right")
    if row.mark is None or axis is None:
        return
    if row.kind == "study":
        _draw_study(sheet, row.mark, axis, columns, middle)
    elif row.kind == "prediction":
        _draw_prediction(sheet, row.mark, axis, columns, middle)
    else:
        fill = style.VERMILLION if row.kind == "total" else style.ORANGE
        _draw_diamond(sheet, row.mark, axis, columns, middle, fill)


def _draw_study(sheet: Sheet, mark: Mark, axis: Axis, columns: Columns, y: float) -> None:
    left, right = _x(mark.low, axis, columns), _high(mark, axis, columns)
    sheet.line((left, y), (right, y), label=MARK)
    _draw_arrows(sheet, mark, axis, (left, right), y)
    side = max(SMALLEST_SQUARE, LARGEST_SQUARE * mark.area**0.5)
    x = _x(mark.estimate, axis, columns)
    sheet.box(
        x - side / 2,
        y - side / 2,
        side,
        side,
        fill=style.PAPER if mark.hollow else style.BLUE,
        edge=style.BLUE,
        label=MARK,
    )
    edges = x - side / 2, x + side / 2
    if left > edges[0] - _TOO_SHORT or right < edges[1] + _TOO_SHORT:
        # An interval that its square hides is seen on it, as far as it goes.
        start, stop = max(left, edges[0]), min(right, edges[1])
        sheet.line((start, y), (stop, y), color=style.INK if mark.hollow else style.PAPER)


def _draw_arrows(sheet: Sheet, mark: Mark, axis: Axis, ends: tuple[float, float], y: float) -> None:
    """Draw heads where the interval goes on: filled beyond the axis, open where not reached."""
    left, right = ends
    if mark.low < axis.low:
        head = _arrow(left, y, -ARROW_LENGTH)
        sheet.polygon(head, fill=style.INK, label=MARK)
    head = _arrow(right, y, ARROW_LENGTH)
    if mark.high is None:
        sheet.polygon(head, fill=style.PAPER, edge=style.INK, width=style.HAIRLINE, label=MARK)
    elif mark.high > axis.high:
        sheet.polygon(head, fill=style.INK, label=MARK)


def _arrow(x: float, y: float, length: float) -> list[Point]:
    # The head stands beyond the end of the axis, so that a square at the end cannot hide it.
    return [(x + length, y), (x, y - HALF_ARROW), (x, y + HALF_ARROW)]


def _draw_diamond(
    sheet: Sheet, mark: Mark, axis: Axis, columns: Columns, y: float, fill: str
) -> None:
    x = _x(mark.estimate, axis, columns)
    left, right = _x(mark.low, axis, columns), _high(mark, axis, columns)
    corners = [(left, y), (x, y - HALF_DIAMOND), (right, y), (x, y + HALF_DIAMOND)]
    sheet.polygon(corners, fill=fill, edge=style.INK, width=style.HAIRLINE, label=MARK)
    _draw_arrows(sheet, mark, axis, (left, right), y)


def _draw_prediction(sheet: Sheet, mark: Mark, axis: Axis, columns: Columns, y: float) -> None:
    left, right = _x(mark.low, axis, columns), _high(mark, axis, columns)
    # A line with ends: what may come is said more quietly than what was found.
    sheet.line((left, y), (right, y), color=style.VERMILLION, label=MARK)
    for x in (left, right):
        sheet.line((x, y - HALF_ARROW), (x, y + HALF_ARROW), color=style.VERMILLION)
    _draw_arrows(sheet, mark, axis, (left, right), y)


def _draw_foot(sheet: Sheet, panel: Placed, columns: Columns, top: float) -> None:
    small = line_height(style.SMALL_SIZE)
    if panel.axis is not None:
        _draw_axis(sheet, panel, panel.axis, columns, top)
    notes = top + panel.foot_height - len(panel.notes) * small
    below = notes - (ROW_PADDING if panel.notes else 0.0)
    _draw_lines(sheet, panel.summary, style.MARGIN, below - len(panel.summary) * small)
    _draw_lines(sheet, panel.notes, style.MARGIN, notes)


def _draw_axis(sheet: Sheet, panel: Placed, axis: Axis, columns: Columns, top: float) -> None:
    small = line_height(style.SMALL_SIZE)
    left, right = columns.plot_left, columns.plot_right
    sheet.line((left, top), (right, top), width=style.HAIRLINE)
    for value, text in zip(axis.ticks, axis.labels, strict=True):
        x = _x(value, axis, columns)
        sheet.line((x, top), (x, top + TICK), width=style.HAIRLINE)
        sheet.text(
            x,
            _baseline(top + TICK + small, style.SMALL_SIZE),
            text,
            size=style.SMALL_SIZE,
            align="center",
        )
    for lines, x, align in zip(panel.sides, (left, right), ("left", "right"), strict=False):
        for index, line in enumerate(lines):
            y = _baseline(top + TICK + small * (index + 2), style.SMALL_SIZE)
            sheet.text(x, y, line, size=style.SMALL_SIZE, align=align)
    below = 2 + max(map(len, panel.sides), default=0)
    for index, line in enumerate(panel.axis_lines):
        half = text_width(line, style.SMALL_SIZE) / 2
        # Under the middle of the plot, but within the space the text was wrapped for.
        x = min(max((left + right) / 2, left + half), columns.right_edge - half)
        y = _baseline(top + TICK + small * (index + below), style.SMALL_SIZE)
        sheet.text(x, y, line, size=style.SMALL_SIZE, align="center")


def _draw_lines(sheet: Sheet, lines: Lines, x: float, y: float) -> None:
    for line in lines:
        y += line_height(style.SMALL_SIZE)
        sheet.runs(
            x, _baseline(y, style.SMALL_SIZE), line, size=style.SMALL_SIZE, color=style.QUIET
        )


def _x(value: float, axis: Axis, columns: Columns) -> float:
    """Return where a value lies; a square at an end of the axis has room."""
    room = columns.plot_right - columns.plot_left - 2 * AXIS_ROOM
    return columns.plot_left + AXIS_ROOM + axis.share(value) * room


def _high(mark: Mark, axis: Axis, columns: Columns) -> float:
    return _x(axis.high if mark.high is None else mark.high, axis, columns)


def _beyond(mark: Mark, axis: Axis) -> bool:
    return mark.low < axis.low or (mark.high is not None and mark.high > axis.high)


def _baseline(bottom: float, size: float = style.BODY_SIZE) -> float:
    """Return the baseline of a line of text whose space ends at ``bottom``."""
    return bottom - 0.3 * size / style.POINTS_PER_INCH
