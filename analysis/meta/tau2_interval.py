"""Intervals of the between-study variance: the Q-profile method, and Jackson's.

Jackson (2013, Res Synth Methods 4:220) inverts the distribution of a generalised Q with fixed
weights, a weighted sum of chi-squared variables, where the Q-profile method
(`analysis.meta.heterogeneity.q_profile`) gives the studies new weights for every candidate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.checks import choice, effects, level_fraction
from analysis.meta.errors import MetaInputError
from analysis.meta.heterogeneity import q_profile

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from analysis.meta.projection import Array

__all__ = ["TAU2_INTERVALS", "generalised_q_below", "jackson", "tau2_limits"]

#: ``q_profile`` always, or Jackson's interval for DerSimonian-Laird and Q-profile otherwise (meta).
TAU2_INTERVALS = ("q_profile", "jackson_for_dl")
# Nodes of the contour; the error of 40 is below 1e-11 (Weideman & Trefethen 2007) for few studies.
_NODES = 40
_FEW = 30
# Of the line: the error of the trapezoidal rule, exp(-35), and points that reach the same.
_DIGITS = 35.0
_LINE = 500
_STEPS = 200


def tau2_limits(
    yi: ArrayLike, vi: ArrayLike, *, method: str, interval: str, level: float = 0.95
) -> tuple[float, float]:
    """Return the limits of τ² by the interval that goes with its estimator.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
    method : str
        Estimator of τ², canonical.
    interval : {"q_profile", "jackson_for_dl"}
    level : float
        Confidence level, a fraction.

    Raises
    ------
    MetaInputError
        As `q_profile` and `jackson`.
    """
    choice("interval of tau2", interval, TAU2_INTERVALS)
    if interval == "jackson_for_dl" and method == "DL":
        return jackson(yi, vi, level=level)
    found = q_profile(yi, vi, level=level)
    return found.tau2_low, found.tau2_high


def jackson(yi: ArrayLike, vi: ArrayLike, *, level: float = 0.95) -> tuple[float, float]:
    """Return Jackson's interval of τ² with the weights 1/√v that he advises (meta: ``J``).

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effects and positive sampling variances, k of 2 or more.
    level : float
        Confidence level, a fraction.

    Raises
    ------
    MetaInputError
        If the input is refused or there is one study.
    """
    y, v = effects(yi, vi)
    tail = (1 - level_fraction(level)) / 2
    if y.size < 2:
        msg = "An interval for tau2 needs more than 1 study; there is 1."
        raise MetaInputError(msg)
    w = 1 / np.sqrt(v)
    centred = y - y.mean()
    q = float((w * (centred - (w * centred).sum() / w.sum()) ** 2).sum())
    return _where_q_is(q, w, v, 1 - tail), _where_q_is(q, w, v, tail)


def _where_q_is(q: float, w: Array, v: Array, probability: float) -> float:
    """Return the τ² under which Q lies below `q` with this probability; 0 if none is that large."""
    if generalised_q_below(q, w, v) <= probability:
        return 0.0
    low, high = 0.0, float(v.mean())
    while generalised_q_below(q, w, v + high) > probability:
        low, high = high, 2 * high
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        if generalised_q_below(q, w, v + middle) > probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def generalised_q_below(q: float, w: Array, variance: Array) -> float:
    """Return the probability that Σw(y - mean)² is below `q`, the mean weighted by w.

    The Laplace transform of its density is a product over the studies and one rank-one factor, so
    no k x k matrix and no eigenvalue is needed. All its singularities lie on the negative axis: for
    few studies Talbot's contour inverts it (Talbot 1979, J Inst Math Appl 23:97), for many a line
    beside the origin, where it falls off like a normal density. Good to 1e-10.

    Parameters
    ----------
    q : float
    w : ndarray, shape (k,)
        Fixed positive weights.
    variance : ndarray, shape (k,)
        Variances of the independent normal effects.
    """
    if q <= 0:
        return 0.0
    spread = w * variance
    if w.size <= _FEW:
        theta = (2 * np.arange(_NODES) + 1) * np.pi / _NODES - np.pi
        turn = 0.6407 * theta
        z = _NODES * (0.5017 * theta / np.tan(turn) - 0.6122 + 0.2645j * theta)
        slope = 0.5017 / np.tan(turn) - 0.5017 * turn / np.sin(turn) ** 2 + 0.2645j
        total = (_transformed(z / q, q, w, spread) * slope).sum() / (1j * q)
        return float(min(max(total.real, 0.0), 1.0))
    # To the right of the pole at 0, or beyond the mean to its left, where the exponential is small.
    beyond = q > spread.sum() - (w * spread).sum() / w.sum()
    distance = 1 / np.sqrt(2 * (spread**2).sum())
    if beyond:
        distance = min(distance, 0.25 / spread.max())
    step = 2 * np.pi * distance / _DIGITS
    p = (-distance if beyond else distance) + 1j * step * (np.arange(_LINE) + 0.5)
    total = _transformed(p, q, w, spread).real.sum() * step / np.pi + beyond
    return float(min(max(total, 0.0), 1.0))


def _transformed(
    p: NDArray[np.complex128], q: float, w: Array, spread: Array
) -> NDArray[np.complex128]:
    """Return ``exp(pq)`` times the Laplace transform of the distribution function at `p`."""
    alone = 1 + 2 * p[:, None] * spread
    shared = 1 - 2 * p / w.sum() * (w * spread / alone).sum(axis=1)
    return np.exp(p * q - 0.5 * np.log(alone).sum(axis=1)) / np.sqrt(shared) / p
