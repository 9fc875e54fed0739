"""A number repeated in abstract and text is the same, as far as a text shows what it is about."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from analysis.audit.equal_evidence import REPEATED, compare
from analysis.audit.findings import Check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.audit.claims import Claim

_WORD = re.compile(r"[A-Za-z][A-Za-z-]{2,}|[A-Z]{2,}")
_TELLS_NOTHING = frozenset(
    (
        *("the", "was", "were", "and", "with", "for", "that", "this", "from", "had", "has", "have"),
        *("pooled", "overall", "estimate", "rate", "ratio", "results", "showed", "median", "mean"),
        *("patients", "studies", "analysis", "confidence", "interval", "meta-analysis"),
    )
)


def check_repeated_in_prose(claims: Sequence[Claim]) -> dict[str, list[Check]]:
    """Compare statements whose words and most of whose numbers are the same.

    With two or more numbers equal and fewer different, and a telling word in common, a misprint is
    likelier than two results.
    """
    checks: dict[str, list[Check]] = {}
    words = {claim.claim_id: _words(claim) for claim in claims}
    for first, second in combinations(claims, 2):
        if first.kind != second.kind or first.limits is None or second.limits is None:
            continue
        if not words[first.claim_id] & words[second.claim_id]:
            continue
        found = compare(first, second)
        if len(found.same) <= max(1, len(found.different)) or first.level != second.level:
            continue
        for claim, other in ((first, second), (second, first)):
            rows = (claim.claim_id, other.claim_id)
            if found.different:
                arithmetic = (
                    f"{', '.join(found.different)} here and at {other.place}, "
                    f"beside equal {', '.join(found.same)}."
                )
                look = "Both places; one of the two is a misprint if they are about the same."
                check = Check(REPEATED, "inconsistent", arithmetic, rows, look)
            else:
                arithmetic = f"Equal to {other.place}: {', '.join(found.same)}."
                check = Check(REPEATED, "consistent", arithmetic, rows)
            checks.setdefault(claim.claim_id, []).append(check)
    return checks


def _words(claim: Claim) -> frozenset[str]:
    text = f"{claim.outcome} {claim.statistic}"
    found = {word.casefold() for word in _WORD.findall(text)}
    return frozenset(found - _TELLS_NOTHING)
