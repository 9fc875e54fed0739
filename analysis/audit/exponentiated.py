"""A number printed on another scale than its neighbours: exponentiated, or left as a logarithm."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analysis.audit.claims import PROPORTIONS
from analysis.audit.findings import Check
from analysis.audit.printed import Span, shown
from analysis.audit.scales import LOG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.audit.claims import Claim

NAME = "scale of the number"


def check_scale(claim: Claim, claims: Sequence[Claim]) -> Check | None:
    """Recognise a proportion above 1 as exp of one, and a negative ratio as a logarithm."""
    if claim.estimate is None or claim.kind not in ("unclear", "fraction", "ratio"):
        return None
    related = [
        other
        for other in claims
        if other is not claim
        and other.outcome.casefold() == claim.outcome.casefold() != ""
        and other.limits is not None
        and other.kind not in ("count", "unclear")
        and (other.is_overall or not claim.is_overall)
    ]
    proportions = [other for other in related if other.kind in PROPORTIONS]
    if claim.kind != "ratio" and claim.estimate.span.low > 1:
        if claim.kind == "unclear" and not proportions:
            return None
        return _above_one(claim, proportions)
    ratios = [other for other in related if other.kind == "ratio"]
    if claim.estimate.span.high < 0 and (ratios or claim.kind == "ratio"):
        return _negative(claim, ratios)
    return None


def _above_one(claim: Claim, proportions: list[Claim]) -> Check | None:
    estimate = claim.estimate
    if estimate is None:
        return None
    rows = (claim.claim_id, *(other.claim_id for other in proportions))
    as_percent = estimate.span
    reach = [
        Span(other.low.span.low, other.high.span.high).times(1 if other.kind == "percent" else 100)
        for other in proportions
        if other.low is not None and other.high is not None
    ]
    if claim.kind == "unclear" and any(span.meets(as_percent) for span in reach):
        return None
    if as_percent.low > 100:
        return None
    words = f"{estimate.text} is no proportion (it is above 1)"
    if proportions:
        near = proportions[0]
        words += f", and as {estimate.text}% it is far from {near.result} ({near.claim_id})"
    logs = [
        math.log(float(p))
        for p in (estimate, claim.low, claim.high)
        if p is not None and p.value > 0
    ]
    if not 0 < logs[0] < 1:
        return Check(NAME, "impossible", f"{words}.", rows, "Unit and scale of the number.")
    percent = 100 * logs[0]
    words += f". exp({shown(logs[0])}) = {estimate.text}"
    if claim.limits is not None and len(logs) == 3:
        e, a, b = (LOG.apply(part.span) for part in claim.limits)
        even = "evenly" if (a + b - e.times(2)).holds(0) else "unevenly"
        limits = f"{100 * logs[1]:.1f} to {100 * logs[2]:.1f}"
        words += (
            f", ln of the limits {shown(logs[1])} and {shown(logs[2])}, {even} about it: "
            f"an exponentiated {percent:.1f}% ({limits})"
        )
    else:
        words += f": an exponentiated {percent:.1f}%"
    if proportions and (near := proportions[0].estimate) is not None:
        base = float(near) * (1 if proportions[0].kind == "percent" else 100)
        side = "below" if percent < base else "above"
        words += f", {abs(percent - base):.1f} points {side} {near.text.rstrip('% ')}"
        words += "%" if proportions[0].kind == "percent" else ""
    look = "Whether the program printed exp(estimate); what the text says about this number."
    return Check(NAME, "impossible", f"{words}.", rows, look)


def _negative(claim: Claim, ratios: list[Claim]) -> Check | None:
    if claim.estimate is None or claim.estimate.value < -20:
        return None
    parts = [part for part in (claim.estimate, claim.low, claim.high) if part is not None]
    numbers = [shown(math.exp(min(20.0, float(part)))) for part in parts]
    interval = f" ({numbers[1]} to {numbers[2]})" if len(numbers) == 3 else ""
    words = f"{claim.estimate.text} is no ratio; exp of it is {numbers[0]}{interval}, a logarithm."
    rows = (claim.claim_id, *(other.claim_id for other in ratios))
    verdict = "impossible" if claim.kind == "ratio" else "cannot tell"
    return Check(NAME, verdict, words, rows, "Whether the number is the logarithm of a ratio.")
