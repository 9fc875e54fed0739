"""An overall row against the rows of its subgroups.

Where heterogeneity is printed as none, overall and subgroups are inverse-variance means of the same
studies, and the subgroups' means pooled by inverse variance give the overall exactly (Borenstein et
al. 2009, Introduction to Meta-Analysis, chapter 19). With heterogeneity the weights are not known,
but the overall lies among the subgroups.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analysis.audit.claims import PROPORTIONS
from analysis.audit.findings import Check
from analysis.audit.limits import check_inside
from analysis.audit.printed import Span, shown
from analysis.audit.scales import scales_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.audit.claims import Claim
    from analysis.audit.scales import Scale

NAME = "overall agrees with its subgroups"


def families(claims: Sequence[Claim]) -> list[tuple[Claim, str, tuple[Claim, ...]]]:
    """Pair every overall row with its subgroups by one variable, where both have intervals.

    Rows that stand twice, or an overall that stands twice, are left to the check of repetitions.
    """
    overall: dict[tuple[object, ...], list[Claim]] = {}
    parts: dict[tuple[object, ...], dict[str, list[Claim]]] = {}
    for claim in claims:
        usable = claim.limits is not None and check_inside(claim) is None
        if not usable or not claim.outcome or claim.is_trim_and_fill:
            continue
        key = (claim.outcome.casefold(), claim.statistic.casefold(), claim.kind, claim.context)
        if claim.is_overall:
            overall.setdefault(key, []).append(claim)
        else:
            parts.setdefault(key, {}).setdefault(claim.variable, []).append(claim)
    found = []
    for key, (whole, *more) in overall.items():
        for variable, rows in parts.get(key, {}).items():
            names = {row.subgroup.casefold() for row in rows}
            if not more and len(names) == len(rows) >= 2:
                found.append((whole, variable, tuple(rows)))
    return found


def check_pooled(claims: Sequence[Claim]) -> dict[str, list[Check]]:
    """Judge every overall row; the finding stands on the overall row only."""
    checks: dict[str, list[Check]] = {}
    for whole, variable, parts in families(claims):
        check = _common_effect(whole, variable, parts) or _hull(whole, variable, parts)
        checks.setdefault(whole.claim_id, []).append(check)
    return checks


def _common_effect(whole: Claim, variable: str, parts: tuple[Claim, ...]) -> Check | None:
    """Pool the subgroups by inverse variance; None where weights are not known."""
    exact = _homogeneous(whole) and all(_homogeneous(part) for part in parts)
    if not exact and whole.kind != "quantity":
        return None
    results = [(scale, _pooled(parts, scale)) for scale in scales_of(whole.kind)]
    rows = (whole.claim_id, *(part.claim_id for part in parts))
    for scale, pooled in results:
        if pooled is None or whole.limits is None:
            continue
        if all(
            scale.apply(whole.in_unit(printed)).meets(span)
            for printed, span in zip(whole.limits, pooled, strict=True)
        ):
            words = f"{_said(parts, scale, whole)}; printed {whole.result}."
            return Check(NAME, "consistent", words, rows)
    if not exact:
        return None
    scale, pooled = results[0]
    words = f"{_said(parts, scale, whole)}; printed {whole.result}."
    if whole.limits is not None and any(
        pooled is not None and scale.apply(whole.in_unit(whole.limits[0])).meets(pooled[0])
        for scale, pooled in results
    ):
        words += " The estimate agrees, the limits do not: another method of intervals, perhaps."
        return Check(NAME, "cannot tell", words, rows)
    if _between(whole, parts) is not None:
        words += (
            " It lies among them, so other weights (such as Student's t intervals) may give it."
        )
        return Check(NAME, "cannot tell", words, rows, "Model and weights of the overall row.")
    look = f"The overall row and every subgroup by {variable or 'this variable'}."
    return Check(NAME, "inconsistent", words, rows, look)


def _hull(whole: Claim, variable: str, parts: tuple[Claim, ...]) -> Check:
    rows = (whole.claim_id, *(part.claim_id for part in parts))
    texts = [part.estimate.text for part in parts if part.estimate is not None]
    printed = whole.estimate.text if whole.estimate is not None else ""
    words = f"{printed} against subgroups {', '.join(texts)}"
    if _between(whole, parts) is not None:
        return Check(NAME, "consistent", f"{words}: it lies among them.", rows)
    reach = _hull_of_intervals(parts)
    if reach is not None and whole.estimate is not None and reach.meets(whole.estimate.span):
        words += ": outside them, but inside their intervals; weights differ between the models."
        return Check(NAME, "cannot tell", words, rows, "Weights of the overall model.")
    look = f"The overall row and every subgroup by {variable or 'this variable'}."
    return Check(NAME, "inconsistent", f"{words}: outside all their intervals.", rows, look)


def _between(whole: Claim, parts: tuple[Claim, ...]) -> Span | None:
    spans = [part.estimate.span for part in parts if part.estimate is not None]
    hull = Span(min(span.low for span in spans), max(span.high for span in spans))
    return hull if whole.estimate is not None and hull.meets(whole.estimate.span) else None


def _hull_of_intervals(parts: tuple[Claim, ...]) -> Span | None:
    limits = [part.limits for part in parts if part.limits is not None]
    return Span(min(low.span.low for _, low, _ in limits), max(h.span.high for _, _, h in limits))


def _homogeneous(claim: Claim) -> bool:
    """Whether I² is printed as 0 or there is only one estimate."""
    return claim.k == 1 or (claim.i2 is not None and claim.i2.value == 0)


def _pooled(parts: tuple[Claim, ...], scale: Scale) -> tuple[Span, Span, Span] | None:
    """Every inverse-variance mean and interval that the printed subgroups can give."""
    estimates, halves = [], []
    for part in parts:
        if part.limits is None:
            return None
        e, a, b = (scale.apply(part.in_unit(printed)) for printed in part.limits)
        width = b - a
        low, high = float(width.low) / 2, float(width.high) / 2
        if not all(math.isfinite(float(end)) for end in (e.low, e.high, low, high)) or low <= 0:
            return None
        estimates.append(e)
        halves.append(Span(low, high))
    light = [1 / float(half.high) ** 2 for half in halves]
    heavy = [1 / float(half.low) ** 2 for half in halves]
    top = _largest_mean([float(e.high) for e in estimates], light, heavy)
    bottom = -_largest_mean([-float(e.low) for e in estimates], light, heavy)
    narrow, wide = 1 / math.sqrt(sum(heavy)), 1 / math.sqrt(sum(light))
    # Sums of a few floats are wrong by a few last places; one part in 2**40 is far more.
    room = 2.0**-40 * (1 + max(abs(top), abs(bottom)))
    mean = Span(bottom - room, top + room)
    half = Span(narrow - room, wide + room)
    return mean, mean - half, mean + half


def _largest_mean(values: list[float], light: list[float], heavy: list[float]) -> float:
    """Weight so that the mean is largest: heavy above some value, light below it."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    best = -math.inf
    for cut in range(len(order) + 1):
        weights = [light[i] for i in order[:cut]] + [heavy[i] for i in order[cut:]]
        mean = sum(w * values[i] for w, i in zip(weights, order, strict=True)) / sum(weights)
        best = max(best, mean)
    return best


