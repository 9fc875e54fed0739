"""Runs cases about publication bias: ``tests/reference/SCHEMA-meta.md``.

``meta.metabias`` and ``meta.trimfill`` follow R's meta, the other kinds metafor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.asymmetry import asymmetry_test, default_test
from analysis.meta.cases_fields import effects_of, option, plain
from analysis.meta.checks import choice
from analysis.meta.effect_measures import definition
from analysis.meta.errors import MetaInputError
from analysis.meta.excess_significance import excess_significance
from analysis.meta.fail_safe import fail_safe
from analysis.meta.funnel_data import FunnelData, funnel_data
from analysis.meta.henmi_copas import henmi_copas
from analysis.meta.r_meta_effects import r_meta_effect_sizes
from analysis.meta.selection_model import selection_model

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["RUNNERS", "case_funnel"]

Case = dict[str, Any]

#: What R's meta calls the tests.
_TESTS = {
    "Egger": "egger",
    "Begg": "begg",
    "Thompson": "thompson_sharp",
    "Harbord": "harbord",
    "Peters": "peters",
    "Macaskill": "macaskill",
    "Deeks": "deeks",
    "Pustejovsky": "pustejovsky_rodgers",
    "Schwarzer": "schwarzer",
}
_NAMES = {test: name for name, test in _TESTS.items()}
#: Columns of a case that are columns of `FunnelData`.
_COLUMNS = {"ai": "events1", "n1i": "n1", "ci": "events2", "n2i": "n2",
            "events": "events", "n": "n", "ni": "n"}  # fmt: skip
#: Columns of an effect as it was reported.
_REPORTED = {
    "yi": "estimate",
    "est": "estimate",
    "sei": "se",
    "lower": "ci_low",
    "upper": "ci_high",
}


def case_funnel(case: Case) -> FunnelData:
    """Return the effects of a case by the rules of R's meta, with the counts behind them."""
    data = case["data"]
    entry = definition(str(case.get("measure")))
    reported = {name: data[theirs] for theirs, name in _REPORTED.items() if theirs in data}
    columns = {**data, **reported}
    sizes = r_meta_effect_sizes(entry.name, columns)
    rows = sizes.index
    counts = {
        ours: np.asarray(data[theirs], dtype=np.float64)[rows]
        for theirs, ours in _COLUMNS.items()
        if theirs in data
    }
    return funnel_data(sizes.yi, sizes.vi, measure=entry.name, **counts)


def _asymmetry(case: Case) -> Case:
    data = case_funnel(case)
    fewest = option(case, "k_min", 3)
    if data.k < fewest:
        msg = f"There are {data.k} studies with an effect, fewer than k_min, {fewest}: no test."
        raise MetaInputError(msg)
    asked = option(case, "method_bias", None)
    if asked is None:
        name = default_test(data.measure)
    else:
        name = _TESTS[choice("test (method_bias)", str(asked), _TESTS)]
    test = asymmetry_test(
        name,
        data,
        method=str(option(case, "method_tau", "REML")),
        correct=bool(option(case, "correct", default=False)),
        insist=True,
    )
    return {
        "method": _NAMES[name],
        "stat": test.statistic,
        "df": test.df,
        "pval": test.p_value,
        "bias": test.bias,
        "bias_se": test.bias_se,
        "intercept": test.intercept,
        "intercept_se": test.intercept_se,
        "tau": test.dispersion if test.tau2 is None else np.sqrt(test.tau2),
    }


def _selection(case: Case) -> Case:
    y, v = effects_of(case)
    options: dict[str, Any] = {"family": str(option(case, "type", "stepfun"))}
    steps = option(case, "steps", None)
    if steps is not None:
        options["steps"] = np.atleast_1d(steps).tolist()
    fit = selection_model(
        y,
        v,
        alternative=str(option(case, "alternative", "greater")),
        method=str(option(case, "method", "ML")),
        **options,
    )
    return {
        "k": fit.k,
        "estimate": fit.estimate,
        "se": fit.se,
        "pval": fit.p,
        "ci_lb": fit.ci_low,
        "ci_ub": fit.ci_high,
        "tau2": fit.tau2,
        "delta": fit.delta,
        "delta_se": fit.delta_se,
        "LRT": fit.lrt,
        "LRTdf": fit.lrt_df,
        "LRTp": fit.lrt_p,
        "ll": fit.log_likelihood,
    }


def _henmi_copas(case: Case) -> Case:
    fit = henmi_copas(*effects_of(case), level=option(case, "level", 95) / 100)
    return {
        "estimate": fit.estimate,
        "se": fit.se,
        "ci_lb": fit.ci_low,
        "ci_ub": fit.ci_high,
        "tau2": fit.tau2,
    }


def _excess(case: Case) -> Case:
    test = excess_significance(
        *effects_of(case),
        theta=option(case, "theta", None),
        tau2=option(case, "tau2", 0.0),
        alpha=option(case, "alpha", 0.05),
        test_alpha=option(case, "tes_alpha", 0.10),
        test=str(option(case, "test", "metafor")),
    )
    return {
        "k": test.k,
        "O": test.observed,
        "E": test.expected,
        "OE": test.ratio,
        "pval": test.p_value,
        "X2": test.chi2,
        "theta_lim": test.theta_limit,
    }


def _fail_safe(case: Case) -> Case:
    kind = str(option(case, "type", "Rosenthal"))
    found = fail_safe(
        *effects_of(case),
        definition=kind.lower(),
        alpha=option(case, "alpha", 0.05),
        target=option(case, "target", None),
    )
    return {
        "type": kind,
        "fsnum": found.number,
        "pval": found.p_value,
        "meanes": found.mean_effect,
        "target": found.target,
    }


def _runner(run: Callable[[Case], Case], *arguments: str) -> Callable[[Case], Case]:
    """Return a runner that refuses an argument it would not heed."""

    def checked(case: Case) -> Case:
        for name in case.get("args") or {}:
            choice(f"argument of {case['kind']}", name, arguments)
        return plain(run(case))

    return checked


RUNNERS: dict[str, Callable[[Case], Case]] = {
    "meta.metabias": _runner(_asymmetry, "method_bias", "method_tau", "correct", "k_min"),
    "selmodel": _runner(_selection, "type", "steps", "alternative", "method"),
    "hc": _runner(_henmi_copas, "level"),
    "tes": _runner(_excess, "theta", "tau2", "alpha", "tes_alpha", "test"),
    "fsn": _runner(_fail_safe, "type", "alpha", "target"),
}
