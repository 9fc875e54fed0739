"""Logistic and Poisson models as R's meta prints them: part of the kind ``meta.pool``.

The interval of I² is that of Wald's Q, the prediction interval t with k - 1, and Hartung-Knapp is
read as t with k - 1 for the estimate (SCHEMA-meta.md, conventions 5 to 7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.cases_meta_blocks import cmh_block, study_block
from analysis.meta.checks import choice
from analysis.meta.distributions import quantile, two_sided_p
from analysis.meta.effect_measures import definition
from analysis.meta.glmm import fit_glmm
from analysis.meta.mixed_conventions import mixed_i2, mixed_prediction
from analysis.meta.mixed_models import mixed_log_rates, mixed_odds_ratios, mixed_rate_ratios
from analysis.meta.subgroups import between_levels

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.meta.cases_meta_settings import MetaCase

__all__ = ["mixed_block", "mixed_subgroups"]

Case = dict[str, Any]

_LEVEL = 0.95
_MODELS: dict[str, tuple[Callable[..., Any], bool]] = {
    "PLO": (fit_glmm, False),
    "OR": (mixed_odds_ratios, True),
    "IRR": (mixed_rate_ratios, True),
    "IRLN": (mixed_log_rates, False),
}


def mixed_block(found: MetaCase) -> Case:
    """Return everything meta stores of a generalised linear mixed model.

    Raises
    ------
    MetaInputError
        If the measure has no such model, or it cannot be fitted.
    """
    common, random = _fits(found, np.arange(found.rows))
    tested = definition(found.measure).null is not None
    k = random.k
    df = k - 1 if found.conventions.test in {"knha", "t"} else None
    error, free, limits = _prediction(found, random)
    q, q_df = random.q_wald, random.q_df
    share, low, high = _i2(found, random)
    transform = found.sizes.transform
    blocks = {"common": _wald(common, None), "random": _wald(random, df)}
    back = {
        name: {
            key: transform.apply(block[where])
            for key, where in (("pred", "estimate"), ("ci_lb", "ci_lb"), ("ci_ub", "ci_ub"))
        }
        for name, block in blocks.items()
    }
    back["random"] |= {"pi_lb": transform.apply(limits[0]), "pi_ub": transform.apply(limits[1])}
    del blocks["common"]["df"]
    if not tested:
        for block in blocks.values():
            block |= {"stat": None, "pval": None}
    return {
        **study_block(found),
        "method_tau": "ML",
        "k": k,
        **blocks,
        "predict": {"se": error, "df": free, "pi_lb": limits[0], "pi_ub": limits[1]},
        "tau2": random.tau2,
        "se_tau2": None,
        "tau2_lb": None,
        "tau2_ub": None,
        "method_tau_ci": "",
        "Q": q,
        "Q_df": q_df,
        "Q_p": random.q_wald_p,
        "I2": 100 * share,
        "I2_lb": 100 * low,
        "I2_ub": 100 * high,
        "H": max(q / q_df, 1.0) ** 0.5 if q_df else None,
        "H_lb": (1 / (1 - low)) ** 0.5,
        "H_ub": (1 / (1 - high)) ** 0.5,
        "Rb": None,
        "Q_LRT": random.q_lrt,
        "Q_LRT_p": random.q_lrt_p,
        **cmh_block(found),
        "backtransformed": back,
    }


def _fits(found: MetaCase, rows: np.ndarray) -> tuple[Any, Any]:
    """Return the models without and with a random effect of some rows of a case."""
    choice("measure of a mixed model", found.measure, _MODELS)
    function, has_model = _MODELS[found.measure]
    options = {"model": found.args.get("model_glmm", "UM.FS")} if has_model else {}
    names = definition(found.measure).columns
    columns = [np.array(found.columns[name], dtype=float)[rows] for name in names]
    common = function(*columns, method="FE", **options)
    return common, function(*columns, method="ML", **options)


def _prediction(found: MetaCase, random: Any) -> tuple[float, float, tuple[float, float]]:
    low, high, error, free, _ = mixed_prediction(
        *(random.estimate, random.se, random.tau2, random.k),
        prediction=found.conventions.glmm_prediction,
    )
    return error, free, (low, high)


def _i2(found: MetaCase, random: Any) -> tuple[float, float, float]:
    conventions = found.conventions
    return mixed_i2(
        *(random.q_wald, random.q_df, random.i2),
        i2=conventions.glmm_i2,
        interval_two=conventions.i2_interval_two,
    )


def mixed_subgroups(found: MetaCase, levels: list[str], members: list[np.ndarray]) -> Case:
    """Return a mixed model for every level, and the tests between them."""
    fits = [_fits(found, rows) for rows in members]
    tested = definition(found.measure).null is not None
    hartung_knapp = found.conventions.test in {"knha", "t"}
    blocks = [
        (_wald(common, None), _wald(random, random.k - 1 if hartung_knapp else None))
        for common, random in fits
    ]
    predictions = [_prediction(found, random) for _, random in fits]
    between = [
        between_levels([b[i]["estimate"] for b in blocks], [b[i]["se"] for b in blocks])
        for i in (0, 1)
    ]
    shown = ("estimate", "se", "ci_lb", "ci_ub")
    shares = [_i2(found, random)[0] for _, random in fits]
    return {
        "levels": levels,
        "k": [random.k for _, random in fits],
        "tau_common": False,
        "common": {name: [b[0][name] for b in blocks] for name in shown},
        "random": {
            **{name: [b[1][name] for b in blocks] for name in (*shown, "df")},
            "pval": [b[1]["pval"] if tested else None for b in blocks],
        },
        "predict": {
            "pi_lb": [limits[0] for _, _, limits in predictions],
            "pi_ub": [limits[1] for _, _, limits in predictions],
            "df": [free for _, free, _ in predictions],
        },
        "tau2": [random.tau2 for _, random in fits],
        "Q": [random.q_wald for _, random in fits],
        "I2": [100 * share for share in shares],
        "Q_between_common": between[0][0],
        "Q_between_common_p": between[0][2],
        "Q_between_random": between[1][0],
        "Q_between_random_p": between[1][2],
        "Q_between_df": between[0][1],
        "Q_between_random_df": between[1][1],
        **dict.fromkeys(("Q_within_common", "Q_within_df", "tau2_resid", "Q_resid", "I2_resid")),
    }


def _wald(fit: Any, df: int | None) -> Case:
    free = float("nan") if df is None else float(df)
    half = float(quantile(_LEVEL, free)) * fit.se
    stat = fit.estimate / fit.se
    return {
        "estimate": fit.estimate,
        "se": fit.se,
        "stat": stat,
        "df": df,
        "pval": float(two_sided_p(stat, free)),
        "ci_lb": fit.estimate - half,
        "ci_ub": fit.estimate + half,
        "weights_pct": None,
    }
