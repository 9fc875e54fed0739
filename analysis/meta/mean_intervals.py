"""Tests and intervals of a pooled mean: every one in use, by name.

=========== ========================================================================================
``z``       normal, the standard error √(1/Σw) of the model
``t``       the same with t and k - 1 degrees of freedom ("classic t")
``knha``    Hartung-Knapp: squared standard error times Σw(y - mean)²/(k - 1); t with k - 1 (Knapp
            & Hartung 2003, Stat Med 22:2693)
``adhoc``   the same with the factor not below 1 (metafor ``adhoc``, meta ``adhoc.hakn.ci = "se"``)
``hybrid``  Hartung-Knapp or normal, whichever is wider (Jackson et al. 2017, Stat Med 36:3923,
            hybrid 2; meta ``"ci"``)
``iqwig``   Hartung-Knapp, but ``adhoc`` where it is narrower than the normal interval with the
            DerSimonian-Laird τ² (IQWiG, General Methods 6; meta ``"IQWiG6"``)
``KR``      Kenward-Roger standard error and degrees of freedom by the expected information
            (Partlett & Riley 2017, Stat Med 36:301)
=========== ========================================================================================

One study has nothing to estimate a dispersion from: its test is normal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.meta.distributions import quantile
from analysis.meta.projection import Array, Design, WeightedFit, fit_weighted
from analysis.meta.tau2 import estimate_tau2

__all__ = ["HARTUNG_KNAPP", "MEAN_TESTS", "MeanInterval", "kenward_roger", "mean_interval"]

MEAN_TESTS = ("z", "t", "knha", "adhoc", "hybrid", "iqwig", "KR")
#: Those that scale the standard error by the dispersion of the effects.
HARTUNG_KNAPP = frozenset({"knha", "adhoc", "hybrid", "iqwig"})


@dataclass(frozen=True, slots=True)
class MeanInterval:
    """Standard errors and degrees of freedom of m refits; every array has shape (m,).

    Attributes
    ----------
    se, df : ndarray
        Of the test; `df` is NaN for the normal distribution.
    factor : ndarray
        By which the squared classic standard error was multiplied.
    ses : dict of str to ndarray
        Standard errors a prediction interval can be made of: ``"test"``, ``"classic"``,
        ``"hartung_knapp"``, ``"kenward_roger"``.
    dfs : dict of str to ndarray
        Degrees of freedom that belong to them.
    """

    se: Array
    df: Array
    factor: Array
    ses: dict[str, Array]
    dfs: dict[str, Array]


def kenward_roger(weights: Array) -> tuple[Array, Array]:
    """Return Kenward-Roger standard errors and degrees of freedom, each of shape (m,).

    Parameters
    ----------
    weights : ndarray, shape (m, k)
        ``1 / (v + tau2)``, 0 where a study is left out. NaN comes back where the approximation
        breaks down (a negative variance).
    """
    first, second, third = (np.sum(weights**power, axis=1) for power in (1, 2, 3))
    with np.errstate(divide="ignore", invalid="ignore"):
        information = second / 2 - third / first + (second / first) ** 2 / 2
        bias = (third / first - (second / first) ** 2) / information
        variance = (1 + 2 * bias) / first
        df = 2 * information / (variance * second) ** 2
        return np.sqrt(variance), df


def mean_interval(
    test: str,
    fit: WeightedFit,
    y: Array,
    v: Array,
    keep: Array,
    *,
    level: float,
) -> MeanInterval:
    """Return standard errors and degrees of freedom of the mean of every refit.

    Parameters
    ----------
    test : str
        One of `MEAN_TESTS`.
    fit : WeightedFit
        Of the mean alone, m rows of weights.
    y, v : ndarray, shape (1, k)
    keep : ndarray, shape (m, k)
    level : float
        Confidence level, a fraction; ``hybrid`` and ``iqwig`` compare intervals at it.
    """
    free = keep.sum(axis=1) - 1
    several = free > 0
    classic = np.sqrt(fit.inverse[:, 0, 0])
    # Studies with the same effect leave rounding noise as their sum of squares; it is 0 (metafor
    # sets it so below the same bound).
    squares = np.where(fit.q <= np.finfo(np.float64).eps, 0.0, fit.q)
    raw = np.where(several, squares / np.where(several, free, 1.0), 1.0)
    hk = classic * np.sqrt(raw)
    df = np.where(several, free, np.nan)
    normal = np.full_like(df, np.nan)
    kr_se, kr_df = kenward_roger(fit.weights)
    kr_se, kr_df = np.where(several, kr_se, classic), np.where(several, kr_df, np.nan)
    factor = np.ones_like(raw)
    se = classic
    if test in HARTUNG_KNAPP:
        factor = raw
        if test == "adhoc":
            factor = np.maximum(raw, 1.0)
        elif test == "hybrid":
            wider = quantile(level, df) * hk < quantile(level, normal) * classic
            factor, df = np.where(wider, 1.0, raw), np.where(wider, np.nan, df)
        elif test == "iqwig":
            narrower = quantile(level, df) * hk < _normal_half_width(y, v, keep, level)
            factor = np.where(narrower, np.maximum(raw, 1.0), raw)
        se = classic * np.sqrt(factor)
    elif test == "KR":
        se, df = kr_se, kr_df
    elif test == "z":
        df = normal
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = (se / classic) ** 2 if test == "KR" else factor
    own = np.where(several, free, np.nan)
    return MeanInterval(
        se=se,
        df=df,
        factor=factor,
        ses={"test": se, "classic": classic, "hartung_knapp": hk, "kenward_roger": kr_se},
        dfs={"test": own, "classic": own, "hartung_knapp": own, "kenward_roger": kr_df},
    )


def _normal_half_width(y: Array, v: Array, keep: Array, level: float) -> Array:
    """Return half the width of the normal interval with DerSimonian and Laird's τ²."""
    design = Design.intercept(y.shape[1])
    tau2 = estimate_tau2(design, y, v, keep, "DL").tau2
    fit = fit_weighted(design, y, keep / (v + tau2[:, None]))
    return quantile(level, np.nan) * np.sqrt(fit.inverse[:, 0, 0])
