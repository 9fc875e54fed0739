"""Maximum-likelihood and restricted maximum-likelihood estimates of the between-study variance.

Harville 1977, JASA 72:320; Raudenbush 2009, in Cooper et al., Handbook of Research Synthesis,
ch. 16; the score and information in the form of Viechtbauer 2005, J Educ Behav Stat 30:261.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.meta.projection import (
    Array,
    Design,
    WeightedFit,
    fit_weighted,
    log_determinant,
    projection_traces,
)

__all__ = ["LikelihoodMaximum", "Likelihoods", "log_likelihood", "log_likelihoods", "maximise"]

_MAX_ITERATIONS = 200
_PLAIN_ITERATIONS = 12
# Newton's error after a step of relative size e is of order e squared: 1e-9 leaves 1e-18.
_NEWTON_STEP = 1e-9
_SMALLEST_STEP = 1e-14
# Several maxima need unequal variances: none was met below this ratio in 16,000 random fits, and no
# scan is made there.
_UNEQUAL = 3.0
_GRID = 12
_POWERS = np.linspace(0.0, 1.0, _GRID)
# Cells of one block of the scan: small enough to stay in the cache.
_SCAN_CELLS = 200_000


@dataclass(frozen=True, slots=True)
class LikelihoodMaximum:
    """Maxima of m likelihoods; every array has shape (m,), names as in `Tau2Estimate`."""

    tau2: Array
    se: Array
    iterations: np.ndarray
    converged: np.ndarray
    local: np.ndarray


@dataclass(frozen=True, slots=True)
class _Score:
    """Slope of a log-likelihood in tau2 with its expected and observed curvature, each (m,)."""

    slope: Array
    fisher: Array
    observed: Array


def _score(design: Design, fit: WeightedFit, *, restricted: bool) -> _Score:
    """Return twice the score of the (restricted) log-likelihood and its curvatures."""
    w = fit.weights
    u = w * fit.residuals
    if restricted:
        linear, square = projection_traces(design, fit)
    else:
        linear, square = w.sum(axis=1), np.einsum("mk,mk->m", w, w)
    wu = w * u
    pulled = wu @ design.basis
    if design.p > 1:
        shrink = np.einsum("mi,mij,mj->m", pulled, fit.inverse, pulled)
    else:
        shrink = pulled[:, 0] ** 2 * fit.inverse[:, 0, 0]
    cubic = np.einsum("mk,mk->m", wu, u) - shrink
    return _Score(np.einsum("mk,mk->m", u, u) - linear, square, 2 * cubic - square)


def maximise(
    design: Design, y: Array, v: Array, keep: Array, start: Array, *, restricted: bool
) -> LikelihoodMaximum:
    """Maximise the (restricted) log-likelihood in tau2 >= 0 for every row.

    The climb from the Hedges estimate is metafor's. With very unequal variances the likelihood can
    have several maxima, so it is then scanned, and where another hill is higher, that one is
    climbed and `local` is set: metafor reports the first.

    Parameters
    ----------
    design, y, v, keep
        As for `analysis.meta.tau2.estimate_tau2`.
    start : ndarray, shape (m,)
        Where to start, 0 or more.
    restricted : bool
        REML rather than ML.
    """
    tau2, iterations, done = _climb(design, y, v, keep, start, restricted=restricted)
    better = _higher_start(design, y, v, keep, tau2, restricted=restricted)
    local = ~np.isnan(better)
    if local.any():
        own_y, own_v = (a[local] if a.shape[0] == local.size > 1 else a for a in (y, v))
        again = _climb(design, own_y, own_v, keep[local], better[local], restricted=restricted)
        tau2[local], done[local] = again[0], again[2]
        iterations[local] += again[1]
    fit = fit_weighted(design, y, keep / (v + tau2[:, None]))
    information = _score(design, fit, restricted=restricted).fisher
    return LikelihoodMaximum(tau2, np.sqrt(2 / information), iterations, done, local)


def _climb(
    design: Design, y: Array, v: Array, keep: Array, start: Array, *, restricted: bool
) -> tuple[Array, np.ndarray, np.ndarray]:
    """Climb the (restricted) log-likelihood to the nearest maximum.

    Two Fisher scoring steps find the hill; Newton steps finish. Where that fails for a row, all
    are climbed again with a bracket, which can neither diverge nor oscillate as these steps can.

    Returns
    -------
    tau2, iterations, converged : ndarray, shape (m,)
    """
    tau2 = start
    floor = (keep / v).max(axis=1)
    done = np.zeros(tau2.size, bool)
    iterations = np.zeros(tau2.size, int)
    for step_number in range(_PLAIN_ITERATIONS):
        fit = fit_weighted(design, y, keep / (v + tau2[:, None]))
        score = _score(design, fit, restricted=restricted)
        newton = step_number > 1
        if newton and ((score.observed <= 0) & ~done).any():
            break
        curvature = np.where(done, 1.0, score.observed) if newton else score.fisher
        moved = np.maximum(tau2 + score.slope / curvature, 0.0)
        step = np.where(done, 0.0, moved - tau2)
        tau2 = tau2 + step
        iterations += ~done
        # At 0 a step that stays there leads downhill.
        small = np.abs(step) * floor <= _NEWTON_STEP * (1.0 + tau2 * floor)
        done |= small if newton else (step == 0) & (tau2 == 0)
        if done.all():
            return tau2, iterations, done
    return _climb_in_bracket(design, y, v, keep, start, restricted=restricted)


def _climb_in_bracket(
    design: Design, y: Array, v: Array, keep: Array, start: Array, *, restricted: bool
) -> tuple[Array, np.ndarray, np.ndarray]:
    """Climb as `_climb`; the sign of the score keeps a bracket.

    A step that leaves the bracket is replaced by bisection.
    """
    m = keep.shape[0]
    tau2 = start
    low, high = np.full(m, -np.inf), np.full(m, np.inf)
    done = np.zeros(m, bool)
    iterations = np.zeros(m, int)
    floor = np.where(keep > 0, v, np.inf).min(axis=1)
    for step_number in range(_MAX_ITERATIONS):
        fit = fit_weighted(design, y, keep / (v + tau2[:, None]))
        score = _score(design, fit, restricted=restricted)
        uphill = score.slope > 0
        low = np.where(uphill & ~done, tau2, low)
        high = np.where(~uphill & ~done, tau2, high)
        done |= (tau2 == 0) & ~uphill
        newton = (score.observed > 0) & (step_number > 1)
        wanted = tau2 + score.slope / np.where(newton, score.observed, score.fisher)
        # Below 0 the constraint is tried first; only a positive score there sends it to bisection.
        wanted = np.where((wanted <= 0) & np.isneginf(low), 0.0, wanted)
        outside = (wanted >= high) | (wanted <= low)
        middle = (np.maximum(low, 0.0) + np.where(np.isfinite(high), high, tau2)) / 2
        step = np.where(done, 0.0, np.where(outside, middle, wanted) - tau2)
        tau2 = tau2 + step
        iterations += ~done
        size = np.abs(step) / (tau2 + floor)
        done |= (size <= _NEWTON_STEP) & newton & ~outside & (tau2 > 0)
        done |= (size <= _SMALLEST_STEP) & (tau2 > 0)
        if done.all():
            break
    return tau2, iterations, done


def _higher_start(
    design: Design, y: Array, v: Array, keep: Array, tau2: Array, *, restricted: bool
) -> Array:
    """Return a tau2 more likely than the one found, or NaN, for every row.

    Scans 0 and a geometric grid from the smallest variance to the largest squared difference.
    """
    m, k = keep.shape
    precision = keep / v
    low = 1.0 / precision.max(axis=1)
    none = np.full(m, np.nan)
    smallest = np.where(keep > 0, precision, np.inf).min(axis=1)
    if (low * smallest >= 1.0 / _UNEQUAL).all():
        return none
    kept_y = np.where(keep > 0, y, np.nan)
    spread = np.nanmax(kept_y, axis=1) - np.nanmin(kept_y, axis=1)
    top = np.maximum(spread * spread, 2 * low)
    grid = np.zeros((m, _GRID + 2))
    grid[:, 0] = tau2
    grid[:, 2:] = low[:, None] * (top / low)[:, None] ** _POWERS
    g = grid.shape[1]
    values = np.empty_like(grid)
    block = max(1, _SCAN_CELLS // (g * k))
    for first in range(0, m, block):
        rows = slice(first, first + block)
        own_y, own_v = (a[rows] if a.shape[0] > 1 else a for a in (y, v))
        values[rows] = _scan(design, own_y, own_v, keep[rows], grid[rows], restricted=restricted)
    best = values.argmax(axis=1)
    every = np.arange(m)
    gain = values[every, best] - values[:, 0]
    higher = gain > 1e-9 * np.maximum(np.abs(values[:, 0]), 1.0)
    return np.where(higher, grid[every, best], none)


def _scan(
    design: Design, y: Array, v: Array, keep: Array, grid: Array, *, restricted: bool
) -> Array:
    """Return the log-likelihood, but for a constant of the row, at every tau2 of `grid` (m, g)."""
    m, g = grid.shape
    if design.p > 1:
        own_y, own_v = (np.repeat(a, g, axis=0) if a.shape[0] > 1 else a for a in (y, v))
        tiled = np.repeat(keep, g, axis=0)
        return log_likelihood(
            design, own_y, own_v, tiled, grid.ravel(), restricted=restricted
        ).reshape(m, g)
    variance = v[:, None, :] + grid[:, :, None]
    w = keep[:, None, :] / variance
    total = w.sum(axis=2)
    wy = w * y[:, None, :]
    linear = wy.sum(axis=2)
    q = (wy * y[:, None, :]).sum(axis=2) - linear * linear / total
    value = np.einsum("mk,mgk->mg", keep, np.log(variance)) + q
    return -0.5 * (value + np.log(total) if restricted else value)


def log_likelihood(
    design: Design, y: Array, v: Array, keep: Array, tau2: Array, *, restricted: bool
) -> Array:
    """Return the (restricted) log-likelihood at `tau2`, shape (m,), as `log_likelihoods` does."""
    plain, penalised = log_likelihoods(design, y, v, keep, tau2)
    return penalised if restricted else plain


def log_likelihoods(
    design: Design, y: Array, v: Array, keep: Array, tau2: Array
) -> tuple[Array, Array]:
    """Return the log-likelihood and the restricted one at `tau2`, each of shape (m,).

    The restricted one includes ``log |X'X| / 2`` (Harville 1974), as metafor's does.
    """
    variance = v + tau2[:, None]
    fit = fit_weighted(design, y, keep / variance)
    plain = (keep * np.log(2 * np.pi * variance)).sum(axis=1) + fit.q
    penalty = log_determinant(fit.inverse) + log_determinant(design.moment(keep))
    return -0.5 * plain, -0.5 * (plain - design.p * np.log(2 * np.pi) - penalty)


@dataclass(frozen=True, slots=True)
class Likelihoods:
    """The log-likelihood and the restricted one of a model without moderators, when called.

    Attributes
    ----------
    y, v : ndarray, shape (k,)
    tau2 : float
    """

    y: Array
    v: Array
    tau2: float

    def __call__(self) -> tuple[float, float]:
        """Return both."""
        y, v = (self.y - self.y.mean())[None, :], self.v[None, :]
        both = log_likelihoods(
            Design.intercept(y.size), y, v, np.ones_like(y), np.array([self.tau2])
        )
        return float(both[0][0]), float(both[1][0])
