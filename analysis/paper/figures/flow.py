"""The PRISMA 2020 flow diagram, its boxes as large as their texts need.

An update has a column with the studies of the version before it (Page MJ and others. The PRISMA
2020 statement. BMJ 2021;372:n71, template for updated reviews).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final

from analysis.paper.figures import style
from analysis.paper.figures.flow_boxes import (
    BAND_WIDTH,
    Line,
    band_height,
    box_height,
    draw_arrow,
    draw_band,
    draw_box,
    number_lines,
    number_text,
    title_lines,
    written,
)
from analysis.paper.figures.flow_counts import PREVIOUS, counts, is_update, steps
from analysis.paper.figures.settings import as_shipped
from analysis.paper.figures.sheet import Sheet
from analysis.synthesis import screening_flow as flow

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.paper.figures.flow_counts import Count, Step
    from analysis.synthesis.results import Synthesis

__all__ = ["alt_text", "flow_figure"]

BAND_SPACE: Final = 0.16
BESIDE: Final = 0.42
BETWEEN: Final = 0.3
# The column of previous studies, as a multiple of the other columns. Where it would be narrower
# than this, the previous studies stand above the others, and their arrow runs down at the right.
PREVIOUS_WIDTH: Final = 0.72
NARROWEST_PREVIOUS: Final = 1.3
CHANNEL: Final = 0.16
PREVIOUS_PHASE: Final = "Previous"
PREVIOUS_TITLE: Final = "Previous studies"
NEW_TITLE: Final = "Identification of new studies via databases and registers"
ELSEWHERE_TITLE: Final = "Identification of new studies"
FIRST_TITLE: Final = "Identification of studies via databases and registers"
FIRST_ELSEWHERE_TITLE: Final = "Identification of studies"


@dataclass(frozen=True, slots=True)
class _Level:
    """A box, the box beside it, and the height that both of them and the phase's name need."""

    phase: str
    main: tuple[Line, ...]
    side: tuple[Line, ...]
    height: float


@dataclass(frozen=True, slots=True)
class _Columns:
    """Left edges and widths in inches; ``previous`` is the width of its column, 0 without it."""

    left: float
    box: float
    previous: float

    @property
    def main(self) -> float:
        return self.left + (self.previous + BESIDE / 2 if self.previous else 0.0)

    @property
    def side(self) -> float:
        return self.main + self.box + BESIDE

    @property
    def end(self) -> float:
        return self.side + self.box


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
    counted = counts(synthesis.flow)
    update = is_update(counted)
    columns = _columns(width, update=update)
    levels = _levels(counted, columns.box)
    stacked = update and not columns.previous
    previous = _previous(counted, columns.previous or columns.end - columns.main)
    titles = _titles(counted, columns)
    if stacked:
        height = max(box_height(previous), band_height(PREVIOUS_PHASE))
        levels.insert(0, _Level(PREVIOUS_PHASE, (), (), height))
    elif update:
        levels[0] = replace(levels[0], height=max(levels[0].height, box_height(previous)))
    head = max(box_height(lines) for lines, *_ in titles)
    tops = [style.MARGIN + head + BETWEEN / 2]
    for level in levels:
        tops.append(tops[-1] + level.height + BETWEEN)
    sheet = Sheet(width, tops.pop() - BETWEEN + style.MARGIN)
    placed = list(zip(levels, tops, strict=True))
    for lines, left, wide in titles:
        draw_box(sheet, lines, left, style.MARGIN + head / 2, wide, style.HEADING, high=head)
    _draw_steps(sheet, placed[1:] if stacked else placed, columns)
    if update:
        draw_previous = _draw_above if stacked else _draw_beside
        draw_previous(sheet, previous, columns, placed)
    for phase, group in groupby(placed, key=lambda item: item[0].phase):
        members = list(group)
        draw_band(sheet, phase, members[0][1], members[-1][1] + members[-1][0].height)
    return sheet.figure


def alt_text(synthesis: Synthesis) -> str:
    """Describe the flow in plain sentences made from its numbers."""
    counted = counts(synthesis.flow)
    parts = _told(counted, PREVIOUS) if is_update(counted) else []
    for step in steps(counted):
        # Where a source has its own number, it is told like a reason.
        parts.append(_with_reasons(step.heading, counted.get(step.box)))
        parts += _told(counted, step.also)
        if step.removed is not None:
            parts.append(_with_reasons(step.removed_heading, counted.get(step.removed)))
    kind = " of an update" if is_update(counted) else ""
    return f"PRISMA 2020 flow diagram{kind}. {'; '.join(parts)}."


def _told(counted: dict[str, Count], named: tuple[tuple[str, str], ...]) -> list[str]:
    return [_with_reasons(heading, counted[stage]) for stage, heading in named if stage in counted]


