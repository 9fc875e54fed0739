"""The estimators of tau2 for few studies, number by number.

With fewer than some fifty studies the cost of `analysis.meta.tau2` is that of calling NumPy a
hundred times, not of computing. Here the same sums run over plain floats, five to ten times faster.
Where a result would need the care that the arrays get (one study outweighs all others, the climb
leaves its bracket, the likelihood has a higher maximum elsewhere), None is returned and the arrays
are used: the two ways agree to rounding error.
"""

from __future__ import annotations

from math import isfinite, sqrt
from operator import mul
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from analysis.meta.projection import Array

__all__ = ["MOST", "FewTau2", "Sums", "generalised_q_of_few", "tau2_of_few", "weighted_sums"]

#: Studies up to which plain floats are faster.
MOST = 48
_NO_DOMINANCE = 0.9
_ITERATIONS = 30
_NEWTON_STEP = 1e-9
_UNEQUAL = 3.0
_POWERS = [step / 11 for step in range(12)]


class Sums(NamedTuple):
    """Sums over the studies at one tau2, with weights w = 1 / (v + tau2) and residuals r.

    Attributes
    ----------
    weights : list of float
    total, squares, cubes : float
        Σw, Σw², Σw³.
    mean, q : float
        Weighted mean; Σwr².
    wr2, wr3 : float
        Σ(wr)² and Σw³r², the latter less (Σw²r)²/Σw.
    """

    weights: list[float]
    total: float
    squares: float
    cubes: float
    mean: float
    q: float
    wr2: float
    wr3: float

    @property
    def traces(self) -> tuple[float, float] | None:
        """tr(P) and tr(PP); None where one study outweighs the others."""
        share = self.squares / self.total
        if share > _NO_DOMINANCE * self.total:
            return None
        return self.total - share, self.squares - 2 * self.cubes / self.total + share * share


class FewTau2(NamedTuple):
    """A between-study variance, its standard error, and how it was found."""

    tau2: float
    se: float
    iterations: int
    boundary: bool


def weighted_sums(y: list[float], v: list[float], tau2: float) -> Sums:
    """Return the sums over k studies at one tau2."""
    weights = [1.0 / (a + tau2) for a in v]
    total = sum(weights)
    mean = sum(map(mul, weights, y)) / total
    squares = cubes = q = wr2 = pulled = cubic = 0.0
    for w, a in zip(weights, y, strict=True):
        square = w * w
        squares += square
        cubes += square * w
        r = a - mean
        u = w * r
        q += u * r
        wr2 += u * u
        e = w * u
        pulled += e
        cubic += e * u
    return Sums(weights, total, squares, cubes, mean, q, wr2, cubic - pulled * pulled / total)


def tau2_of_few(y: list[float], v: list[float], method: str, base: Sums) -> FewTau2 | None:
    """Estimate the between-study variance of k studies as `analysis.meta.tau2.estimate_tau2`.

    Parameters
    ----------
    y, v : list of float, length k
        Effects near 0 and positive sampling variances; 2 studies or more.
    method : str
    base : Sums
        At tau2 = 0.

    Returns
    -------
    FewTau2 or None
        None if the arrays have to be used.
    """
    estimator = _ESTIMATORS.get(method)
    return None if estimator is None else estimator(y, v, base, method)


def _dersimonian_laird(y: list[float], _v: list[float], base: Sums, _method: str) -> FewTau2 | None:
    traces = base.traces
    if traces is None:
        return None
    tr_p, tr_pp = traces
    df = len(y) - 1
    raw = (base.q - df) / tr_p
    tau2 = max(raw, 0.0)
    se = sqrt(2 * df + 4 * tau2 * tr_p + 2 * tau2 * tau2 * tr_pp) / tr_p
    return FewTau2(tau2, se, 0, raw <= 0)


