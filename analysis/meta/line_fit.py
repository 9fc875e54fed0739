"""A weighted straight line with estimated dispersion: what the classical asymmetry tests fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.distributions import two_sided_p
from analysis.meta.errors import MetaInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Line", "fit_line", "refuse_constant"]

#: Relative spread below which a predictor counts as constant, as the QR tolerance of R's ``lm``.
RANK_TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True)
class Line:
    """Weighted least-squares line ``y = intercept + slope · x``.

    Attributes
    ----------
    intercept, slope : float
    intercept_se, slope_se, t, p_value, residual_se : float or None
        None with two points, which leave no residual degrees of freedom. `t` and `p_value` test the
        slope with `df` degrees of freedom; they are None, too, where all responses are equal.
    df : int
        Points with positive weight, minus 2.
    """

    intercept: float
    slope: float
    intercept_se: float | None
    slope_se: float | None
    t: float | None
    p_value: float | None
    residual_se: float | None
    df: int


def refuse_constant(x: NDArray[np.float64], name: str) -> None:
    """Refuse a predictor that does not vary, for which there is no slope.

    Raises
    ------
    MetaInputError
        If the spread of `x` is within rounding of 0.
    """
    if np.linalg.norm(x - x.mean()) <= RANK_TOLERANCE * np.linalg.norm(x):
        msg = (
            f"The predictor ({name}) is the same in all studies, so there is no slope to test; "
            "use another predictor or leave the test out."
        )
        raise MetaInputError(msg)


def fit_line(x: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64]) -> Line:
    """Fit a line by weighted least squares, the residual variance estimated from the fit.

    Parameters
    ----------
    x, y, weight : ndarray, shape (k,)
        Predictor, response and weights, 0 or more; a point with weight 0 does not count.

    Raises
    ------
    MetaInputError
        If fewer than two points, or none that differ in `x`, have positive weight.
    """
    used = weight > 0
    x, y, weight = x[used], y[used], weight[used]
    if x.size < 2 or np.linalg.norm(x - x.mean()) <= RANK_TOLERANCE * np.linalg.norm(x):
        msg = (
            "The slope is not estimable: fewer than two studies with positive weight differ in the "
            "predictor."
        )
        raise MetaInputError(msg)
    total = weight.sum()
    # Relative to the first point, so that equal responses leave a residual of exactly 0.
    above = y - y[0]
    x_mean, above_mean = np.dot(weight, x) / total, np.dot(weight, above) / total
    dx, dy = x - x_mean, above - above_mean
    sxx = float(np.dot(weight, dx * dx))
    slope = float(np.dot(weight, dx * dy)) / sxx
    intercept = float(y[0] + (above_mean - slope * x_mean))
    df = x.size - 2
    if df == 0:
        return Line(intercept, slope, None, None, None, None, None, 0)
    residual = dy - slope * dx
    s2 = float(np.dot(weight, residual * residual)) / df
    slope_se = float(np.sqrt(s2 / sxx))
    with np.errstate(divide="ignore"):
        t = None if slope == 0 == slope_se else float(np.divide(slope, slope_se))
    return Line(
        intercept=intercept,
        slope=slope,
        intercept_se=float(np.sqrt(s2 * (1.0 / total + x_mean * x_mean / sxx))),
        slope_se=slope_se,
        t=t,
        p_value=None if t is None else float(two_sided_p(t, df)),
        residual_se=float(np.sqrt(s2)),
        df=df,
    )