def _with_reasons(heading: str, counted: Count | None) -> str:
    reasons = () if counted is None else counted.reasons
    listed = ", ".join(f"{reason} {written(records)}" for reason, records in reasons)
    return f"{heading}: {number_text(counted)}" + (f" ({listed})" if listed else "")


def _columns(width: float, *, update: bool) -> _Columns:
    left = style.MARGIN + BAND_WIDTH + BAND_SPACE
    room = width - style.MARGIN - left - BESIDE
    if not update:
        return _Columns(left, room / 2, 0.0)
    box = (room - BESIDE / 2) / (2 + PREVIOUS_WIDTH)
    if PREVIOUS_WIDTH * box >= NARROWEST_PREVIOUS:
        return _Columns(left, box, PREVIOUS_WIDTH * box)
    return _Columns(left, (room - CHANNEL) / 2, 0.0)


def _levels(counted: dict[str, Count], box: float) -> list[_Level]:
    shown = steps(counted)
    in_phase = {step.phase: sum(other.phase == step.phase for other in shown) for step in shown}
    levels = []
    for step in shown:
        main = _main_lines(step, counted, box)
        side: tuple[Line, ...] = ()
        if step.removed is not None:
            side = number_lines(step.removed_heading, counted.get(step.removed), box)
        height = max(box_height(main), box_height(side))
        if in_phase[step.phase] == 1:
            # The name of the phase stands upright beside this level alone.
            height = max(height, band_height(step.phase))
        levels.append(_Level(step.phase, main, side, height))
    return levels


def _main_lines(step: Step, counted: dict[str, Count], box: float) -> tuple[Line, ...]:
    lines = number_lines(step.heading, counted.get(step.box), box)
    for stage, heading in step.also:
        if stage in counted:
            lines += number_lines(heading, counted[stage], box)
    return lines


def _previous(counted: dict[str, Count], width: float) -> tuple[Line, ...]:
    lines: tuple[Line, ...] = ()
    for stage, heading in PREVIOUS:
        if stage in counted:
            lines += number_lines(heading, counted[stage], width)
    return lines


def _titles(
    counted: dict[str, Count], columns: _Columns
) -> tuple[tuple[tuple[Line, ...], float, float], ...]:
    """Give the bands over the columns: their lines, left edge and width.

    Records from other sources stand in the same column; the band then does not speak of databases.
    """
    update = is_update(counted)
    named = (FIRST_TITLE, NEW_TITLE)[update]
    if flow.IDENTIFIED_ELSEWHERE in counted:
        named = (FIRST_ELSEWHERE_TITLE, ELSEWHERE_TITLE)[update]
    width = columns.end - columns.main
    found = [(title_lines(named, width), columns.main, width)]
    if columns.previous:
        lines = title_lines(PREVIOUS_TITLE, columns.previous)
        found.append((lines, columns.left, columns.previous))
    return tuple(found)


def _draw_steps(sheet: Sheet, placed: list[tuple[_Level, float]], columns: _Columns) -> None:
    for level, top in placed:
        middle = top + level.height / 2
        draw_box(sheet, level.main, columns.main, middle, columns.box)
        if level.side:
            draw_box(sheet, level.side, columns.side, middle, columns.box)
            draw_arrow(sheet, (columns.main + columns.box, middle), (columns.side, middle))
    x = columns.main + columns.box / 2
    for (upper, top), (lower, next_top) in pairwise(placed):
        start = top + (upper.height + box_height(upper.main)) / 2
        end = next_top + (lower.height - box_height(lower.main)) / 2
        draw_arrow(sheet, (x, start), (x, end))


def _draw_beside(
    sheet: Sheet,
    lines: tuple[Line, ...],
    columns: _Columns,
    placed: list[tuple[_Level, float]],
) -> None:
    """Draw the studies of the version before, which join the new ones in the last box."""
    (first, top), (last, bottom) = placed[0], placed[-1]
    middle = top + first.height / 2
    draw_box(sheet, lines, columns.left, middle, columns.previous)
    x = columns.left + columns.previous / 2
    y = bottom + last.height / 2
    draw_arrow(sheet, (x, middle + box_height(lines) / 2), (x, y), (columns.main, y))


def _draw_above(
    sheet: Sheet,
    lines: tuple[Line, ...],
    columns: _Columns,
    placed: list[tuple[_Level, float]],
) -> None:
    """Draw the same above all others, where there is no room for a column."""
    (first, top), (last, bottom) = placed[0], placed[-1]
    middle, y = top + first.height / 2, bottom + last.height / 2
    draw_box(sheet, lines, columns.main, middle, columns.end - columns.main)
    x = columns.end + CHANNEL
    draw_arrow(sheet, (columns.end, middle), (x, middle), (x, y), (columns.main + columns.box, y))
