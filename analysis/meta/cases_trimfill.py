"""Runs cases of kind ``meta.trimfill``: ``tests/reference/SCHEMA-meta.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.cases_bias import case_funnel
from analysis.meta.cases_fields import method_of, option, plain
from analysis.meta.checks import choice
from analysis.meta.distributions import z_quantile
from analysis.meta.effect_measures import definition
from analysis.meta.heterogeneity import log_h_interval, q_profile
from analysis.meta.models import pool
from analysis.meta.trim_and_fill import TrimAndFill, trim_and_fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from analysis.meta.funnel_data import FunnelData
    from analysis.meta.pooled_effect import PooledEffect
    from analysis.meta.transforms import Transform

__all__ = ["RUNNERS"]

Case = dict[str, Any]

_ESTIMATORS = {"L": "L0", "R": "R0"}
_OTHER = {"left": "right", "right": "left"}


def _trimmed(case: Case, data: FunnelData, side: str) -> TrimAndFill:
    method = method_of(case, "method_tau")
    estimator = choice("estimator (type)", str(option(case, "type", "L")), _ESTIMATORS)
    return trim_and_fill(
        data.yi,
        data.vi,
        method=method,
        estimator=_ESTIMATORS[estimator],
        trim_method="CE" if option(case, "ma_common", default=True) else method,
        side=side,
        convention="meta",
    )


def _trim_and_fill(case: Case) -> Case:
    data = case_funnel(case)
    left = option(case, "left", None)
    side = "auto" if left is None or isinstance(left, str) else "left" if left else "right"
    found = _trimmed(case, data, side)
    if isinstance(left, str):  # the other side than meta would choose
        found = _trimmed(case, data, _OTHER[found.side])
    return {
        "k0": found.k0,
        "left": found.side == "left",
        "n_iter": len(found.steps),
        "filled_yi": found.filled_yi,
        "filled_sei": np.sqrt(found.filled_vi),
        "pooled": _pooled(case, data, found),
    }


def _pooled(case: Case, data: FunnelData, found: TrimAndFill) -> Case:
    """Return the originals and the imputed studies pooled as ``metagen`` does."""
    y = np.concatenate([data.yi, found.filled_yi])
    v = np.concatenate([data.vi, found.filled_vi])
    se, k = np.sqrt(v), y.size
    entry = definition(str(data.measure))
    common = pool(y, v, method="CE")
    random = pool(y, v, method=method_of(case, "method_tau"), i2="q", prediction="t_k_minus_1")
    tau2_limits = q_profile(y, v)
    h_limits = log_h_interval(common.q, k)
    reach = z_quantile(0.95) * se
    block: Case = {
        "k": k,
        "k_study": k,
        "sm": "" if case.get("measure") == "GEN" else case.get("measure"),
        "method": "Inverse",
        "method_tau": random.method,
        "TE": y,
        "seTE": se,
        "study_lb": y - reach,
        "study_ub": y + reach,
        "common": _effect(common, tested=entry.null is not None),
        "random": {**_effect(random, tested=entry.null is not None), "df": None},
        "predict": {
            "se": float(np.hypot(random.se, random.tau)),
            "df": k - 1,
            "pi_lb": random.prediction_low,
            "pi_ub": random.prediction_high,
        },
        "tau2": random.tau2,
        "se_tau2": random.se_tau2,
        "tau2_lb": tau2_limits.tau2_low,
        "tau2_ub": tau2_limits.tau2_high,
        "method_tau_ci": "QP",
        "Q": common.q,
        "Q_df": common.q_df,
        "Q_p": common.q_p,
        "I2": 100.0 * random.i2,
        "I2_lb": 100.0 * h_limits.i2_low,
        "I2_ub": 100.0 * h_limits.i2_high,
        "H": max(1.0, (common.q / common.q_df) ** 0.5),
        "H_lb": h_limits.h2_low**0.5,
        "H_ub": h_limits.h2_high**0.5,
        # Crippa, Khudyakov, Wang, Orsini & Spiegelman 2016, Stat Med 35:3661.
        "Rb": random.tau2 / (k * random.se**2),
    }
    transform = _transform(data, found)
    if transform is not None:
        block["backtransformed"] = {
            "common": _back(common, transform),
            "random": {
                **_back(random, transform),
                "pi_lb": transform.apply(random.prediction_low),
                "pi_ub": transform.apply(random.prediction_high),
            },
        }
    return block


def _effect(pooled: PooledEffect, *, tested: bool) -> Case:
    return {
        "estimate": pooled.estimate,
        "se": pooled.se,
        "stat": pooled.stat if tested else None,
        "pval": pooled.p if tested else None,
        "ci_lb": pooled.ci_low,
        "ci_ub": pooled.ci_high,
        "weights_pct": 100.0 * pooled.weights / pooled.weights.sum(),
    }


def _transform(data: FunnelData, found: TrimAndFill) -> Transform | None:
    """Return the way back to the data's scale, or None for measures pooled on it."""
    transform = definition(str(data.measure)).transform
    if transform.name == "identity" and (transform.low, transform.high) != (0.0, 1.0):
        return None
    if transform.name.startswith("freeman_tukey") and data.n is not None:
        sizes: NDArray[np.float64] = np.concatenate([data.n, data.n[found.mirrored]])
        return transform.at(float(1.0 / np.mean(1.0 / sizes)))
    return transform


def _back(pooled: PooledEffect, transform: Transform) -> Case:
    return {
        "pred": transform.apply(pooled.estimate),
        "ci_lb": transform.apply(pooled.ci_low),
        "ci_ub": transform.apply(pooled.ci_high),
    }


RUNNERS: dict[str, Callable[[Case], Case]] = {
    "meta.trimfill": lambda case: plain(_trim_and_fill(case)),
}
