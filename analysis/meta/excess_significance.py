"""Test of excess significance: more significant studies than their power leads one to expect."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
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

__all__ = ["EXCESS_TESTS", "ExcessSignificance", "excess_significance"]

EXCESS_TESTS = ("exact", "chi2", "metafor")
#: metafor enumerates combinations, and takes the chi-squared test where there are more than this.
_MOST_COMBINATIONS = 10**6


@dataclass(frozen=True, slots=True)
class ExcessSignificance:
    """Observed against expected significant studies.

    Attributes
    ----------
    k, observed : int
        Studies, and those with a two-sided P of at most `alpha`.
    expected, ratio : float
        Sum of the powers, and observed over expected.
    power : ndarray, shape (k,)
        Power of every study to find `theta`.
    p_value : float
        Of at least as many significant studies, one-sided.
    chi2 : float or None
        Statistic of the chi-squared test; None for the exact one.
    test : {"exact", "chi2"}
    theta, tau2 : float
        Effect taken as true, and variance between studies.
    theta_limit : float or None
        Effect nearest to 0 at which there is no excess at `test_alpha`; None if there is none even
        without an effect.
    alpha, test_alpha : float
    """

    k: int
    observed: int
    expected: float
    ratio: float
    power: FloatArray
    p_value: float
    chi2: float | None
    test: str
    theta: float
    tau2: float
    theta_limit: float | None
    alpha: float
    test_alpha: float


def excess_significance(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    theta: float | None = None,
    tau2: float = 0.0,
    alpha: float = 0.05,
    test_alpha: float = 0.10,
    test: str = "exact",
) -> ExcessSignificance:
    """Compare the number of significant studies with the sum of their powers.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effects, of which 0 means no effect, and sampling variances.
    theta : float, optional
        Effect taken as true; the mean weighted by ``1/(vi + tau2)`` if not given.
    tau2 : float
        Variance between studies, over which the power is averaged.
    alpha, test_alpha : float
        Two-sided level of the studies, and level of the test.
    test : {"exact", "chi2", "metafor"}
        Distribution of the number of significant studies: exact (Poisson–binomial, by convolution),
        the chi-squared test of Ioannidis and Trikalinos, or whichever of them metafor takes.

    Raises
    ------
    MetaInputError
        For unusable effects or options.

    References
    ----------
    Ioannidis, Trikalinos (2007), Clin Trials 4:245. Francis (2013), J Math Psychol 57:153 (exact).
    """
    y, v = checks.effects(yi, vi)
    checks.choice("test of excess significance", test, EXCESS_TESTS)
    alpha, test_alpha = checks.level_fraction(alpha), checks.level_fraction(test_alpha)
    if not (np.isfinite(tau2) and tau2 >= 0):
        msg = f"tau2 is a variance, 0 or more; it is {tau2}."
        raise MetaInputError(msg)
    k = y.size
    weight = 1.0 / (v + tau2)
    centre = float(np.dot(weight, y) / weight.sum()) if theta is None else float(theta)
    critical = -float(special.ndtri(alpha / 2.0))
    observed = int(np.count_nonzero(np.abs(y) >= critical * np.sqrt(v)))
    if test == "metafor":
        combinations = sum(comb(k, j) for j in range(observed, k + 1))
        test = "exact" if combinations <= _MOST_COMBINATIONS else "chi2"

    def p_at(effect: float) -> tuple[float, float | None, FloatArray]:
        power = _power(effect, v, tau2, critical)
        return (*_p_value(power, observed, test), power)

    p_value, chi2, power = p_at(centre)
    expected = float(power.sum())
    return ExcessSignificance(
        k=k,
        observed=observed,
        expected=expected,
        ratio=observed / expected,
        power=power,
        p_value=p_value,
        chi2=chi2,
        test=test,
        theta=centre,
        tau2=float(tau2),
        theta_limit=_limit(lambda effect: p_at(effect)[0] - test_alpha, centre, float(v.min())),
        alpha=alpha,
        test_alpha=test_alpha,
    )


def _power(theta: float, v: FloatArray, tau2: float, critical: float) -> FloatArray:
    """Return the two-sided power, averaged over effects that are normal about `theta`.

    A study's z is then itself normal, with variance ``1 + τ²/v``: no integral is needed.
    """
    scale = np.sqrt(v + tau2)
    edge = critical * np.sqrt(v)
    return special.ndtr((theta - edge) / scale) + special.ndtr((-theta - edge) / scale)


def _p_value(power: FloatArray, observed: int, test: str) -> tuple[float, float | None]:
    k = power.size
    if test == "exact":
        distribution = np.ones(1)
        for p in power:
            distribution = np.convolve(distribution, (1.0 - p, p))
        return min(1.0, float(distribution[observed:].sum())), None
    share = float(power.sum()) / k
    z = (observed / k - share) / float(np.sqrt(share * (1.0 - share) / k))
    return float(special.ndtr(-z)), z * z


def _limit(excess: Callable[[float], float], centre: float, smallest: float) -> float | None:
    """Return the effect on the side of `centre` where `excess` turns from negative to 0."""
    if excess(0.0) >= 0:
        return None
    side = 1.0 if centre >= 0 else -1.0
    low, high = 0.0, side * max(abs(centre), float(np.sqrt(smallest)))
    while excess(high) < 0:
        low, high = high, 2.0 * high
        if abs(high) > 1e6 * np.sqrt(smallest):  # not every study can be significant
            return None
    return bisect(excess, low, high)
