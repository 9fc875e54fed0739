"""Cases of R's meta about parts of the studies, and its meta-regression: see SCHEMA-meta.md.

Kinds ``meta.subgroup``, ``meta.metainf``, ``meta.metacum`` and ``meta.metareg``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.cases_fields import data_of, option, plain
from analysis.meta.cases_meta import prediction_block
from analysis.meta.cases_meta_settings import MetaCase, meta_case
from analysis.meta.cases_models import run_meta_regression
from analysis.meta.effect_measures import definition
from analysis.meta.errors import MetaInputError
from analysis.meta.meta_regression import meta_regression
from analysis.meta.outcome_analysis import OutcomeAnalysis, analyse
from analysis.meta.subgroups import between_levels

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analysis.meta.effect_sizes import EffectSizes

__all__ = ["RUNNERS"]

Case = dict[str, Any]


def _part(found: MetaCase, rows: np.ndarray) -> tuple[EffectSizes, dict[str, Any]]:
    """Return the effects and the raw columns of some rows of a case."""
    sizes = found.sizes
    chosen = np.isin(sizes.index, rows)
    n = None if sizes.n is None else sizes.n[chosen]
    taken = {name: np.array(values)[rows] for name, values in found.columns.items()}
    place = np.searchsorted(rows, sizes.index[chosen])
    part = replace(sizes, yi=sizes.yi[chosen], vi=sizes.vi[chosen], index=place, n=n)
    return part, taken


def _analysis(found: MetaCase, rows: np.ndarray, tau2: float | None = None) -> OutcomeAnalysis:
    part, columns = _part(found, rows)
    return analyse(part, columns, found.conventions, tau2=tau2)


def _subgroup(case: Case) -> Case:
    found = meta_case(case)
    groups = [str(value) for value in data_of(case, "group")]
    levels = list(dict.fromkeys(groups))
    members = [np.array([i for i, g in enumerate(groups) if g == name]) for name in levels]
    if found.method == "GLMM":
        from analysis.meta.cases_meta_mixed import mixed_subgroups

        if found.args.get("tau_common"):
            msg = (
                "Mixed models have a τ² for each subgroup here: leave tau_common out, or pool "
                "logits by inverse variance."
            )
            raise MetaInputError(msg)
        return mixed_subgroups(found, levels, members)
    tau2 = None
    common = bool(found.args.get("tau_common", False))
    residual: Case = {"tau2_resid": None, "Q_resid": None, "I2_resid": None}
    if common:
        fit = meta_regression(
            found.sizes.yi,
            found.sizes.vi,
            {"group": [groups[int(i)] for i in found.sizes.index]},
            method=found.conventions.tau2_method,
            categorical=("group",),
            i2="tau2",
        )
        tau2 = fit.tau2
        residual = {
            "tau2_resid": tau2,
            "Q_resid": fit.q,
            "I2_resid": 100 * max(0.0, 1 - fit.q_df / fit.q) if fit.q > 0 else 0.0,
        }
    parts = [_analysis(found, rows, tau2) for rows in members]
    tested = definition(found.measure).null is not None
    q_common = between_levels([p.common.estimate for p in parts], [p.common.se for p in parts])
    q_random = between_levels([p.random.estimate for p in parts], [p.random.se for p in parts])
    predictions = [prediction_block(p.random) for p in parts]
    names = {"estimate": "estimate", "se": "se", "ci_lb": "ci_low", "ci_ub": "ci_high"}
    return {
        "levels": levels,
        "k": [p.random.k for p in parts],
        "tau_common": common,
        "common": {key: [getattr(p.common, name) for p in parts] for key, name in names.items()},
        "random": {
            **{key: [getattr(p.random, name) for p in parts] for key, name in names.items()},
            "df": [p.random.df for p in parts],
            "pval": [p.random.p if tested else None for p in parts],
        },
        "predict": {key: [p[key] for p in predictions] for key in ("pi_lb", "pi_ub", "df")},
        "tau2": [p.random.tau2 if p.random.k > 1 or common else None for p in parts],
        "Q": [p.random.q for p in parts],
        "I2": [100 * p.random.i2 if p.random.k > 1 else None for p in parts],
        "Q_between_common": q_common[0],
        "Q_between_common_p": q_common[2],
        "Q_between_random": q_random[0],
        "Q_between_random_p": q_random[2],
        "Q_between_df": q_common[1],
        "Q_between_random_df": q_random[1],
        "Q_within_common": sum(p.random.q for p in parts),
        "Q_within_df": sum(p.random.q_df for p in parts),
        **residual,
    }


def _refits(found: MetaCase, rows: Sequence[np.ndarray], labels: list[str], pooled: str) -> Case:
    tested = definition(found.measure).null is not None
    columns: dict[str, list[Any]] = {
        key: [] for key in ("estimate", "se", "ci_lb", "ci_ub", "pval", "tau2", "I2")
    }
    for chosen in rows:
        part, taken = _part(found, chosen)
        if part.k == 0:
            for values in columns.values():
                values.append(None)
            continue
        both = analyse(part, taken, found.conventions)
        effect = both.common if pooled == "common" else both.random
        several = part.k > 1
        row = {
            "estimate": effect.estimate,
            "se": effect.se,
            "ci_lb": effect.ci_low,
            "ci_ub": effect.ci_high,
            "pval": effect.p if tested else None,
            "tau2": both.random.tau2 if several else None,
            "I2": 100 * both.random.i2 if several else None,
        }
        for key, value in row.items():
            columns[key].append(value)
    return {"pooled": pooled, **columns, "order_labels": labels}


def _leave_one_out(case: Case) -> Case:
    found = meta_case(case)
    everyone = np.arange(found.rows)
    labels = [f"Omitting {i + 1}" for i in everyone]
    rows = [np.delete(everyone, i) for i in everyone]
    return _refits(found, rows, labels, str(option(case, "pooled", "common")))


def _cumulative(case: Case) -> Case:
    found = meta_case(case)
    years = case["data"].get("year")
    order = np.arange(found.rows)
    if years:
        order = np.argsort(np.array(years, dtype=float), kind="stable")
    labels = [f"Adding {i + 1} (k={k})" for k, i in enumerate(order, start=1)]
    rows = [np.sort(order[: k + 1]) for k in range(found.rows)]
    return _refits(found, rows, labels, str(option(case, "pooled", "random")))


def _meta_regression(case: Case) -> Case:
    found = meta_case(case)
    kept = found.sizes.index
    data = {name: [values[int(i)] for i in kept] for name, values in case["data"].items()}
    data |= {"yi": found.sizes.yi.tolist(), "vi": found.sizes.vi.tolist()}
    test = "z" if found.conventions.test == "z" else found.conventions.test
    args = {"mods": found.args.get("mods"), "method": found.conventions.tau2_method, "test": test}
    fit = run_meta_regression({**case, "args": args, "data": data})
    wanted = (
        *("k", "coef_names", "coef", "se", "stat", "df", "pval", "ci_lb", "ci_ub"),
        *("tau2", "I2", "H2", "R2", "QM", "QM_df1", "QM_df2", "QMp", "QE", "QEp"),
    )
    return {name: fit[name] for name in wanted}


RUNNERS: dict[str, Callable[[Case], Case]] = {
    "meta.subgroup": lambda case: plain(_subgroup(case)),
    "meta.metainf": lambda case: plain(_leave_one_out(case)),
    "meta.metacum": lambda case: plain(_cumulative(case)),
    "meta.metareg": lambda case: plain(_meta_regression(case)),
}
