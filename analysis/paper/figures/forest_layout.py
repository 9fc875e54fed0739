"""Where everything in a forest plot stands: columns from measured text, pages from row heights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis.paper.figures import style
from analysis.paper.figures.forest_axis import Axis, axis_for, log_axis
from analysis.paper.figures.measure import Run, line_height, runs_width, text_width, wrap, wrap_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.paper.figures.forest_content import Block, Row

GAP = 0.13
ROW_PADDING = 0.045
# Between rows that are set tightly, because fewer pages are needed then.
TIGHT_PADDING = 0.02
TIGHTEST_PADDING = 0.004
SUMMARY_SPACE = 0.04
TITLE_SPACE = 0.07
PANEL_SPACE = 0.16
TICK = 0.05
EN_SPACE = "\N{EN SPACE}"
# The plot is given what the columns leave, but never less than this; the names wrap first.
NARROWEST_PLOT = 1.9
# Below this a plot is not readable: the figure becomes wider, so its letters smaller in print.
SMALLEST_PLOT = 1.3
WIDEST_PLOT = 3.4
WIDEST_NAMES = 2.45
NARROWEST_NAMES = 1.0
_SLACK = 0.03
# More numbers below an axis are read no better.
_MOST_TICKS = 7

Lines = tuple[tuple[Run, ...], ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Horizontal positions in inches, shared by all panels of a figure."""

    names: float
    plot_left: float
    plot_right: float
    right_edge: float


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row with its text broken into lines and its height."""

    row: Row
    lines: Lines
    height: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A panel, or a part of one that goes on on the next page."""

    block: Block
    axis: Axis | None
    title: tuple[str, ...]
    rows: tuple[PlacedRow, ...]
    axis_lines: tuple[str, ...]
    sides: tuple[tuple[str, ...], ...]
    summary: Lines
    notes: Lines

    @property
    def head_height(self) -> float:
        """Height of title and column heads."""
        titles = len(self.title) * line_height(style.TITLE_SIZE)
        heads = 0.0
        if self.block.first_heading:
            over = max((len(heading.above) for heading in self.block.headings), default=0)
            heads = (1 + over) * line_height() + ROW_PADDING
        return titles + TITLE_SPACE + heads

    @property
    def foot_height(self) -> float:
        """Height of axis, heterogeneity line and notes."""
        small = line_height(style.SMALL_SIZE)
        lines = 1 + len(self.axis_lines) + max(map(len, self.sides), default=0)
        axis = 0.0 if self.axis is None else TICK + small * lines
        summary = len(self.summary) * small + SUMMARY_SPACE if self.summary else 0.0
        notes = len(self.notes) * small + ROW_PADDING if self.notes else 0.0
        return axis + summary + notes

    @property
    def height(self) -> float:
        """Height of the whole part."""
        return self.head_height + sum(row.height for row in self.rows) + self.foot_height


def width_for(blocks: Sequence[Block], width: float) -> float:
    """Give the width of the page, or a larger one where further columns would leave no plot."""
    sides = sum(
        max(_side_width(block, before_plot=side) for block in blocks) for side in (True, False)
    )
    heads = max(text_width(block.first_heading, face="bold") for block in blocks)
    names = max(NARROWEST_NAMES, heads)
    return max(width, 2 * style.MARGIN + names + sides + 2 * GAP + SMALLEST_PLOT)


def columns_for(blocks: Sequence[Block], width: float) -> Columns:
    """Divide the width among names, columns and plot."""
    right_edge = width - style.MARGIN
    before = max(_side_width(block, before_plot=True) for block in blocks)
    after = max(_side_width(block, before_plot=False) for block in blocks)
    wanted = max(_wanted_for_names(block, before) for block in blocks)
    heads = max(text_width(block.first_heading, face="bold") for block in blocks)
    room = right_edge - style.MARGIN - before - after - 2 * GAP
    names = min(max(wanted, heads), WIDEST_NAMES, room - NARROWEST_PLOT)
    names = max(names, NARROWEST_NAMES, heads)
    # A row of very short names must not stretch the plot over the page.
    names = max(names, room - WIDEST_PLOT)
    plot_left = style.MARGIN + names + before + GAP
    return Columns(names, plot_left, right_edge - after - GAP, right_edge)


def _wanted_for_names(block: Block, before: float) -> float:
    """Return the width for names on one line."""
    names = [row for row in block.rows if row.kind not in ("heading", "note")]
    # Headings may reach over the columns before the plot, which are empty in their rows.
    over = [row for row in block.rows if row.kind == "heading"]
    widths = [runs_width(row.label) for row in names]
    # Measured word by word, a line is a little wider than as a whole.
    widths = [width + _SLACK for width in widths]
    return max([0.0, *widths, *(runs_width(row.label) - before for row in over)])


def column_edges(block: Block, columns: Columns) -> tuple[float, ...]:
    """Return the right edge of every column, in the order of the block's headings.

    Columns before the plot end beside it, those after it at the right margin, so that the numbers
    of two panels stand below one another.
    """
    edges = [0.0] * len(block.headings)
    widths = _widths(block)
    for before_plot, start in ((True, columns.plot_left - GAP), (False, columns.right_edge)):
        edge = start
        for index in reversed(range(len(edges))):
            if block.headings[index].before_plot is before_plot:
                edges[index] = edge
                edge -= widths[index] + GAP
    return tuple(edges)


