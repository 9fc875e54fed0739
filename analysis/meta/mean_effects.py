"""Effect sizes from means and standard deviations of one group or of two.

Every function takes float arrays of shape (k,) and returns effects and sampling variances of the
same shape, NaN where a study has none (the logarithm of a negative mean). What is done about those
studies is decided in `analysis.meta.effect_measures`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.distributions import special

if TYPE_CHECKING:
    from analysis.meta.projection import Array

__all__ = [
    "SMD_CORRECTIONS",
    "hedges_factor",
    "log_coefficient_ratio",
    "log_deviation_ratio",
    "log_mean",
    "log_mean_ratio",
    "mean",
    "mean_difference",
    "pooled_deviation",
    "standardised_difference",
    "standardised_difference_mean_variance",
    "standardised_difference_one_sd",
]

#: The exact factor of `hedges_factor`; 1 - 3/(4 m - 1) with m degrees of freedom (1 - 3/(4 N - 9)
#: for two groups; Cooper & Hedges 1994, p. 238), or none (Cohen's d).
SMD_CORRECTIONS = ("exact", "approximate", "none")


def hedges_factor(df: Array, correction: str = "exact") -> Array:
    """Return what a standardised difference is multiplied by to remove its small-sample bias.

    Exact: Γ(m/2) / (√(m/2) Γ((m − 1)/2)) with m degrees of freedom; Hedges 1981, J Educ Stat 6:107.

    Parameters
    ----------
    df : ndarray, shape (k,)
        Degrees of freedom of the standard deviation.
    correction : {"exact", "approximate", "none"}
    """
    if correction == "none":
        return np.ones_like(df)
    with np.errstate(divide="ignore", invalid="ignore"):
        if correction == "approximate":
            return np.where(df > 1, 1 - 3 / (4 * df - 1), np.nan)
        half = df / 2
        log = special.gammaln(half) - np.log(np.sqrt(half)) - special.gammaln((df - 1) / 2)
        return np.where(df > 1, np.exp(log), np.nan)


def pooled_deviation(n1: Array, sd1: Array, n2: Array, sd2: Array) -> Array:
    """Return the pooled standard deviation of two groups."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sqrt(((n1 - 1) * sd1**2 + (n2 - 1) * sd2**2) / (n1 + n2 - 2))


def mean(mi: Array, sdi: Array, ni: Array) -> tuple[Array, Array]:
    """Return the mean and sd²/n."""
    return mi + 0.0, sdi**2 / ni


