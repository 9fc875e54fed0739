"""What the second of two estimates must be, if the first is printed elsewhere by itself.

A pool of two without heterogeneity is (w₁y₁ + w₂y₂)/(w₁ + w₂) with w = 1/SE² and has variance
1/(w₁ + w₂); Q = (y₁ − y₂)²/(v₁ + v₂) with df = 1. So the pool and its first estimate give the
second twice, by the mean and by P. It can then be looked up in the reports. An inference, never an
error.
"""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

from analysis.audit.findings import Check
from analysis.audit.printed import Span, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analysis.audit.claims import Claim
    from analysis.audit.p_values import PValue

NAME = "the second of two estimates"


def check_remaining(
    claims: Sequence[Claim], may_be_two: Callable[[Claim], bool]
) -> dict[str, list[Check]]:
    """Work out the second estimate of pools of perhaps two, beside single estimates.

    Only numbers that are pooled as they stand (medians, means, differences) are worked out.

    Parameters
    ----------
    claims : sequence of Claim
        All of the file.
    may_be_two : callable
        Whether a claim's number of estimates may be 2.
    """
    checks: dict[str, list[Check]] = {}
    singles = [claim for claim in claims if claim.k == 1 and claim.limits and claim.outcome]
    for pool in claims:
        homogeneous = pool.i2 is not None and pool.i2.value == 0
        suited = homogeneous and pool.kind in ("quantity", "difference") and not pool.is_overall
        if not suited or not may_be_two(pool):
            continue
        for single in singles:
            same = single.outcome.casefold() == pool.outcome.casefold()
            if same and single.kind == pool.kind and single.variable != pool.variable:
                check = _second(pool, single)
                if check is not None:
                    checks.setdefault(pool.claim_id, []).append(check)
    return checks


def _second(pool: Claim, single: Claim) -> Check | None:
    p = pool.p_heterogeneity
    if pool.limits is None or single.limits is None or p is None or not p.possible:
        return None
    corners = [
        found
        for ends in product(*((s.span.low, s.span.high) for s in (*pool.limits, *single.limits)))
        if (found := _solve(tuple(float(end) for end in ends), p)) is not None
    ]
    exact = (float(part) for part in (*pool.limits, *single.limits))
    centre = _solve(tuple(exact), p)
    if centre is None or len(corners) < 64:
        return None
    by_mean = Span(min(c.mean for c in corners), max(c.mean for c in corners))
    nearest = min(c.near for c in corners)
    farthest = max(c.far for c in corners)
    first = float(single.limits[0])
    sides = {
        sign: Span(first + nearest, first + farthest)
        if sign > 0
        else Span(first - farthest, first - nearest)
        for sign in (1, -1)
    }
    fitting = {sign: span for sign, span in sides.items() if span.meets(by_mean)}
    if not fitting:
        return None
    # Of two possible sides take the one where the mean, as printed, lies.
    sign = min(fitting, key=lambda s: abs(first + s * centre.distance - centre.mean))
    best = shown(first + sign * centre.distance)
    words = (
        f"If it holds two estimates and one is {single.result} ({single.claim_id}), {p.text} puts "
        f"the other at {best}; the means alone put it between {shown(float(by_mean.low))} and "
        f"{shown(float(by_mean.high))}."
    )
    look = f"Which report gives {best}, and for which arm. An inference to check, not an error."
    return Check(NAME, "cannot tell", words, (pool.claim_id, single.claim_id), look)


class _Solution:
    """The second estimate for one choice of unrounded numbers."""

    def __init__(self, mean: float, standard_error: float, p: PValue) -> None:
        from scipy.special import ndtri

        self.mean = mean
        low, high = (min(1.0, max(1e-12, float(end))) for end in (p.span.low, p.span.high))
        self.near = -float(ndtri(high / 2)) * standard_error
        self.far = -float(ndtri(low / 2)) * standard_error
        self.distance = -float(ndtri((low + high) / 4)) * standard_error


def _solve(numbers: tuple[float, ...], p: PValue) -> _Solution | None:
    """Take pool and first estimate apart; None where the first weighs as much as the pool."""
    from scipy.special import ndtri

    y, low, high, y1, low1, high1 = numbers
    z = float(ndtri(0.975))
    se, se1 = (high - low) / (2 * z), (high1 - low1) / (2 * z)
    if se <= 0 or se1 <= se:
        return None
    w, w1 = se**-2, se1**-2
    second_variance = 1 / (w - w1)
    mean = (w * y - w1 * y1) / (w - w1)
    return _Solution(mean, math.sqrt(se1**2 + second_variance), p)
