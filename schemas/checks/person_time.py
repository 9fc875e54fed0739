"""Whether the times at risk of an outcome can be brought into one unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.person_time import EXAMPLES, person_time_unit

if TYPE_CHECKING:
    from schemas.checks.context import Context, Row
    from schemas.protocol_outcomes import Outcome

_TIME, _UNIT = "person_time", "person_time_unit"


def check_person_time(context: Context) -> None:
    """Check the unit of every time at risk against the outcome's, or against the other rows'."""
    outcomes = {o.code: o for o in context.protocol.outcomes} if context.protocol else {}
    first: dict[str, Row] = {}
    for row in context.rows("outcomes", "outcome", _TIME):
        outcome = outcomes.get(row.text("outcome") or "")
        if outcome is None or _TIME not in outcome.form.all_columns or not row.has(_TIME):
            continue
        wanted = person_time_unit(outcome.unit)
        if wanted is None:
            # Without a unit in the protocol the numbers are taken as they are.
            before = first.setdefault(outcome.code, row)
            _check_same(row, before, outcome)
            continue
        given = person_time_unit(row.text(_UNIT))
        if given is None:
            row.report(
                "person-time-unit",
                _UNIT,
                f"Times at risk of {outcome.code} are turned into {outcome.unit}, but the unit of "
                "this one is not known.",
                f"Write it as in the report: {EXAMPLES}.",
            )
        elif given.whom != wanted.whom and {given.whom, wanted.whom} != {"patient", "person"}:
            row.report(
                "person-time-unit",
                _UNIT,
                f"Times at risk of {outcome.code} are those of a {wanted.whom}, not of a "
                f"{given.whom}.",
                "Look at the unit in the report, and at that of the outcome in the protocol.",
            )


def _check_same(row: Row, before: Row, outcome: Outcome) -> None:
    mine, other = row.text(_UNIT), before.text(_UNIT)
    if (mine or "").lower() == (other or "").lower():
        return
    row.report(
        "person-time-unit",
        _UNIT,
        f"{outcome.code} has times at risk in {mine or 'an unknown unit'} here and in "
        f"{other or 'an unknown unit'} in line {before.line}.",
        "Give the outcome a unit in the protocol, such as unit: per 100 patient-years; times are "
        "then turned into it.",
    )
