"""Henmi and Copas: a common-effect centre with an interval that allows for heterogeneity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta import checks
from analysis.meta.bisection import bisect
from analysis.meta.distributions import special
from analysis.meta.errors import MetaInputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]

__all__ = ["HenmiCopas", "henmi_copas"]

#: Gauss–Legendre nodes over ten standard deviations beyond the quantile: far above what double
#: precision needs for a gamma distribution function times a normal density.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(160)
_REACH = 10.0


@dataclass(frozen=True, slots=True)
class HenmiCopas:
    """Common-effect estimate with the interval of Henmi and Copas.

    Attributes
    ----------
    k : int
    estimate, se : float
        Common-effect estimate, less pulled by small studies than a random-effects one, and its
        standard error under heterogeneity (DerSimonian–Laird).
    ci_low, ci_high, quantile : float
        Limits, and the quantile of U = (estimate − effect) / se they are made with.
    tau2, level : float
    """

    k: int
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    quantile: float
    tau2: float
    level: float


def henmi_copas(yi: ArrayLike, vi: ArrayLike, *, level: float = 0.95) -> HenmiCopas:
    """Return the common-effect estimate with an interval robust to small-study effects.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effects and sampling variances, ``k >= 2``.
    level : float

    Raises
    ------
    MetaInputError
        For unusable effects, fewer than 2 studies, or a distribution that the gamma approximation
        does not reach.

    References
    ----------
    Henmi, Copas (2010), Stat Med 29:2969.
    """
    y, v = checks.effects(yi, vi)
    level = checks.level_fraction(level)
    k = y.size
    if k < 2:
        msg = "The interval of Henmi and Copas needs at least 2 studies; there is 1."
        raise MetaInputError(msg)
    weight = 1.0 / v
    w1 = float(weight.sum())
    w2, w3, w4 = (float(np.sum(weight**power)) / w1 for power in (2, 3, 4))
    centred = y - y[0]
    mean = float(np.dot(weight, centred)) / w1
    q = float(np.dot(weight, (centred - mean) ** 2))
    tau2 = max(0.0, (q - (k - 1)) / (w1 - w2))
    spread = 1.0 + tau2 * w2  # variance of R, the estimate over its common-effect standard error
    se = float(np.sqrt(spread / w1))

    def tail(x: float) -> float:
        """Return P(U > x) for U as estimated: Q given R is approximately gamma."""
        r = x + _REACH * (_NODES + 1.0) / 2.0
        mean_q, var_q = _moments_of_q(spread * r * r, k, tau2, spread, (w1, w2, w3, w4))
        bound = (w1 / w2 - 1.0) * ((r / x) ** 2 - 1.0) + (k - 1)
        share = special.gammainc(mean_q**2 / var_q, bound * mean_q / var_q)
        density = np.exp(-0.5 * r * r) / np.sqrt(2.0 * np.pi)
        return float(_REACH / 2.0 * np.dot(_WEIGHTS, share * density))

    quantile = float(np.sqrt(spread)) * _crossing(tail, (1.0 - level) / 2.0)
    estimate = float(y[0] + mean)
    return HenmiCopas(
        k=k,
        estimate=estimate,
        se=se,
        ci_low=estimate - quantile * se,
        ci_high=estimate + quantile * se,
        quantile=quantile,
        tau2=tau2,
        level=level,
    )


def _moments_of_q(
    square: FloatArray,
    k: int,
    tau2: float,
    spread: float,
    sums: tuple[float, float, float, float],
) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance of Q given R, for the squares of R; appendix of the paper."""
    w1, w2, w3, w4 = sums
    excess = square / spread**2 - 1.0 / spread
    third = w3 - w2 * w2
    mean = (k - 1) + tau2 * (w1 - w2) + tau2**2 * excess * third
    variance = (
        2.0 * (k - 1)
        + 4.0 * tau2 * (w1 - w2)
        + 2.0 * tau2**2 * (w1 * w2 - 2.0 * w3 + w2 * w2)
        + 4.0 * tau2**2 * excess * third
        + 4.0 * tau2**3 * excess * (w4 - 2.0 * w2 * w3 + w2**3)
        + 2.0 * tau2**4 * (1.0 / spread**2 - 2.0 * square / spread**3) * third**2
    )
    if (mean <= 0).any() or (variance <= 0).any():
        raise _beyond()
    return mean, variance


def _beyond() -> MetaInputError:
    return MetaInputError(
        "The interval of Henmi and Copas does not exist here: one study outweighs the others so "
        "far that its gamma approximation fails. Report the common-effect estimate without it."
    )


def _crossing(tail: Callable[[float], float], share: float) -> float:
    """Return where the tail probability, which falls, is `share`."""
    low, high = 1e-6, 2.0
    while tail(high) > share:
        low, high = high, 2.0 * high
        if high > 1e4:
            raise _beyond()
    return bisect(lambda x: share - tail(x), low, high)