def log_mean(mi: Array, sdi: Array, ni: Array) -> tuple[Array, Array]:
    """Return the log mean and sd²/(n m²), the delta method."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(mi), sdi**2 / (ni * mi**2)


def mean_difference(
    n1i: Array, m1i: Array, sd1i: Array, n2i: Array, m2i: Array, sd2i: Array, *, variance: str
) -> tuple[Array, Array]:
    """Return the difference of two means.

    Parameters
    ----------
    n1i, m1i, sd1i, n2i, m2i, sd2i : ndarray, shape (k,)
    variance : {"LS", "HO"}
        sd1²/n1 + sd2²/n2, or the pooled variance times 1/n1 + 1/n2 (equal variances).
    """
    if variance == "HO":
        return m1i - m2i, pooled_deviation(n1i, sd1i, n2i, sd2i) ** 2 * (1 / n1i + 1 / n2i)
    return m1i - m2i, sd1i**2 / n1i + sd2i**2 / n2i


def standardised_difference(
    n1i: Array,
    m1i: Array,
    sd1i: Array,
    n2i: Array,
    m2i: Array,
    sd2i: Array,
    *,
    correction: str,
    variance: str,
) -> tuple[Array, Array]:
    """Return the mean difference in pooled standard deviations.

    Parameters
    ----------
    n1i, m1i, sd1i, n2i, m2i, sd2i : ndarray, shape (k,)
    correction : {"exact", "approximate", "none"}
        Hedges' g with the exact or the approximate factor, or Cohen's d.
    variance : {"LS", "LS2", "UB", "RevMan", "d"}
        With g the effect, d without correction, J the exact factor, m = n1 + n2 − 2 and
        b = 1/n1 + 1/n2. ``LS``: b + g²/(2N) (metafor's default). ``LS2``: J²(b + d²/(2N))
        (Borenstein 2009). ``UB``: b + (1 − (m − 2)/(m J²)) (J d)², unbiased (Hedges 1983; White &
        Thomas 2005; R's meta). ``RevMan``: b + g²/(2(N − 3.94)) (RevMan; R's meta with
        ``exact.smd = FALSE``). ``d``: b + d²/(2(N − 2)) (Cohen's d in RevMan 4 and Stata).
    """
    size, m = n1i + n2i, n1i + n2i - 2
    with np.errstate(divide="ignore", invalid="ignore"):
        d = (m1i - m2i) / pooled_deviation(n1i, sd1i, n2i, sd2i)
        g = hedges_factor(m, correction) * d
        exact = hedges_factor(m)
        base = 1 / n1i + 1 / n2i
        extra = {
            "LS": lambda: g**2 / (2 * size),
            "LS2": lambda: exact**2 * (base + d**2 / (2 * size)) - base,
            "UB": lambda: (1 - (m - 2) / (m * exact**2)) * (exact * d) ** 2,
            "RevMan": lambda: g**2 / (2 * (size - 3.94)),
            "d": lambda: d**2 / (2 * (size - 2)),
        }[variance]()
    return g, base + extra


def standardised_difference_one_sd(
    n1i: Array,
    m1i: Array,
    sd1i: Array,
    n2i: Array,
    m2i: Array,
    sd2i: Array,
    *,
    deviation: str,
    correction: str,
    variance: str,
) -> tuple[Array, Array]:
    """Return Glass' delta: the mean difference in standard deviations of one group.

    Parameters
    ----------
    n1i, m1i, sd1i, n2i, m2i, sd2i : ndarray, shape (k,)
    deviation : {"control", "treated"}
        Whose standard deviation.
    correction : {"exact", "approximate", "none"}
    variance : {"LS", "df"}
        b + g²/(2n) with the size n of that group (metafor's SMD1), or b + g²/(2(n − 1)) (R's meta;
        Rosenthal 1994).
    """
    control = deviation == "control"
    sd, n = (sd2i, n2i) if control else (sd1i, n1i)
    with np.errstate(divide="ignore", invalid="ignore"):
        g = hedges_factor(n - 1, correction) * (m1i - m2i) / sd
        return g, 1 / n1i + 1 / n2i + g**2 / (2 * (n - 1 if variance == "df" else n))


def standardised_difference_mean_variance(
    n1i: Array, m1i: Array, sd1i: Array, n2i: Array, m2i: Array, sd2i: Array
) -> tuple[Array, Array]:
    """Return the difference over √((sd1² + sd2²)/2), for unequal variances (Bonett 2008)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = hedges_factor(n1i + n2i - 2)
        both = sd1i**2 + sd2i**2
        g = factor * (m1i - m2i) / np.sqrt(both / 2)
        spread = g**2 * (sd1i**4 / (n1i - 1) + sd2i**4 / (n2i - 1)) / (2 * both**2)
        spread = spread + (sd1i**2 / (n1i - 1) + sd2i**2 / (n2i - 1)) / (both / 2)
    return g, factor**2 * spread


def log_mean_ratio(
    n1i: Array, m1i: Array, sd1i: Array, n2i: Array, m2i: Array, sd2i: Array, *, variance: str
) -> tuple[Array, Array]:
    """Return the log ratio of two means (Hedges, Gurevitch & Curtis 1999, Ecology 80:1150).

    Parameters
    ----------
    n1i, m1i, sd1i, n2i, m2i, sd2i : ndarray, shape (k,)
        Two negative means have a ratio, too.
    variance : {"LS", "HO"}
        sd1²/(n1 m1²) + sd2²/(n2 m2²), or the same with the pooled standard deviation.
    """
    if variance == "HO":
        sd1i = sd2i = pooled_deviation(n1i, sd1i, n2i, sd2i)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(m1i / m2i), sd1i**2 / (n1i * m1i**2) + sd2i**2 / (n2i * m2i**2)


def log_deviation_ratio(n1i: Array, sd1i: Array, n2i: Array, sd2i: Array) -> tuple[Array, Array]:
    """Return the log ratio of two standard deviations (Nakagawa et al. 2015, Methods Ecol Evol)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        v1, v2 = 1 / (2 * (n1i - 1)), 1 / (2 * (n2i - 1))
        return np.log(sd1i / sd2i) + v1 - v2, v1 + v2


def log_coefficient_ratio(
    n1i: Array, m1i: Array, sd1i: Array, n2i: Array, m2i: Array, sd2i: Array
) -> tuple[Array, Array]:
    """Return the log ratio of two coefficients of variation (Nakagawa et al. 2015)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        v1, v2 = 1 / (2 * (n1i - 1)), 1 / (2 * (n2i - 1))
        y = np.log(sd1i / m1i) + v1 - np.log(sd2i / m2i) - v2
        return y, v1 + sd1i**2 / (n1i * m1i**2) + v2 + sd2i**2 / (n2i * m2i**2)
