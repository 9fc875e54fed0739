"""Specification curves: the same outcome under every measure, model and interval.

Simonsohn U, Simmons JP, Nelson LD. Specification curve analysis. Nat Hum Behav 2020;4:1208-14.
doi:10.1038/s41562-020-0912-z.
"""

from __future__ import annotations

import math
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import count, lower_first
from analysis.measures.registry import measure
from analysis.meta.specification import PROPORTION_SCALES
from analysis.paper.figures import style
from analysis.paper.figures.chosen import lettered, outcomes_of
from analysis.paper.figures.forest_axis import Axis, axis_for
from analysis.paper.figures.forest_layout import EN_SPACE
from analysis.paper.figures.measure import line_height, text_width, wrap
from analysis.paper.figures.plot_frame import TICK, TICK_GAP, Frame
from analysis.paper.figures.settings import as_shipped
from analysis.paper.figures.sheet import MARK, Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from analysis.synthesis.results import Outcome, Pool, Synthesis
    from analysis.synthesis.sensitivity_results import Specified
    from schemas.protocol import DisplayItem

__all__ = ["alt_text", "figures"]

NONE: Final = "There is no second way of pooling this outcome that could be shown."
CURVE_HEIGHT: Final = 1.15
ROW_HEIGHT: Final = 0.125
TITLE_SPACE: Final = 0.08
GROUP_SPACE: Final = 0.05
PANEL_SPACE: Final = 0.2
# A column of the curve is never wider than this, however few there are.
WIDEST_STEP: Final = 0.16
DOT: Final = 0.021

_MEASURES: Final = {
    "PR": "Proportion as it is",
    "PLO": "Logit",
    "PAS": "Arcsine",
    "PFT": "Freeman–Tukey",
    "MEDRAW": "Time as it is",
    "MEDLOG": "Log time",
    "MN": "Mean as it is",
    "MNLN": "Log mean",
    "IRLN": "Log rate",
    "IR": "Rate as it is",
    "IRS": "Square root of the rate",
    "IRFT": "Freeman–Tukey",
    "ZCOR": "Fisher’s z",
    "COR": "Correlation as it is",
    "UCOR": "Correlation, less biased",
    "AS": "Arcsine difference",
    "PETO": "Peto odds ratio",
    "MEDDIFF": "Difference of medians",
    "LOGCI": "Log ratio",
    "GEN": "As printed",
}
_SHARES: Final = {"drop": "0 and 100% left out", "only0": "0 and 100% corrected"}
_TABLES: Final = {"drop": "zero cells left out", "only0": "zero cells corrected"}
_METHODS: Final = {
    "CE": "Common effect",
    "DL": "DerSimonian–Laird",
    "PM": "Paule–Mandel",
    "REML": "Restricted maximum likelihood",
    "ML": "Maximum likelihood",
    "SJ": "Sidik–Jonkman",
    "HE": "Hedges",
    "HS": "Hunter–Schmidt",
}
_TESTS: Final = {
    "z": "Normal interval",
    "knha": "Knapp–Hartung",
    "adhoc": "Knapp–Hartung, not narrowed",
}


@dataclass(frozen=True, slots=True)
class _Curve:
    """One outcome: its specifications in ascending order, and the choices that are rows of dots."""

    outcome: Outcome
    shown: tuple[Specified, ...]
    refused: int
    # Name of a row, and which specifications have a dot in it.
    groups: tuple[tuple[tuple[str, tuple[bool, ...]], ...], ...]
    title: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def height(self) -> float:
        small = line_height(style.SMALL_SIZE)
        height = len(self.title) * line_height(style.TITLE_SIZE) + TITLE_SPACE
        if self.shown:
            rows = sum(len(group) for group in self.groups)
            height += CURVE_HEIGHT + GROUP_SPACE * (len(self.groups) + 1) + rows * ROW_HEIGHT
        return height + len(self.notes) * small


def figures(synthesis: Synthesis, item: DisplayItem) -> tuple[Figure, ...]:
    """Draw a curve with its choices for each outcome of the item, as many to a page as fit."""
    outcomes = outcomes_of(synthesis, item)
    letters = string.ascii_uppercase if len(outcomes) > 1 else ""
    curves = [
        _curve(outcome, letters[index] if index < len(letters) else "", synthesis.level)
        for index, outcome in enumerate(outcomes)
    ]
    pages: list[list[_Curve]] = []
    left = 0.0
    for curve in curves:
        if not pages or curve.height > left:
            pages.append([])
            left = style.PAGE_HEIGHT - 2 * style.MARGIN
        pages[-1].append(curve)
        left -= curve.height + PANEL_SPACE
    before = max((_names_width(curve) for curve in curves), default=0.0)
    return tuple(_draw_page(page, before) for page in pages)


def alt_text(synthesis: Synthesis, item: DisplayItem) -> str:
    """Describe the curves in plain sentences made from their numbers."""
    parts = [_text(outcome, synthesis.level) for outcome in outcomes_of(synthesis, item)]
    return f"Specification curve. {lettered(parts)}"


