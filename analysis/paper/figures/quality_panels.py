"""The panels of the quality figure: bars by item, the signs of answers, and the pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import count, percent
from analysis.paper.figures import style
from analysis.paper.figures.measure import line_height, text_width, wrap
from analysis.paper.figures.settings import as_shipped
from analysis.paper.figures.sheet import Sheet
from schemas.quality_tool import OVERALL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.figure import Figure

    from analysis.synthesis.study_rating import Rating
    from schemas.quality_tool import Level, QualityTool

TITLE_SPACE: Final = 0.06
PANEL_SPACE: Final = 0.2
ROW_PADDING: Final = 0.055
QUESTION_WIDTH: Final = 3.0
BAR_HEIGHT: Final = 0.145
RADIUS: Final = 0.075
TICK: Final = 0.05
GAP: Final = 0.13

# Okabe and Ito's colours by the names that tools use.
_COLOURS: Final = {
    "blue": style.BLUE,
    "sky": "#56B4E9",
    "yellow": "#F0E442",
    "orange": style.ORANGE,
    "vermillion": style.VERMILLION,
    "purple": "#CC79A7",
}
_NOT_ASSESSED: Final = "–"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a panel: its height and how it is drawn with its upper edge at a height."""

    height: float
    draw: Callable[[Sheet, float], None]


@dataclass(frozen=True, slots=True)
class Panel:
    """A title, a head that is repeated on every page, rows, and a foot below the last of them."""

    title: str
    head: Row
    rows: tuple[Row, ...]
    foot: Row


@dataclass(frozen=True, slots=True)
class _Part:
    title: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def height(self) -> float:
        titles = len(self.title) * line_height(style.TITLE_SIZE) + TITLE_SPACE
        return titles + sum(row.height for row in self.rows)


def shares(
    ratings: Sequence[Rating],
    tool: QualityTool,
    item: str,
    weights: Mapping[str, float] | None,
) -> list[tuple[Level | None, float]]:
    """Count the answers to an item, or add the weights of their studies up.

    Parameters
    ----------
    ratings : sequence of Rating
        All by the same tool.
    tool : QualityTool
    item : str
        Id of the item, or ``overall``.
    weights : mapping or None
        Weight by study; None: each study counts one.

    Returns
    -------
    list
        Answers in the tool's order, those nobody gave left out; None: not assessed, last. With
        weights the shares add up to 1.
    """
    scale = tool.overall.scale if item == OVERALL else None
    found = tool.item(item)
    if found is not None:
        scale = found.scale
    levels = tool.levels(scale) if scale is not None else ()
    whole = 1.0 if weights is None else sum(weights.get(r.study_id, 0.0) for r in ratings)
    sums: dict[str | None, float] = {}
    for rating in ratings:
        value = rating.overall if item == OVERALL else rating.answers.get(item)
        part = 1.0 if weights is None else weights.get(rating.study_id, 0.0) / whole
        sums[value] = sums.get(value, 0.0) + part
    pieces: list[tuple[Level | None, float]] = [
        (level, sums[level.value]) for level in levels if level.value in sums
    ]
    return [*pieces, (None, sums[None])] if None in sums else pieces


