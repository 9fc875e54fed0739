"""Whether the cells that are filled fit the kind of outcome, its unit and its criteria."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.measures import MEASURE_FORMS
from schemas.vocabulary import DESIGNS, list_hint

if TYPE_CHECKING:
    from schemas.checks.context import Context, Row
    from schemas.protocol import Outcome

# Groups of these names say when a study was planned, whatever their column is called.
_PROSPECTIVE, _RETROSPECTIVE = "prospective", "retrospective"
_TIMING_OF_DESIGN = {
    "rct": _PROSPECTIVE,
    "single_arm_trial": _PROSPECTIVE,
    "rct_crossover": _PROSPECTIVE,
    "rct_cluster": _PROSPECTIVE,
    "nonrandomised_trial": _PROSPECTIVE,
    "prospective_cohort": _PROSPECTIVE,
    "retrospective_cohort": _RETROSPECTIVE,
}
# Cells that say something about a result and are none.
_ABOUT_A_RESULT = frozenset(
    {
        "n",
        "ci_level",
        "upper_not_reached",
        "change",
        "person_time_unit",
        "baseline_mean",
        "baseline_sd",
    }
)
_OF_ANY_MEASURE = frozenset(
    column for form in MEASURE_FORMS.values() for column in form.all_columns
) - {"n"}
# Other checks say what these lack: an interval without its median, events without patients.
_TOLD_ELSEWHERE = frozenset({"proportion", "median", "MEDIAN_DIFFERENCE"})
# Longer is more than any follow-up: a century.
_LONGEST = {"days": 36_525, "weeks": 5_218, "months": 1_200, "years": 100}


def check_results(context: Context) -> None:
    """Check outcomes and comparators against the protocol, and the groups of studies."""
    outcomes = {o.code: o for o in context.protocol.outcomes} if context.protocol else {}
    for row in context.rows("outcomes"):
        outcome = outcomes.get(row.text("outcome") or "")
        if outcome is not None:
            _check_columns(row, outcome)
            _check_criteria(row, outcome)
            _check_time(row, outcome)
    for row in context.rows("adverse_events"):
        if not row.has("events", "percent_reported"):
            _report_no_number(row, "events")
    for row in context.rows("comparators"):
        outcome = outcomes.get(row.text("outcome") or "")
        if outcome is not None:
            _check_unit(row, outcome)
    _check_levels(context)
    _check_timing(context)


def _check_columns(row: Row, outcome: Outcome) -> None:
    """Check that a row holds what its outcome's measure needs, and nothing of another one."""
    form = outcome.form
    own = form.all_columns
    foreign = [column for column in sorted(_OF_ANY_MEASURE - set(own)) if row.has(column)]
    if foreign:
        others = [f.words for f in MEASURE_FORMS.values() if foreign[0] in f.all_columns]
        row.report(
            "column-of-other-kind",
            foreign[0],
            f"{outcome.code} is a {form.words}, but this column is for a {others[0]}."
            if own
            else f"The {form.words} of {outcome.code} is taken from data/contrasts.csv only.",
            "Look whether the number belongs to another outcome, or to another column.",
        )
        return
    if not own:
        return
    if not any(row.has(column) for column in own if column not in _ABOUT_A_RESULT):
        _report_no_number(row, next(c for c in form.columns[0] if c not in _ABOUT_A_RESULT))
    elif form.name not in _TOLD_ELSEWHERE and not any(
        _filled(row, columns) for columns in form.columns
    ):
        _report_incomplete(row, outcome)


def _filled(row: Row, columns: tuple[str, ...]) -> bool:
    return all(row.has(column) for column in columns)


def _report_incomplete(row: Row, outcome: Outcome) -> None:
    """Say which cells are missing to the set of which most is there."""
    columns = max(outcome.form.columns, key=lambda s: sum(map(row.has, s)) / len(s))
    missing = [column for column in columns if not row.has(column)]
    if any((row.line, column) in row.table.bad_cells for column in missing):
        return
    ways = "; ".join(" and ".join(s) for s in outcome.form.columns)
    row.report(
        "row-incomplete",
        missing[0],
        f"A {outcome.form.words} cannot be computed without {' and '.join(missing)}.",
        f"One of these sets is enough: {ways}. What is not reported stays empty; then the row is "
        "listed and not pooled.",
        "warning",
    )


def _check_time(row: Row, outcome: Outcome) -> None:
    """Check times of survival against their unit."""
    for column in ("median", "ci_low", "ci_high") if outcome.form.unit == "time" else ():
        value = row.number(column)
        if value is None or 0 <= value <= _LONGEST.get(outcome.unit, 1_200):
            continue
        row.table.bad_cells.add((row.line, column))
        row.report(
            "cell-range",
            column,
            f"A time of {value:g} {outcome.unit} cannot be right.",
            f"Look at the unit in the report: weeks and days must be turned into {outcome.unit}.",
        )


def _report_no_number(row: Row, column: str) -> None:
    if not any(line == row.line for line, _ in row.table.bad_cells):
        row.report(
            "row-without-number",
            column,
            "The row holds no result, so it is not used.",
            "Fill in the number, or delete the row if nothing was reported.",
            "warning",
        )


def _check_criteria(row: Row, outcome: Outcome) -> None:
    criteria = row.text("criteria")
    allowed = list(outcome.criteria_preferred)
    if criteria is None or criteria in allowed:
        return
    if not allowed:
        row.report(
            "criteria-not-used",
            "criteria",
            f"{outcome.code} has no response criteria in the protocol.",
            "Leave the cell empty.",
        )
        return
    row.report(
        "criteria-not-in-list",
        "criteria",
        f"This is not among the criteria of {outcome.code} in the protocol.",
        list_hint(criteria, allowed),
    )


def _check_unit(row: Row, outcome: Outcome) -> None:
    unit = row.text("unit")
    if unit is not None and unit != outcome.unit:
        row.report(
            "unit-differs",
            "unit",
            f"{outcome.code} is measured in {outcome.unit}, not in {unit}.",
            "Look at the unit in the report and convert the number.",
        )
    estimate = row.number("estimate")
    if unit == "percent" and estimate is not None and estimate > 100:
        row.report("percent-over-100", "estimate", "A percentage cannot exceed 100.", "Look it up.")


def _check_levels(context: Context) -> None:
    for subgroup in context.protocol.subgroups if context.protocol else ():
        if not context.knows("studies", subgroup.column):
            continue
        for row in context.rows("studies"):
            if not row.has(subgroup.column):
                row.report(
                    "level-unknown",
                    subgroup.column,
                    f"The study belongs to no group of {subgroup.label}.",
                    "It is left out of these subgroups. Fill the cell in if the report allows.",
                    "warning",
                )


def _check_timing(context: Context) -> None:
    for subgroup in context.protocol.subgroups if context.protocol else ():
        if not {_PROSPECTIVE, _RETROSPECTIVE} <= {level.id for level in subgroup.levels}:
            continue
        for row in context.rows("studies", "design", subgroup.column):
            design, timing = row.text("design") or "", row.text(subgroup.column)
            fitting = _TIMING_OF_DESIGN.get(design, timing)
            if timing in {_PROSPECTIVE, _RETROSPECTIVE} and timing != fitting:
                row.report(
                    "design-timing",
                    subgroup.column,
                    f"The design says {DESIGNS[design].lower()}, this column {timing}.",
                    "Look at the methods of the report: one of the two is wrong.",
                    "warning",
                )
