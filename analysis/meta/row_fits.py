"""Fitting the common-effect and random-effects models to many subsets in one vectorised pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.meta.distributions import quantile, two_sided_p
from analysis.meta.heterogeneity import Heterogeneity, heterogeneity
from analysis.meta.mean_intervals import mean_interval
from analysis.meta.pooled_effect import BatchEffects
from analysis.meta.prediction import (
    prediction_definition,
    prediction_error,
    prediction_quantile,
)
from analysis.meta.projection import Array, Design, fit_weighted
from analysis.meta.tau2 import Tau2Estimate, estimate_tau2, fixed_tau2

__all__ = ["RowFits", "fit_rows"]


_LEAST_DF = 0.01


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
    interval = mean_interval(test, fit, centred, v, keep, level=level)
    estimate = fit.gamma[:, 0] + shift
    with np.errstate(divide="ignore", invalid="ignore"):
        stat = estimate / interval.se
        half = quantile(level, interval.df) * interval.se
    # With next to no degrees of freedom the approximation has broken down: there is no interval.
    half = np.where(interval.df < _LEAST_DF, np.nan, half)
    het = heterogeneity(
        design, centred, v, keep, found.tau2, i2=i2, common=method == "CE" and tau2 is None
    )
    low = high = prediction_se = prediction_df = np.full_like(estimate, np.nan)
    definition = prediction_definition(prediction, test)
    if definition is not None and method != "CE":
        prediction_se, prediction_df = prediction_error(
            definition, found.tau2, interval.ses, interval.dfs
        )
        # One study shows nothing of how studies differ, and has no interval.
        width = np.where(k > 1, prediction_quantile(definition, prediction_df, level), np.nan)
        low, high = estimate - width * prediction_se, estimate + width * prediction_se
    rows = BatchEffects(
        estimate=estimate,
        se=interval.se,
        stat=stat,
        df=interval.df,
        p=two_sided_p(stat, interval.df),
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
        prediction_se=prediction_se,
        prediction_df=prediction_df,
        test_factor=interval.factor,
        iterations=found.iterations,
        converged=found.converged,
        boundary=found.boundary,
    )
    return RowFits(rows, fit.weights, het, found)
