"""Whether the cells that are filled fit the kind of outcome, its unit and its criteria."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.vocabulary import DESIGNS, list_hint

if TYPE_CHECKING:
    from schemas.checks.context import Context, Row
    from schemas.protocol import Outcome

# Groups of these names say when a study was planned, whatever their column is called.
_PROSPECTIVE, _RETROSPECTIVE = "prospective", "retrospective"
_TIMING_OF_DESIGN = {
    "rct": _PROSPECTIVE,
    "single_arm_trial": _PROSPECTIVE,
    "prospective_cohort": _PROSPECTIVE,
    "retrospective_cohort": _RETROSPECTIVE,
}
_COLUMNS_OF_KIND = {
    "proportion": ("events", "percent_reported"),
    "median": ("median", "ci_low", "ci_high", "ci_level", "upper_not_reached"),
}


def check_results(context: Context) -> None:
    """Check outcomes and comparators against the protocol, and the groups of studies."""
    outcomes = {o.code: o for o in context.protocol.outcomes} if context.protocol else {}
    for row in context.rows("outcomes"):
        outcome = outcomes.get(row.text("outcome") or "")
        if outcome is not None:
            _check_kind(row, outcome)
            _check_criteria(row, outcome)
    for row in context.rows("adverse_events"):
        if not row.has("events", "percent_reported"):
            _report_no_number(row, "events")
    for row in context.rows("comparators"):
        outcome = outcomes.get(row.text("outcome") or "")
        if outcome is not None:
            _check_unit(row, outcome)
    _check_levels(context)
    _check_timing(context)


def _check_kind(row: Row, outcome: Outcome) -> None:
    for kind, columns in _COLUMNS_OF_KIND.items():
        filled = [column for column in columns if row.has(column)]
        if kind == outcome.kind and not set(filled) - {"ci_level", "upper_not_reached"}:
            _report_no_number(row, columns[0])
        elif kind != outcome.kind and filled:
            row.report(
                "column-of-other-kind",
                filled[0],
                f"{outcome.code} is a {outcome.kind}, but this column is for a {kind}.",
                "Look whether the number belongs to another outcome, or to another column.",
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