def _said(parts: tuple[Claim, ...], scale: Scale, whole: Claim) -> str:
    """Write the pooled mean as it comes from the printed digits."""
    unit = 100 if whole.kind == "percent" else 1
    means, weights = [], []
    for part in parts:
        if part.limits is None:
            continue
        fraction = [float(printed.value) / unit for printed in part.limits]
        inside = fraction if scale.forward is None else [scale.forward(f) for f in fraction]
        means.append(inside[0])
        weights.append((2 / (inside[2] - inside[1])) ** 2)
    mean = sum(w * m for w, m in zip(weights, means, strict=True)) / sum(weights)
    half = 1 / math.sqrt(sum(weights))
    names = ", ".join(part.claim_id for part in parts)
    ends = [_back(value, scale) * unit for value in (mean, mean - half, mean + half)]
    sign = "%" if whole.kind in PROPORTIONS and unit == 100 else ""
    numbers = f"{shown(ends[0])}{sign} ({shown(ends[1])} to {shown(ends[2])})"
    return f"{names} pooled by inverse variance on the {scale.name} scale give {numbers}"


def _back(value: float, scale: Scale) -> float:
    inverse = {
        "log": math.exp,
        "square root": lambda v: v * v,
        "logit": lambda v: 1 / (1 + math.exp(-v)),
        "arcsine": lambda v: math.sin(v) ** 2,
        "complementary log-log": lambda v: math.exp(-math.exp(-v)),
        "Fisher's z": math.tanh,
    }
    return inverse[scale.name](value) if scale.name in inverse else value
