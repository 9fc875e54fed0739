"""Table of the outcomes that are not pooled: by which method, from what, with what result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import count, number, p_value, percent
from analysis.measures.registry import measure
from analysis.paper.tables.assembly import Column, Line, assemble, visible
from analysis.paper.tables.cells import abbreviations_note, lines, text
from analysis.paper.values.narrative import COMBINATIONS, INTERVALS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.results import Narrative, Synthesis

_NOTHING: Final = "No outcome is brought together without pooling."
_COLUMNS: Final = (
    Column("method", "Method"),
    Column("studies", "Results used", "right"),
    Column("result", "Result"),
)


def build(synthesis: Synthesis) -> Table:
    """Build the table, the methods below their outcome."""
    level = number(synthesis.level * 100, 0)
    body = [
        Line(cells, entry.outcome.label)
        for entry in synthesis.narratives
        for cells in _rows(entry, level)
    ]
    told = visible(_COLUMNS, body)
    reasons = dict.fromkeys(
        f"{entry.outcome.label}: not pooled, because {entry.why.rstrip('.')}."
        for entry in synthesis.narratives
    )
    notes = [*map(text, reasons), abbreviations_note(told, synthesis.abbreviations)]
    return assemble(_COLUMNS, body, notes if body else [], _NOTHING)


def _rows(entry: Narrative, level: str) -> Iterator[tuple[str, str, str]]:
    votes, combined, effects = entry.votes, entry.combined, entry.effects
    names = [text(name or "") for name in (entry.outcome.experimental, entry.outcome.control)]
    if votes is not None:
        favour = f"{count(votes.favourable)} favour {names[0]}, {count(votes.against)} {names[1]}"
        told = [f"{favour}, {count(votes.unclear)} without direction"]
        if votes.share is not None and votes.p is not None:
            limits = f"{percent(votes.ci_low or 0, 0).rstrip('%')}–{percent(votes.ci_high or 0, 0)}"
            told.append(
                f"{percent(votes.share, 0)} ({INTERVALS[votes.interval]} {level}% CI {limits}); "
                f"sign test, {text(p_value(votes.p))}"
            )
        used = votes.favourable + votes.against
        yield "Vote counting by direction of effect", count(used), lines(told)
    if combined is not None:
        letter = "χ²" if combined.df is not None else "<em>z</em>"
        freedom = "" if combined.df is None else f", {combined.df} degrees of freedom"
        yield (
            f"Combined one-sided <em>P</em> values, {COMBINATIONS[combined.method]}",
            count(combined.k),
            f"{letter} = {number(combined.statistic, 2)}{freedom}; {text(p_value(combined.p))}",
        )
    if effects is not None:
        found, unit = measure(entry.outcome.measure), entry.outcome.unit
        yield (
            "Range, median and quartiles of estimates",
            count(effects.k),
            lines(
                [
                    text(
                        f"Median {found.amount(effects.median, unit)}, quartiles "
                        f"{found.span(effects.q1, effects.q3, unit)}"
                    ),
                    text(f"Range {found.span(effects.low, effects.high, unit)}"),
                ]
            ),
        )
