"""The same studies give the same result, wherever the paper prints it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from analysis.audit.findings import Check
from analysis.audit.pooled_rows import families

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from analysis.audit.claims import Claim
    from analysis.audit.p_values import PValue
    from analysis.audit.printed import Printed

SAME_STUDIES = "equal evidence gives equal results"
REPEATED = "repeated number is the same"
WHICH = "one of the two is wrong, and other numbers say which:"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two rows have in common, and in what they differ, in words."""

    same: tuple[str, ...]
    different: tuple[str, ...]


def compare(first: Claim, second: Claim) -> Comparison:
    """Compare what both rows print; numbers with other decimals may still be the same."""
    same: list[str] = []
    different: list[str] = []
    for name, one, other in (
        ("estimate", first.estimate, second.estimate),
        ("lower limit", first.low, second.low),
        ("upper limit", first.high, second.high),
        ("I²", first.i2, second.i2),
        ("P", first.p_heterogeneity, second.p_heterogeneity),
        ("P", first.p_effect, second.p_effect),
        ("P", first.p_unassigned, second.p_unassigned),
    ):
        if one is not None and other is not None:
            agrees = _agrees(one, other)
            (same if agrees else different).append(_both(name, one, other, agrees=agrees))
    for name, one, other in (("k", first.k, second.k), ("n", first.n, second.n)):
        if one is not None and other is not None:
            words = f"{name} {one}" if one == other else f"{name} {one} and {other}"
            (same if one == other else different).append(words)
    return Comparison(tuple(same), tuple(different))


def doubted_of(
    first: Claim, second: Claim, already_wrong: Collection[str], agreeing: Mapping[str, int]
) -> Claim | None:
    """Say which of two rows that differ is the wrong one; None if nothing decides.

    Parameters
    ----------
    first, second : Claim
        The rows.
    already_wrong : collection of str
        Rows that contradict other numbers too.
    agreeing : mapping
        How many further rows agree with each.
    """
    wrong = [claim for claim in (first, second) if claim.claim_id in already_wrong]
    if len(wrong) == 1:
        return wrong[0]
    one, other = (agreeing.get(claim.claim_id, 0) for claim in (first, second))
    if wrong or one == other or min(one, other) > 0:
        return None
    return first if one < other else second


def check_equal_evidence(
    claims: Sequence[Claim], already_wrong: Collection[str]
) -> dict[str, list[Check]]:
    """Compare rows of different variables that must or seem to hold the same studies.

    Parameters
    ----------
    claims : sequence of Claim
        All of the file.
    already_wrong : collection of str
        Rows that contradict themselves or the numbers of estimates: of two rows that should be
        equal, they are the ones to doubt.
    """
    checks: dict[str, list[Check]] = {}
    by_whole: dict[str, list[tuple[Claim, ...]]] = {}
    for whole, _, parts in families(claims):
        by_whole.setdefault(whole.claim_id, []).append(parts)
    for divisions in by_whole.values():
        for parts, others in combinations(divisions, 2):
            for first in parts:
                for second in others:
                    _compare_pair(first, second, parts, others, already_wrong, checks)
    return checks


def check_repeated(
    claims: Sequence[Claim], already_wrong: Collection[str]
) -> dict[str, list[Check]]:
    """Compare rows about the same thing, such as an abstract's and the text's."""
    checks: dict[str, list[Check]] = {}
    named: dict[tuple[object, ...], list[Claim]] = {}
    for claim in claims:
        if claim.outcome and claim.estimate is not None:
            words = (claim.outcome, claim.variable, claim.subgroup, claim.statistic)
            apart = (claim.context, claim.apart, claim.kind, claim.level)
            key = (*(word.casefold() for word in words), *apart)
            named.setdefault(key, []).append(claim)
    for group in named.values():
        pairs = [(a, b, compare(a, b)) for a, b in combinations(group, 2)]
        agreeing: dict[str, int] = {}
        for first, second, found in pairs:
            for claim in (first, second) if not found.different else ():
                agreeing[claim.claim_id] = agreeing.get(claim.claim_id, 0) + 1
        for first, second, found in pairs:
            doubted = doubted_of(first, second, already_wrong, agreeing)
            wrong = () if doubted is None else (doubted.claim_id,)
            _judge(first, second, found, REPEATED, wrong, checks)
    return checks


