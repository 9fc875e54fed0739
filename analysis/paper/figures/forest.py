"""Forest plots: studies, subgroups and pooled estimates, one panel or several.

Everything is measured before anything is drawn; a figure higher than a page becomes several.
"""

from __future__ import annotations

import string
from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.formatting.numbers import NOT_REACHED, number, p_value
from analysis.measures.registry import measure
from analysis.paper.figures import style
from analysis.paper.figures.forest_content import Block, Column, Panel, block_of, panel_of
from analysis.paper.figures.forest_drawing import clipped, draw
from analysis.paper.figures.forest_layout import (
    PANEL_SPACE,
    ROW_PADDING,
    TIGHT_PADDING,
    TIGHTEST_PADDING,
    Lines,
    Placed,
    columns_for,
    paginate,
    place,
    width_for,
)
from analysis.paper.figures.forest_parts import parts_shown
from analysis.paper.figures.forest_text import counted
from analysis.paper.figures.measure import line_height, wrap_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from analysis.paper.figures.forest_layout import Columns
    from analysis.synthesis.results import Pool

__all__ = [
    "Column",
    "Panel",
    "alt_text",
    "block_of",
    "figures_of_blocks",
    "forest_figure",
    "forest_figures",
    "panel_of",
]


def forest_figures(
    panels: Sequence[Panel],
    *,
    level: float = 0.95,
    width: float = style.PAGE_WIDTH,
    height: float = style.PAGE_HEIGHT,
    name: str = "",
) -> tuple[Figure, ...]:
    """Draw forest plots, divided into as many figures as the height asks for.

    Parameters
    ----------
    panels : sequence of Panel
        Stacked in this order, lettered if there are several.
    level : float
        Confidence level of the intervals.
    width, height : float
        Size of a page in inches; a figure is as high as its content, at most ``height``.
    name : str
        The id of the figure, after which the files with all rows are named where a panel has too
        many of them; without it every row is drawn.

    Returns
    -------
    tuple of Figure
        One figure if everything fits, otherwise one for each page.

    Raises
    ------
    ValueError
        If there is no panel.
    """
    if not panels:
        raise ValueError("a forest plot needs at least one panel")
    return figures_of_blocks([block_of(panel, level) for panel in panels], width, height, name)


def forest_figure(
    panels: Sequence[Panel], *, level: float = 0.95, width: float = style.PAGE_WIDTH
) -> Figure:
    """Draw forest plots as one figure, however high it becomes."""
    (figure,) = forest_figures(panels, level=level, width=width, height=float("inf"))
    return figure


def figures_of_blocks(
    blocks: Sequence[Block],
    width: float = style.PAGE_WIDTH,
    height: float = style.PAGE_HEIGHT,
    name: str = "",
) -> tuple[Figure, ...]:
    """Lay out and draw blocks, whatever they were made from; tightly if that saves a page."""
    blocks = parts_shown(blocks, name) if name else blocks
    width = width_for(blocks, width)
    blocks, shared = _shared_notes(blocks)
    columns = columns_for(blocks, width)
    pages = _pages(blocks, shared, columns, width, height, ROW_PADDING)
    if len(pages) > 1:
        higher = height * style.TIGHT_HEIGHT / style.PAGE_HEIGHT
        for padding in (TIGHT_PADDING, TIGHTEST_PADDING):
            tight = _pages(blocks, shared, columns, width, higher, padding)
            pages = min(pages, tight, key=len)
    return tuple(draw(page, _legend(page, shared, width), columns, width) for page in pages)