def _specified(outcome: Outcome) -> tuple[list[Specified], int]:
    """Return the specifications with a result, the lowest first, and how many were refused."""
    every = () if outcome.sensitivity is None else outcome.sensitivity.specifications
    usable = [row for row in every if row.estimate is not None and row.ci_low is not None]
    # Equal estimates stand in the order of the choices, the same on every machine.
    usable.sort(key=lambda row: (_rounded(row.estimate), row.measure, row.method, row.test))
    return usable, len(every) - len(usable)


def _curve(outcome: Outcome, letter: str, level: float) -> _Curve:
    rows, refused = _specified(outcome)
    full = style.PAGE_WIDTH - 2 * style.MARGIN
    title = f"{letter}{EN_SPACE if letter else ''}{outcome.label}"
    choices = (
        [(_measure(row.measure), row) for row in rows],
        [(_METHODS.get(row.method, row.method), row) for row in rows],
        [(_TESTS.get(row.test, row.test), row) for row in rows],
    )
    groups = tuple(
        tuple(
            (name, tuple(own == name for own, _ in chosen))
            for name in dict.fromkeys(own for own, _ in sorted(chosen, key=_choice_order))
        )
        for chosen in choices
    )
    return _Curve(
        outcome,
        tuple(rows),
        refused,
        groups if rows else (),
        wrap(title, full, style.TITLE_SIZE, "bold"),
        tuple(
            line
            for note in _notes(outcome, rows, refused, level)
            for line in wrap(note, full, style.SMALL_SIZE)
        ),
    )


def _choice_order(choice: tuple[str, Specified]) -> tuple[int, str]:
    name, _ = choice
    known = [*_MEASURES.values(), *_METHODS.values(), *_TESTS.values()]
    first = name.split(",", maxsplit=1)[0]
    whole = name if name in known else first
    return (known.index(whole) if whole in known else len(known), name)


def _measure(code: str) -> str:
    """Name a measure and its rule for zeros: ``PR, drop`` has both."""
    measure, _, rule = code.partition(", ")
    name = _MEASURES.get(measure, measure)
    rules = _SHARES if measure in PROPORTION_SCALES else _TABLES
    return f"{name}, {rules.get(rule, rule)}" if rule else name


def _notes(outcome: Outcome, rows: Sequence[Specified], refused: int, level: float) -> list[str]:
    if not rows:
        return [NONE]
    note = f"{count(len(rows))} analyses, {_range(outcome, rows)}."
    pool = outcome.overall
    same = any(_reported(row, pool) for row in rows)
    if pool.estimate is not None:
        whole = measure(pool.measure).spoken(
            pool.estimate, pool.ci_low, pool.ci_high, pool.unit, level
        )
        note += f" Dashed line: {whole}, as reported in this paper ({pool.method})"
        note += "; diamonds: analyses with this result." if same else "."
    if refused:
        note += f" {count(refused)} could not be computed."
    return [note]


def _range(outcome: Outcome, rows: Sequence[Specified]) -> str:
    measured = measure(outcome.measure)
    low, high = (measured.number(rows[index].estimate or 0.0) for index in (0, -1))
    return f"estimates from {low} to {high}{measured.after(outcome.unit)}"


def _text(outcome: Outcome, level: float) -> str:
    rows, refused = _specified(outcome)
    notes = " ".join(_notes(outcome, rows, refused, level))
    return f"{outcome.label}: {lower_first(notes)}"


def _names_width(curve: _Curve) -> float:
    names = [name for group in curve.groups for name, _ in group]
    axis = text_width("100.0", style.SMALL_SIZE) + 2 * line_height(style.SMALL_SIZE)
    return max(axis, *(text_width(name, style.SMALL_SIZE) for name in names), 0.0)


@as_shipped()
def _draw_page(page: Sequence[_Curve], before: float) -> Figure:
    height = sum(curve.height for curve in page) + PANEL_SPACE * (len(page) - 1)
    sheet = Sheet(style.PAGE_WIDTH, height + 2 * style.MARGIN)
    y = style.MARGIN
    for curve in page:
        _draw_curve(sheet, curve, before, y)
        y += curve.height + PANEL_SPACE
    return sheet.figure


def _draw_curve(sheet: Sheet, curve: _Curve, before: float, top: float) -> None:
    y = top
    for line in curve.title:
        y += line_height(style.TITLE_SIZE)
        baseline = y - 0.3 * style.TITLE_SIZE / style.POINTS_PER_INCH
        sheet.text(style.MARGIN, baseline, line, size=style.TITLE_SIZE, face="bold")
    y += TITLE_SPACE
    if curve.shown:
        left = style.MARGIN + before + TICK + 2 * TICK_GAP
        room = style.PAGE_WIDTH - style.MARGIN - left
        width = min(room, WIDEST_STEP * len(curve.shown))
        axis = _y_axis(curve)
        steps = Axis(-0.5, len(curve.shown) - 0.5, (), ())
        frame = Frame(sheet, left, y, width, CURVE_HEIGHT, steps, axis)
        _draw_estimates(frame, curve)
        _draw_y_axis(frame, _unit_label(curve.outcome))
        y = _draw_choices(frame, curve, y + CURVE_HEIGHT + GROUP_SPACE)
    for line in curve.notes:
        y += line_height(style.SMALL_SIZE)
        baseline = y - 0.3 * style.SMALL_SIZE / style.POINTS_PER_INCH
        sheet.text(style.MARGIN, baseline, line, size=style.SMALL_SIZE, color=style.QUIET)


