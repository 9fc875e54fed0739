"""Results that are printed only as a comparison: estimate, interval, standard error, P."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from schemas.measures import MEASURE_FORMS

if TYPE_CHECKING:
    from schemas.checks.context import Context, Row
    from schemas.protocol_outcomes import Outcome

#: Measures whose value of no effect is 1.
RATIOS = frozenset({"RR", "OR", "HR", "ROM", "IRR", "ratio"})
# Generic measures take whatever is printed on their scale.
_TAKES_ANY = {"ratio": RATIOS, "difference": frozenset(MEASURE_FORMS) - RATIOS}
# One side of an interval may be this much longer than the other on the scale of the measure
# before rounding, which is allowed for besides, stops explaining it.
_UNEVEN = 1.15
_LOOK = "Look at all three numbers in the report: one may be from another line."


def check_contrasts(context: Context) -> None:
    """Check every row of contrasts.csv in itself and against its outcome."""
    outcomes = {o.code: o for o in context.protocol.outcomes} if context.protocol else {}
    for row in context.rows("contrasts"):
        outcome = outcomes.get(row.text("outcome") or "")
        if outcome is not None:
            _check_measure(row, outcome)
            _check_direction(row, outcome)
        _check_numbers(row)


def _check_direction(row: Row, outcome: Outcome) -> None:
    """Hold a direction against the estimate beside it."""
    estimate, direction = row.number("estimate"), row.text("direction")
    if estimate is None or direction not in {"experimental", "control"}:
        return
    null = 1.0 if row.text("measure") in RATIOS else 0.0
    good = {"higher": estimate > null, "lower": estimate < null}.get(outcome.better)
    if good is not None and estimate != null and good != (direction == "experimental"):
        row.report(
            "direction-against-estimate",
            "direction",
            f"The estimate {estimate:g} favours the other group: for {outcome.label.lower()}, "
            f"{outcome.better} is better.",
            "Look which group was named first in the report, and correct one of the two.",
            "warning",
        )


def _check_measure(row: Row, outcome: Outcome) -> None:
    printed = row.text("measure")
    if not outcome.form.contrast:
        row.report(
            "contrast-not-taken",
            "outcome",
            f"A {outcome.form.words} is computed from the groups, not taken from a comparison.",
            "Enter the groups in data/outcomes.csv, or choose another measure in the protocol.",
        )
    elif printed not in {None, outcome.measure, *_TAKES_ANY.get(outcome.measure, ())}:
        row.report(
            "contrast-measure",
            "measure",
            f"{outcome.code} is pooled as {outcome.form.words}; this row is a "
            f"{MEASURE_FORMS[printed or ''].words}.",
            "The two cannot be pooled together. Look for the other measure in the report, or "
            "leave the row out.",
            "warning",
        )


def _check_numbers(row: Row) -> None:
    estimate, low, high = (row.number(name) for name in ("estimate", "ci_low", "ci_high"))
    ratio = row.text("measure") in RATIOS
    for name, value in (("estimate", estimate), ("ci_low", low), ("ci_high", high)):
        if ratio and value is not None and (value < 0 or (value == 0 and name != "ci_low")):
            row.report(
                "ratio-not-positive",
                name,
                f"A ratio is above 0; {value:g} may be its logarithm.",
                "Write the ratio itself, as printed.",
            )
            return
    if estimate is None and row.has("direction"):
        return
    if estimate is None:
        row.report("row-without-number", "estimate", "The row holds no estimate.", _LOOK, "warning")
        return
    if low is not None and high is not None:
        _check_interval(row, estimate, low, high, ratio=ratio)
    elif not row.has("se", "p"):
        row.report(
            "contrast-without-precision",
            "ci_low",
            "Without an interval, a standard error or a P value the row has no weight.",
            "Look for one of them in the report; otherwise the row is listed and not pooled.",
            "warning",
        )
    if (low is None) != (high is None):
        column = "ci_low" if low is None else "ci_high"
        row.report("limit-missing", column, "One limit of the interval is missing.", _LOOK)
    if row.has("ci_low", "ci_high") and not row.has("ci_level"):
        row.report(
            "level-missing",
            "ci_level",
            "The interval has no confidence level.",
            "Look whether the report gives a 95 % interval, and write 0.95.",
        )


def _check_interval(row: Row, estimate: float, low: float, high: float, *, ratio: bool) -> None:
    if not low < high or not low <= estimate <= high:
        row.report(
            "interval-order",
            "estimate",
            f"{estimate:g} is not inside its interval, {low:g} to {high:g}.",
            _LOOK,
        )
        return
    if low == 0 and ratio:
        return
    below, above = _sides(row, estimate, low, high, ratio=ratio)
    if min(below[1], above[1]) <= 0:
        return
    # The sides that printing could have made most alike.
    if below[0] > above[1] * _UNEVEN or above[0] > below[1] * _UNEVEN:
        scale = "logarithmic" if ratio else "natural"
        row.report(
            "interval-uneven",
            "ci_low" if below[0] > above[1] else "ci_high",
            f"{low:g} – {estimate:g} – {high:g} is not even on the {scale} scale.",
            _LOOK,
            "warning",
        )


def _sides(
    row: Row, estimate: float, low: float, high: float, *, ratio: bool
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Give the shortest and longest each side can be, as the numbers were rounded to print."""

    def ends(name: str, value: float) -> tuple[float, float]:
        decimals = len(row.written(name).replace(",", ".").partition(".")[2])
        half = 0.5 * 10.0**-decimals
        bounds = (value - half, value + half)
        if not ratio:
            return bounds
        return math.log(max(bounds[0], 1e-12)), math.log(bounds[1])

    middle, lower, upper = ends("estimate", estimate), ends("ci_low", low), ends("ci_high", high)
    return (middle[0] - lower[1], middle[1] - lower[0]), (
        upper[0] - middle[1],
        upper[1] - middle[0],
    )
