"""Traffic lights: the grid of studies and items, with the judgement of the whole or the points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import count
from analysis.paper.figures import style
from analysis.paper.figures.forest_content import DAGGER
from analysis.paper.figures.measure import line_height, text_width, wrap
from analysis.paper.figures.quality_panels import (
    GAP,
    RADIUS,
    ROW_PADDING,
    Panel,
    Row,
    baseline,
    draw_nothing,
    draw_sign,
    lowered,
)
from analysis.paper.quality_text import level_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analysis.paper.figures.sheet import Sheet
    from analysis.synthesis.study_rating import Rating
    from schemas.quality_tool import QualityTool

__all__ = ["lights_of"]

CELL_WIDTH: Final = 0.36
WIDEST_NAMES: Final = 2.6
WHOLE_WIDTH: Final = 0.6


def lights_of(title: str, ratings: Sequence[Rating], tool: QualityTool) -> Panel:
    """Make the grid of studies and items.

    Parameters
    ----------
    title : str
    ratings : sequence of Rating
        All by this tool.
    tool : QualityTool
        One with a judgement of the whole, or with points, has a last column.
    """
    heads = [item.short for item in tool.shown]
    scored = tool.overall.rule == "points"
    with_whole = scored or any(rating.overall is not None for rating in ratings)
    # Words set one by one are a hair wider than the whole.
    needed = 1.02 * max(text_width(_name(rating)) for rating in ratings)
    names = max(min(needed, WIDEST_NAMES), text_width("Study", face="bold"))
    right = style.PAGE_WIDTH - style.MARGIN - (WHOLE_WIDTH if with_whole else 0.0)
    first = style.MARGIN + names + GAP
    wide = min(CELL_WIDTH, (right - first) / len(heads))
    centres = [first + (index + 0.5) * wide for index in range(len(heads))]
    whole = first + len(heads) * wide + WHOLE_WIDTH / 2 if with_whole else None
    end = first + len(heads) * wide + (WHOLE_WIDTH if with_whole else 0.0)

    def draw_head(sheet: Sheet, top: float) -> None:
        y = baseline(top + line_height())
        sheet.text(style.MARGIN, y, "Study", face="bold")
        for name, x in zip(heads, centres, strict=True):
            sheet.text(x, y, name, face="bold", align="center")
        if whole is not None:
            words = "Score" if scored else "Overall"
            sheet.text(whole, y, words, face="bold", align="center")
        below = top + line_height() + ROW_PADDING
        sheet.line((style.MARGIN, below), (end, below), width=style.HAIRLINE)

    rows = []
    for index, rating in enumerate(ratings):
        lines = wrap(_name(rating), names)
        height = max(len(lines) * line_height(), 2 * RADIUS) + ROW_PADDING
        band = end if index % 2 == 0 else None
        rows.append(Row(height, _light_row(rating, tool, lines, centres, whole, band, height)))
    head = Row(line_height() + ROW_PADDING, draw_head)
    return Panel(title, head, tuple(rows), Row(0.0, draw_nothing))


def _light_row(
    rating: Rating,
    tool: QualityTool,
    lines: Sequence[str],
    centres: Sequence[float],
    whole: float | None,
    band: float | None,
    height: float,
) -> Callable[[Sheet, float], None]:
    def draw(sheet: Sheet, top: float) -> None:
        if band is not None:
            sheet.box(style.MARGIN, top, band - style.MARGIN, height, fill=style.BAND)
        middle = top + height / 2
        y = middle - len(lines) * line_height() / 2
        for line in lines:
            y += line_height()
            sheet.text(style.MARGIN, baseline(y), line)
        for item, x in zip(tool.shown, centres, strict=True):
            draw_sign(sheet, level_of(tool, item.id, rating.answers.get(item.id)), x, middle)
        if whole is None:
            return
        level = tool.level(tool.overall.scale, rating.overall)
        if level is not None or rating.score is None:
            draw_sign(sheet, level, whole, middle)
        else:
            text = f"{count(rating.score)}/{count(rating.most or 0)}"
            sheet.text(whole, lowered(middle), text, face="bold", align="center")

    return draw


def _name(rating: Rating) -> str:
    return rating.label + (DAGGER if rating.reconstructed else "")
