"""Fitting the common-effect and random-effects models to many subsets in one vectorised pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.meta.distributions import quantile, two_sided_p
from analysis.meta.heterogeneity import Heterogeneity, heterogeneity
from analysis.meta.pooled_effect import BatchEffects
from analysis.meta.prediction import prediction_definition, prediction_limits
from analysis.meta.projection import Array, Design, fit_weighted
from analysis.meta.tau2 import Tau2Estimate, estimate_tau2, fixed_tau2

__all__ = ["RowFits", "fit_rows"]


@dataclass(frozen=True, slots=True)
class RowFits:
    """A block of m refits.

    Attributes
    ----------
    effects : BatchEffects
    weights : ndarray, shape (m, k)
        Not normalised; 0 where a study is left out.
    het : Heterogeneity
    tau2 : Tau2Estimate
    """

    effects: BatchEffects
    weights: Array
    het: Heterogeneity
    tau2: Tau2Estimate


def fit_rows(
    y: Array,
    v: Array,
    keep: Array,
    *,
    method: str,
    test: str,
    level: float,
    prediction: str | None,
    i2: str,
    tau2: float | None,
) -> RowFits:
    """Fit the model to m subsets of k studies; nothing is validated here.

    Parameters
    ----------
    y, v : ndarray, shape (1, k)
    keep : ndarray of float, shape (m, k)
        1 for the studies of each subset, 0 for the others.
    method, test, level, prediction, i2, tau2
        As for `analysis.meta.models.pool`.
    """
    design = Design.intercept(y.shape[1])
    shift = y.mean()
    centred = y - shift
    found = (
        estimate_tau2(design, centred, v, keep, method)
        if tau2 is None
        else fixed_tau2(keep.shape[0], tau2)
    )
    fit = fit_weighted(design, centred, keep / (v + found.tau2[:, None]))
    k = keep.sum(axis=1)
    df = k - 1
    several = df > 0
    classic = np.sqrt(fit.inverse[:, 0, 0])
    # With one study there is nothing to estimate the dispersion from: the test is normal.
    # Studies with the same effect leave rounding noise as their sum of squares; it is 0 (metafor
    # sets it so below the same bound).
    squares = np.where(fit.q <= np.finfo(np.float64).eps, 0.0, fit.q)
    raw_factor = np.where(several, squares / np.where(several, df, 1.0), 1.0)
    factor = {"knha": raw_factor, "adhoc": np.maximum(raw_factor, 1.0)}.get(
        test, np.ones_like(raw_factor)
    )
    se = classic * np.sqrt(factor)
    estimate = fit.gamma[:, 0] + shift
    test_df = np.full_like(df, np.nan) if test == "z" else np.where(several, df, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        stat = estimate / se
    half = quantile(level, test_df) * se
    het = heterogeneity(
        design, centred, v, keep, found.tau2, i2=i2, common=method == "CE" and tau2 is None
    )
    low = high = np.full_like(estimate, np.nan)
    definition = prediction_definition(prediction, test)
    if definition is not None and method != "CE":
        ses = {"test": se, "classic": classic, "hartung_knapp": classic * np.sqrt(raw_factor)}
        low, high = prediction_limits(definition, estimate, found.tau2, ses, df, level)
        if prediction == "test":
            low = np.where(several, low, estimate - quantile(level, np.nan) * se)
            high = np.where(several, high, estimate + quantile(level, np.nan) * se)
    rows = BatchEffects(
        estimate=estimate,
        se=se,
        stat=stat,
        df=test_df,
        p=two_sided_p(stat, test_df),
        ci_low=estimate - half,
        ci_high=estimate + half,
        q=het.q,
        q_df=het.df,
        q_p=het.p,
        tau2=found.tau2,
        se_tau2=found.se_tau2,
        i2=het.i2,
        h2=het.h2,
        k=k,
        prediction_low=low,
        prediction_high=high,
        test_factor=factor,
        iterations=found.iterations,
        converged=found.converged,
        boundary=found.boundary,
    )
    return RowFits(rows, fit.weights, het, found)
