"""The PRISMA 2020 flow diagram, its boxes as large as their texts need."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final

from analysis.figures import style
from analysis.figures.flow_counts import Count, counts, steps
from analysis.figures.measure import line_height, text_width, wrap
from analysis.figures.settings import as_shipped
from analysis.figures.sheet import MARK, Sheet
from analysis.formatting import count

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.results import Synthesis

__all__ = ["alt_text", "flow_figure"]

SIZE: Final = 8.0
PADDING: Final = 0.09
INDENT: Final = 0.12
BAND_WIDTH: Final = 0.3
BAND_SPACE: Final = 0.16
BESIDE: Final = 0.42
BETWEEN: Final = 0.3
ARROW: Final = 0.08
NOT_REPORTED: Final = "not reported"


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    indent: float = 0.0


@dataclass(frozen=True, slots=True)
class _Level:
    """A box, the box beside it, and the height that both of them and the phase's name need."""

    phase: str
    main: tuple[_Line, ...]
    side: tuple[_Line, ...]
    height: float


@as_shipped()
def flow_figure(synthesis: Synthesis, width: float = style.PAGE_WIDTH) -> Figure:
    """Draw the flow of records.

    Parameters
    ----------
    synthesis : Synthesis
        ``flow`` gives the numbers; one that was not reported is shown as such.
    width : float
        Inches.
    """
    left = style.MARGIN + BAND_WIDTH + BAND_SPACE
    box = (width - style.MARGIN - left - BESIDE) / 2
    levels = _levels(synthesis, box)
    height = sum(level.height for level in levels) + BETWEEN * (len(levels) - 1)
    sheet = Sheet(width, height + 2 * style.MARGIN)
    tops = [style.MARGIN]
    for level in levels[:-1]:
        tops.append(tops[-1] + level.height + BETWEEN)
    for level, top in zip(levels, tops, strict=True):
        _draw_level(sheet, level, left, box, top)
    placed = list(zip(levels, tops, strict=True))
    for (upper, top), (lower, next_top) in pairwise(placed):
        start = top + (upper.height + _height(upper.main)) / 2
        end = next_top + (lower.height - _height(lower.main)) / 2
        _draw_arrow(sheet, (left + box / 2, start), (left + box / 2, end))
    for phase, group in groupby(placed, key=lambda item: item[0].phase):
        members = list(group)
        bottom = members[-1][1] + members[-1][0].height
        _draw_band(sheet, phase, members[0][1], bottom)
    return sheet.figure


def alt_text(synthesis: Synthesis) -> str:
    """Describe the flow in plain sentences made from its numbers."""
    counted = counts(synthesis.flow)
    parts = []
    for step in steps(counted):
        parts.append(f"{step.heading}: {_number(counted.get(step.box))}")
        if step.removed is not None:
            removed = counted.get(step.removed)
            reasons = () if removed is None else removed.reasons
            listed = ", ".join(f"{reason} {_written(records)}" for reason, records in reasons)
            parts.append(
                f"{step.removed_heading}: {_number(removed)}" + (f" ({listed})" if listed else "")
            )
    return f"PRISMA 2020 flow diagram. {'; '.join(parts)}."


def _levels(synthesis: Synthesis, box: float) -> list[_Level]:
    counted = counts(synthesis.flow)
    shown = steps(counted)
    in_phase = {step.phase: sum(other.phase == step.phase for other in shown) for step in shown}
    levels = []
    for step in shown:
        main = _lines(step.heading, counted.get(step.box), box)
        side: tuple[_Line, ...] = ()
        if step.removed is not None:
            side = _lines(step.removed_heading, counted.get(step.removed), box)
        height = max(_height(main), _height(side))
        if in_phase[step.phase] == 1:
            # The name of the phase stands upright beside this level alone.
            height = max(height, text_width(step.phase, SIZE, "bold") + 2 * PADDING)
        levels.append(_Level(step.phase, main, side, height))
    return levels


def _lines(heading: str, counted: Count | None, box: float) -> tuple[_Line, ...]:
    room = box - 2 * PADDING
    # The number stays together when the line is broken before it.
    number = f"(n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{_number(counted)})"
    number = number.replace(NOT_REPORTED, NOT_REPORTED.replace(" ", "\N{NO-BREAK SPACE}"))
    lines = [_Line(text) for text in wrap(f"{heading} {number}", room, SIZE)]
    for reason, records in counted.reasons if counted is not None else ():
        text = f"{reason[:1].upper()}{reason[1:]} (n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"
        text += f"{_written(records)})"
        for index, line in enumerate(wrap(text, room - 2 * INDENT, SIZE)):
            lines.append(_Line(line, INDENT if index == 0 else 2 * INDENT))
    return tuple(lines)


def _height(lines: tuple[_Line, ...]) -> float:
    return len(lines) * line_height(SIZE) + 2 * PADDING if lines else 0.0


def _draw_level(sheet: Sheet, level: _Level, left: float, box: float, top: float) -> None:
    middle = top + level.height / 2
    _draw_box(sheet, level.main, left, middle, box)
    if level.side:
        beside = left + box + BESIDE
        _draw_box(sheet, level.side, beside, middle, box)
        _draw_arrow(sheet, (left + box, middle), (beside, middle))


def _draw_box(
    sheet: Sheet, lines: tuple[_Line, ...], left: float, middle: float, width: float
) -> None:
    height = _height(lines)
    y = middle - height / 2
    sheet.box(left, y, width, height, fill=style.PAPER, edge=style.INK, label=MARK)
    y += PADDING
    for line in lines:
        y += line_height(SIZE)
        baseline = y - 0.3 * SIZE / style.POINTS_PER_INCH
        sheet.text(left + PADDING + line.indent, baseline, line.text, size=SIZE)


def _draw_arrow(sheet: Sheet, start: tuple[float, float], end: tuple[float, float]) -> None:
    x0, (x1, y1) = start[0], end
    half = ARROW * 0.45
    if x0 == x1:
        sheet.line(start, (x1, y1 - ARROW))
        head = [(x1, y1), (x1 - half, y1 - ARROW), (x1 + half, y1 - ARROW)]
    else:
        sheet.line(start, (x1 - ARROW, y1))
        head = [(x1, y1), (x1 - ARROW, y1 - half), (x1 - ARROW, y1 + half)]
    sheet.polygon(head, fill=style.INK)


def _draw_band(sheet: Sheet, phase: str, top: float, bottom: float) -> None:
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


def _number(counted: Count | None) -> str:
    return _written(None if counted is None else counted.records)


def _written(records: int | None) -> str:
    return NOT_REPORTED if records is None else count(records)