def _reported(row: Specified, pool: Pool) -> bool:
    """Say whether an analysis is, in its result, the one that the paper reports."""
    ours = (row.estimate, row.ci_low, row.ci_high)
    papers = (pool.estimate, pool.ci_low, pool.ci_high)
    # The profile's quantile may be 1.96 where others compute it; nobody could see that.
    return all(
        a is not None and b is not None and math.isclose(a, b, rel_tol=1e-4)
        for a, b in zip(ours, papers, strict=True)
    )


def _rounded(value: float | None) -> float:
    # Results that are equal in all but the last bits must not be told apart by them.
    return 0.0 if value is None else round(value, 9)


def _y_axis(curve: _Curve) -> Axis:
    measured = measure(curve.outcome.measure)
    scale = measured.factor
    estimates = [(row.estimate or 0.0) * scale for row in curve.shown]
    spans = [((row.ci_low or 0.0) * scale, (row.ci_high or 0.0) * scale) for row in curve.shown]
    whole = curve.outcome.overall.estimate
    kept = [] if whole is None else [whole * scale]
    return axis_for(estimates, spans, kept, bounds=measured.axis_bounds, most_ticks=6)


def _unit_label(outcome: Outcome) -> str:
    return measure(outcome.measure).headed(outcome.unit)


def _draw_estimates(frame: Frame, curve: _Curve) -> None:
    sheet = frame.sheet
    scale = measure(curve.outcome.measure).factor
    whole = curve.outcome.overall.estimate
    if whole is not None:
        _, y = frame.at(0, whole * scale)
        start, end = (frame.left, y), (frame.right, y)
        sheet.line(start, end, color=style.VERMILLION, width=style.HAIRLINE, dashed=True)
    for index, row in enumerate(curve.shown):
        low, high = (row.ci_low or 0.0) * scale, (row.ci_high or 0.0) * scale
        sheet.line(
            frame.at(index, low), frame.at(index, high), color=style.RULE, width=style.HAIRLINE
        )
        estimate = (row.estimate or 0.0) * scale
        if _reported(row, curve.outcome.overall):
            frame.diamond(index, estimate, fill=style.VERMILLION, edge=style.PAPER)
        else:
            sheet.circle(frame.at(index, estimate), DOT, fill=style.BLUE, label=MARK)


def _draw_y_axis(frame: Frame, label: str) -> None:
    sheet, small = frame.sheet, style.SMALL_SIZE
    sheet.line((frame.left, frame.top), (frame.left, frame.bottom), width=style.HAIRLINE)
    widest = 0.0
    for value, text in zip(frame.y.ticks, frame.y.labels, strict=True):
        _, y = frame.at(0, value)
        sheet.line((frame.left - TICK, y), (frame.left, y), width=style.HAIRLINE)
        end = frame.left - TICK - TICK_GAP
        sheet.text(end, _lowered(y), text, size=small, align="right")
        widest = max(widest, text_width(text, small))
    middle = frame.left - TICK - 2 * TICK_GAP - widest - line_height(small) / 2
    sheet.text(middle, frame.top + frame.height / 2, label, size=small, align="center", rotation=90)


def _draw_choices(frame: Frame, curve: _Curve, top: float) -> float:
    """Draw the rows of dots; return where they end."""
    sheet = frame.sheet
    y = top
    for group in curve.groups:
        sheet.line((style.MARGIN, y), (frame.right, y), color=style.RULE, width=style.HAIRLINE)
        for shaded, (name, chosen) in enumerate(group):
            if shaded % 2 == 0:
                width = frame.right - style.MARGIN
                sheet.box(style.MARGIN, y, width, ROW_HEIGHT, fill=style.BAND)
            middle = y + ROW_HEIGHT / 2
            end = frame.left - TICK - TICK_GAP
            sheet.text(end, _lowered(middle), name, size=style.SMALL_SIZE, align="right")
            for index, own in enumerate(chosen):
                if own:
                    x, _ = frame.at(index, frame.y.low)
                    sheet.circle((x, middle), DOT, fill=style.INK, label=MARK)
            y += ROW_HEIGHT
        y += GROUP_SPACE
    return y


def _lowered(middle: float) -> float:
    """Return the baseline of a line of small type centred at a height."""
    return middle + 0.365 * style.SMALL_SIZE / style.POINTS_PER_INCH