def _compare_pair(
    first: Claim,
    second: Claim,
    parts: tuple[Claim, ...],
    others: tuple[Claim, ...],
    already_wrong: Collection[str],
    checks: dict[str, list[Check]],
) -> None:
    found = compare(first, second)
    rest = tuple(part for part in parts if part is not first)
    other_rest = tuple(part for part in others if part is not second)
    if not _identical(first, second) and _same_rows(rest, other_rest):
        ids = tuple(claim.claim_id for claim in (*rest, *other_rest))
        because = f"{' and '.join(ids)} are equal in everything, so the rest is the same studies"
        _judge(first, second, found, SAME_STUDIES, already_wrong, checks, because)
        return
    estimate_and_i2 = _equal_i2_above_0(first, second) and _equal(first.estimate, second.estimate)
    if _identical(first, second):
        _judge(first, second, found, SAME_STUDIES, (), checks)
    elif estimate_and_i2 and _equal_limits(first, second) and first.k is None:
        # An I² above 0 that agrees to the digit beside equal limits is hardly of other studies.
        _judge(first, second, found, SAME_STUDIES, already_wrong, checks)
    elif estimate_and_i2 or (
        _equal(first.estimate, second.estimate) and _equal_limits(first, second)
    ):
        words = f"Equal: {', '.join(found.same)}. Different: {', '.join(found.different)}."
        look = "Whether both rows hold the same studies; then they must be equal."
        for claim, other in ((first, second), (second, first)):
            rows = (claim.claim_id, other.claim_id)
            check = Check(SAME_STUDIES, "cannot tell", words, rows, look)
            checks.setdefault(claim.claim_id, []).append(check)


def _judge(
    first: Claim,
    second: Claim,
    found: Comparison,
    name: str,
    already_wrong: Collection[str],
    checks: dict[str, list[Check]],
    because: str = "",
) -> None:
    doubted = [claim for claim in (first, second) if claim.claim_id in already_wrong]
    for claim, other in ((first, second), (second, first)):
        rows = (claim.claim_id, other.claim_id)
        reason = f" ({because})" if because else ""
        if not found.different:
            words = f"Equal to {other.claim_id}: {', '.join(found.same)}."
            check = Check(name, "consistent", words, rows)
        else:
            words = f"Differs from {other.claim_id}{reason}: {', '.join(found.different)}"
            if found.same:
                words += f"; equal: {', '.join(found.same)}"
            spared = bool(doubted) and claim not in doubted
            if spared:
                words += f"; {WHICH} {other.claim_id}"
            if not doubted:
                words += "; one of the two is wrong"
            look = "" if spared else f"Both rows in the paper: {first.title} / {second.title}."
            verdict = "consistent" if spared else "inconsistent"
            check = Check(name, verdict, f"{words}.", rows, look)
        checks.setdefault(claim.claim_id, []).append(check)


def _same_rows(rest: tuple[Claim, ...], others: tuple[Claim, ...]) -> bool:
    """Whether the rows can be paired so that each pair is identical."""
    unpaired = list(others)
    for claim in rest:
        match = next((other for other in unpaired if _identical(claim, other)), None)
        if match is None:
            return False
        unpaired.remove(match)
    return not unpaired


def _identical(first: Claim, second: Claim) -> bool:
    """Equal limits, and an equal P besides unless both are single estimates."""
    if not _equal_intervals(first, second):
        return False
    if compare(first, second).different:
        return False
    p_values = (
        (first.p_heterogeneity, second.p_heterogeneity),
        (first.p_effect, second.p_effect),
        (first.p_unassigned, second.p_unassigned),
    )
    tested = any(one is not None and other is not None for one, other in p_values)
    return tested or _equal_i2_above_0(first, second) or first.k == second.k == 1


def _equal(first: Printed | None, second: Printed | None) -> bool:
    return first is not None and second is not None and first.value == second.value


def _equal_intervals(first: Claim, second: Claim) -> bool:
    return _equal(first.estimate, second.estimate) and _equal_limits(first, second)


def _equal_limits(first: Claim, second: Claim) -> bool:
    return _equal(first.low, second.low) and _equal(first.high, second.high)


def _equal_i2_above_0(first: Claim, second: Claim) -> bool:
    return _equal(first.i2, second.i2) and first.i2 is not None and first.i2.value > 0


def _agrees(one: Printed | PValue, other: Printed | PValue) -> bool:
    """Whether both may be one number: with as many decimals, only the same digits."""
    if one.span.high - one.span.low == other.span.high - other.span.low:
        return one.span == other.span
    return one.span.meets(other.span)


def _both(name: str, one: Printed | PValue, other: Printed | PValue, *, agrees: bool) -> str:
    first = one.text.removeprefix(f"{name} ")
    if one.text == other.text:
        return f"{name} {first}"
    rounding = " (rounding)" if agrees else ""
    return f"{name} {first} and {other.text}{rounding}"
