"""Confidence intervals of a single proportion, by the names of the field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.checks import choice, counts, effective, level_fraction
from analysis.meta.distributions import special, z_quantile

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from analysis.meta.projection import Array

__all__ = ["INTERVALS", "StudyIntervals", "study_intervals"]


@dataclass(frozen=True, slots=True)
class StudyIntervals:
    """Confidence limits of k proportions.

    Attributes
    ----------
    low, high : ndarray, shape (k,)
        Fractions.
    method : str
    level : float
    """

    low: Array
    high: Array
    method: str
    level: float


def study_intervals(
    events: ArrayLike,
    n: ArrayLike,
    *,
    method: str = "wilson",
    level: float = 0.95,
    clip: bool = True,
    design_effect: ArrayLike | None = None,
) -> StudyIntervals:
    """Return a confidence interval for every study's proportion.

    Parameters
    ----------
    events, n : array_like, shape (k,)
        Whole numbers with ``0 <= events <= n`` and ``n >= 1``.
    method : str
        ``"wald"`` p ± z √(p(1 - p)/n), ``"wald_cc"`` wider by
        1/(2n) on each side; ``"wilson"`` (Wilson 1927, JASA 22:209); ``"wilson_cc"``
        with the continuity correction of R's ``prop.test``, at most ½ and never past n/2
        (Newcombe 1998, Stat Med 17:857); ``"clopper_pearson"`` (Clopper & Pearson 1934, Biometrika
        26:404); ``"agresti_coull"`` (Agresti & Coull 1998, Am Stat 52:119); ``"jeffreys"``, the
        equal-tailed beta(x + ½, n - x + ½) interval with limit 0 for no events and 1 for only
        events (Brown, Cai & DasGupta 2001, Stat Sci 16:101).
    level : float
        Confidence level, a fraction.
    clip : bool
        Cut Wald and Agresti-Coull limits to [0, 1]; the other methods never leave it.
    design_effect : array_like, shape (k,), optional
        Of samples of clusters: events and n are divided by it, which gives the effective sample
        size (Korn, Graubard 1998, Surv Methodol 24:193).

    Raises
    ------
    MetaInputError
        If counts are impossible, the level is outside (0, 1), or the method is unknown.
    """
    x, size = counts(events, n)
    choice("interval", method, INTERVALS)
    x, size = effective(x, size, design_effect)
    low, high = _METHODS[method](x, size, level_fraction(level))
    if clip:
        low, high = np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)
    return StudyIntervals(low, high, method, level)


def _wald(x: Array, n: Array, level: float) -> tuple[Array, Array]:
    p = x / n
    half = z_quantile(level) * np.sqrt(p * (1 - p) / n)
    return p - half, p + half


def _wald_cc(x: Array, n: Array, level: float) -> tuple[Array, Array]:
    low, high = _wald(x, n, level)
    return low - 1 / (2 * n), high + 1 / (2 * n)


def _wilson_limit(p: Array, n: Array, z: float, side: int) -> Array:
    centre = p + z * z / (2 * n)
    root = z * np.sqrt(np.maximum(p * (1 - p), 0.0) / n + z * z / (4 * n * n))
    return (centre + side * root) / (1 + z * z / n)


def _wilson(x: Array, n: Array, level: float) -> tuple[Array, Array]:
    z = z_quantile(level)
    # The limits at 0 and n are exactly 0 and 1; the formula leaves a rounding error there.
    low = np.where(x == 0, 0.0, _wilson_limit(x / n, n, z, -1))
    return low, np.where(x == n, 1.0, _wilson_limit(x / n, n, z, 1))


def _wilson_cc(x: Array, n: Array, level: float) -> tuple[Array, Array]:
    z = z_quantile(level)
    shift = np.minimum(0.5, np.abs(x - n / 2)) / n
    below, above = x / n - shift, x / n + shift
    low = np.where(below <= 0, 0.0, _wilson_limit(below, n, z, -1))
    return low, np.where(above >= 1, 1.0, _wilson_limit(above, n, z, 1))


def _beta_limits(
    low_shape: tuple[Array, Array], high_shape: tuple[Array, Array], x: Array, n: Array, tail: float
) -> tuple[Array, Array]:
    """Return beta quantiles as limits, exactly 0 for no events and 1 for only events."""
    none, only = x == 0, x == n
    low = special.betaincinv(np.where(none, 1.0, low_shape[0]), low_shape[1], tail)
    high = special.betaincinv(high_shape[0], np.where(only, 1.0, high_shape[1]), 1 - tail)
    return np.where(none, 0.0, low), np.where(only, 1.0, high)


def _clopper_pearson(x: Array, n: Array, level: float) -> tuple[Array, Array]:
    return _beta_limits((x, n - x + 1), (x + 1, n - x), x, n, (1 - level) / 2)


def _jeffreys(x: Array, n: Array, level: float) -> tuple[Array, Array]:
    shape = (x + 0.5, n - x + 0.5)
    return _beta_limits(shape, shape, x, n, (1 - level) / 2)


def _agresti_coull(x: Array, n: Array, level: float) -> tuple[Array, Array]:
    z = z_quantile(level)
    size = n + z * z
    p = (x + z * z / 2) / size
    half = z * np.sqrt(p * (1 - p) / size)
    return p - half, p + half


_METHODS = {
    "wald": _wald,
    "wald_cc": _wald_cc,
    "wilson": _wilson,
    "wilson_cc": _wilson_cc,
    "clopper_pearson": _clopper_pearson,
    "agresti_coull": _agresti_coull,
    "jeffreys": _jeffreys,
}
INTERVALS = tuple(_METHODS)