def _paule_mandel(y: list[float], v: list[float], base: Sums, _method: str) -> FewTau2 | None:
    k = len(y)
    found = generalised_q_of_few(y, v, float(k - 1), base)
    if found is None:
        return None
    tau2, total, iterations = found
    return FewTau2(tau2, sqrt(2 * k * k / (k - 1)) / total, iterations, tau2 <= 0)


def generalised_q_of_few(
    y: list[float], v: list[float], target: float, base: Sums
) -> tuple[float, float, int] | None:
    """Find the tau2 at which Q equals `target`, as `analysis.meta.tau2.solve_generalised_q`.

    Returns
    -------
    tau2, total, iterations : float, float, int
        `total` is the sum of the weights there. None if the iteration does not end.
    """
    if base.q <= target:
        return 0.0, base.total, 0
    floor, tau2, sums = min(v), 0.0, base
    for count in range(1, _ITERATIONS + 1):
        step = sums.q * (sums.q / target - 1) / sums.wr2
        tau2 = max(tau2 + step, 0.0)
        sums = weighted_sums(y, v, tau2)
        if abs(step) <= _NEWTON_STEP * (tau2 + floor):
            return tau2, sums.total, count
    return None


def _likelihood(y: list[float], v: list[float], _base: Sums, method: str) -> FewTau2 | None:
    """Climb from the Hedges estimate: two Fisher scoring steps, then Newton's."""
    k = len(y)
    restricted = method == "REML"
    mean = sum(y) / k
    hedges = sum([(a - mean) ** 2 for a in y]) / (k - 1) - sum(v) / k
    tau2, floor = max(hedges, 0.0), min(v)
    for count in range(_ITERATIONS):
        sums = weighted_sums(y, v, tau2)
        linear, square = sums.total, sums.squares
        if restricted:
            traces = sums.traces
            if traces is None:
                return None
            linear, square = traces
        slope = sums.wr2 - linear
        if tau2 == 0.0 and slope <= 0:
            return _highest(y, v, 0.0, sqrt(2 / square), count, restricted)
        newton = count > 1
        bend = 2 * sums.wr3 - square if newton else square
        if bend <= 0:
            return None
        step = max(tau2 + slope / bend, 0.0) - tau2
        tau2 += step
        if newton and tau2 > 0 and abs(step) <= _NEWTON_STEP * (tau2 + floor):
            last = weighted_sums(y, v, tau2)
            traces = last.traces
            if restricted and traces is None:
                return None
            information = traces[1] if restricted and traces else last.squares
            return _highest(y, v, tau2, sqrt(2 / information), count + 1, restricted)
    return None


def _highest(
    y: list[float], v: list[float], tau2: float, se: float, count: int, restricted: bool
) -> FewTau2 | None:
    """Return the maximum found, or None if the likelihood is higher elsewhere."""
    low = min(v)
    if max(v) > _UNEQUAL * low:
        top = max((max(y) - min(y)) ** 2, 2 * low)
        grid = np.array([tau2, 0.0, *(low * (top / low) ** power for power in _POWERS)])
        values = _scan(np.array(y), np.array(v), grid, restricted)
        if values.max() - values[0] > 1e-9 * max(abs(float(values[0])), 1.0):
            return None
    return FewTau2(tau2, se, count, tau2 <= 0) if isfinite(se) else None


def _scan(y: Array, v: Array, grid: Array, restricted: bool) -> Array:
    """Return the log-likelihood, but for a constant, at every tau2 of `grid`."""
    variance = v + grid[:, None]
    w = 1.0 / variance
    total = w.sum(axis=1)
    linear = w @ y
    value = np.log(variance).sum(axis=1) + w @ (y * y) - linear * linear / total
    return -0.5 * (value + np.log(total) if restricted else value)


_ESTIMATORS = {
    "DL": _dersimonian_laird,
    "PM": _paule_mandel,
    "EB": _paule_mandel,
    "ML": _likelihood,
    "REML": _likelihood,
}
