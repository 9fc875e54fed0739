"""Cases that fit a model: ``rma``, ``subgroup_separate``, ``subgroup_common``, ``metareg``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.cases_fields import (
    back_block,
    data_of,
    effects_of,
    fit_block,
    method_of,
    option,
    plain,
)
from analysis.meta.errors import MetaInputError
from analysis.meta.heterogeneity import q_profile
from analysis.meta.meta_regression import MetaRegression, meta_regression
from analysis.meta.models import pool
from analysis.meta.moderators import is_missing
from analysis.meta.subgroups import subgroups

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.meta.pooled_effect import PooledEffect

__all__ = ["RUNNERS", "run_meta_regression"]

Case = dict[str, Any]

_TERM = re.compile(r"^(?:(factor|as\.factor)\(\s*([\w.]+)\s*\)|([\w.]+))$")


def _limits(pooled: PooledEffect) -> dict[str, float | None]:
    if pooled.k == 1 and pooled.method != "CE":
        # Of one study the engine predicts nothing; metafor repeats its interval.
        limits = {"pi_lb": pooled.ci_low, "pi_ub": pooled.ci_high}
        return {"pred": pooled.estimate, "ci_lb": pooled.ci_low, "ci_ub": pooled.ci_high, **limits}
    return {
        "pred": pooled.estimate,
        "ci_lb": pooled.ci_low,
        "ci_ub": pooled.ci_high,
        "pi_lb": pooled.prediction_low,
        "pi_ub": pooled.prediction_high,
    }


def _sizes(case: Case) -> np.ndarray | None:
    """Return sample sizes for the Freeman-Tukey inverse, if the case has them."""
    data = case["data"]
    return np.array(data["n"], dtype=np.float64) if "n" in data else None


def _rma(case: Case) -> Case:
    y, v = effects_of(case)
    method, test = method_of(case), method_of(case, "test", "z")
    pooled = pool(y, v, method=method, test=test, i2="tau2")
    result: Case = {
        **fit_block(pooled),
        "s2w": pooled.test_factor,
        "ll_ML": pooled.log_likelihood,
        "ll_REML": pooled.restricted_log_likelihood,
        "weights_pct": 100 * pooled.weights,
        "predict": {"pred": pooled.estimate, "se": pooled.se}
        | {name: value for name, value in _limits(pooled).items() if name != "pred"},
    }
    if pooled.method != "CE":
        riley = pool(y, v, method=method, test=test, prediction="Riley")
        result["predict_riley"] = {
            "pi_lb": riley.prediction_low,
            "pi_ub": riley.prediction_high,
            "pi_df": max(1, pooled.k - 2),
        }
        if pooled.k > 1:
            result["confint"] = _confint(y, v)
    back = back_block(case.get("measure"), _limits(pooled), _sizes(case))
    return result | ({} if back is None else {"backtransformed": back})


def _confint(y: np.ndarray, v: np.ndarray) -> Case:
    found = q_profile(y, v)
    sign = "<" if found.empty else ""
    return {
        "tau2": {"lb": found.tau2_low, "ub": found.tau2_high},
        "tau": {"lb": found.tau_low, "ub": found.tau_high},
        "I2": {"lb": 100 * found.i2_low, "ub": 100 * found.i2_high},
        "H2": {"lb": found.h2_low, "ub": found.h2_high},
        "lb_sign": sign,
        "ub_sign": sign,
        "ci_null": found.empty,
    }


def _subgroup_separate(case: Case) -> Case:
    y, v = effects_of(case)
    found = subgroups(
        y,
        v,
        data_of(case, "group"),
        method=method_of(case),
        test=method_of(case, "test", "z"),
        i2="tau2",
    )
    sizes = _sizes(case)
    groups: list[Case] = []
    for name, pooled, rows in zip(found.levels, found.effects, found.index, strict=True):
        block: Case = {"level": name, **fit_block(pooled)}
        if pooled.method != "CE":
            block |= {name: _limits(pooled)[name] for name in ("pi_lb", "pi_ub")}
        n = None if sizes is None else sizes[rows]
        back = back_block(case.get("measure"), _limits(pooled), n)
        groups.append(block | ({} if back is None else {"backtransformed": back}))
    return {
        "groups": groups,
        "Q_between": found.q_between,
        "Q_between_df": found.q_between_df,
        "Q_between_p": found.q_between_p,
        "Q_within_sum": found.q_within,
        "Q_within_df": found.q_within_df,
        "Q_total": found.q_total,
    }


def _subgroup_common(case: Case) -> Case:
    y, v = effects_of(case)
    found = subgroups(
        y,
        v,
        data_of(case, "group"),
        tau2="common",
        method=method_of(case),
        test=method_of(case, "test", "z"),
        i2="tau2",
    )
    fit = found.regression
    if fit is None:
        msg = "A common tau2 needs at least two levels."
        raise MetaInputError(msg)
    effects = found.effects
    return {
        "levels": list(found.levels),
        "estimate": [e.estimate for e in effects],
        "se": [e.se for e in effects],
        "stat": [e.stat for e in effects],
        "df": fit.df,
        "pval": [e.p for e in effects],
        "ci_lb": [e.ci_low for e in effects],
        "ci_ub": [e.ci_high for e in effects],
        "tau2": fit.tau2,
        "se_tau2": fit.se_tau2,
        "I2": 100 * fit.i2,
        "H2": fit.h2,
        "R2": 100 * fit.r2,
        "Q_between": found.q_between,
        "Q_between_df1": found.q_between_df,
        "Q_between_df2": found.q_between_df2,
        "Q_between_p": found.q_between_p,
        "QE": fit.q,
        "QE_df": fit.q_df,
        "QEp": fit.q_p,
    }


def _moderators(case: Case) -> tuple[dict[str, list[Any]], dict[str, str]]:
    """Return the moderators of a formula such as ``~ factor(group) + x`` and R's names for them.

    The names map a moderator to the text R puts before the level of a dummy.
    """
    formula = str(option(case, "mods", "")).strip()
    columns: dict[str, list[Any]] = {}
    labels: dict[str, str] = {}
    for part in formula.removeprefix("~").split("+"):
        match = _TERM.match(part.strip())
        if not match:
            msg = (
                f"Cannot read the moderator {part.strip()!r} in {formula!r}: "
                "write columns or factor(column), joined by +."
            )
            raise MetaInputError(msg)
        function, inside, name = match.groups()
        column = inside or name
        values = list(data_of(case, column))
        columns[column] = values
        texts = any(not is_missing(v) and isinstance(v, str) for v in values)
        if function or texts:
            labels[column] = f"{function}({column})" if function else column
    return columns, labels


def run_meta_regression(case: Case) -> Case:
    """Return a meta-regression of a case's effects in the shape of the kind ``metareg``."""
    y, v = effects_of(case)
    columns, labels = _moderators(case)
    reference = option(case, "reference_level", None)
    references = {name: str(reference) for name in labels} if reference is not None else {}
    fit = meta_regression(
        y,
        v,
        columns,
        method=method_of(case),
        test=method_of(case, "test", "z"),
        i2="tau2",
        categorical=tuple(labels),
        references=references,
    )
    names = [
        "intrcpt"
        if term.moderator is None
        else term.moderator
        if term.level is None
        else f"{labels[term.moderator]}{term.level}"
        for term in fit.terms
    ]
    result: Case = {
        "k": fit.k,
        "p": fit.coef.size,
        "coef_names": names,
        "coef": fit.coef,
        "se": fit.se,
        "stat": fit.stat,
        "df": fit.df,
        "pval": fit.p,
        "ci_lb": fit.ci_low,
        "ci_ub": fit.ci_high,
        "vcov": fit.vcov,
        "tau2": fit.tau2,
        "se_tau2": fit.se_tau2,
        "I2": 100 * fit.i2,
        "H2": fit.h2,
        "R2": 100 * fit.r2,
        "QM": fit.qm,
        "QM_df1": fit.qm_df1,
        "QM_df2": fit.qm_df2,
        "QMp": fit.qm_p,
        "QE": fit.q,
        "QE_df": fit.q_df,
        "QEp": fit.q_p,
    }
    if len(columns) == 1 and not labels and fit.coef.size > 1:
        result["predict"] = _predict(fit)
    return result


def _predict(fit: MetaRegression) -> Case:
    """Return the expected effect at the smallest and largest value of the one moderator."""
    ends = [float(fit.x[:, 1].min()), float(fit.x[:, 1].max())]
    found = fit.predict([[1.0, value] for value in ends])
    none = fit.method == "CE"
    return {
        "newmods": ends,
        "pred": found.estimate,
        "se": found.se,
        "ci_lb": found.ci_low,
        "ci_ub": found.ci_high,
        "pi_lb": [] if none else found.prediction_low,
        "pi_ub": [] if none else found.prediction_high,
    }


RUNNERS: dict[str, Callable[[Case], Case]] = {
    "rma": lambda case: plain(_rma(case)),
    "subgroup_separate": lambda case: plain(_subgroup_separate(case)),
    "subgroup_common": lambda case: plain(_subgroup_common(case)),
    "metareg": lambda case: plain(run_meta_regression(case)),
}
