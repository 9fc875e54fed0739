"""Medians and their confidence intervals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.checks.context import Context, Row

# How many times longer one side of an interval may be than the other, on the natural and on the
# log scale, before a typing error is likely. Simulated for the median of exponential survival
# with the interval of Brookmeyer and Crowley (Biometrics 1982;38:29): right intervals pass 3 on
# both scales in 5 % of studies of 15 events, 2 % of 40 and 0.2 % of 200; an upper limit that lost
# its decimal point (8.2 typed as 82) passes it in 61 %, 96 % and 100 %. Right intervals do pass
# it, the more often the coarser the visits at which progression is seen: hence a warning.
# tests/schemas/test_intervals.py repeats the simulation.
LARGEST_ASYMMETRY = 3.0

_LOOK = "Look at the survival results of the report and compare all three numbers."
# What a row's note says when somebody has looked at an odd number and the report prints it so.
_LOOKED_AT = "as printed"


def check_intervals(context: Context) -> None:
    """Check every interval: the order of its numbers, its completeness, its shape."""
    measures = {o.code: o.form for o in context.protocol.outcomes} if context.protocol else {}
    for row in context.rows("outcomes"):
        form = measures.get(row.text("outcome") or "")
        if form is not None and "mean" in form.all_columns:
            continue  # schemas.checks.means looks at these
        _check_completeness(row)
        if _check_order(row, "median"):
            _check_shape(row)
    for row in context.rows("comparators"):
        _check_order(row, "estimate")


def _check_completeness(row: Row) -> None:
    low, high = row.number("ci_low"), row.number("ci_high")
    reached = row.text("upper_not_reached") != "yes"
    if not reached and high is not None:
        row.report(
            "limit-not-reached",
            "ci_high",
            "There is an upper limit, but upper_not_reached says it was not reached.",
            "Look at the interval in the report: empty the upper limit, or write no.",
        )
    if low is not None and high is None and reached and _was_empty(row, "ci_high"):
        row.report(
            "limit-missing",
            "ci_high",
            "The upper limit is missing.",
            "Not reached is not the same as missing: if the report says NR or NE, write "
            "upper_not_reached = yes; otherwise look the limit up.",
        )
    if high is not None and low is None and _was_empty(row, "ci_low"):
        row.report(
            "limit-missing", "ci_low", "The lower limit is missing.", "Look it up in the report."
        )
    if row.has("ci_low", "ci_high") and not row.has("ci_level") and _was_empty(row, "ci_level"):
        row.report(
            "level-missing",
            "ci_level",
            "The interval has no confidence level.",
            "Look whether the report gives a 95 % interval, and write 0.95.",
        )
    if high is not None and not row.has("median") and _was_empty(row, "median"):
        row.report(
            "median-missing",
            "median",
            "There is an interval without its median.",
            "Look up the median. A median that was not reached has no upper limit either.",
        )
    if row.number("median") == 0:
        row.report("median-zero", "median", "A median time cannot be 0.", _LOOK)


def _was_empty(row: Row, column: str) -> bool:
    return row.written(column) == ""


def _check_order(row: Row, middle: str) -> bool:
    """Report numbers that are not in order; True when all three are there and in order."""
    low, value, high = (row.number(column) for column in ("ci_low", middle, "ci_high"))
    right = True
    if low is not None and high is not None and low >= high:
        row.report(
            "interval-order",
            "ci_low",
            f"The lower limit ({low:g}) is not below the upper limit ({high:g}).",
            _LOOK,
        )
        right = False
    elif low is not None and value is not None and low > value:
        row.report(
            "interval-order",
            "ci_low",
            f"The lower limit ({low:g}) is above the {middle} ({value:g}).",
            _LOOK,
        )
        right = False
    elif high is not None and value is not None and high < value:
        row.report(
            "interval-order",
            "ci_high",
            f"The upper limit ({high:g}) is below the {middle} ({value:g}).",
            _LOOK,
        )
        right = False
    elif value is not None and value in {low, high}:
        column = "ci_low" if value == low else "ci_high"
        # Rounding and fixed visits make this possible, a slip makes it more often.
        _doubt(
            row,
            "interval-touches",
            column,
            f"This limit is the same as the {middle} ({value:g}).",
            _LOOK,
        )
        right = False
    return right and None not in {low, value, high}


def asymmetry(low: float, middle: float, high: float) -> float:
    """Say how much longer one side of an interval is, on the scale that is kinder to it.

    Parameters
    ----------
    low, middle, high
        Positive numbers in rising order; `low` may be 0.

    Returns
    -------
    float
        Ratio of the longer to the shorter side, the smaller of that on the natural and on the log
        scale; negative when the lower side is the longer one, 1 when the scales do not agree on
        which side is longer.
    """
    natural = (high - middle) / (middle - low)
    # A lower limit of 0 is infinitely far away on the log scale.
    logarithmic = math.log(high / middle) / math.log(middle / low) if low > 0 else 0.0
    if natural > 1 and logarithmic > 1:
        return min(natural, logarithmic)
    if natural < 1 and logarithmic < 1:
        return -1 / max(natural, logarithmic)
    return 1.0


def _check_shape(row: Row) -> None:
    low, median, high = (row.number(column) or 0.0 for column in ("ci_low", "median", "ci_high"))
    ratio = asymmetry(low, median, high)
    if abs(ratio) <= LARGEST_ASYMMETRY:
        return
    longer, column = ("upper", "ci_high") if ratio > 0 else ("lower", "ci_low")
    _doubt(
        row,
        "interval-asymmetric",
        column,
        f"The {longer} side of the interval is {abs(ratio):.0f} times as long as the other: "
        f"{low:g} – {median:g} – {high:g}.",
        "Look for a lost decimal point or a number from another line of the report.",
    )


def _doubt(row: Row, rule: str, column: str, what: str, look: str) -> None:
    """Warn of what is possible but odd, until the note says that the report has it so."""
    if _LOOKED_AT not in (row.text("note") or "").casefold():
        hint = f'{look} If the report has it so, write "{_LOOKED_AT}" into the note of this row.'
        row.report(rule, column, what, hint, "warning")
