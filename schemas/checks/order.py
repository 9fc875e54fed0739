"""Results that are part of another result in the same patients, and so cannot exceed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.checks.context import Context, Row
    from schemas.protocol import Outcome, Protocol


def check_order(context: Context) -> None:
    """Check the protocol's `not_more_than`, and high grades against any grade."""
    if context.protocol is None:
        return
    _check_outcomes(context, context.protocol)
    _check_grades(context, context.protocol, "adverse_events", ("study_id", "cohort", "arm"))
    _check_grades(context, context.protocol, "comparator_events", ("comparator_id", "regimen"))


def _check_outcomes(context: Context, protocol: Protocol) -> None:
    same = ("study_id", "cohort", "arm", "instrument", "time", "time_unit", "time_label", "period")
    columns = (*same, "outcome", "criteria")
    found = {
        tuple(row.values.get(c) for c in columns): row for row in context.rows("outcomes", *columns)
    }
    for outcome in protocol.outcomes:
        if outcome.not_more_than is None:
            continue
        larger = protocol.outcome(outcome.not_more_than)
        for (*patients, code, criteria), row in found.items():
            if code != outcome.code:
                continue
            # An outcome without criteria (survival) holds for all criteria of the other.
            wanted = criteria if larger.criteria_preferred else None
            other = found.get((*patients, larger.code, wanted))
            if other is not None:
                _compare_outcomes(row, other, outcome, larger)


def _compare_outcomes(row: Row, other: Row, outcome: Outcome, larger: Outcome) -> None:
    if outcome.form.unit == "time":
        median, limit = row.number("median"), other.number("median")
        if median is not None and limit is not None and median > limit:
            row.report(
                "outcome-exceeds",
                "median",
                f"{outcome.code} ({median:g}) is longer than {larger.code} ({limit:g}, line "
                f"{other.line}).",
                "Look at both medians: they may be exchanged or from different arms.",
            )
        return
    _compare_counts(
        row,
        other,
        "outcome-exceeds",
        (outcome.code, larger.code),
        "Look at the response table of the report: the two numbers may be exchanged, or "
        "from different arms or criteria.",
    )


def _check_grades(context: Context, protocol: Protocol, table: str, whose: tuple[str, ...]) -> None:
    if protocol.adverse_events is None:
        return
    whole, *parts = protocol.grades
    columns = (*whose, "term", "grade")
    found = {tuple(row.text(c) for c in columns): row for row in context.rows(table, *columns)}
    for (*same, grade), row in found.items():
        other = found.get((*same, whole))
        if grade in parts and other is not None:
            _compare_counts(
                row,
                other,
                "grade-exceeds",
                (f"grade {grade}", f"{whole} grade"),
                "Look at the safety table of the report: the two columns may be exchanged, or the "
                "terms are not the same.",
            )


def _compare_counts(row: Row, other: Row, rule: str, names: tuple[str, str], hint: str) -> None:
    n, events = row.count("n"), row.count("events")
    limit_n, limit = other.count("n"), other.count("events")
    if events is None or limit is None or not n or not limit_n:
        return
    if events > n or limit > limit_n:
        return  # impossible in itself, and told there
    part, whole = names
    if n == limit_n and events > limit:
        row.report(
            rule,
            "events",
            f"Patients with {part} ({events}) are more than with {whole} ({limit}, line "
            f"{other.line}).",
            hint,
        )
    elif n != limit_n and events / n > limit / limit_n:
        # With different denominators the larger share is odd, but not impossible.
        row.report(
            rule,
            "events",
            f"The share with {part} ({events} of {n}) is larger than with {whole} ({limit} of "
            f"{limit_n}, line {other.line}).",
            hint,
            "warning",
        )