def _shared_notes(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Take the notes that all panels have out of them: they are said once, below the last."""
    shared = tuple(note for note in blocks[0].notes if all(note in b.notes for b in blocks))
    if len(blocks) == 1:
        return tuple(blocks), ()
    rest = [replace(b, notes=tuple(n for n in b.notes if n not in shared)) for b in blocks]
    return tuple(rest), shared


def _pages(
    blocks: Sequence[Block],
    shared: Sequence[str],
    columns: Columns,
    width: float,
    height: float,
    padding: float,
) -> tuple[tuple[Placed, ...], ...]:
    letters = string.ascii_uppercase if len(blocks) > 1 else ""
    placed = [
        place(block, columns, width, letters[index] if index < len(letters) else "", padding)
        for index, block in enumerate(blocks)
    ]
    whole = _legend(placed, shared, width)
    room = height - 2 * style.MARGIN - PANEL_SPACE - len(whole) * line_height(style.SMALL_SIZE)
    return paginate(placed, room, width)


def alt_text(panels: Sequence[Panel], *, level: float = 0.95) -> str:
    """Describe forest plots in plain sentences made from their numbers."""
    several = len(panels) > 1
    sentences = [f"Forest plot with {len(panels)} panels." if several else "Forest plot."]
    for letter, panel in zip(string.ascii_uppercase, panels, strict=False):
        name = f"Panel {letter}, {panel.title}" if several else panel.title
        sentences.append(f"{name}: {_described(panel.overall, level)}")
        if panel.groups:
            groups = "; ".join(
                f"{group.level_label or group.level}, {_result(group, level)}"
                for group in panel.groups
            )
            sentences.append(f"Subgroups: {groups}.")
        if panel.prediction is not None:
            limits = measure(panel.overall.measure).span(*panel.prediction, panel.overall.unit)
            sentences.append(f"Prediction interval {limits}.")
    return " ".join(sentences)


def _described(pool: Pool, level: float) -> str:
    if not pool.studies:
        return "no study."
    if pool.estimate is None:
        return f"{counted(pool)}, not pooled ({pool.method})."
    participants = "" if pool.n_participants is None else f", {pool.n_participants} participants"
    text = f"{counted(pool)}{participants}; pooled {_result(pool, level)}"
    if pool.model == "single":
        text = f"{counted(pool)}{participants}; its own estimate {_result(pool, level)}"
    if pool.i2 is not None:
        text += f"; I² = {number(pool.i2 * 100, 1)}%"
    if pool.q_p is not None:
        text += f", {p_value(pool.q_p)}"
    if pool.model != "single":
        text += f"; {pool.method}"
    estimates = [study.estimate for study in pool.studies]
    if len(estimates) > 1:
        ends = measure(pool.measure).span(min(estimates), max(estimates), pool.unit)
        text += f". Single estimates range over {ends}"
    if pool.reconstructed:
        text += f". {pool.reconstructed} of {pool.k} rows are reconstructed"
    left_out = [item for item in pool.left_out if item.noteworthy]
    if left_out:
        names = ", ".join(item.label for item in left_out)
        text += f". Not pooled: {names}"
    return f"{text}."


def _result(pool: Pool, level: float) -> str:
    if pool.estimate is None:
        return "not pooled" if pool.studies else "no study"
    return measure(pool.measure).spoken(pool.estimate, pool.ci_low, pool.ci_high, pool.unit, level)


def _legend(panels: Sequence[Placed], shared: Sequence[str], width: float) -> Lines:
    """Explain what the reader of these panels meets, and nothing else."""
    marks = [row.row.mark for panel in panels for row in panel.rows if row.row.mark is not None]
    texts = list(shared)
    texts += dict.fromkeys(
        panel.block.hollow_means
        for panel in panels
        if any(row.row.mark is not None and row.row.mark.hollow for row in panel.rows)
    )
    if any(panel.block.band is not None for panel in panels):
        texts.append("Dashed line and shading: pooled estimate of all studies with its interval.")
    if any(clipped(panel) for panel in panels):
        texts.append("Filled arrows: interval beyond the axis.")
    if any(mark.high is None for mark in marks):
        texts.append(f"{NOT_REACHED} and open arrows: upper limit not reached.")
    if not texts:
        return ()
    return wrap_runs([(" ".join(texts), "regular")], width - 2 * style.MARGIN, style.SMALL_SIZE)
