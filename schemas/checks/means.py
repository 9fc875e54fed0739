"""Means, their standard deviations, and the range of the instrument."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.checks.context import Context, Row
    from schemas.protocol_outcomes import Instrument, Outcome

# An SD this many times smaller than those of the others, and nearer to them when multiplied by the
# root of n, is most likely a standard error (Cochrane Handbook 6.5.2.3 names the mistake).
_SUSPICIOUS_RATIO = 2.0
_FEWEST_OTHERS = 3
_MOST_LINES = 8
_LOOK = "Look at the table of results: which of the numbers is it, and of which arm?"


def check_means(context: Context) -> None:
    """Check means against their limits, their instrument and the SDs of the other studies."""
    if context.protocol is None:
        return
    outcomes = {
        outcome.code: outcome
        for outcome in context.protocol.outcomes
        if "mean" in outcome.form.all_columns
    }
    scores: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    changes: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in context.rows("outcomes"):
        outcome = outcomes.get(row.text("outcome") or "")
        if outcome is None:
            continue
        _check_order(row)
        _check_sizes(row)
        _check_range(row, outcome)
        key = (outcome.code, row.text("instrument"), row.text("change"))
        scores[key].append(row)
        if outcome.form.standardised and row.has("mean", "median"):
            changes[outcome.code][row.text("study_id") or ""].append(row)
    for code, studies in changes.items():
        _check_changes(code, studies)
    for (_, instrument, _change), rows in scores.items():
        if instrument is not None:
            _check_sds(rows)


def _check_order(row: Row) -> None:
    for names in (("ci_low", "mean", "ci_high"), ("minimum", "q1", "median", "q3", "maximum")):
        known = [(name, row.number(name)) for name in names if row.number(name) is not None]
        for (lower, low), (upper, high) in pairwise(known):
            if low is not None and high is not None and low > high:
                row.report(
                    "numbers-order",
                    upper,
                    f"{upper} ({high:g}) is below {lower} ({low:g}).",
                    _LOOK,
                )


def _check_sizes(row: Row) -> None:
    sd, se, n = row.number("sd"), row.number("se"), row.count("n")
    if sd == 0 and (n or 0) > 1:
        row.report(
            "sd-zero",
            "sd",
            "A standard deviation of 0 means that all patients had the same value.",
            "Look it up; what is not reported stays empty.",
        )
    if sd and se and n and not math.isclose(se * math.sqrt(n), sd, rel_tol=0.1):
        row.report(
            "sd-and-se",
            "se",
            f"{sd:g} / √{n} is {sd / math.sqrt(n):.3g}, but the standard error is {se:g}.",
            f"One of the three numbers is from another arm. {_LOOK}",
            "warning",
        )


def _check_range(row: Row, outcome: Outcome) -> None:
    instrument = _instrument(row, outcome)
    if instrument is None or row.text("change") == "yes":
        return
    for column in ("mean", "median", "baseline_mean"):
        value = row.number(column)
        if value is None:
            continue
        low, high = instrument.low, instrument.high
        if (low is not None and value < low) or (high is not None and value > high):
            row.report(
                "outside-instrument",
                column,
                f"{value:g} is outside the range of {instrument.label} "
                f"({_end(low)} to {_end(high)}).",
                "Is it the change from baseline (change = yes), or of another instrument?",
            )


def _instrument(row: Row, outcome: Outcome) -> Instrument | None:
    name = row.text("instrument")
    return next((entry for entry in outcome.instruments if entry.id == name), None)


def _end(limit: float | None) -> str:
    return "open" if limit is None else f"{limit:g}"


def _check_sds(rows: list[Row]) -> None:
    """Find an SD that is small among those of the same instrument and would fit as an SE."""
    known = [(row, row.number("sd"), row.count("n")) for row in rows]
    for row, sd, n in known:
        others = [
            other
            for peer, other, _ in known
            if other and peer.text("study_id") != row.text("study_id")
        ]
        if not sd or not n or n < 4 or len(others) < _FEWEST_OTHERS:
            continue
        usual, as_sd = median(others), sd * math.sqrt(n)
        far = usual / sd
        if far > _SUSPICIOUS_RATIO and far > max(as_sd / usual, usual / as_sd):
            row.report(
                "sd-looks-like-se",
                "sd",
                f"{sd:g} is small: the other studies have about {usual:.3g}. As a standard error "
                f"of {n} patients it would be an SD of {as_sd:.3g}.",
                "Look whether the report gives the standard error, and write it under se.",
                "warning",
            )


def _check_changes(code: str, studies: dict[str, list[Row]]) -> None:
    """Find an outcome that divides by the SD of changes in some studies, of scores in others.

    A study with both kinds of rows can be taken either way and says nothing.
    """
    kinds: dict[bool, list[Row]] = {True: [], False: []}
    for rows in studies.values():
        changed = {row.text("change") == "yes" for row in rows}
        if len(changed) == 1:
            kinds[changed.pop()] += rows
    changes, values = kinds[True], kinds[False]
    if not changes or not values:
        return
    changes[0].report(
        "changes-and-values",
        "change",
        f"{code} is a standardised mean difference of changes from baseline ({_lines(changes)}) "
        f"and of values at follow-up ({_lines(values)}). Their SDs are of different things, so the "
        "effects are not on one scale (Cochrane Handbook 6.5, 10.5.2).",
        "Look for values at follow-up in the reports; otherwise use a mean difference on one "
        "instrument, or two outcomes.",
        "warning",
    )


def _lines(rows: list[Row]) -> str:
    shown = [str(row.line) for row in rows[:_MOST_LINES]]
    more = len(rows) - len(shown)
    return f"lines {', '.join(shown)}" + (f" and {more} more" if more else "")