def place(
    block: Block, columns: Columns, width: float, letter: str, padding: float = ROW_PADDING
) -> Placed:
    """Break a panel's texts into lines and choose its axis; ``padding`` stands between rows."""
    axis = _axis(block, columns)
    beside_plot = columns.plot_left - GAP - style.MARGIN
    full = width - 2 * style.MARGIN
    title = f"{letter}{EN_SPACE if letter else ''}{block.title}"
    # Headings must not reach into the plot, where the dashed line would cross them; at notes it is
    # interrupted.
    room = {
        "heading": beside_plot if block.first_heading else full,
        "note": columns.plot_right - style.MARGIN if block.first_heading else full,
    }
    rows = tuple(_placed_row(row, room.get(row.kind, columns.names), padding) for row in block.rows)
    small = style.SMALL_SIZE
    # The label may be wider than the plot, as nothing stands to the right of it in its lines.
    axis_width = columns.right_edge - columns.plot_left
    return Placed(
        block=block,
        axis=axis,
        title=wrap(title, full, style.TITLE_SIZE, "bold"),
        rows=rows,
        axis_lines=() if axis is None else wrap(block.axis_label, axis_width, small),
        sides=()
        if axis is None or block.sides is None
        else tuple(wrap(text, _half(columns), small) for text in block.sides),
        summary=wrap_runs(block.summary, full, small) if block.summary else (),
        notes=wrap_runs([(" ".join(block.notes), "regular")], full, small) if block.notes else (),
    )


def _half(columns: Columns) -> float:
    """Return the room for the words on one side of no effect."""
    return (columns.plot_right - columns.plot_left - GAP) / 2


def paginate(
    panels: Sequence[Placed], height: float, width: float
) -> tuple[tuple[Placed, ...], ...]:
    """Distribute panels over pages; a panel higher than a page is divided between rows."""
    pages: list[list[Placed]] = []
    left = 0.0
    for panel in panels:
        if panel.height > height:
            parts = _divided(panel, height, width)
            pages += [[part] for part in parts]
            left = height - parts[-1].height - PANEL_SPACE
        elif pages and panel.height <= left:
            pages[-1].append(panel)
            left -= panel.height + PANEL_SPACE
        else:
            pages.append([panel])
            left = height - panel.height - PANEL_SPACE
    return tuple(tuple(page) for page in pages)


def _divided(panel: Placed, height: float, width: float) -> list[Placed]:
    """Divide a panel into parts of about the same height."""
    total = sum(row.height for row in panel.rows)
    room = height - panel.head_height - panel.foot_height
    parts = int(total // room) + 1
    target = total / parts
    divided: list[list[PlacedRow]] = [[]]
    used = 0.0
    for index, row in enumerate(panel.rows):
        full = used >= target or used + row.height > room
        if divided[-1] and full and _may_break_before(panel.rows, index):
            divided.append([])
            used = 0.0
        divided[-1].append(row)
        used += row.height
    last = len(divided) - 1
    return [
        replace(
            panel,
            title=panel.title
            if index == 0
            else wrap(
                f"{' '.join(panel.title)} (continued)",
                width - 2 * style.MARGIN,
                style.TITLE_SIZE,
                "bold",
            ),
            rows=tuple(rows),
            summary=panel.summary if index == last else (),
            notes=panel.notes if index == last else (),
        )
        for index, rows in enumerate(divided)
    ]


def _may_break_before(rows: Sequence[PlacedRow], index: int) -> bool:
    # A diamond stays with a study of its pool, and a heading with the first study below it.
    before, after = rows[index - 1].row.kind, rows[index].row.kind
    return after in ("study", "heading") and before != "heading"


def _placed_row(row: Row, width: float, padding: float) -> PlacedRow:
    size = style.SMALL_SIZE if row.kind == "note" else style.BODY_SIZE
    lines = wrap_runs(row.label, width, size)
    return PlacedRow(row, lines, len(lines) * line_height(size) + padding)


def _axis(block: Block, columns: Columns) -> Axis | None:
    studies = [row.mark for row in block.rows if row.mark and row.kind == "study"]
    # Only the middles: a subgroup of one study has that study's interval, however wide it is.
    groups = [row.mark for row in block.rows if row.mark and row.kind == "subtotal"]
    total = [row.mark for row in block.rows if row.mark and row.kind in ("total", "prediction")]
    if not studies and not total:
        return None
    kept = [value for m in total for value in (m.estimate, m.low, m.high) if value is not None]
    kept += block.band or ()
    kept += [] if block.null is None else [block.null]
    label = max(text_width(text, style.SMALL_SIZE) for text in ("100", "0.0"))
    room = columns.plot_right - columns.plot_left
    middles = [mark.estimate for mark in (*studies, *groups)]
    spans = [(mark.low, mark.high) for mark in studies]
    # Beside the columns of two groups the plot is narrow, and its ticks stand closer.
    most = min(_MOST_TICKS, int(room / (label + (0.25 if block.null is None else 0.12))))
    if block.log:
        return log_axis(middles, spans, kept, most_ticks=most)
    return axis_for(middles, spans, kept, block.bounds, most_ticks=most)


def _widths(block: Block) -> list[float]:
    return [
        max(
            *(text_width(text, face="bold") for text in (heading.text, *heading.above)),
            *(text_width(row.cells[index], face=cell_face(row)) for row in block.rows if row.cells),
            0.0,
        )
        for index, heading in enumerate(block.headings)
    ]


def _side_width(block: Block, *, before_plot: bool) -> float:
    return sum(
        width + GAP
        for width, heading in zip(_widths(block), block.headings, strict=True)
        if heading.before_plot is before_plot
    )


def cell_face(row: Row) -> style.Face:
    """Return the face of a row's numbers: those of diamonds are bold."""
    return "bold" if row.kind in ("subtotal", "total") else "regular"
