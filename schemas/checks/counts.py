"""Counts of patients: events, denominators, study sizes and printed percentages."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.checks.context import Context, Row

# What distinguishes two results of the same patients in each table.
_TIME = ("instrument", "time", "time_unit", "time_label", "period")
_RESULT = {
    "outcomes": ("arm", "outcome", "criteria", *_TIME),
    "adverse_events": ("arm", "term", "grade"),
}
_LOOK = {
    "outcomes": "Look at the response table of the report: one of the two numbers is from "
    "another arm or criterion.",
    "adverse_events": "Look at the safety table of the report: one of the two numbers is from "
    "another arm or grade.",
    "comparator_events": "Look at the safety table of the report: one of the two numbers is "
    "from another arm or grade.",
}


def check_counts(context: Context) -> None:
    """Check counts against each other, against the study's size and the printed percentage."""
    for row in context.rows("studies"):
        _check_study_size(row)
    for table, look in _LOOK.items():
        for row in context.rows(table):
            _check_events(row, look)
            _check_percent(row, look)
            _check_accuracy(row)
    for table in _RESULT:
        _check_against_study(context, table)


def _check_study_size(row: Row) -> None:
    arm, total = row.count("n_arm"), row.count("n_total")
    if arm is not None and total is not None and arm > total:
        row.report(
            "arm-exceeds-study",
            "n_arm",
            f"The arm ({arm}) has more patients than the study ({total}).",
            "Look at the flow of patients: n_total counts all arms together.",
        )
    men = row.number("male_percent")
    if men is not None and 0 < men < 1:
        row.report(
            "share-as-fraction",
            "male_percent",
            f"A share of {row.written('male_percent')} percent is less than one man in a hundred.",
            f"Was it meant as a fraction? Write it in percent: {100 * men:g}.",
            "warning",
        )
    low, middle, high = (row.number(f"age_{part}") for part in ("low", "median", "high"))
    known = [age for age in (low, middle, high) if age is not None]
    if known != sorted(known):
        row.report(
            "age-order",
            "age_median" if middle is not None else "age_low",
            "Lowest age, median age and highest age are not in this order.",
            "Look at the table of patients: the range stands in brackets behind the median.",
        )


def _check_events(row: Row, look: str) -> None:
    n, events = row.count("n"), row.count("events")
    if events is None or row.has("person_time"):
        return  # one patient may have several of the events of a rate
    if n is None:
        if (row.line, "n") not in row.table.bad_cells:
            row.report(
                "events-without-n",
                "n",
                f"There are {events} events, but the number of patients is missing.",
                "Look for the number of patients evaluated.",
            )
    elif events > n:
        row.report(
            "events-exceed-n",
            "events",
            f"Events ({events}) are more than patients ({n}).",
            look,
        )


def _check_accuracy(row: Row) -> None:
    """Check that a test's table has its four cells, or none."""
    cells = ("tp", "fp", "fn", "tn")
    missing = [cell for cell in cells if not row.has(cell)]
    if 0 < len(missing) < len(cells):
        row.report(
            "row-incomplete",
            missing[0],
            f"The table of the test lacks {' and '.join(missing)}.",
            "Look for the number of patients with and without the condition.",
        )


def _check_percent(row: Row, look: str) -> None:
    n, events, percent = row.count("n"), row.count("events"), row.number("percent_reported")
    if not n or events is None or percent is None or events > n:
        return
    written = row.written("percent_reported").replace(",", ".")
    decimals = len(written.partition(".")[2])
    # Half a unit of the last printed digit; a hair more, because 0.5 may be rounded either way.
    half = 0.5 * 10.0**-decimals + 1e-9
    actual = 100 * events / n
    if abs(actual - percent) <= half:
        return
    if percent <= 1 and abs(actual - 100 * percent) <= 100 * half:
        hint = f"Write the percentage as printed: {100 * percent:g}, not the fraction."
    else:
        low = max(0, math.ceil((percent - half) * n / 100))
        high = min(n, math.floor((percent + half) * n / 100))
        if low > high:
            fitting = f"No count of {n} prints as {written} %"
        elif low == high:
            fitting = f"{low} of {n} prints as {written} %"
        else:
            fitting = f"{low} to {high} of {n} print as {written} %"
        hint = f"{fitting}. {look}"
    row.report(
        "percent-differs",
        "percent_reported",
        f"{events} of {n} is {actual:.{max(decimals, 1)}f} %, but {written} % is printed.",
        hint,
    )


def _check_against_study(context: Context, table: str) -> None:
    studies = context.studies()
    results: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    columns = ("study_id", *_RESULT[table])
    for row in context.rows(table, "cohort", *columns):
        results[tuple(row.values.get(column) for column in columns)].append(row)
    for (name, *_), rows in results.items():
        _check_whole_or_cohorts(rows)
        study = studies.get(str(name or ""))
        if study is None:
            continue
        column = "n_arm" if study.count("n_arm") is not None else "n_total"
        size = study.count(column)
        if size is not None:
            _check_size(rows, size, f"{column} in line {study.line} of data/studies.csv")


def _check_whole_or_cohorts(rows: list[Row]) -> None:
    cohorts = [row for row in rows if row.text("cohort") is not None]
    if cohorts and len(cohorts) < len(rows):
        whole = next(row for row in rows if row.text("cohort") is None)
        cohorts[0].report(
            "cohort-and-whole",
            "cohort",
            f"Line {whole.line} gives this result for the whole study already.",
            "Keep the whole study or its cohorts: with both, patients are counted twice.",
        )


def _check_size(rows: list[Row], size: int, where: str) -> None:
    for row in rows:
        n = row.count("n")
        if n is not None and n > size:
            row.report(
                "n-exceeds-study",
                "n",
                f"n ({n}) is more than the patients of the study ({size}, {where}).",
                "Look whether n is of all arms together, or the study's size of one arm only.",
            )
            return
    counted = [row for row in rows if row.text("cohort") is not None and row.count("n")]
    total = sum(row.count("n") or 0 for row in counted)
    if len(counted) > 1 and total > size:
        counted[-1].report(
            "cohorts-exceed-study",
            "n",
            f"The cohorts have {total} patients together, the study has {size} ({where}).",
            "Cohorts share no patients. Look whether one of them is part of another.",
        )
