"""The scales on which intervals are made: estimate ± a multiple of the standard error.

Each maps a value in its natural unit (proportions as fractions) to the scale, increasing. Logit and
arcsine: Barendregt 2013, J Epidemiol Community Health 67:974. Complementary log-log for survival:
Kalbfleisch & Prentice 2002, The Statistical Analysis of Failure Time Data, 1.4. Fisher's z for
correlations. Double arcsine with its inverse at some mean n: Freeman & Tukey 1950, Ann Math Stat
21:607; Miller 1978, Am Stat 32:138.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.audit.printed import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.audit.claims import Kind

_LARGEST_MEAN_N = 400


@dataclass(frozen=True, slots=True)
class Scale:
    """An increasing map from one open range to another.

    Attributes
    ----------
    name
        For messages.
    low, high
        Where it is finite.
    forward
        The map, None for the natural scale, which stays exact.
    """

    name: str
    low: float
    high: float
    forward: Callable[[float], float] | None = None

    def apply(self, span: Span) -> Span:
        """Map a range; what lies outside the scale's own range is at infinity."""
        if self.forward is None:
            return span
        mapped = span.mapped(self._at)
        low = -math.inf if span.low <= self.low else mapped.low
        return Span(low, math.inf if span.high >= self.high else mapped.high)

    def _at(self, value: float) -> float:
        if value <= self.low:
            return -math.inf
        return math.inf if value >= self.high or self.forward is None else self.forward(value)


def _logit(p: float) -> float:
    return math.log(p) - math.log1p(-p)


def _cloglog(p: float) -> float:
    # -log(-log p) rises with p, as `Scale` wants; so does -log(1 - p).
    return -math.log(-math.log(p))


def _arcsine(p: float) -> float:
    return math.asin(math.sqrt(min(1.0, max(0.0, p))))


NATURAL = Scale("natural", -math.inf, math.inf)
LOG = Scale("log", 0.0, math.inf, math.log)
SQUARE_ROOT = Scale("square root", 0.0, math.inf, lambda value: math.sqrt(max(0.0, value)))
LOGIT = Scale("logit", 0.0, 1.0, _logit)
ARCSINE = Scale("arcsine", 0.0, 1.0, _arcsine)
CLOGLOG = Scale("complementary log-log", 0.0, 1.0, _cloglog)
LOG_COMPLEMENT = Scale("log(1 - p)", -math.inf, 1.0, lambda p: -math.log1p(-p))
LOG_GROWTH = Scale("log(1 + p)", -1.0, math.inf, math.log1p)
FISHER_Z = Scale("Fisher's z", -1.0, 1.0, math.atanh)

_BY_KIND: dict[Kind, tuple[Scale, ...]] = {
    "percent": (NATURAL, LOG, LOGIT, ARCSINE, CLOGLOG),
    "fraction": (NATURAL, LOG, LOGIT, ARCSINE, CLOGLOG),
    # One minus a ratio, as vaccine efficacy and relative reductions; growth; differences.
    "change": (LOG_COMPLEMENT, NATURAL, LOG_GROWTH, LOG, LOGIT, ARCSINE, CLOGLOG),
    "ratio": (LOG, NATURAL),
    "difference": (NATURAL,),
    "correlation": (NATURAL, FISHER_Z),
    "quantity": (NATURAL, LOG, SQUARE_ROOT),
    "count": (NATURAL, LOG, SQUARE_ROOT),
    "unclear": (NATURAL, LOG, LOGIT, ARCSINE, FISHER_Z, SQUARE_ROOT, LOG_COMPLEMENT),
}


def scales_of(kind: Kind) -> tuple[Scale, ...]:
    """List the scales on which this kind of number is pooled, the usual first."""
    return _BY_KIND[kind]


def double_arcsine_mean_n(estimate: Span, low: Span, high: Span) -> int | None:
    """Find a mean n at which an interval is symmetric on the double arcsine scale.

    Parameters
    ----------
    estimate, low, high : Span
        Fractions.

    Returns
    -------
    int or None
        The n at or just after which the asymmetry passes through 0; it moves continuously with n,
        so a change of sign between two whole numbers is enough.
    """
    before = 0
    for n in range(2, _LARGEST_MEAN_N + 1):
        e, a, b = (_double_arcsine(span, n) for span in (estimate, low, high))
        # Limits at 0 and 1 may have been cut there.
        a = Span(-math.inf, a.high) if low.low <= 0 else a
        b = Span(b.low, math.inf) if high.high >= 1 else b
        skew = a + b - e.times(2)
        side = 1 if skew.low > 0 else -1 if skew.high < 0 else 0
        if side == 0 or side * before < 0:
            return n
        before = side
    return None


def _double_arcsine(span: Span, n: int) -> Span:
    def at(p: float) -> float:
        inside = min(1.0, max(0.0, p))
        first = math.asin(math.sqrt(n * inside / (n + 1)))
        return first + math.asin(math.sqrt((n * inside + 1) / (n + 1)))

    return span.mapped(at)
