"""Cases of R's meta: ``meta.pool`` and ``meta.study_ci``, in the shapes of SCHEMA-meta.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.cases_fields import data_of, option, plain
from analysis.meta.cases_meta_blocks import cmh_block, spread, study_block
from analysis.meta.cases_meta_mixed import mixed_block
from analysis.meta.cases_meta_settings import MetaCase, meta_case
from analysis.meta.checks import choice
from analysis.meta.effect_measures import definition
from analysis.meta.outcome_analysis import OutcomeAnalysis, analyse
from analysis.meta.study_intervals import study_intervals

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.meta.pooled_effect import PooledEffect

__all__ = ["RUNNERS", "back_blocks", "pool_block"]

Case = dict[str, Any]

#: Measures that meta prints as they were pooled.
_AS_POOLED = frozenset({"RD", "AS", "MD", "SMD", "SMD1", "COR", "IRD", "MN", "GEN"})
_INTERVALS = {
    "CP": ("clopper_pearson", True),
    "WS": ("wilson", True),
    "WSCC": ("wilson_cc", True),
    "AC": ("agresti_coull", True),
    "SA": ("wald", True),
    "SACC": ("wald_cc", True),
    "NAsm": ("wald", False),
}


def _pool(case: Case) -> Case:
    found = meta_case(case)
    if found.method == "GLMM":
        return mixed_block(found)
    analysis = analyse(found.sizes, found.columns, found.conventions)
    return pool_block(found, analysis)


def pool_block(found: MetaCase, analysis: OutcomeAnalysis) -> Case:
    """Return everything meta stores of one analysis."""
    sizes, random = found.sizes, analysis.random
    tested = definition(found.measure).null is not None
    missing = np.isnan(analysis.tau2_low)
    jackson = found.conventions.tau2_interval == "jackson_for_dl" and random.method == "DL"
    result: Case = {
        **study_block(found),
        "common": _effect(found, analysis.common, tested),
        "random": {**_effect(found, random, tested), "df": random.df},
        "predict": prediction_block(random),
        "tau2": random.tau2 if sizes.k > 1 else None,
        "se_tau2": random.se_tau2,
        "tau2_lb": analysis.tau2_low,
        "tau2_ub": analysis.tau2_high,
        "method_tau_ci": "" if missing else "J" if jackson else "QP",
        **heterogeneity_block(random.q, random.q_df, random.q_p, analysis),
        "Rb": analysis.r_b,
    }
    result |= cmh_block(found)
    return result | back_blocks(found, analysis.common, random)


def _effect(found: MetaCase, pooled: PooledEffect, tested: bool) -> Case:
    if pooled.weights.size == found.rows:
        weights = 100 * pooled.weights
    else:
        weights = spread(found, 100 * pooled.weights, empty=0.0)
    return {
        "estimate": pooled.estimate,
        "se": pooled.se,
        "stat": pooled.stat if tested else None,
        "pval": pooled.p if tested else None,
        "ci_lb": pooled.ci_low,
        "ci_ub": pooled.ci_high,
        "weights_pct": weights,
    }


def prediction_block(random: PooledEffect) -> Case:
    """Return the prediction interval; nothing where it has no degrees of freedom."""
    df = random.prediction_df
    none = random.k == 1 or (df is not None and not df > 0)
    return {
        "se": None if none else random.prediction_se,
        "df": None if none else df,
        "pi_lb": random.prediction_low,
        "pi_ub": random.prediction_high,
    }


def heterogeneity_block(q: float, df: int, p: float, analysis: Any) -> Case:
    """Return Q with I² and H from it, and their limits."""
    random = analysis.random
    low, high = analysis.i2_low, analysis.i2_high
    return {
        "Q": q,
        "Q_df": df,
        "Q_p": p,
        "I2": 100 * random.i2,
        "I2_lb": 100 * low,
        "I2_ub": 100 * high,
        "H": max(random.h2, 1.0) ** 0.5,
        "H_lb": (1 / (1 - low)) ** 0.5,
        "H_ub": (1 / (1 - high)) ** 0.5,
    }


def back_blocks(found: MetaCase, common: PooledEffect, random: PooledEffect) -> Case:
    """Return both results on the scale of the data, if meta prints them there."""
    if found.measure in _AS_POOLED:
        return {}
    transform = found.sizes.transform

    def block(pooled: PooledEffect) -> Case:
        names = {"pred": pooled.estimate, "ci_lb": pooled.ci_low, "ci_ub": pooled.ci_high}
        return {name: transform.apply(value) for name, value in names.items()}

    limits = {"pi_lb": random.prediction_low, "pi_ub": random.prediction_high}
    predicted = {name: transform.apply(value) for name, value in limits.items()}
    return {"backtransformed": {"common": block(common), "random": block(random) | predicted}}


def _study_ci(case: Case) -> Case:
    events, n = data_of(case, "events"), data_of(case, "n")
    name = choice("method_ci", str(option(case, "method_ci", "CP")), _INTERVALS)
    method, clip = _INTERVALS[name]
    found = study_intervals(events, n, method=method, clip=clip)
    share = np.array(events, dtype=float) / np.array(n, dtype=float)
    return {"lb": found.low, "ub": found.high, "estimate": share}


RUNNERS: dict[str, Callable[[Case], Case]] = {
    "meta.pool": lambda case: plain(_pool(case)),
    "meta.study_ci": lambda case: plain(_study_ci(case)),
}
