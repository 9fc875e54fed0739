"""Is what a spreadsheet makes of a cell recognised, and said?"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font

from analysis.update.workbook.cells import read_cell
from analysis.update.workbook.form import explain
from analysis.update.workbook.numbers import number_text, same_number
from analysis.update.workbook.plan import Field

TEXT = Field("note", "prose")
KEY = Field("registry_id", "a key", is_exact=True)
DATE = Field("enrolment_start", "a date", is_date=True, is_exact=True)
COUNT = Field("n", "a count", kind="whole", is_exact=True)
NUMBER = Field("median", "months", kind="number", unit="months", is_exact=True)
PERCENT = Field("percent_reported", "", kind="number", unit="percent as printed", is_exact=True)
LEVEL = Field("ci_level", "", kind="number", unit="fraction: 0.95", is_exact=True)
ANSWER = Field("q1", "", closed=("yes", "no"), is_exact=True)
DESIGN = Field(
    "design",
    "",
    closed=("rct", "single_arm_trial", ">=3"),
    labels=(("rct", "Randomised controlled trial"), ("single_arm_trial", "Single-arm trial")),
    is_exact=True,
)


def cell(value: object, number_format: str = "General") -> Any:
    made: Any = openpyxl.Workbook().worksheets[0]["A1"]
    made.value = value
    made.number_format = number_format
    return made


@pytest.mark.parametrize(
    ("value", "number_format", "field", "text", "rule"),
    [
        # Dates: 2020-08 typed into a cell that is not Text becomes 1 August, shown as Aug-20.
        (datetime(2020, 8, 1), "mmm\\-yy", DATE, "2020-08", "workbook-date"),  # noqa: DTZ001
        (datetime(2020, 8, 17), "yyyy\\-mm\\-dd", DATE, "2020-08-17", "workbook-date"),  # noqa: DTZ001
        (datetime(2020, 8, 17), "[$-409]mmm-yy;@", DATE, "2020-08-17", "workbook-date"),  # noqa: DTZ001
        (datetime(2020, 1, 1), "yyyy", DATE, "2020", "workbook-date"),  # noqa: DTZ001
        (2020, "General", DATE, "2020", None),
        ("2020-08", "@", DATE, "2020-08", None),
        # A date where none belongs: 1-2 became 2 January.
        (datetime(2026, 1, 2), "d\\-mmm", KEY, "", "workbook-made-date"),  # noqa: DTZ001
        (datetime(2026, 1, 2), "d\\-mmm", NUMBER, "", "workbook-made-date"),  # noqa: DTZ001
        (time(1, 30), "h:mm", TEXT, "", "workbook-time"),
        # Percentages
        (0.469, "0.0%", PERCENT, "46.9", "workbook-percent"),
        (0.95, "0%", LEVEL, "0.95", "workbook-percent"),
        (6.5, "0%", NUMBER, "", "workbook-percent"),
        (46.9, "General", PERCENT, "46.9", None),
        # Numbers
        (0.1 + 0.2, "General", NUMBER, "0.3", None),
        (17, "0.0", PERCENT, "17.0", None),
        (46.875, "0.0", PERCENT, "46.875", "workbook-rounded"),
        (12.0, "General", COUNT, "12", None),
        ("46,9", "@", PERCENT, "46.9", "workbook-decimal-comma"),
        ("11·04", "@", NUMBER, "11.04", "workbook-decimal-comma"),
        ("46.9", "@", PERCENT, "46.9", None),
        ("\u22125", "@", NUMBER, "-5", "workbook-signs"),
        ("1\u20092", "@", COUNT, "1 2", "workbook-spaces"),
        ("1,234", "@", NUMBER, "1,234", None),  # thousands or decimals: the check refuses it
        (4.34415e15, "0.00E+00", KEY, "", "workbook-digits-lost"),
        (40349716, "General", KEY, "40349716", None),
        # Text
        ("  Table 2 ", "@", TEXT, "Table 2", None),
        ("a\u00a0b", "@", TEXT, "a b", "workbook-spaces"),
        ("A\u200bB", "@", KEY, "AB", "workbook-spaces"),
        ("“yes”", "@", KEY, '"yes"', "workbook-signs"),
        ("“so called”", "@", TEXT, "“so called”", None),
        # Entries of lists in other capitals, with hyphens, or by their label.
        ("Yes", "@", ANSWER, "yes", "workbook-choice"),
        ("Single-arm trial", "@", DESIGN, "single_arm_trial", "workbook-choice"),
        ("randomised controlled trial ", "@", DESIGN, "rct", "workbook-choice"),
        ("≥3", "@", DESIGN, ">=3", "workbook-choice"),
        ("perhaps", "@", ANSWER, "perhaps", None),  # the check refuses it
        (True, "General", ANSWER, "yes", "workbook-truth"),
        (True, "General", KEY, "", "workbook-truth"),
        ("=1+1", "General", NUMBER, "", "workbook-formula"),
        ("#REF!", "General", NUMBER, "", "workbook-error"),
        ("?? A: 12 | B: 13", "@", COUNT, "", "workbook-undecided"),
    ],
)
def test_cell(value: object, number_format: str, field: Field, text: str, rule: str | None) -> None:
    read, remarks = read_cell(cell(value, number_format), field)
    assert read == text
    assert [remark.rule for remark in remarks] == ([] if rule is None else [rule])
    for remark in remarks:
        # What was understood goes on with a warning; what was not is empty and an error.
        assert remark.severity == ("warning" if text else "error")


def test_column_note_says_what_the_entries_mean() -> None:
    assert "\nrct = Randomised controlled trial" in explain(DESIGN)
    assert "single_arm_trial =" not in explain(DESIGN)  # says it itself
    assert "yes =" not in explain(ANSWER)


def test_entry_that_could_be_two_is_left_to_the_person() -> None:
    two = Field("x", "", closed=("a-b", "a_b"), is_exact=True)
    assert read_cell(cell("A b"), two) == ("A b", [])


def test_a_crossed_out_value_is_not_read() -> None:
    made = cell(12)
    made.font = Font(strike=True)
    assert [remark.rule for remark in read_cell(made, COUNT)[1]] == ["workbook-crossed-out"]


@given(st.decimals(min_value=0, max_value=10**6, places=3))
def test_a_printed_number_comes_back_as_printed(number: Any) -> None:
    """Does a number survive being stored as a float and shown with its decimals?"""
    for places in range(4):
        printed = f"{round(number, places):.{places}f}"
        shown = "0" + ("." + "0" * places if places else "")
        assert number_text(float(printed), shown) == printed


def test_numbers_are_the_same_however_they_are_written() -> None:
    assert same_number("17", "17.0")
    assert not same_number("17", "17.1")
    assert not same_number("", "0")
