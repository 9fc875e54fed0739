"""An estimate and its limits: possible at all, in order, and symmetric on some scale."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from analysis.audit.binomial import binomial_interval
from analysis.audit.claims import COMPARISONS, PROPORTIONS
from analysis.audit.findings import Check
from analysis.audit.measures import is_proportion
from analysis.audit.printed import Span, shown
from analysis.audit.scales import LOG_COMPLEMENT, NATURAL, double_arcsine_mean_n, scales_of
from analysis.audit.uneven_limits import may_be_exact

if TYPE_CHECKING:
    from analysis.audit.claims import Claim, Kind

_POSSIBLE: dict[Kind, tuple[float, float, str]] = {
    "percent": (0, 100, "a percentage lies between 0 and 100"),
    "fraction": (0, 1, "a proportion lies between 0 and 1"),
    "ratio": (0, math.inf, "a ratio is above 0"),
    "correlation": (-1, 1, "a correlation lies between -1 and 1"),
    "count": (0, math.inf, "a count is not negative"),
}


def check_possible(claim: Claim) -> list[Check]:
    """Every number must lie where such numbers can lie; said only if one does not."""
    wrong: list[tuple[str, str]] = []
    low, high, rule = _POSSIBLE.get(claim.kind, (-math.inf, math.inf, ""))
    # A normal interval may reach beyond what its estimate can be.
    bounded = ("estimate",) if claim.kind in PROPORTIONS else ("estimate", "lower", "upper")
    for name, printed in (
        ("estimate", claim.estimate),
        ("lower limit", claim.low),
        ("upper limit", claim.high),
    ):
        if name.split()[0] not in bounded:
            continue
        if printed is not None and (printed.span.high < low or printed.span.low > high):
            wrong.append((f"{name} {printed.text}: {rule}", "Unit and scale of the number."))
        elif printed is not None and claim.kind == "ratio" and printed.span.high <= 0:
            wrong.append((f"{name} {printed.text}: {rule}", "Whether it is a logarithm."))
    if claim.i2 is not None and (claim.i2.span.high < 0 or claim.i2.span.low > 1):
        wrong.append((f"I² {claim.i2.text}: I² lies between 0% and 100%", "The I²."))
    wrong.extend(
        (f"{name} {printed.text} is negative", f"The {name}.")
        for name, printed in (("Q", claim.q), ("τ²", claim.tau2))
        if printed is not None and printed.span.high < 0
    )
    wrong.extend(
        (f"{p.text}: a P value lies between 0 and 1", "The P value.")
        for p in (claim.p_heterogeneity, claim.p_effect, claim.p_unassigned)
        if p is not None and not p.possible
    )
    if claim.k is not None and claim.k < 1:
        wrong.append((f"k = {claim.k}: at least one estimate is needed", "The k."))
    if (
        claim.k == 1
        and claim.k_source != "studies"
        and claim.i2 is not None
        and claim.i2.span.low > 0
    ):
        words = f"k = 1 ({claim.k_source}) has no heterogeneity, printed I² {claim.i2.text}"
        wrong.append((words, "The k and the I²."))
    if claim.n is not None and claim.events is not None and claim.events > claim.n:
        wrong.append((f"{claim.events} events among {claim.n}", "Count and denominator."))
    rows = (claim.claim_id,)
    return [Check("possible values", "impossible", f"{w}.", rows, look) for w, look in wrong]


def check_inside(claim: Claim) -> Check | None:
    """Require the estimate between its limits; said only if it is not."""
    if claim.limits is None:
        return None
    estimate, low, high = claim.limits
    words = ""
    if low.span.low > high.span.high:
        words = f"The lower limit {low.text} is above the upper limit {high.text}."
    elif estimate.span.high < low.span.low or estimate.span.low > high.span.high:
        words = (
            f"The estimate {estimate.text} is not between its limits {low.text} and {high.text}."
        )
    if not words:
        return None
    look = "Digits of the estimate and both limits; decimal points; whether limits are swapped."
    return Check("estimate inside its interval", "impossible", words, (claim.claim_id,), look)


def check_symmetry(claim: Claim) -> Check | None:
    """Look for the scale on which the interval is estimate ± something."""
    if claim.limits is None or check_inside(claim) is not None:
        return None
    name, rows = "interval symmetric on some scale", (claim.claim_id,)
    estimate, low, high = (claim.in_unit(part) for part in claim.limits)
    cut = _cut(claim, low, high)
    for scale in scales_of(claim.kind):
        e, a, b = (scale.apply(span) for span in (estimate, low, high))
        # A limit printed at the end of the range may have been cut there, from anywhere beyond.
        a = Span(-math.inf, a.high) if "lower" in cut else a
        b = Span(b.low, math.inf) if "upper" in cut else b
        outside = math.isinf(float(a.high)) or math.isinf(float(b.low))
        if outside or math.isinf(float(e.low)) or math.isinf(float(e.high)):
            continue
        if (a + b - e.times(2)).holds(0):
            words = _arms(claim, scale.name)
            words += f" The {cut} limit may have been cut there." if cut else ""
            return Check(name, "consistent", words, rows)
    if claim.kind in (*PROPORTIONS, "change"):
        fraction = all(span.high >= 0 and span.low <= 1 for span in (estimate, low, high))
        mean_n = double_arcsine_mean_n(estimate, low, high) if fraction else None
        if mean_n is not None:
            words = f"Symmetric on the double arcsine scale with a mean n of about {mean_n}."
            return Check(name, "consistent", words, rows)
        count = None
        if fraction and (not claim.is_pooled or claim.n is not None):
            count = binomial_interval(
                estimate, low, high, level=claim.level, n=claim.n, events=claim.events
            )
        if count is not None:
            return Check(name, "consistent", f"The interval of a single count: {count}.", rows)
    names = ", ".join(scale.name for scale in scales_of(claim.kind))
    words = f"{_arms(claim, NATURAL.name)} Not symmetric on any of these scales: {names}."
    if claim.kind == "unclear":
        return Check(name, "cannot tell", f"{words} What kind of number it is was not said.", rows)
    if claim.kind == "percent" and not is_proportion(f"{claim.statistic} {claim.outcome}"):
        e, a, b = (LOG_COMPLEMENT.apply(span) for span in (estimate, low, high))
        if (a + b - e.times(2)).holds(0):
            words += " It is that of one minus a ratio, such as an efficacy."
            return Check(name, "cannot tell", words, rows, "Whether it is a proportion.")
    if claim.kind not in COMPARISONS and (claim.k == 1 or _may_be_single_quantity(claim)):
        words += " The interval of a single study (such as Kaplan–Meier's) need not be."
        return Check(name, "cannot tell", words, rows)
    if "own interval" in claim.remarks:
        words += " The text names a method whose intervals need not be."
        return Check(name, "cannot tell", words, rows)
    heterogeneous = (claim.i2, claim.q, claim.tau2)
    if all(part is None for part in heterogeneous) and may_be_exact(claim):
        words += " An exact interval, or one from a likelihood with few events, may be as uneven."
        return Check(name, "cannot tell", words, rows, "How the interval was made.")
    look = "Digits of the estimate and both limits; an interval made by bootstrap or exactly."
    return Check(name, "inconsistent", words, rows, look)


def _may_be_single_quantity(claim: Claim) -> bool:
    return claim.kind in ("quantity", "count") and not claim.is_pooled


def _cut(claim: Claim, low: Span, high: Span) -> str:
    """Name the limit that lies at the end of the possible range."""
    if claim.kind not in PROPORTIONS:
        return ""
    names = (("lower", low.holds(0)), ("upper", high.holds(1)))
    return " and ".join(name for name, at_end in names if at_end)


def _arms(claim: Claim, scale: str) -> str:
    """Work out both arms: ``33.8 − 26.8 = 7.0 and 40.7 − 33.8 = 6.9, within rounding``."""
    if claim.limits is None:
        return ""
    estimate, low, high = claim.limits
    middle, bottom, top = (_operand(part.text) for part in claim.limits)
    if scale == NATURAL.name:
        down, up = estimate.value - low.value, high.value - estimate.value
        lower = f"{middle} − {bottom} = {_exact(down)}"
        return f"Arms: {lower} and {top} − {middle} = {_exact(up)}."
    if scale == "log":
        e, a, b = (float(part.value) for part in claim.limits)
        if min(e, a, b) > 0:
            arms = f"ln({middle}/{bottom}) = {shown(math.log(e / a))}"
            return f"Arms: {arms} and ln({top}/{middle}) = {shown(math.log(b / e))}."
    unit = Fraction(1, 100) if claim.is_percent else Fraction(1)
    forward = next(s for s in scales_of(claim.kind) if s.name == scale).forward
    inside = [float(part.value * unit) for part in claim.limits]
    if forward is None or not all(0 < value < 1 for value in inside):
        return f"Symmetric on the {scale} scale within rounding."
    e, a, b = (forward(value) for value in inside)
    return f"Arms on the {scale} scale: {shown(e - a)} and {shown(b - e)}."


def _operand(text: str) -> str:
    bare = text.rstrip("% ")
    return bare if bare[:1].isdecimal() or bare[:1] == "." else f"({bare})"


def _exact(value: Fraction) -> str:
    return f"{float(value):.6f}".rstrip("0").rstrip(".")
