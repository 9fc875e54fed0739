"""The parts of a flow diagram: boxes as large as their texts, arrows, and the names of phases."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import count
from analysis.paper.figures import style
from analysis.paper.figures.measure import line_height, text_width, wrap
from analysis.paper.figures.sheet import MARK

if TYPE_CHECKING:
    from analysis.paper.figures.flow_counts import Count
    from analysis.paper.figures.sheet import Sheet

SIZE: Final = 8.0
PADDING: Final = 0.09
INDENT: Final = 0.12
BAND_WIDTH: Final = 0.3
ARROW: Final = 0.08
NOT_REPORTED: Final = "not reported"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text in a box."""

    text: str
    indent: float = 0.0
    face: style.Face = "regular"


def number_lines(heading: str, counted: Count | None, width: float) -> tuple[Line, ...]:
    """Break a heading with its number, and its reasons with theirs, into the lines of a box."""
    room = width - 2 * PADDING
    # The number stays together when the line is broken before it.
    number = f"(n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{number_text(counted)})"
    whole = number.replace(NOT_REPORTED, NOT_REPORTED.replace(" ", "\N{NO-BREAK SPACE}"))
    if text_width(whole, SIZE) <= room:
        number = whole
    lines = [Line(text) for text in wrap(f"{heading} {number}", room, SIZE)]
    for reason, records in counted.reasons if counted is not None else ():
        text = f"{reason[:1].upper()}{reason[1:]} (n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"
        text += f"{written(records)})"
        for index, line in enumerate(wrap(text, room - 2 * INDENT, SIZE)):
            lines.append(Line(line, INDENT if index == 0 else 2 * INDENT))
    return tuple(lines)


def title_lines(title: str, width: float) -> tuple[Line, ...]:
    """Break the title of a column into the lines of a box."""
    return tuple(Line(text, face="bold") for text in wrap(title, width - 2 * PADDING, SIZE, "bold"))


def box_height(lines: tuple[Line, ...]) -> float:
    """Give the height of a box in inches, 0 without lines."""
    return len(lines) * line_height(SIZE) + 2 * PADDING if lines else 0.0


def band_height(phase: str) -> float:
    """Give the room that the name of a phase needs, upright."""
    return text_width(phase, SIZE, "bold") + 2 * PADDING


def number_text(counted: Count | None) -> str:
    """Write the number of a box."""
    return written(None if counted is None else counted.records)


def written(records: int | None) -> str:
    """Write a number, or that it was not reported."""
    return NOT_REPORTED if records is None else count(records)


def draw_box(
    sheet: Sheet,
    lines: tuple[Line, ...],
    left: float,
    middle: float,
    width: float,
    fill: str = style.PAPER,
    *,
    high: float = 0.0,
) -> None:
    """Draw a box whose middle is at a height; inches from the upper left corner of the sheet.

    It is as high as its lines, or ``high`` if that is more.
    """
    height = max(high, box_height(lines))
    y = middle - height / 2
    sheet.box(left, y, width, height, fill=fill, edge=style.INK, label=MARK)
    y = middle - box_height(lines) / 2 + PADDING
    for line in lines:
        y += line_height(SIZE)
        baseline = y - 0.3 * SIZE / style.POINTS_PER_INCH
        x = left + PADDING + line.indent
        sheet.text(x, baseline, line.text, size=SIZE, face=line.face)


def draw_arrow(sheet: Sheet, *points: tuple[float, float]) -> None:
    """Draw an arrow through points that lie upright or level to each other."""
    *_, (x0, _y0), (x1, y1) = points
    half = ARROW * 0.45
    if x0 == x1:
        end = (x1, y1 - ARROW)
        head = [(x1, y1), (x1 - half, end[1]), (x1 + half, end[1])]
    else:
        end = (x1 - ARROW if x0 < x1 else x1 + ARROW, y1)
        head = [(x1, y1), (end[0], y1 - half), (end[0], y1 + half)]
    for start, stop in pairwise((*points[:-1], end)):
        sheet.line(start, stop)
    sheet.polygon(head, fill=style.INK)


def draw_band(sheet: Sheet, phase: str, top: float, bottom: float) -> None:
    """Draw the name of a phase upright at the left edge."""
    x = style.MARGIN
    sheet.box(x, top, BAND_WIDTH, bottom - top, fill=style.SKY, edge=style.BLUE, label=MARK)
    sheet.text(
        x + BAND_WIDTH / 2,
        (top + bottom) / 2,
        phase,
        size=SIZE,
        face="bold",
        align="center",
        rotation=90,
    )
