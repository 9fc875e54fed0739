"""Statistics as a paper prints them: SciPy computes, and these write the result."""

from __future__ import annotations

import math

from scipy import stats

from tests.audit.true_results import (
    difference,
    p_of_chi2,
    p_of_r,
    p_of_t,
    proportion,
    rounded,
)

Result = tuple[float, ...]


def r1(value: float) -> str:
    return rounded(float(value), 1)


def r2(value: float) -> str:
    return rounded(float(value), 2)


def r3(value: float) -> str:
    return rounded(float(value), 3)


def pct(x: int, n: int, decimals: int = 1) -> str:
    """Percent of x of n."""
    return rounded(100 * x / n, decimals)


def to(found: Result, join: str = " to ", decimals: int = 2, times: float = 1) -> str:
    """Both limits of a result."""
    return join.join(rounded(float(times * end), decimals) for end in found[1:3])


def mid(text: str) -> str:
    """Decimal points as the Lancet sets them."""
    return text.replace(".", "·")


def comma(text: str) -> str:
    """Decimal points as commas."""
    return text.replace(".", ",")


def exact(x: int, n: int) -> Result:
    """Clopper and Pearson's interval, as percents."""
    return tuple(100 * end for end in proportion(x, n, "Clopper-Pearson"))


def wilson(x: int, n: int) -> Result:
    """Wilson's interval, as percents."""
    return tuple(100 * end for end in proportion(x, n, "Wilson"))


def welch(a: tuple[float, float, int], b: tuple[float, float, int]) -> Result:
    """Difference of two means with its limits, P, t and df by Welch."""
    (m1, s1, n1), (m2, s2, n2) = a, b
    v1, v2 = s1 * s1 / n1, s2 * s2 / n2
    df = (v1 + v2) ** 2 / (v1 * v1 / (n1 - 1) + v2 * v2 / (n2 - 1))
    se = math.sqrt(v1 + v2)
    half = float(stats.t.ppf(0.975, df)) * se
    t = (m1 - m2) / se
    return m1 - m2, m1 - m2 - half, m1 - m2 + half, p_of_t(t, df), t, df


def student(a: tuple[float, float, int], b: tuple[float, float, int]) -> Result:
    """As `welch`, with one variance for both groups."""
    (m1, s1, n1), (m2, s2, n2) = a, b
    df = n1 + n2 - 2
    se = math.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / df * (1 / n1 + 1 / n2))
    half = float(stats.t.ppf(0.975, df)) * se
    t = (m1 - m2) / se
    return m1 - m2, m1 - m2 - half, m1 - m2 + half, p_of_t(t, df), t, df


def risk_difference(a: int, m: int, c: int, n: int) -> Result:
    """Wald's interval of a risk difference, in percentage points."""
    p, q = a / m, c / n
    return difference(100 * (p - q), 100 * math.sqrt(p * (1 - p) / m + q * (1 - q) / n))


def chi2_2x2(a: int, m: int, c: int, n: int) -> tuple[float, float]:
    """Pearson's χ² of two proportions and its P."""
    x = (m + n) * (a * (n - c) - c * (m - a)) ** 2 / (m * n * (a + c) * (m + n - a - c))
    return x, p_of_chi2(x, 1)


def fisher(r: float, n: int) -> Result:
    """A correlation with the limits of Fisher's z."""
    z, half = math.atanh(r), 1.959964 / math.sqrt(n - 3)
    return r, math.tanh(z - half), math.tanh(z + half), p_of_r(r, n - 2)


def pool(effects: list[float], errors: list[float]) -> Result:
    """Common-effect pool: estimate, limits, P, Q and P of Q, all on the scale given."""
    weights = [1 / e**2 for e in errors]
    mean = sum(w * x for w, x in zip(weights, effects, strict=True)) / sum(weights)
    q = sum(w * (x - mean) ** 2 for w, x in zip(weights, effects, strict=True))
    found = difference(mean, 1 / math.sqrt(sum(weights)))
    return *found, q, p_of_chi2(q, len(effects) - 1)


def expd(found: Result) -> Result:
    """The estimate and limits of a logarithm as ratios."""
    return (*map(math.exp, found[:3]), *found[3:])
