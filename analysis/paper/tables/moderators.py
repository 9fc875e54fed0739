"""Table of what might explain heterogeneity: tests between subgroups and meta-regressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import explained, number, significant
from analysis.paper.tables.assembly import Column, Line, assemble, visible, without_unread
from analysis.paper.tables.cells import (
    NOT_APPLICABLE,
    abbreviations_note,
    p_cell,
    text,
)
from analysis.paper.tables.marks import Marks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.results import Outcome, Synthesis
    from analysis.synthesis.sensitivity_results import Comparison, RegressionLine, Sensitivity

_COLUMNS: Final = (
    Column("moderator", "Moderator"),
    Column("k", "Estimates", "right"),
    Column("q", "<em>Q</em> between groups (df)", "right"),
    Column("p", "<em>P</em>", "center"),
    Column("slope", "Slope", "right"),
    Column("regression", "<em>P</em> of regression", "center"),
    Column("r2", "<em>R</em>², %", "right"),
    Column("i2", "Residual <em>I</em>², %", "right"),
)
_NOTE: Final = (
    "<em>Q</em> between groups tests whether the pools of the groups differ. <em>P</em> of "
    "regression is that of all coefficients of the moderator, <em>R</em>² the share of the "
    "heterogeneity that it accounts for. A slope is per unit of the moderator, on the scale on "
    "which estimates are pooled."
)


def build(synthesis: Synthesis) -> Table:
    """Build the table, grouped by outcome; what could not be computed says why."""
    marks = Marks()
    body = [
        line
        for outcome in synthesis.outcomes
        if outcome.sensitivity is not None
        for line in _lines(outcome, outcome.sensitivity, synthesis, marks)
    ]
    # Groups have no slope, numbers no Q between groups.
    columns, body = without_unread(_COLUMNS, body, {"q", "p", "slope"}, NOT_APPLICABLE)
    shown = visible(columns, body)
    notes = [
        _NOTE,
        *marks.notes(),
        abbreviations_note(
            shown, {NOT_APPLICABLE: "not applicable"} | dict(synthesis.abbreviations)
        ),
    ]
    return assemble(columns, body, notes if body else [], "No moderator has been examined.")


def _lines(
    outcome: Outcome, sensitivity: Sensitivity, synthesis: Synthesis, marks: Marks
) -> Iterator[Line]:
    for variable, comparison in sensitivity.comparisons.items():
        name = synthesis.subgroup_labels.get(variable, variable)
        yield Line(_of_groups(name, comparison, marks), outcome.label)
    for column, name in synthesis.moderator_labels.items():
        line = sensitivity.regressions.get(column)
        yield Line(_of_numbers(name, line, marks), outcome.label)


def _of_groups(name: str, comparison: Comparison, marks: Marks) -> tuple[str, ...]:
    remarks = _readable((*comparison.notes, *filter(None, [comparison.reason])))
    groups = len(comparison.levels)
    of_groups = f"{name} ({groups} {'group' if groups == 1 else 'groups'})"
    between = NOT_APPLICABLE
    if comparison.q_between is not None:
        between = f"{number(comparison.q_between)} ({comparison.q_between_df})"
    return (
        text(of_groups) + marks.of(remarks),
        str(comparison.k),
        between,
        p_cell(comparison.q_between_p),
        NOT_APPLICABLE,
        p_cell(comparison.regression_p),
        _explained(comparison.r2),
        _percent(comparison.residual_i2),
    )


def _of_numbers(name: str, line: RegressionLine | None, marks: Marks) -> tuple[str, ...]:
    if line is None:
        reason = "Too few estimates with a value, or all values the same"
        return (text(name) + marks.of([reason]), *[NOT_APPLICABLE] * (len(_COLUMNS) - 1))
    return (
        text(name) + marks.of(_readable(line.notes)),
        str(line.k),
        NOT_APPLICABLE,
        NOT_APPLICABLE,
        significant(line.slope),
        p_cell(line.slope_p),
        _explained(line.r2),
        NOT_APPLICABLE,
    )


def _readable(remarks: tuple[str, ...]) -> list[str]:
    """Write what the mathematics remarks as the rest of the table does."""
    return [remark.replace("tau2", "τ²") for remark in remarks]


def _explained(fraction: float | None) -> str:
    return NOT_APPLICABLE if fraction is None else explained(fraction).removesuffix("%")


def _percent(fraction: float | None) -> str:
    return NOT_APPLICABLE if fraction is None else number(fraction * 100)
