"""The maximum of a selection model's likelihood, and the curvature there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.errors import MetaInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.meta.selection_likelihood import Likelihood

    FloatArray = NDArray[np.float64]

__all__ = ["Maximum", "maximum"]

#: A parameter within this of its bound lies on it.
_AT_BOUND = 1e-7
_NEWTON_STEPS = 40
_STEEPEST = 1e-9


@dataclass(frozen=True, slots=True)
class Maximum:
    """Parameters (effect, τ², selection), their standard errors, and what is to be said."""

    x: FloatArray
    value: float
    se: tuple[float | None, ...]
    warnings: tuple[str, ...]


def maximum(
    likelihood: Likelihood,
    *,
    start: tuple[float, float],
    free_tau2: bool,
    lower: FloatArray,
    upper: FloatArray,
    starts: list[FloatArray],
) -> Maximum:
    """Find the highest maximum that the starts lead to.

    Parameters
    ----------
    likelihood : Likelihood
    start : tuple of float
        Effect and τ² without selection.
    free_tau2 : bool
        Whether τ² is estimated; otherwise it is 0.
    lower, upper : ndarray
        Bounds of the parameters of selection.
    starts : list of ndarray
        Parameters of selection to begin with.

    Raises
    ------
    MetaInputError
        If no start leads to a maximum.
    """
    from scipy.optimize import minimize

    low = np.concatenate([[-np.inf, 0.0], lower])
    high = np.concatenate([[np.inf, np.inf if free_tau2 else 0.0], upper])

    def objective(x: FloatArray) -> tuple[float, FloatArray]:
        value, slope = likelihood.value_and_slope(x)
        return -value, -slope

    found: list[tuple[float, FloatArray]] = []
    for delta in starts:
        first = np.concatenate([[start[0], (start[1] + 0.05) if free_tau2 else 0.0], delta])
        result = minimize(
            objective,
            np.clip(first, low, high),
            jac=True,
            method="L-BFGS-B",
            bounds=list(zip(low, high, strict=True)),
            options={"maxiter": 2000, "ftol": 1e-14, "gtol": 1e-8},
        )
        if np.isfinite(result.fun):
            found.append((float(result.fun), np.asarray(result.x)))
    if not found:
        msg = "The likelihood of this selection model has no maximum that could be found."
        raise MetaInputError(msg)
    x = min(found, key=lambda entry: entry[0])[1]
    x = _newton(likelihood, x, low, high)
    free = _free(x, low, high, likelihood)
    se, flat = _standard_errors(likelihood, x, free)
    names = ["the effect", "τ²", *(f"parameter {i + 1} of selection" for i in range(lower.size))]
    at_bound = tuple(
        f"{names[i]} lies on its bound, {x[i]:g}" for i in range(2, x.size) if not free[i]
    )
    warnings = (*at_bound, *(("the likelihood is flat: no standard errors",) if flat else ()))
    return Maximum(x, likelihood.value_and_slope(x)[0], se, warnings)


def _free(x: FloatArray, low: FloatArray, high: FloatArray, likelihood: Likelihood) -> np.ndarray:
    """Return which parameters do not lie on a bound that the likelihood presses against."""
    slope = likelihood.value_and_slope(x)[1]
    on_low = (x - low <= _AT_BOUND) & (slope <= 0)
    on_high = (high - x <= _AT_BOUND) & (slope >= 0)
    return ~(on_low | on_high | (low == high))


def _newton(likelihood: Likelihood, x: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Finish with Newton steps in the parameters that are free, halved until they climb."""
    value, slope = likelihood.value_and_slope(x)
    for _ in range(_NEWTON_STEPS):
        free = _free(x, low, high, likelihood)
        if np.abs(slope[free]).max(initial=0.0) < _STEEPEST:
            break
        curvature = _curvature(likelihood, x, free)
        try:
            step = np.linalg.solve(curvature, slope[free])
        except np.linalg.LinAlgError:
            break
        if slope[free] @ step <= 0:  # not concave here: the gradient search has the better point
            break
        for halving in range(30):
            trial = x.copy()
            trial[free] += step / 2.0**halving
            trial = np.clip(trial, low, high)
            new_value, new_slope = likelihood.value_and_slope(trial)
            if np.isfinite(new_value) and new_value > value:
                break
        else:
            break
        x, value, slope = trial, new_value, new_slope
    return x


def _curvature(likelihood: Likelihood, x: FloatArray, free: np.ndarray) -> FloatArray:
    """Return minus the second derivatives in the free parameters, from differences of slopes.

    Central differences at two widths, extrapolated: an error of the fourth order.
    """
    places = np.flatnonzero(free)
    columns = []
    for i in places:
        # A lower bound of 0 must not be stepped over: the width stays below half the distance.
        reach = np.inf if i == 0 else x[i] / 2.0
        width = min(1e-3 * max(1.0, abs(x[i])), reach)
        slopes = []
        for h in (width, width / 2.0):
            ahead, behind = x.copy(), x.copy()
            ahead[i] += h
            behind[i] -= h
            difference = (
                likelihood.value_and_slope(ahead)[1] - likelihood.value_and_slope(behind)[1]
            )
            slopes.append(difference / (2.0 * h))
        columns.append((4.0 * slopes[1] - slopes[0])[places] / 3.0)
    matrix = -np.column_stack(columns)
    return (matrix + matrix.T) / 2.0


def _standard_errors(
    likelihood: Likelihood, x: FloatArray, free: np.ndarray
) -> tuple[tuple[float | None, ...], bool]:
    """Return the standard errors, None for what is not free, and whether the maximum is flat."""
    curvature = _curvature(likelihood, x, free)
    errors: list[float | None] = [None] * x.size
    try:
        np.linalg.cholesky(curvature)
    except np.linalg.LinAlgError:
        return tuple(errors), True
    variance = np.diag(np.linalg.inv(curvature))
    for place, value in zip(np.flatnonzero(free), variance, strict=True):
        errors[place] = float(np.sqrt(value))
    return tuple(errors), False
