"""A comparison's P value against its interval: they exclude the null value together.

With an interval estimate ± c·SE the statistic is estimate/SE = c · estimate/half-width; c is the
normal quantile, or Student's t with some degrees of freedom (Altman & Bland 2011, BMJ 343:d2304,
for the normal case). P is given for every df from 1 to infinity.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analysis.audit.claims import COMPARISONS
from analysis.audit.findings import Check
from analysis.audit.limits import check_inside
from analysis.audit.p_values import shown_p
from analysis.audit.printed import Span
from analysis.audit.scales import FISHER_Z, LOG, NATURAL

if TYPE_CHECKING:
    from analysis.audit.claims import Claim
    from analysis.audit.scales import Scale

# As in `heterogeneity`: far more than the error of the distribution functions.
_ROOM = 2.0**-40


def p_from_interval(claim: Claim) -> Span | None:
    """Find every P that a comparison's interval can have; None if there is no such interval."""
    if claim.kind not in COMPARISONS or claim.limits is None or check_inside(claim) is not None:
        return None
    scales = {"ratio": (LOG,), "correlation": (FISHER_Z, NATURAL)}.get(claim.kind, (NATURAL,))
    spans = [found for scale in scales if (found := _on_scale(claim, scale)) is not None]
    # Rounding apart, an interval that excludes the null value has P below 1 − level.
    at_level = float(1 - claim.level)
    bound = {
        "excludes": Span(0.0, math.nextafter(at_level, 0)),
        "includes": Span(math.nextafter(at_level, 1), 1.0),
    }.get(_where(claim), Span(0.0, 1.0))
    spans = [Span(max(s.low, bound.low), min(s.high, bound.high)) for s in spans if s.meets(bound)]
    return Span(min(s.low for s in spans), max(s.high for s in spans)) if spans else None


def check_significance(claim: Claim) -> Check | None:
    """Require a P that the interval can have."""
    p = claim.p_effect
    found = p_from_interval(claim)
    if p is None or not p.possible or found is None:
        return None
    null = "1" if claim.kind == "ratio" else "0"
    said = f"{shown_p(float(found.low))} to {shown_p(float(found.high))}"
    words = f"The interval {_where(claim)} {null}; P from it is {said} (normal or t)"
    words += f"; printed {p.said}."
    name, rows = "P and interval", (claim.claim_id,)
    if found.meets(p.span):
        return Check(name, "consistent", words, rows)
    look = "Digits of P and limits; whether P is from another test (log-rank, exact, one-sided)."
    return Check(name, "inconsistent", words, rows, look)


def _where(claim: Claim) -> str:
    null = 1 if claim.kind == "ratio" else 0
    if claim.limits is None:
        return ""
    _, low, high = claim.limits
    if low.span.low > null or high.span.high < null:
        return "excludes"
    inside = low.span.high < null < high.span.low
    return "includes" if inside else "just touches"


def _on_scale(claim: Claim, scale: Scale) -> Span | None:
    from scipy.special import ndtr, ndtri, stdtr, stdtrit

    if claim.limits is None:
        return None
    e, a, b = (scale.apply(part.span) for part in claim.limits)
    width = b - a
    ends = [float(end) for span in (e, a, b) for end in (span.low, span.high)]
    if any(math.isinf(end) for end in ends):
        return None
    narrow, wide = max(0.0, float(width.low) / 2), float(width.high) / 2
    far = max(abs(float(e.low)), abs(float(e.high)))
    near = 0.0 if e.holds(0) else min(abs(float(e.low)), abs(float(e.high)))
    ratios = (near / wide if wide > 0 else math.inf, far / narrow if narrow > 0 else math.inf)
    tail = 0.5 + float(claim.level) / 2
    found = []
    for ratio in ratios:
        if math.isinf(ratio):
            found.append(0.0)
            continue
        found.append(2 * float(ndtr(-ratio * ndtri(tail))))
        found.append(2 * float(stdtr(1, -ratio * stdtrit(1, tail))))
    return Span(min(found) * (1 - _ROOM), max(found) * (1 + _ROOM))
