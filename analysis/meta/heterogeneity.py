"""How far the studies differ beyond chance: Q, I2, H2 and their intervals.

Two definitions of I2 are in use and differ for every estimator but DerSimonian-Laird:

``"q"``
    ``max(0, (Q - df) / Q)``, H2 = Q / df (Higgins & Thompson 2002, Stat Med 21:1539): Stata, meta,
    RevMan.
``"tau2"``
    ``tau2 / (tau2 + s2)``, H2 = tau2 / s2 + 1, with s2 the typical sampling variance
    ``(k - p) / tr(P)``: metafor. A common-effect model has no tau2 and always takes ``"q"``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.checks import effects, level_fraction
from analysis.meta.distributions import chi2_ppf, chi2_sf, z_quantile
from analysis.meta.errors import MetaInputError
from analysis.meta.projection import Array, Design, fit_weighted, projection_traces
from analysis.meta.tau2 import solve_generalised_q

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = [
    "I2_DEFINITIONS",
    "Heterogeneity",
    "LogHInterval",
    "VarianceInterval",
    "cochran_q",
    "heterogeneity",
    "log_h_interval",
    "q_profile",
]

I2_DEFINITIONS = ("q", "tau2")


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """Residual heterogeneity of m refits; every array has shape (m,).

    Attributes
    ----------
    q, df, p : ndarray
        Cochran's Q about the inverse-variance fit, its degrees of freedom and p value.
    i2 : ndarray
        Fraction in [0, 1).
    h2 : ndarray
        Ratio; below 1 when Q < df under the ``"q"`` definition.
    typical_v : ndarray
        Typical sampling variance ``(k - p) / tr(P)``; 0 with nothing to estimate.
    """

    q: Array
    df: Array
    p: Array
    i2: Array
    h2: Array
    typical_v: Array


def heterogeneity(
    design: Design, y: Array, v: Array, keep: Array, tau2: Array, *, i2: str, common: bool
) -> Heterogeneity:
    """Measure residual heterogeneity of every row of studies.

    Parameters
    ----------
    design, y, v, keep
        As for `analysis.meta.tau2.estimate_tau2`.
    tau2 : ndarray, shape (m,)
    i2 : {"q", "tau2"}
        Which definition of I2 and H2 (see the module).
    common : bool
        The model has no between-study variance.
    """
    fit = fit_weighted(design, y, keep / v)
    df = keep.sum(axis=1) - design.p
    free = df > 0
    q = np.where(free, np.maximum(fit.q, 0.0), 0.0)
    tr_p = projection_traces(design, fit)[0]
    typical = np.where(free, df / np.where(free, tr_p, 1.0), 0.0)
    if i2 == "q" or common:
        share = np.where(free & (q > df), (q - df) / np.where(q > df, q, 1.0), 0.0)
        ratio = np.where(free, q / np.where(free, df, 1.0), 1.0)
    else:
        share = np.where(free, tau2 / np.where(free, tau2 + typical, 1.0), 0.0)
        ratio = np.where(free, tau2 / np.where(free, typical, 1.0) + 1.0, 1.0)
    return Heterogeneity(q, df, chi2_sf(q, df), share, ratio, typical)


def cochran_q(y: Array, v: Array) -> float:
    """Return Cochran's Q of k studies about their inverse-variance mean.

    Parameters
    ----------
    y, v : ndarray, shape (k,)
        Effects and positive sampling variances.
    """
    w = 1 / v
    centred = y - y.mean()
    return float((w * (centred - (w * centred).sum() / w.sum()) ** 2).sum())


@dataclass(frozen=True, slots=True)
class VarianceInterval:
    """A Q-profile interval for tau2 and what follows from it.

    Attributes
    ----------
    level : float
    tau2_low, tau2_high : float
        Squared units of the effect.
    tau_low, tau_high : float
        Units of the effect.
    i2_low, i2_high : float
        Fractions, ``tau2 / (tau2 + typical_v)`` at the limits.
    h2_low, h2_high : float
        ``tau2 / typical_v + 1`` at the limits.
    empty : bool
        Q lies below the lower chi-squared quantile, so no tau2 >= 0 is compatible with the data;
        both limits are then 0 by convention.
    """

    level: float
    tau2_low: float
    tau2_high: float
    tau_low: float
    tau_high: float
    i2_low: float
    i2_high: float
    h2_low: float
    h2_high: float
    empty: bool


def q_profile(
    yi: ArrayLike, vi: ArrayLike, *, level: float = 0.95, design: Design | None = None
) -> VarianceInterval:
    """Return the Q-profile interval of tau2, and of tau, I2 and H2 by transformation.

    Inverts the generalised Q statistic, which is exact under the model and does not depend on the
    estimator of tau2; the point estimate may lie outside. Viechtbauer 2007, Stat Med 26:37.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effects and positive sampling variances.
    level : float
        Confidence level, a fraction.
    design : Design, optional
        Moderators; without them, the mean alone.

    Raises
    ------
    MetaInputError
        If the input is refused (see `analysis.meta.checks.effects`) or no degrees of freedom
        remain.
    """
    y, v = effects(yi, vi)
    level = level_fraction(level)
    model = Design.intercept(y.size) if design is None else design
    df = y.size - model.p
    if df < 1:
        msg = f"An interval for tau2 needs more than {model.p} studies; there are {y.size}."
        raise MetaInputError(msg)
    tail = (1 - level) / 2
    targets = np.array([float(chi2_ppf(1 - tail, df)), float(chi2_ppf(tail, df))])
    keep = np.ones((2, y.size))
    centred = (y - y.mean())[None, :]
    limits, _, _ = solve_generalised_q(model, centred, v[None, :], keep, targets)
    one = keep[:1]
    fit = fit_weighted(model, centred, one / v)
    typical = df / float(projection_traces(model, fit)[0][0])
    low, high = float(limits[0]), float(limits[1])
    q = float(fit.q[0])
    return VarianceInterval(
        level=level,
        tau2_low=low,
        tau2_high=high,
        tau_low=low**0.5,
        tau_high=high**0.5,
        i2_low=low / (low + typical),
        i2_high=high / (high + typical),
        h2_low=low / typical + 1,
        h2_high=high / typical + 1,
        empty=q < targets[1],
    )


@dataclass(frozen=True, slots=True)
class LogHInterval:
    """Limits of I2 (fractions) and H2 from the standard error of log H."""

    level: float
    i2_low: float
    i2_high: float
    h2_low: float
    h2_high: float


def log_h_interval(q: float, k: int, *, level: float = 0.95) -> LogHInterval:
    """Return the test-based interval of I2 and H2, as Stata ``i2ci`` and R's meta print.

    Higgins & Thompson 2002, Stat Med 21:1539, equations 10 and 13 to 15: normal on the scale of
    log H, limits of H below 1 raised to 1.

    Parameters
    ----------
    q : float
        Cochran's Q, 0 or more.
    k : int
        Studies, 3 or more; 2 only where Q exceeds 2, as R's meta has it.
    level : float
        Confidence level, a fraction.

    Raises
    ------
    MetaInputError
        If `q` is negative or not finite, or there are too few studies for a standard error.
    """
    level = level_fraction(level)
    if not np.isfinite(q) or q < 0:
        msg = f"q must be a finite number, 0 or more; it is {q}."
        raise MetaInputError(msg)
    if k < 2 or (k == 2 and q <= k):  # 1 / (k - 2) below
        msg = f"The test-based interval of I2 needs at least 3 studies; there are {k}."
        raise MetaInputError(msg)
    df = k - 1
    if q > k:
        se = 0.5 * (np.log(q) - np.log(df)) / (np.sqrt(2 * q) - np.sqrt(2 * k - 3))
    else:
        se = np.sqrt(1 / (2 * (k - 2)) * (1 - 1 / (3 * (k - 2) ** 2)))
    log_h = 0.5 * np.log(max(q / df, 1.0))
    half = z_quantile(level) * se
    low = float(np.exp(2 * max(log_h - half, 0.0)))
    high = float(np.exp(2 * max(log_h + half, 0.0)))
    return LogHInterval(level, (low - 1) / low, (high - 1) / high, low, high)