def bars_of(
    title: str,
    ratings: Sequence[Rating],
    tool: QualityTool,
    weights: Mapping[str, float] | None = None,
) -> Panel:
    """Make one bar for each item, and one for the whole, divided by the answers.

    Parameters
    ----------
    title : str
    ratings : sequence of Rating
        All by this tool, at least one.
    tool : QualityTool
    weights : mapping or None
        As for `shares`.
    """
    left = style.MARGIN + QUESTION_WIDTH + GAP
    right = style.PAGE_WIDTH - style.MARGIN - text_width("100%", style.SMALL_SIZE) / 2
    named = [(item.id, f"{item.short}  {item.label}") for item in tool.shown]
    if any(rating.overall is not None for rating in ratings):
        named.append((OVERALL, "Overall"))
    rows = []
    for item, words in named:
        lines = wrap(words, QUESTION_WIDTH, style.SMALL_SIZE)
        height = max(len(lines) * line_height(style.SMALL_SIZE), BAR_HEIGHT) + ROW_PADDING / 2
        pieces = shares(ratings, tool, item, weights)
        weighted = weights is not None
        face = "bold" if item == OVERALL else "regular"
        draw = _bar_row(pieces, lines, (left, right), height, weighted=weighted, face=face)
        rows.append(Row(height, draw))

    def draw_axis(sheet: Sheet, top: float) -> None:
        sheet.line((left, top), (right, top), width=style.HAIRLINE)
        small = line_height(style.SMALL_SIZE)
        for tick in (0, 25, 50, 75, 100):
            x = left + tick / 100 * (right - left)
            sheet.line((x, top), (x, top + TICK), width=style.HAIRLINE)
            y = baseline(top + TICK + small, style.SMALL_SIZE)
            sheet.text(x, y, f"{tick}%", size=style.SMALL_SIZE, align="center")

    foot = Row(TICK + line_height(style.SMALL_SIZE), draw_axis)
    return Panel(title, Row(0.0, draw_nothing), tuple(rows), foot)


def fill_of(level: Level | None) -> str | None:
    """Give the colour of an answer, None where it has none."""
    return None if level is None else _COLOURS.get(level.colour)


def ink_of(level: Level | None) -> str:
    """Give the colour in which a sign can be read on its answer's colour."""
    fill = fill_of(level)
    if fill is None:
        return style.QUIET
    return style.PAPER if fill == style.BLUE else style.INK


def draw_sign(sheet: Sheet, level: Level | None, x: float, y: float) -> None:
    """Draw an answer as its shape with its sign; None: not assessed."""
    fill = fill_of(level)
    shape = "none" if level is None else level.shape
    half = 1.35 * RADIUS
    if shape == "disc":
        sheet.circle((x, y), RADIUS, fill=fill)
    elif shape == "square":
        side = 1.8 * RADIUS
        sheet.box(x - side / 2, y - side / 2, side, side, fill=fill)
    elif shape == "diamond":
        sheet.polygon([(x - half, y), (x, y - half), (x + half, y), (x, y + half)], fill=fill)
    elif shape == "triangle":
        low = y + 0.75 * half
        sheet.polygon([(x - half, low), (x, y - 1.15 * half), (x + half, low)], fill=fill)
    sheet.text(
        x,
        lowered(y, style.SMALL_SIZE),
        _NOT_ASSESSED if level is None else level.sign,
        size=style.SMALL_SIZE,
        face="regular" if fill is None else "bold",
        color=ink_of(level),
        align="center",
    )


def message_of(title: str, message: str) -> Panel:
    """Make a panel that says why there is nothing in it."""

    def draw_message(sheet: Sheet, top: float) -> None:
        y = baseline(top + line_height())
        sheet.text(style.MARGIN, y, message, color=style.QUIET)

    nothing = Row(0.0, draw_nothing)
    return Panel(title, nothing, (Row(line_height(), draw_message),), nothing)


def draw_pages(panels: Sequence[Panel], legend: str) -> tuple[Figure, ...]:
    """Draw panels below one another, divided between rows where a page is full."""
    full = style.PAGE_WIDTH - 2 * style.MARGIN
    lines = wrap(legend, full, style.SMALL_SIZE) if legend else ()
    below = len(lines) * line_height(style.SMALL_SIZE) + PANEL_SPACE / 2 if lines else 0.0
    room = style.PAGE_HEIGHT - 2 * style.MARGIN - below
    pages: list[list[_Part]] = []
    left = 0.0
    for panel in panels:
        for part in _parts(panel, full, room):
            if not pages or part.height > left:
                pages.append([])
                left = room
            pages[-1].append(part)
            left -= part.height + PANEL_SPACE
    return tuple(_draw_page(page, lines, below) for page in pages)


