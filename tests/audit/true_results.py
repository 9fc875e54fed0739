"""True results worked out from counts, means and studies, as numbers ready to be printed.

Nothing here uses the audit: intervals come from their textbook formulas, P values from SciPy.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from typing import Literal

from scipy.special import betaincinv, chdtrc, fdtrc, ndtr, ndtri, stdtr, stdtrit

Z = float(ndtri(0.975))
Method = Literal["Wilson", "Clopper-Pearson", "Wald", "Agresti-Coull", "Jeffreys"]


def rounded(value: float, decimals: int, *, half_down: bool = False) -> str:
    """Print a number; programs round halves either way."""
    rule = ROUND_HALF_DOWN if half_down else ROUND_HALF_UP
    text = str(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=rule))
    # No program prints a negative zero.
    return text.removeprefix("-") if float(text) == 0 else text


def p_text(p: float, style: str = "P") -> str:
    """Print a P value as journals do: two or three digits, or below .001."""
    if p < 0.001:
        return f"{style}<0.001"
    return f"{style}={rounded(p, 3 if p < 0.1 else 2)}"


def apa_p(p: float) -> str:
    """Print a P value as the APA asks: three digits without the zero."""
    return "p < .001" if p < 0.001 else f"p = {rounded(min(p, 0.999), 3).removeprefix('0')}"


def proportion(x: int, n: int, method: Method) -> tuple[float, float, float]:
    """Estimate and 95% interval of x of n."""
    p = x / n
    if method == "Wald":
        half = Z * math.sqrt(p * (1 - p) / n)
        return p, p - half, p + half
    if method in ("Clopper-Pearson", "Jeffreys"):
        own, other = (0.0, 1.0) if method == "Clopper-Pearson" else (0.5, 0.5)
        low = 0.0 if x == 0 else float(betaincinv(x + own, n - x + other, 0.025))
        high = 1.0 if x == n else float(betaincinv(x + other, n - x + own, 0.975))
        return p, low, high
    centre = (x + Z * Z / 2) / (n + Z * Z)
    if method == "Agresti-Coull":
        half = Z * math.sqrt(centre * (1 - centre) / (n + Z * Z))
        return p, max(0.0, centre - half), min(1.0, centre + half)
    half = Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return p, max(0.0, centre - half), min(1.0, centre + half)


def log_interval(effect: float, se: float, z: float = Z) -> tuple[float, float, float, float]:
    """A ratio from its logarithm: estimate, limits, two-sided P."""
    estimate, low, high = (math.exp(effect + side * z * se) for side in (0, -1, 1))
    return estimate, low, high, 2 * float(ndtr(-abs(effect) / se))


def risk_ratio(a: int, m: int, c: int, n: int) -> tuple[float, float, float, float]:
    """Katz's interval of a risk ratio, and its P."""
    return log_interval(math.log((a / m) / (c / n)), math.sqrt(1 / a - 1 / m + 1 / c - 1 / n))


def odds_ratio(a: int, m: int, c: int, n: int) -> tuple[float, float, float, float]:
    """Woolf's interval of an odds ratio, and its P."""
    b, d = m - a, n - c
    return log_interval(math.log(a * d / (b * c)), math.sqrt(1 / a + 1 / b + 1 / c + 1 / d))


def difference(mean: float, se: float, df: int | None = None) -> tuple[float, float, float, float]:
    """A difference with its normal or t interval, and its P."""
    quantile = Z if df is None else float(stdtrit(df, 0.975))
    tail = float(ndtr(-abs(mean) / se)) if df is None else float(stdtr(df, -abs(mean) / se))
    return mean, mean - quantile * se, mean + quantile * se, 2 * tail


def p_of_t(t: float, df: float) -> float:
    """Two-sided P of Student's t."""
    return 2 * float(stdtr(df, -abs(t)))


def p_of_z(z: float) -> float:
    """Two-sided P of a normal deviate."""
    return 2 * float(ndtr(-abs(z)))


def p_of_f(f: float, df1: float, df2: float) -> float:
    """P of F."""
    return float(fdtrc(df1, df2, f))


def p_of_chi2(x: float, df: int) -> float:
    """P of χ²."""
    return float(chdtrc(df, x))


def p_of_r(r: float, df: int) -> float:
    """Two-sided P of a correlation by its t."""
    return p_of_t(r * math.sqrt(df / (1 - r * r)), df)


def i2_of(q: float, df: int) -> float:
    """Higgins' I² as a percent."""
    return 100 * max(0.0, 1 - df / q)
