"""Arms that may be exchanged, and arms that stand in the tables twice."""

from __future__ import annotations

import math
from collections import defaultdict
from statistics import NormalDist
from typing import TYPE_CHECKING

from schemas.checks.arms import members
from schemas.checks.contrasts import RATIOS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.checks.context import Context, Row
    from schemas.protocol_outcomes import Outcome

#: Two-sided 5 %: only a clear effect against all others is worth a second look.
_CLEAR = NormalDist().inv_cdf(0.975)
#: With fewer other studies one against the rest says nothing.
_FEWEST_OTHERS = 3
_SETTING = ("cohort", "instrument", "time", "time_unit", "time_label", "period")
_NUMBERS = ("n", "events", "mean", "sd", "se", "median", "q1", "q3", "person_time")
_AGAINST = {"higher": "worse", "lower": "better"}


def check_exchanged(context: Context) -> None:
    """Look for a study whose clear effect points against all others, and for arms told twice."""
    protocol = context.protocol
    if protocol is None:
        return
    arms: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in context.rows("arms"):
        arms[row.text("study_id") or ""].setdefault(row.text("arm") or "", row)
    _check_twice(context, arms)
    for outcome in protocol.outcomes:
        comparison = protocol.comparison_of(outcome)
        if comparison is None:
            continue
        effects: dict[str, list[tuple[float, Row]]] = defaultdict(list)
        sides = {study: members(known, comparison) for study, known in arms.items()}
        for study, z, row in (*_of_groups(context, outcome, sides), *_printed(context, outcome)):
            effects[study].append((_turned(z, row, outcome), row))
        _check_direction(effects, outcome)


def _check_direction(effects: dict[str, list[tuple[float, Row]]], outcome: Outcome) -> None:
    sums = {study: sum(z for z, _ in found) for study, found in effects.items()}
    for study, own in sums.items():
        others = [value for name, value in sums.items() if name != study]
        if len(others) < _FEWEST_OTHERS or any(value * own >= 0 for value in others):
            continue
        clear = [(z, row) for z, row in effects[study] if abs(z) >= _CLEAR and z * own > 0]
        if clear:
            row = max(clear, key=lambda entry: abs(entry[0]))[1]
            row.report(
                "arms-exchanged",
                "estimate" if row.has("estimate") else "arm",
                f"The effect on {outcome.label.lower()} points the other way than in all "
                f"{len(others)} other studies, and clearly.",
                "Look whether the groups are exchanged, or whether high scores of this instrument "
                "mean the opposite.",
                "warning",
            )


def _of_groups(
    context: Context, outcome: Outcome, sides: dict[str, tuple[list[Row], list[Row]]]
) -> Iterator[tuple[str, float, Row]]:
    """Test every experimental against every control arm at every time."""
    settings: dict[tuple[object, ...], dict[str, Row]] = defaultdict(dict)
    for row in context.rows("outcomes"):
        if row.text("outcome") == outcome.code and row.has("arm"):
            key = (row.text("study_id"), *(row.values.get(name) for name in _SETTING))
            settings[key].setdefault(row.text("arm") or "", row)
    for (study, *_), told in settings.items():
        experimental, control = sides.get(str(study), ([], []))
        for first in experimental:
            for second in control:
                pair = [told.get(arm.text("arm") or "") for arm in (first, second)]
                if pair[0] is not None and pair[1] is not None:
                    z = _difference(pair[0], pair[1])
                    if z is not None:
                        yield str(study), z, pair[0]


def _difference(first: Row, second: Row) -> float | None:
    """Give z of a difference of means, or of shares (the test with a common share)."""
    n, m = first.count("n"), second.count("n")
    if not n or not m:
        return None
    means = first.number("mean"), second.number("mean")
    errors = _error(first, n), _error(second, m)
    if means[0] is not None and means[1] is not None and None not in errors:
        whole = math.hypot(*(error or 0.0 for error in errors))
        return (means[0] - means[1]) / whole if whole else None
    a, c = first.count("events"), second.count("events")
    if a is None or c is None or a > n or c > m:
        return None
    share = (a + c) / (n + m)
    whole = math.sqrt(share * (1 - share) * (1 / n + 1 / m))
    return (a / n - c / m) / whole if whole else None


def _error(row: Row, n: int) -> float | None:
    sd = row.number("sd")
    return row.number("se") if sd is None else sd / math.sqrt(n)


def _printed(context: Context, outcome: Outcome) -> Iterator[tuple[str, float, Row]]:
    """Give z of the printed comparisons."""
    for row in context.rows("contrasts"):
        estimate, low, high = (row.number(name) for name in ("estimate", "ci_low", "ci_high"))
        if row.text("outcome") != outcome.code or estimate is None:
            continue
        ratio = row.text("measure") in RATIOS
        if ratio and min(estimate, 1.0 if low is None else low) <= 0:
            continue
        scale = math.log if ratio else float
        error = row.number("se")
        if error is None and low is not None and high is not None and low < high:
            level = row.number("ci_level") or 0.95
            width = 2 * NormalDist().inv_cdf((1 + level) / 2)
            error = (scale(high) - scale(low)) / width
        if error:
            yield row.text("study_id") or "", scale(estimate) / error, row


def _turned(z: float, row: Row, outcome: Outcome) -> float:
    """Turn an effect on an instrument that runs against the outcome's direction."""
    runs = {entry.id: entry.higher_is for entry in outcome.instruments}
    against = runs.get(row.text("instrument") or "") == _AGAINST.get(outcome.better, "")
    return -z if against and row.has("mean") else z


def _check_twice(context: Context, arms: dict[str, dict[str, Row]]) -> None:
    """Find two arms of a study whose numbers are the same in every result."""
    told: dict[tuple[str, str], dict[tuple[object, ...], tuple[object, ...]]] = defaultdict(dict)
    for row in context.rows("outcomes"):
        study, arm = row.text("study_id"), row.text("arm")
        if study is not None and arm is not None:
            setting = (row.text("outcome"), *(row.values.get(name) for name in _SETTING))
            numbers = tuple(row.values.get(name) for name in _NUMBERS)
            told[study, arm][setting] = numbers
    for study, known in arms.items():
        names = list(known)
        for place, first in enumerate(names):
            for second in names[place + 1 :]:
                if _same(told[study, first], told[study, second]):
                    known[second].report(
                        "arm-twice",
                        "arm",
                        f"The arms {first} and {second} have the same numbers in every result.",
                        "Look whether one group stands in the tables under two names.",
                        "warning",
                    )


def _same(
    first: dict[tuple[object, ...], tuple[object, ...]],
    second: dict[tuple[object, ...], tuple[object, ...]],
) -> bool:
    # One count alone may be the same by chance: a mean with its deviation, or three counts, hardly.
    filled = sum(value is not None for numbers in first.values() for value in numbers)
    return first == second and filled >= 3 and any(len(set(row)) > 2 for row in first.values())