def _parts(panel: Panel, full: float, room: float) -> list[_Part]:
    title = wrap(panel.title, full, style.TITLE_SIZE, "bold")
    again = wrap(f"{panel.title} (continued)", full, style.TITLE_SIZE, "bold")
    titles = len(again) * line_height(style.TITLE_SIZE) + TITLE_SPACE
    space = room - titles - panel.head.height - panel.foot.height
    divided: list[list[Row]] = [[]]
    for row in panel.rows:
        if divided[-1] and sum(own.height for own in divided[-1]) + row.height > space:
            divided.append([])
        divided[-1].append(row)
    return [
        _Part(again if index else title, (panel.head, *rows, panel.foot))
        for index, rows in enumerate(divided)
    ]


@as_shipped()
def _draw_page(page: Sequence[_Part], legend: Sequence[str], below: float) -> Figure:
    height = sum(part.height for part in page) + PANEL_SPACE * (len(page) - 1) + below
    sheet = Sheet(style.PAGE_WIDTH, height + 2 * style.MARGIN)
    y = style.MARGIN
    for part in page:
        for line in part.title:
            y += line_height(style.TITLE_SIZE)
            at = baseline(y, style.TITLE_SIZE)
            sheet.text(style.MARGIN, at, line, size=style.TITLE_SIZE, face="bold")
        y += TITLE_SPACE
        for row in part.rows:
            row.draw(sheet, y)
            y += row.height
        y += PANEL_SPACE
    y -= PANEL_SPACE / 2
    for line in legend:
        y += line_height(style.SMALL_SIZE)
        at = baseline(y, style.SMALL_SIZE)
        sheet.text(style.MARGIN, at, line, size=style.SMALL_SIZE, color=style.QUIET)
    return sheet.figure


def _bar_row(
    pieces: Sequence[tuple[Level | None, float]],
    lines: Sequence[str],
    ends: tuple[float, float],
    height: float,
    *,
    weighted: bool,
    face: style.Face,
) -> Callable[[Sheet, float], None]:
    total = sum(part for _, part in pieces)
    left, right = ends

    def draw(sheet: Sheet, top: float) -> None:
        middle = top + height / 2
        y = middle - len(lines) * line_height(style.SMALL_SIZE) / 2
        for line in lines:
            y += line_height(style.SMALL_SIZE)
            at = baseline(y, style.SMALL_SIZE)
            sheet.text(style.MARGIN, at, line, size=style.SMALL_SIZE, face=face)
        x = left
        for level, part in pieces:
            width = part / total * (right - left)
            fill = fill_of(level) or style.PAPER
            bar = middle - BAR_HEIGHT / 2
            sheet.box(x, bar, width, BAR_HEIGHT, fill=fill, edge=style.INK, line=style.HAIRLINE / 2)
            amount = percent(part) if weighted else count(round(part))
            _draw_amount(sheet, level, amount, (x, width), middle)
            x += width

    return draw


def _draw_amount(
    sheet: Sheet, level: Level | None, amount: str, place: tuple[float, float], middle: float
) -> None:
    """Write how many gave an answer into its piece of the bar, as far as there is room."""
    x, width = place
    # A sign such as − or + before a number would be read as its sign.
    words = "not assessed" if level is None else level.value
    sign = _NOT_ASSESSED if level is None else level.sign
    short = f"{sign} {amount}" if sign.isalpha() else f"{amount} {words}"
    for text in (short, amount, sign):
        if text_width(text, style.SMALL_SIZE, "bold") + 0.04 <= width:
            sheet.text(
                x + width / 2,
                lowered(middle, style.SMALL_SIZE),
                text,
                size=style.SMALL_SIZE,
                face="bold",
                color=style.QUIET if fill_of(level) is None else ink_of(level),
                align="center",
            )
            return


def draw_nothing(sheet: Sheet, top: float) -> None:
    """Draw nothing: a panel without head or foot."""


def baseline(bottom: float, size: float = style.BODY_SIZE) -> float:
    """Give where a line of text stands that ends at this height."""
    return bottom - 0.3 * size / style.POINTS_PER_INCH


def lowered(middle: float, size: float = style.BODY_SIZE) -> float:
    """Give where a line of text stands that has its middle at this height."""
    return middle + 0.365 * size / style.POINTS_PER_INCH
