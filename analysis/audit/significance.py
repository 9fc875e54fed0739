"""A comparison's P value against its interval: they exclude the null value together.

With an interval estimate ± c·SE the statistic is estimate/SE = c · estimate/half-width; c is the
normal quantile, or Student's t with some degrees of freedom (Altman & Bland 2011, BMJ 343:d2304,
for the normal case). P is given for every df from 1 to infinity.

Of a ratio or a difference of proportions P is often from another test of the same data: exact,
score, likelihood ratio, log-rank. An exact test takes half a count off the difference, which is
half a standard error of the logarithm off the statistic; score and likelihood ratio differ from
Wald's by a share of the effect itself. A P within that is not judged.
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
from analysis.audit.uneven_limits import is_coefficient, of_proportions

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


def p_of_other_tests(claim: Claim) -> Span | None:
    """Find every P that another test of the same data may have; None where t or z is the test."""
    from scipy.special import ndtr, ndtri

    found = p_from_interval(claim)
    if found is None or claim.limits is None:
        return None
    named = "other test" in claim.remarks or "own interval" in claim.remarks
    like_ratio = claim.kind == "ratio" or is_coefficient(claim)
    if not like_ratio and not named and not of_proportions(claim):
        return None
    scale = LOG if claim.kind == "ratio" else NATURAL
    e, a, b = (scale.apply(part.span) for part in claim.limits)
    quantile = float(ndtri(0.5 + float(claim.level) / 2))
    error = float((b - a).high) / 2 / quantile
    effect = max(abs(float(e.low)), abs(float(e.high)))
    if not math.isfinite(error + effect):
        return Span(0.0, 1.0)
    half_count = error / 2 if like_ratio else error / 4
    share = min(0.5, effect / 4) if like_ratio else 0.2
    least, most = (-float(ndtri(max(1e-300, float(p) / 2))) for p in (found.high, found.low))
    least = max(0.0, least * (1 - share) - half_count)
    return Span(2 * float(ndtr(-most * (1 + share) - half_count)), 2 * float(ndtr(-least)))


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
    p_low, p_high = float(p.span.low), float(p.span.high)
    if "one-sided" in claim.remarks:
        halves = (Span(float(found.low) / 2, float(found.high) / 2),)
        halves += (Span(1 - float(found.high) / 2, 1 - float(found.low) / 2),)
        if any(half.meets(p.span) for half in halves):
            return Check(name, "consistent", f"{words} It fits a one-sided test.", rows)
    if "multiplicity" in claim.remarks and p_high >= found.low:
        words += " The text names a correction for several comparisons."
        return Check(name, "cannot tell", words, rows, "Whether P is corrected.")
    other = p_of_other_tests(claim)
    if other is not None and other.low <= p_high and p_low <= other.high:
        words += " An exact, score or log-rank test of the same data may have it."
        return Check(name, "cannot tell", words, rows, "Which test P is from.")
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
