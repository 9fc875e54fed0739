"""Which thresholds were crossed between two versions, and which of them change a conclusion.

A single group has no null, so "significant" is said of tests only: between subgroups, on
moderators, on small-study effects. A pool with reconstructed rows is no evidence, so nobody has
concluded anything from it: its moves are named and change no conclusion. docs/versions.md has the
rules in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.formatting.grades import grade_name
from analysis.formatting.numbers import count, lower_first, p_value, percent
from analysis.meta.small_study import MIN_STUDIES
from analysis.paper.version_wording import pool_name, shown
from analysis.synthesis.pool_states import pool_states
from analysis.synthesis.versions import Crossing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analysis.synthesis.versions import PoolState

# Cochrane Handbook for Systematic Reviews of Interventions, version 6.5, section 10.10.2. The bands
# overlap there on purpose: I² has changed its class only where no band holds both values.
I2_BANDS = (
    (0.0, 0.40, "might not be important"),
    (0.30, 0.60, "may be moderate"),
    (0.50, 0.90, "may be substantial"),
    (0.75, 1.00, "considerable"),
)
I2_SOURCE = "Cochrane Handbook, section 10.10.2"
# How many of the most frequent adverse events are kept in order.
COMMONEST = 5


def crossings(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Crossing, ...]:
    """Compare two syntheses and give every threshold between them.

    Parameters
    ----------
    old, new
        The entry ``synthesis`` of two results.json.
    """
    before, after = pool_states(old), pool_states(new)
    found: list[Crossing] = []
    for key in dict.fromkeys((*before, *after)):
        found += _pool(before.get(key), after.get(key))
    found += _tests(old, new)
    found += _order(before, after)
    return tuple(found)


def _pool(before: PoolState | None, after: PoolState | None) -> Iterator[Crossing]:
    state = after or before
    if state is None:
        return
    name = pool_name(state)
    overall = state.group == "outcome" and state.variable is None
    if _exists(before) != _exists(after):
        drawn = not any(each is not None and each.reconstructed for each in (before, after))
        yield _decided("pool", name, _existence(before), _existence(after), overall, drawn)
    if before is None or after is None:
        return
    if before.model != after.model and {before.model, after.model} <= {"common", "random"}:
        yield Crossing("model", name, before.model, after.model, conclusion=False)
    if before.i2 is not None and after.i2 is not None and not _shared_band(before.i2, after.i2):
        yield Crossing("I²", name, _band(before.i2), _band(after.i2), conclusion=False)
    if overall and _outside(after.estimate, before):
        drawn = not before.reconstructed
        yield _decided("estimate", name, shown(before), shown(after), True, drawn)


def _decided(
    kind: str, subject: str, before: str, after: str, decides: bool, drawn: bool
) -> Crossing:
    """Make a crossing that may change a conclusion, if one was drawn at all."""
    changed, undrawn = decides and drawn, decides and not drawn
    return Crossing(kind, subject, before, after, conclusion=changed, undrawn=undrawn)


def _exists(state: PoolState | None) -> bool:
    return state is not None and state.pooled and state.estimate is not None and state.k > 0


def _existence(state: PoolState | None) -> str:
    if state is None or not _exists(state):
        return "no pool"
    return f"{shown(state)} from {count(state.k)} {'estimate' if state.k == 1 else 'estimates'}"


def _outside(estimate: float | None, before: PoolState) -> bool:
    """Say whether an estimate lies outside the interval that the earlier version gave."""
    if estimate is None or before.ci_low is None:
        return False
    return estimate < before.ci_low or (before.ci_high is not None and estimate > before.ci_high)


def _bands(i2: float) -> set[str]:
    return {name for low, high, name in I2_BANDS if low <= i2 <= high}


def _shared_band(one: float, other: float) -> bool:
    return bool(_bands(one) & _bands(other))


def _band(i2: float) -> str:
    names = [name for low, high, name in I2_BANDS if low <= i2 <= high]
    return f"{percent(i2)}, {' or '.join(names)}"


def _tests(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Crossing]:
    before = {entry["id"]: entry for entry in old["outcomes"]}
    levels = old["significance_level"], new["significance_level"]
    for outcome in new["outcomes"]:
        earlier = before.get(outcome["id"])
        if earlier is None:
            continue
        found = [dict(_p_values(entry)) for entry in (earlier, outcome)]
        for name, p in found[1].items():
            was = found[0].get(name)
            if was is None or p is None or (was < levels[0]) == (p < levels[1]):
                continue
            yield _decided(
                "significance",
                f"{outcome['label']}: {_named(name, new)}",
                _verdict(was, levels[0]),
                _verdict(p, levels[1]),
                # A test between groups is what the review concludes from; the others are about how
                # far it can be trusted.
                name.startswith(_GROUPS),
                _of_real_studies(earlier),
            )
        yield from _direction(earlier, outcome, levels, new)


_GROUPS = "groups by "
_REGRESSION = "meta-regression on "


def _named(name: str, synthesis: Mapping[str, Any]) -> str:
    """Write the words of the protocol where a test has the name of a column."""
    for kind, labels in ((_GROUPS, "subgroup_labels"), (_REGRESSION, "moderator_labels")):
        label = synthesis.get(labels, {}).get(name.removeprefix(kind))
        if name.startswith(kind) and label:
            return f"{kind}{lower_first(label)}"
    return name


def _p_values(outcome: Mapping[str, Any]) -> Iterator[tuple[str, float | None]]:
    found = outcome.get("sensitivity")
    if not found:
        return
    for variable, test in found["comparisons"].items():
        yield f"{_GROUPS}{variable}", test["q_between_p"]
    for column, line in found["regressions"].items():
        yield f"{_REGRESSION}{column}", line["slope_p"]
    small = found["small_study"] or {}
    if small.get("k", 0) < MIN_STUDIES:
        return  # no verdict is given, so none can change
    # The test made for the measure, where there is one: it is the one that the text tells.
    usual = (("Begg's", small.get("begg_p")), ("Egger's", small.get("egger_p")))
    for whose, p in small.get("suited") or usual:
        yield f"{whose.replace(chr(39), '’')} test", p


def _verdict(p: float, level: float) -> str:
    return f"{'significant' if p < level else 'not significant'} ({p_value(p)})"


def _direction(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    levels: tuple[float, float],
    synthesis: Mapping[str, Any],
) -> Iterator[Crossing]:
    """Find groups that differ in both versions, with another group on top."""
    for variable, pools in new["subgroups"].items():
        tests = [
            ((entry.get("sensitivity") or {}).get("comparisons") or {}).get(variable)
            for entry in (old, new)
        ]
        sides = zip(tests, levels, strict=True)
        if not all(
            test and test["q_between_p"] is not None and test["q_between_p"] < level
            for test, level in sides
        ):
            continue
        tops = [_highest(entry) for entry in (old["subgroups"].get(variable, ()), pools)]
        if None not in tops and tops[0] != tops[1]:
            yield _decided(
                "direction",
                f"{new['label']}: highest of the {_named(f'{_GROUPS}{variable}', synthesis)}",
                str(tops[0]),
                str(tops[1]),
                True,
                _of_real_studies(old),
            )


def _of_real_studies(outcome: Mapping[str, Any]) -> bool:
    return not any(row["reconstructed"] for row in outcome["overall"]["studies"])


def _highest(pools: Any) -> str | None:
    known = [pool for pool in pools if pool["estimate"] is not None]
    top = max(known, key=lambda pool: pool["estimate"], default=None)
    return None if top is None else top["level_label"] or top["level"]


def _order(before: Mapping[Any, PoolState], after: Mapping[Any, PoolState]) -> Iterator[Crossing]:
    """Compare the order of the most frequent pooled adverse events, grade by grade."""
    old, new = _ranked(before), _ranked(after)
    for grade in dict.fromkeys((*old, *new)):
        was, now = old.get(grade, []), new.get(grade, [])
        names = [[state.label for state in ranked[:COMMONEST]] for ranked in (was, now)]
        if names[0] == names[1]:
            continue
        yield _decided(
            "order",
            f"Most frequent adverse events, {lower_first(grade_name(grade))}",
            ", ".join(names[0]) or "none pooled",
            ", ".join(names[1]) or "none pooled",
            names[0][:1] != names[1][:1],
            not any(state.reconstructed for state in was),
        )


def _ranked(states: Mapping[Any, PoolState]) -> dict[str, list[PoolState]]:
    found: dict[str, list[PoolState]] = {}
    for state in states.values():
        pooled = state.group == "adverse event" and state.variable is None and state.pooled
        if pooled and state.estimate is not None:
            found.setdefault(state.grade or "", []).append(state)
    return {
        grade: sorted(entries, key=lambda entry: (-(entry.estimate or 0), entry.label))
        for grade, entries in found.items()
    }
