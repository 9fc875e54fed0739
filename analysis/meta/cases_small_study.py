"""Runs the reference schema's cases about small-study effects: ``tests/reference/SCHEMA.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.begg import begg
from analysis.meta.cases_fields import (
    back_block,
    counts_of,
    data_of,
    effects_of,
    fit_block,
    method_of,
    option,
    plain,
)
from analysis.meta.egger import egger
from analysis.meta.peters import peters
from analysis.meta.trim_and_fill import TrimAndFill, trim_and_fill

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["RUNNERS"]

Case = dict[str, Any]


def _rank_test(case: Case) -> Case:
    y, v = effects_of(case)
    exact = bool(option(case, "exact", default=True))
    test = begg(y, v, method="exact" if exact else "normal")
    return {
        "tau": test.tau,
        "pval": test.p_value,
        "S": test.s,
        "var_S": test.var_s,
        "z": test.z,
        "ties": test.ties,
        "ystar": test.standardised,
    }


def _regression_test(case: Case) -> Case:
    y, v = effects_of(case)
    model = option(case, "model", "rma")
    predictor = option(case, "predictor", "sei")
    sized = predictor not in {"sei", "vi"}
    test = egger(
        y,
        v,
        model=model,
        predictor=predictor,
        n=counts_of(case)[1] if sized else None,
        method=method_of(case),
        test=option(case, "test", "z"),
    )
    result: Case = {
        "stat": test.statistic,
        "df": test.df,
        "pval": test.p_value,
        "limit_est": test.limit,
        "limit_ci_lb": test.limit_ci_low,
        "limit_ci_ub": test.limit_ci_high,
        "slope": test.slope,
        "slope_se": test.slope_se,
        "limit_se": test.limit_se,
    }
    if model == "rma":
        return {**result, "tau2": test.tau2}
    result["resid_se"] = test.residual_se
    if predictor == "sei":
        # The regression of y/SE on 1/SE is the same line: its intercept is the slope above.
        result["egger_classic"] = {
            "intercept": test.slope,
            "intercept_se": test.slope_se,
            "t": test.statistic,
            "pval": test.p_value,
            "slope": test.limit,
            "slope_se": test.limit_se,
        }
    return result


def _peters(case: Case) -> Case:
    events, n = counts_of(case)
    test = peters(data_of(case, "yi"), events, n)
    return {
        "slope": test.slope,
        "slope_se": test.slope_se,
        "t": test.statistic,
        "df": test.df,
        "pval": test.p_value,
        "intercept": test.intercept,
        "intercept_se": test.intercept_se,
        "n_zero_weight": test.zero_weight,
    }


def _filled(case: Case, result: TrimAndFill) -> Case:
    """Return the fields both kinds of trim and fill share."""
    pooled = fit_block(result.pooled)
    measure = case.get("measure")
    n = None
    if measure == "PFT":
        sizes = counts_of(case)[1]
        n = np.concatenate([sizes, sizes[result.mirrored]])
    back = back_block(
        measure,
        {
            "pred": result.pooled.estimate,
            "ci_lb": result.pooled.ci_low,
            "ci_ub": result.pooled.ci_high,
            "pi_lb": result.pooled.prediction_low,
            "pi_ub": result.pooled.prediction_high,
        },
        n,
    )
    if back is not None:
        pooled["backtransformed"] = back
    return {
        "side": result.side,
        "filled_yi": result.filled_yi,
        "filled_vi": result.filled_vi,
        "pooled": pooled,
    }


def _trim_and_fill(case: Case) -> Case:
    y, v = effects_of(case)
    result = trim_and_fill(
        y,
        v,
        method=method_of(case),
        estimator=option(case, "estimator", "L0"),
        side=option(case, "side", "auto"),
        i2="tau2",
    )
    return {
        "k0": result.k0,
        "se_k0": result.se_k0,
        "p_k0": result.p_k0,
        **_filled(case, result),
    }


def _trim_common_pool_random(case: Case) -> Case:
    y, v = effects_of(case)
    result = trim_and_fill(
        y,
        v,
        method=method_of(case),
        trim_method=method_of(case, "trim_method", "FE"),
        estimator=option(case, "estimator", "L0"),
        side=option(case, "side", "auto"),
        i2="tau2",
    )
    return {"k0": result.k0, **_filled(case, result)}


RUNNERS: dict[str, Callable[[Case], Case]] = {
    "ranktest": lambda case: plain(_rank_test(case)),
    "regtest": lambda case: plain(_regression_test(case)),
    "peters": lambda case: plain(_peters(case)),
    "trimfill": lambda case: plain(_trim_and_fill(case)),
    "trimfill_fe_re": lambda case: plain(_trim_common_pool_random(case)),
}
