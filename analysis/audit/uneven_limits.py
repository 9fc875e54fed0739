"""How uneven an interval may be that is right though symmetric on no scale.

Exact, score and likelihood intervals are uneven because the likelihood is skewed, and they are wide
for the same reason: of x events the standard error of a logarithm is 1/√x, and so is the skewness.
The unevenness (difference of the arms over their sum) is therefore at most a share of half the
width. `LARGEST_SHARE` is above the largest share that exact intervals of all tables up to 40 a
group have (`tests/audit/test_uneven_limits.py` works it out).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.audit.scales import LOG, LOG_COMPLEMENT, LOGIT, NATURAL

if TYPE_CHECKING:
    from analysis.audit.claims import Claim, Kind
    from analysis.audit.scales import Scale

LARGEST_SHARE = 0.2
_SKEWED_ON: dict[Kind, tuple[Scale, ...]] = {
    "ratio": (LOG,),
    "change": (LOG_COMPLEMENT, LOG, LOGIT, NATURAL),
    "percent": (LOGIT, LOG),
    "fraction": (LOGIT, LOG),
}


# Coefficients of logistic models by profile likelihood; Cohen's d by the noncentral t.
_ON_A_LOGARITHM = re.compile(
    r"coefficient|slope|beta|β|\blog|\bln\b|cohen|hedges|\b(?:SMD|std)|standardi[sz]ed|effect size",
    re.IGNORECASE,
)


def may_be_exact(claim: Claim) -> bool:
    """Say whether an uneven interval is wide enough to be an exact or likelihood interval.

    Parameters
    ----------
    claim : Claim
        With its limits. Differences of means have no such intervals; differences of proportions,
        named as such or in percentage points, are judged on their own scale.
    """
    if claim.limits is None:
        return False
    scales = _SKEWED_ON.get(claim.kind, ())
    if claim.kind == "difference" and of_proportions(claim):
        return True
    if is_coefficient(claim):
        scales = (NATURAL,)
    estimate, low, high = (claim.in_unit(part) for part in claim.limits)
    for scale in scales:
        e, a, b = (scale.apply(span) for span in (estimate, low, high))
        width = float((b - a).high)
        skew = a + b - e.times(2)
        ends = [float(end) for end in (skew.low, skew.high)]
        if not all(abs(end) < float("inf") for end in (*ends, width)):
            # A limit of 0, 1 or none: of no events, or cut.
            return True
        least = 0.0 if ends[0] <= 0 <= ends[1] else min(map(abs, ends))
        if least <= LARGEST_SHARE * width * width / 2:
            return True
    return False


def is_coefficient(claim: Claim) -> bool:
    """Say whether a difference is a coefficient or standardised, and so may have a likelihood's."""
    return claim.kind == "difference" and _ON_A_LOGARITHM.search(claim.statistic) is not None


def of_proportions(claim: Claim) -> bool:
    """Say whether a difference is one of proportions."""
    words = f"{claim.statistic} {claim.unit} {claim.outcome}".casefold()
    named = ("risk", "rate", "proportion", "percent", "absolute", "%", "point", "rd", "probability")
    return any(name in words.split() or name in words for name in named)
