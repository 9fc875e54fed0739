"""Table of all tests of small-study effects that could be made, outcome by outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import count, number
from analysis.meta.small_study import MIN_STUDIES
from analysis.paper.tables.assembly import Column, Line, assemble, visible
from analysis.paper.tables.cells import NOT_APPLICABLE, abbreviations_note, p_cell, text
from analysis.paper.tables.marks import Marks

if TYPE_CHECKING:
    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.results import Outcome, Synthesis
    from analysis.synthesis.sensitivity_results import AsymmetryTest

_COLUMNS: Final = (
    Column("test", "Test"),
    Column("k", "Estimates", "right"),
    Column("statistic", "Statistic", "center"),
    Column("p", "<em>P</em>", "center"),
)
_NOTE: Final = (
    "<em>t</em> has its degrees of freedom in parentheses. Tests that do not suit the measure, or "
    "need numbers that some studies lack, are not made."
)
_FEW: Final = f"Fewer than {MIN_STUDIES} estimates: no test is given."


def build(synthesis: Synthesis) -> Table:
    """Build the table; the tests made for a measure stand first."""
    marks = Marks()
    body = [line for outcome in synthesis.outcomes for line in _lines(outcome, marks)]
    told = visible(_COLUMNS, body)
    notes = [_NOTE, *marks.notes(), abbreviations_note(told, synthesis.abbreviations)]
    return assemble(_COLUMNS, body, notes if body else [], "No outcome has been pooled.")


def _lines(outcome: Outcome, marks: Marks) -> list[Line]:
    found = None if outcome.sensitivity is None else outcome.sensitivity.small_study
    if found is None or found.k < MIN_STUDIES or not found.every_test:
        return [Line((_FEW, "", "", ""), outcome.label)]
    return [Line(_cells(test, marks), outcome.label) for test in found.every_test]


def _cells(test: AsymmetryTest, marks: Marks) -> tuple[str, str, str, str]:
    caution = () if test.caution is None else (test.caution.rstrip("."),)
    letter = "<em>z</em>" if test.df is None else "<em>t</em>"
    freedom = "" if test.df is None else f" ({number(test.df, 0)})"
    told = (
        NOT_APPLICABLE
        if test.statistic is None
        else f"{letter}{freedom} = {number(test.statistic, 2)}"
    )
    return text(test.label) + marks.of(caution), count(test.k), told, p_cell(test.p)
