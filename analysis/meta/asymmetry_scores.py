"""What the asymmetry tests for two-arm counts put in place of effects and standard errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.distributions import special

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

__all__ = [
    "arcsine_difference",
    "effective_size",
    "hypergeometric_moments",
    "score_log_odds_ratio",
    "score_log_risk_ratio",
]


def score_log_odds_ratio(
    a: FloatArray, n1: FloatArray, c: FloatArray, n2: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the efficient score of the log odds ratio at 0 and its variance, shape (k,) each.

    ``Z = a − n₁ d / n`` and the hypergeometric variance ``V = n₁ n₂ d h / (n² (n − 1))``, with d
    events and h non-events in all (Harbord et al. 2006, Stat Med 25:3443).
    """
    n, d = n1 + n2, a + c
    with np.errstate(divide="ignore", invalid="ignore"):
        return a - d * n1 / n, n1 * n2 * d * (n - d) / (n * n * (n - 1.0))


def score_log_risk_ratio(
    a: FloatArray, n1: FloatArray, c: FloatArray, n2: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the efficient score of the log risk ratio at 0 and its variance, shape (k,) each.

    ``Z = (a n − d n₁) / h``, ``V = n₁ n₂ d / (n h)`` (Harbord et al. 2009, Stata Journal 9:197).
    R's meta puts ``n / 4`` for ``n₁ n₂ / n``, which is the same for arms of equal size only.
    """
    n, d = n1 + n2, a + c
    h = n - d
    with np.errstate(divide="ignore", invalid="ignore"):
        return (a * n - d * n1) / h, n1 * n2 * d / (n * h)


def arcsine_difference(
    a: FloatArray, n1: FloatArray, c: FloatArray, n2: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the difference of arcsines of root risks and its variance, shape (k,) each.

    The variance ``1/(4n₁) + 1/(4n₂)`` does not depend on the risks (Rücker, Schwarzer & Carpenter
    2008, Stat Med 27:746).
    """
    return np.arcsin(np.sqrt(a / n1)) - np.arcsin(np.sqrt(c / n2)), 0.25 / n1 + 0.25 / n2


def effective_size(n1: FloatArray, n2: FloatArray) -> FloatArray:
    """Return ``4 n₁ n₂ / (n₁ + n₂)``: the size of a study of equal arms that is as precise."""
    return 4.0 * n1 * n2 / (n1 + n2)


def hypergeometric_moments(
    n1: FloatArray, n2: FloatArray, d: FloatArray, odds_ratio: float
) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance of the events in arm 1 given all margins, shape (k,) each.

    Fisher's non-central hypergeometric distribution, summed over its support relative to its
    largest term, so that no factorial overflows.
    """
    mean, variance = np.empty_like(n1), np.empty_like(n1)
    log_odds = np.log(odds_ratio)
    for i, (m1, m2, events) in enumerate(zip(n1, n2, d, strict=True)):
        x = np.arange(max(0.0, events - m2), min(m1, events) + 1.0)
        log_p = x * log_odds - (
            special.gammaln(x + 1)
            + special.gammaln(m1 - x + 1)
            + special.gammaln(events - x + 1)
            + special.gammaln(m2 - events + x + 1)
        )
        p = np.exp(log_p - log_p.max())
        p /= p.sum()
        mean[i] = np.dot(p, x)
        variance[i] = np.dot(p, (x - mean[i]) ** 2)
    return mean, variance
