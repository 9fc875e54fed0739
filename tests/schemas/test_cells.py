"""Is every cell that cannot be right found, with its place and a way out?"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.schemas.conftest import FILLED, ReviewCopy, the_problem

ORR = {"study_id": "ChenS2023", "outcome": "ORR", "criteria": "mRECIST"}
PFS = {"study_id": "ChenS2023", "outcome": "PFS"}
CHEN = {"study_id": "ChenS2023"}
ZHOU = {"study_id": "Zhou2025"}


@dataclass(frozen=True)
class Case:
    """One cell, what is written into it, and what must be said."""

    table: str
    where: dict[str, str]
    column: str
    value: str
    rule: str
    words: str
    severity: str = "error"


CASES = [
    # Numbers
    Case("outcomes", ORR, "events", "fifteen", "cell-not-whole", "words belong into the note"),
    Case("outcomes", ORR, "events", "1e9", "cell-not-whole", "in full"),
    Case("outcomes", ORR, "events", "1000000001", "cell-range", "at most 1000000 "),
    Case("outcomes", ORR, "events", "9" * 400, "cell-not-whole", "not a whole number"),
    Case("outcomes", ORR, "n", "1 032", "cell-not-whole", "without separators"),
    Case("outcomes", ORR, "n", "1,032", "cell-not-whole", "without separators"),
    Case("outcomes", ORR, "events", "65.6", "cell-not-whole", "percentage was copied"),
    Case("outcomes", ORR, "events", "-5", "cell-not-whole", "less than 0"),
    Case("outcomes", ORR, "n", "0", "cell-range", "at least 1 (patients)"),
    Case("outcomes", ORR, "percent_reported", "65,6", "cell-not-number", "comma: 65.6"),
    Case("outcomes", ORR, "percent_reported", "65.6%", "cell-not-number", "percent sign"),
    Case("outcomes", ORR, "percent_reported", "656", "cell-range", "at most 100"),
    Case("outcomes", PFS, "median", "nan", "cell-not-number", "Leave the cell empty"),
    Case("outcomes", PFS, "median", "inf", "cell-not-number", "not a number"),
    Case("outcomes", PFS, "ci_high", "NR", "cell-not-number", "upper_not_reached = yes"),
    Case("outcomes", PFS, "ci_high", "not reached", "cell-not-number", "upper_not_reached = yes"),
    Case("outcomes", PFS, "ci_level", "95", "cell-range", "95 % is 0.95"),
    Case("outcomes", PFS, "ci_low", "-5.7", "cell-range", "cannot be right"),
    Case("studies", ZHOU, "year", "25", "cell-range", "at least 1900"),
    Case("studies", ZHOU, "age_median", "570", "cell-range", "years"),
    # Closed lists
    Case("studies", ZHOU, "design", "RCT", "cell-not-in-list", 'Did you mean "rct"?'),
    Case("studies", ZHOU, "design", "", "cell-empty", "Allowed: rct"),
    Case("studies", ZHOU, "therapy", "ICIs", "cell-not-in-list", 'Did you mean "ICI"?'),
    Case("studies", ZHOU, "timing", "prospectiv", "cell-not-in-list", "list of the protocol"),
    Case("outcomes", ORR, "outcome", "ORRR", "cell-not-in-list", 'Did you mean "ORR"?'),
    Case("outcomes", PFS, "upper_not_reached", "y", "cell-not-in-list", "yes, no"),
    Case("outcomes", ORR, "criteria", "mRECIST1.1", "criteria-not-in-list", "Did you mean"),
    Case("adverse_events", ZHOU, "grade", "3", "cell-not-in-list", ">=3"),
    Case("comparators", {}, "unit", "%", "cell-not-in-list", "percent, days, weeks, months, years"),
    Case("quality_jbi", CHEN, "q1", "maybe", "cell-not-in-list", "unclear"),
    Case("quality_jadad", ZHOU, "q3_double_blind", "No", "cell-not-in-list", 'mean "no"'),
    Case("ongoing_trials", {}, "status", "recruting", "cell-not-in-list", 'mean "recruiting"'),
    Case("flow", {"stage": "screened"}, "stage", "screend", "cell-not-in-list", '"screened"'),
    Case("outcomes", ORR, "evidence", "", "cell-empty", "Allowed: verified"),
    Case("outcomes", ORR, "evidence", "guessed", "cell-not-in-list", "verified, derived"),
    Case("ongoing_trials", {"phase": "2"}, "phase", "II", "cell-form", "1/2"),
    # Formulas: nothing in a cell is executed
    Case("outcomes", ORR, "note", "=1+1", "cell-formula", "run it as a formula"),
    Case("outcomes", ORR, "note", "+cmd|' /C calc'!A0", "cell-formula", "formula"),
    Case("outcomes", ORR, "note", "@SUM(A1)", "cell-formula", "formula"),
    Case("outcomes", ORR, "note", "-2+3 is a formula? no: -x", "cell-formula", "formula"),
    Case("outcomes", ORR, "note", "-@SUM(A1)", "cell-formula", "formula"),
    Case("outcomes", ORR, "note", " =1+1", "cell-formula", "formula"),
    Case("outcomes", ORR, "events", "=15+6", "cell-formula", "formula"),
    Case("studies", ZHOU, "label", '=HYPERLINK("x")', "cell-formula", "formula"),
    # Dates, and what spreadsheets make of other things
    Case("studies", ZHOU, "enrolment_start", "45000", "date-form", "2023-03-15"),
    Case("studies", ZHOU, "enrolment_start", "20/05/2020", "date-form", "can be misread"),
    Case("studies", ZHOU, "enrolment_start", "20.05.2020", "date-form", "can be misread"),
    Case("studies", ZHOU, "enrolment_start", "Aug-20", "cell-spreadsheet-date", "Text"),
    Case("studies", ZHOU, "enrolment_start", "2020-13", "date-impossible", "no such day"),
    Case("studies", ZHOU, "enrolment_start", "2021-02-29", "date-impossible", "no such day"),
    Case("studies", ZHOU, "enrolment_start", "0000", "date-impossible", "no such day"),
    Case("studies", ZHOU, "enrolment_start", "1020-08", "date-impossible", "1020"),
    Case("studies", ZHOU, "enrolment_start", "August 2020", "date-form", "YYYY-MM-DD"),
    Case("studies", ZHOU, "enrolment_start", "2020-8", "date-form", "YYYY-MM"),
    Case("studies", ZHOU, "ecog", "01-Jan", "cell-spreadsheet-date", "0-1"),
    Case("searches", {"database": "PubMed"}, "search_date", "", "cell-empty", "Day of the search"),
    # Text
    Case("studies", ZHOU, "country", "n/a", "cell-not-a-value", "Leave the cell empty"),
    Case("studies", ZHOU, "country", "-", "cell-not-a-value", "Leave the cell empty"),
    Case("studies", ZHOU, "label", "Zhou\u200b2025", "cell-characters", "cannot be seen"),
    Case("studies", ZHOU, "label", "Zhou\x00 2025", "cell-characters", "cannot be seen"),
    # Spaces are removed, and said
    Case("outcomes", ORR, "study_id", "ChenS2023 ", "cell-spaces", "removed", "warning"),
    Case("outcomes", ORR, "study_id", "\u00a0ChenS2023", "cell-spaces", "removed", "warning"),
    Case("outcomes", ORR, "events", " 21", "cell-spaces", "removed", "warning"),
    Case("studies", ZHOU, "design", "rct ", "cell-spaces", "removed", "warning"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.table}-{c.column}-{c.value[:20]!r}")
def test_cell_is_reported_once_with_its_place(review: ReviewCopy, case: Case) -> None:
    line = review.change(case.table, case.where, **{case.column: case.value})
    problem = the_problem(review.check(), case.rule)
    assert problem.file == f"data/{case.table}.csv"
    assert problem.line == line
    assert problem.column == case.column
    assert problem.value == (case.value or None)
    assert problem.severity == case.severity
    assert case.words in f"{problem.what} {problem.hint}"


def test_only_a_median_has_an_upper_limit_that_was_not_reached(review: ReviewCopy) -> None:
    review.change("studies", ZHOU, age_high="NR")
    hint = the_problem(review.check(), "cell-not-number").hint
    assert hint == "Leave the cell empty when a value is not reported or not read."


@pytest.mark.parametrize(
    ("table", "where", "cells"),
    [
        ("outcomes", ORR, {"events": "21.0", "n": "32.0"}),
        ("outcomes", ORR, {"note": "- a remark\nin two lines, with 'quotes' and <b>"}),
        ("outcomes", ORR, {"note": "中文, naïve – Größe ≥ 3"}),
        ("studies", ZHOU, {"ecog": ">=2", "country": "N. Ireland"}),
        ("studies", ZHOU, {"enrolment_start": "2020", "enrolment_end": "2023-06-30"}),
    ],
)
def test_unusual_cells_that_are_right_pass(
    review: ReviewCopy, table: str, where: dict[str, str], cells: dict[str, str]
) -> None:
    note = cells.get("note", "")
    review.change(table, where, **cells)
    rules = [problem.rule for problem in review.check().problems]
    # A leading dash is how a formula may begin, even before words.
    assert rules == (["cell-formula"] if note.startswith("-") else [])


@pytest.mark.parametrize("table", FILLED)
def test_repeated_row_names_the_first_one(review: ReviewCopy, table: str) -> None:
    rows = review.rows(table)
    review.write(table, [*rows, rows[0]])
    duplicates = [p for p in review.check().errors if p.rule == "row-duplicate"]
    assert [problem.line for problem in duplicates] == [len(rows) + 2]
    assert "same as line 2" in duplicates[0].what


def test_same_key_with_other_numbers(review: ReviewCopy) -> None:
    """Two counts for one outcome: is it said which cells make them the same?"""
    first = review.line("outcomes", **ORR)
    row = {**review.rows("outcomes")[first - 2], "events": "20", "percent_reported": "62.5"}
    line = review.append("outcomes", **row)
    problem = the_problem(review.check(), "row-duplicate")
    assert problem.line == line
    assert f"Line {first} has the same study_id, outcome, criteria already." in problem.what


def test_thousands_in_a_german_file_are_not_guessed(review: ReviewCopy) -> None:
    """In a file with semicolons 1.234 may be 1234: is it refused?"""
    rows = review.rows("comparators")
    rows[0]["estimate"] = "1.234"
    lines = [";".join(rows[0])] + [";".join(row.values()) for row in rows]
    review.path("comparators").write_text("\n".join(lines).replace("; ", ", "), encoding="utf-8")
    (problem,) = review.check().errors
    assert problem.column == "estimate"
    assert "thousands or decimals" in problem.hint
