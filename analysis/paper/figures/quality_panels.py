"""The panels of the quality figure: lights in a grid, bars by question, and their pages."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import count
from analysis.paper.figures import style
from analysis.paper.figures.forest_content import DAGGER
from analysis.paper.figures.measure import line_height, text_width, wrap
from analysis.paper.figures.settings import as_shipped
from analysis.paper.figures.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.figure import Figure

    from analysis.synthesis.results import Rating

__all__ = ["ANSWERS", "Panel", "answers_to", "bars_of", "draw_pages", "lights_of", "message_of"]

TITLE_SPACE: Final = 0.06
PANEL_SPACE: Final = 0.2
ROW_PADDING: Final = 0.055
CELL_WIDTH: Final = 0.36
WIDEST_NAMES: Final = 2.6
QUESTION_WIDTH: Final = 3.0
BAR_HEIGHT: Final = 0.145
RADIUS: Final = 0.075
# A score is at most one digit of ten.
SCORE_WIDTH: Final = 0.55
TICK: Final = 0.05
GAP: Final = 0.13


@dataclass(frozen=True, slots=True)
class Answer:
    """How an answer is shown. ``fill`` None: neither shape nor colour, only the letter."""

    value: str | None
    letter: str
    words: str
    fill: str | None
    ink: str


# In the order of the bars: neighbours differ in grey print too.
ANSWERS: Final = (
    Answer("yes", "Y", "yes", style.BLUE, style.PAPER),
    Answer("unclear", "U", "unclear", style.ORANGE, style.INK),
    Answer("no", "N", "no", style.VERMILLION, style.INK),
    Answer("not applicable", "NA", "not applicable", None, style.QUIET),
    Answer(None, "–", "not assessed", None, style.QUIET),
)


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


def answers_to(ratings: Sequence[Rating], question: str) -> list[tuple[Answer, int]]:
    """Count the answers to a question in the order of `ANSWERS`, leaving out those nobody gave."""
    given = Counter(rating.answers.get(question) for rating in ratings)
    return [(answer, given[answer.value]) for answer in ANSWERS if given[answer.value]]


def lights_of(title: str, ratings: Sequence[Rating], *, scored: bool) -> Panel:
    """Make the grid of studies and questions.

    Parameters
    ----------
    title : str
    ratings : sequence of Rating
        All by the same tool.
    scored : bool
        Whether the tool has a score, which then stands in a last column.
    """
    questions = list(dict.fromkeys(name for rating in ratings for name in rating.answers))
    # Words set one by one are a hair wider than the whole.
    needed = 1.02 * max(text_width(_name(rating)) for rating in ratings)
    names = max(min(needed, WIDEST_NAMES), text_width("Study", face="bold"))
    right = style.PAGE_WIDTH - style.MARGIN - (SCORE_WIDTH if scored else 0.0)
    first = style.MARGIN + names + GAP
    wide = min(CELL_WIDTH, (right - first) / max(1, len(questions)))
    centres = [first + (index + 0.5) * wide for index in range(len(questions))]
    score = first + len(questions) * wide + SCORE_WIDTH / 2 if scored else None
    end = style.PAGE_WIDTH - style.MARGIN if score is None else score + SCORE_WIDTH / 2
    end = min(end, first + len(questions) * wide if score is None else end)

    def draw_head(sheet: Sheet, top: float) -> None:
        y = _baseline(top + line_height())
        sheet.text(style.MARGIN, y, "Study", face="bold")
        for name, x in zip(questions, centres, strict=True):
            sheet.text(x, y, name, face="bold", align="center")
        if score is not None:
            sheet.text(score, y, "Score", face="bold", align="center")
        below = top + line_height() + ROW_PADDING
        sheet.line((style.MARGIN, below), (end, below), width=style.HAIRLINE)

    rows = []
    for index, rating in enumerate(ratings):
        lines = wrap(_name(rating), names)
        height = max(len(lines) * line_height(), 2 * RADIUS) + ROW_PADDING
        rows.append(Row(height, _light_row(rating, lines, questions, centres, score, end, index)))
    head = Row(line_height() + ROW_PADDING, draw_head)
    return Panel(title, head, tuple(rows), Row(0.0, _draw_nothing))


def bars_of(title: str, ratings: Sequence[Rating], questions: Sequence[str]) -> Panel:
    """Make one bar for each question, divided by the answers.

    Parameters
    ----------
    title : str
    ratings : sequence of Rating
        All by the same tool, at least one.
    questions : sequence of str
        The words of the questions, in the order of the answers.
    """
    names = list(dict.fromkeys(name for rating in ratings for name in rating.answers))
    left = style.MARGIN + QUESTION_WIDTH + GAP
    right = style.PAGE_WIDTH - style.MARGIN - text_width("100%", style.SMALL_SIZE) / 2
    rows = []
    for index, name in enumerate(names):
        words = questions[index] if index < len(questions) else ""
        lines = wrap(f"{name}  {words}".strip(), QUESTION_WIDTH, style.SMALL_SIZE)
        height = max(len(lines) * line_height(style.SMALL_SIZE), BAR_HEIGHT) + ROW_PADDING / 2
        rows.append(Row(height, _bar_row(answers_to(ratings, name), lines, (left, right), height)))

    def draw_axis(sheet: Sheet, top: float) -> None:
        sheet.line((left, top), (right, top), width=style.HAIRLINE)
        small = line_height(style.SMALL_SIZE)
        for percent in (0, 25, 50, 75, 100):
            x = left + percent / 100 * (right - left)
            sheet.line((x, top), (x, top + TICK), width=style.HAIRLINE)
            y = _baseline(top + TICK + small, style.SMALL_SIZE)
            sheet.text(x, y, f"{percent}%", size=style.SMALL_SIZE, align="center")

    foot = Row(TICK + line_height(style.SMALL_SIZE), draw_axis)
    return Panel(title, Row(0.0, _draw_nothing), tuple(rows), foot)


def message_of(title: str, message: str) -> Panel:
    """Make a panel that says why there is nothing in it."""

    def draw_message(sheet: Sheet, top: float) -> None:
        y = _baseline(top + line_height())
        sheet.text(style.MARGIN, y, message, color=style.QUIET)

    nothing = Row(0.0, _draw_nothing)
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
            baseline = _baseline(y, style.TITLE_SIZE)
            sheet.text(style.MARGIN, baseline, line, size=style.TITLE_SIZE, face="bold")
        y += TITLE_SPACE
        for row in part.rows:
            row.draw(sheet, y)
            y += row.height
        y += PANEL_SPACE
    y -= PANEL_SPACE / 2
    for line in legend:
        y += line_height(style.SMALL_SIZE)
        baseline = _baseline(y, style.SMALL_SIZE)
        sheet.text(style.MARGIN, baseline, line, size=style.SMALL_SIZE, color=style.QUIET)
    return sheet.figure


def _light_row(
    rating: Rating,
    lines: Sequence[str],
    questions: Sequence[str],
    centres: Sequence[float],
    score: float | None,
    end: float,
    index: int,
) -> Callable[[Sheet, float], None]:
    height = max(len(lines) * line_height(), 2 * RADIUS) + ROW_PADDING

    def draw(sheet: Sheet, top: float) -> None:
        if index % 2 == 0:
            sheet.box(style.MARGIN, top, end - style.MARGIN, height, fill=style.BAND)
        middle = top + height / 2
        y = middle - len(lines) * line_height() / 2
        for line in lines:
            y += line_height()
            sheet.text(style.MARGIN, _baseline(y), line)
        for name, x in zip(questions, centres, strict=True):
            value = rating.answers.get(name)
            _draw_light(sheet, next(a for a in ANSWERS if a.value == value), x, middle)
        if score is not None:
            text = "–" if rating.score is None else count(rating.score)
            sheet.text(score, _lowered(middle), text, face="bold", align="center")

    return draw


def _draw_light(sheet: Sheet, answer: Answer, x: float, y: float) -> None:
    if answer.value == "yes":
        sheet.circle((x, y), RADIUS, fill=answer.fill)
    elif answer.value == "no":
        side = 1.8 * RADIUS
        sheet.box(x - side / 2, y - side / 2, side, side, fill=answer.fill)
    elif answer.value == "unclear":
        half = 1.35 * RADIUS
        sheet.polygon(
            [(x - half, y), (x, y - half), (x + half, y), (x, y + half)], fill=answer.fill
        )
    face = "regular" if answer.fill is None else "bold"
    sheet.text(
        x,
        _lowered(y, style.SMALL_SIZE),
        answer.letter,
        size=style.SMALL_SIZE,
        face=face,
        color=answer.ink,
        align="center",
    )


def _bar_row(
    answers: Sequence[tuple[Answer, int]],
    lines: Sequence[str],
    ends: tuple[float, float],
    height: float,
) -> Callable[[Sheet, float], None]:
    total = sum(number for _, number in answers)
    left, right = ends

    def draw(sheet: Sheet, top: float) -> None:
        middle = top + height / 2
        y = middle - len(lines) * line_height(style.SMALL_SIZE) / 2
        for line in lines:
            y += line_height(style.SMALL_SIZE)
            sheet.text(style.MARGIN, _baseline(y, style.SMALL_SIZE), line, size=style.SMALL_SIZE)
        x = left
        for answer, number in answers:
            width = number / total * (right - left)
            fill = answer.fill or style.PAPER
            bar = middle - BAR_HEIGHT / 2
            sheet.box(x, bar, width, BAR_HEIGHT, fill=fill, edge=style.INK, line=style.HAIRLINE / 2)
            _draw_count(sheet, answer, number, (x, width), middle)
            x += width

    return draw


def _draw_count(
    sheet: Sheet, answer: Answer, number: int, place: tuple[float, float], middle: float
) -> None:
    """Write how many gave an answer into its piece of the bar, as far as there is room."""
    x, width = place
    # A dash before a number would be read as a minus sign.
    whole = f"{count(number)} {answer.words}" if answer.value is None else None
    for text in (whole or f"{answer.letter} {count(number)}", count(number), answer.letter):
        if text_width(text, style.SMALL_SIZE, "bold") + 0.04 <= width:
            sheet.text(
                x + width / 2,
                _lowered(middle, style.SMALL_SIZE),
                text,
                size=style.SMALL_SIZE,
                face="bold",
                color=answer.ink,
                align="center",
            )
            return


def _draw_nothing(sheet: Sheet, top: float) -> None:
    """Draw nothing: a panel without head or foot."""


def _name(rating: Rating) -> str:
    return rating.label + (DAGGER if rating.reconstructed else "")


def _baseline(bottom: float, size: float = style.BODY_SIZE) -> float:
    return bottom - 0.3 * size / style.POINTS_PER_INCH


def _lowered(middle: float, size: float = style.BODY_SIZE) -> float:
    return middle + 0.365 * size / style.POINTS_PER_INCH
