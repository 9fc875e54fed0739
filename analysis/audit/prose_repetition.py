"""A number repeated in abstract and text is the same, as far as a text shows what it is about."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from analysis.audit.equal_evidence import REPEATED, WHICH, Comparison, compare, doubted_of
from analysis.audit.findings import Check

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from analysis.audit.claims import Claim

_WORD = re.compile(r"[A-Za-z][A-Za-z-]{2,}|[A-Z]{2,}")
_TELLS_NOTHING = frozenset(
    (
        *("the", "was", "were", "and", "with", "for", "that", "this", "from", "had", "has", "have"),
        *("pooled", "overall", "estimate", "rate", "ratio", "results", "showed", "median", "mean"),
        *("patients", "studies", "analysis", "confidence", "interval", "meta-analysis"),
    )
)


# Equal numbers with fewer digits than this are alike by chance too often to blame a row for it.
_TELLING_DIGITS = 8


def check_repeated_in_prose(
    claims: Sequence[Claim], already_wrong: Collection[str]
) -> dict[str, list[Check]]:
    """Compare statements whose words and most of whose numbers are the same.

    With two or more numbers equal and fewer different, and a telling word in common, a misprint is
    likelier than two results. Which of the two it is says a contradiction within one of them, or a
    third statement that agrees with one of them; otherwise both are named.

    Parameters
    ----------
    claims : sequence of Claim
        All of the text.
    already_wrong : collection of str
        Statements that contradict themselves.
    """
    checks: dict[str, list[Check]] = {}
    words = {claim.claim_id: _words(claim) for claim in claims}
    pairs = [
        (first, second, found)
        for first, second in combinations(claims, 2)
        if first.limits is not None
        and second.limits is not None
        and first.kind == second.kind
        and first.level == second.level
        and words[first.claim_id] & words[second.claim_id]
        and len((found := compare(first, second)).same) > max(1, len(found.different))
    ]
    agreeing = {claim.claim_id: 0 for claim in claims}
    for first, second, found in pairs:
        for claim in (first, second) if not found.different else ():
            agreeing[claim.claim_id] += 1
    for first, second, found in pairs:
        doubted = doubted_of(first, second, already_wrong, agreeing)
        for claim, other in ((first, second), (second, first)):
            checks.setdefault(claim.claim_id, []).append(_check(claim, other, found, doubted))
    return checks


def _check(claim: Claim, other: Claim, found: Comparison, doubted: Claim | None) -> Check:
    rows = (claim.claim_id, other.claim_id)
    if not found.different:
        arithmetic = f"Equal to {other.place}: {', '.join(found.same)}."
        return Check(REPEATED, "consistent", arithmetic, rows)
    arithmetic = (
        f"{', '.join(found.different)} here and at {other.place}, "
        f"beside equal {', '.join(found.same)}"
    )
    only_p = all(words.startswith("P") for words in found.different)
    if doubted is other:
        return Check(REPEATED, "consistent", f"{arithmetic}; {WHICH} {other.place}.", rows)
    telling = _digits(claim, other) >= _TELLING_DIGITS and not only_p
    if doubted is claim:
        arithmetic += f"; {WHICH} this one"
    look = "Both places; one of the two is wrong if they are about the same."
    return Check(
        REPEATED, "inconsistent" if telling else "cannot tell", f"{arithmetic}.", rows, look
    )


def _digits(first: Claim, second: Claim) -> int:
    """Count the digits of the numbers that are the same in both."""
    pairs = zip(
        (first.estimate, first.low, first.high, first.i2),
        (second.estimate, second.low, second.high, second.i2),
        strict=True,
    )
    texts = [a.text for a, b in pairs if a is not None and b is not None and a.text == b.text]
    return sum(len(re.sub(r"\D", "", text).lstrip("0")) for text in texts)


def _words(claim: Claim) -> frozenset[str]:
    text = f"{claim.outcome} {claim.statistic}"
    found = {word.casefold() for word in _WORD.findall(text)}
    return frozenset(found - _TELLS_NOTHING)
