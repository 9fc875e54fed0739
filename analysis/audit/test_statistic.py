"""A test statistic with its degrees of freedom against its P, as statcheck does.

One-sided tests and corrections for several comparisons explain a P where the text names them.
Nuijten et al. 2016, Behav Res Methods 48:1205.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from analysis.audit.findings import Check
from analysis.audit.p_values import PValue, shown_p
from analysis.audit.printed import Span

if TYPE_CHECKING:
    from analysis.audit.claims import Claim
    from analysis.audit.printed_tests import TestStatistic

_MOST_COMPARISONS = 1000


def check_test(claim: Claim) -> Check | None:
    """Require the P that the statistic and its degrees of freedom have."""
    test, p = claim.test, claim.p_effect
    if test is None:
        return None
    name, rows = "test statistic and P", (claim.claim_id,)
    if test.name == "r" and (test.value.span.low > 1 or test.value.span.high < -1):
        words = f"{test.said}: a correlation lies between -1 and 1."
        return Check(name, "impossible", words, rows, "The coefficient.")
    found = test.p_range()
    if p is None or not p.possible or found is None:
        return None
    words = f"{test.said} has P {_said(found)}; printed {p.said}"
    if found.meets(p.span):
        return Check(name, "consistent", f"{words}.", rows)
    explained = _explanation(claim, test, found, p)
    if explained:
        decided = explained[0]
        return Check(name, decided, f"{words}; {explained[1]}.", rows, explained[2])
    look = "Digits of the statistic, its degrees of freedom and P; one-sided or corrected tests."
    return Check(name, "inconsistent", f"{words}.", rows, look)


def _explanation(
    claim: Claim, test: TestStatistic, found: Span, p: PValue
) -> tuple[Literal["consistent", "cannot tell"], str, str] | None:
    """Say under which other reading the P fits."""
    halved = Span(float(found.low) / 2, float(found.high) / 2)
    other_tail = Span(1 - float(found.high) / 2, 1 - float(found.low) / 2)
    one_sided = halved.meets(p.span) or other_tail.meets(p.span)
    directed = test.name in ("t", "z", "r") or (test.df == 1 and test.name in ("F", "χ²"))
    if one_sided and directed:
        if "one-sided" in claim.remarks:
            return "consistent", "it fits a one-sided test, which the text names", ""
        return "cannot tell", "it fits a one-sided test", "Whether the test was one-sided."
    of_pairs = test.p_range(fewer=2) if test.name == "r" else None
    if of_pairs is not None and of_pairs.meets(p.span):
        return "consistent", f"it fits {test.df:g} pairs, df {(test.df or 0) - 2:g}", ""
    if "multiplicity" in claim.remarks and p.span.high >= found.low:
        times = next(
            (m for m in range(2, _MOST_COMPARISONS) if _bonferroni(found, m).meets(p.span)), None
        )
        if times is not None:
            return "consistent", f"it fits Bonferroni's correction for {times} comparisons", ""
        return "cannot tell", "it may be corrected for several comparisons", "How P was corrected."
    if {"corrected df", "other test"} & claim.remarks:
        return "cannot tell", "the text names another test or corrected df", "Which test P is from."
    return None


def _bonferroni(found: Span, times: int) -> Span:
    return Span(min(1.0, float(found.low) * times), min(1.0, float(found.high) * times))


def _said(found: Span) -> str:
    low, high = shown_p(float(found.low)), shown_p(float(found.high))
    return low if low == high else f"{low} to {high}"
