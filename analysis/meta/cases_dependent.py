"""Cases of dependent rows, ``rma.mv`` and ``robust``: ``tests/reference/SCHEMA-meta.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.meta.cases_fields import data_of, effects_of, method_of, option, plain
from analysis.meta.checks import choice
from analysis.meta.cluster_robust import robust_mean, robust_three_level
from analysis.meta.models import pool
from analysis.meta.three_level import three_level

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["RUNNERS"]

Case = dict[str, Any]


def _mv(case: Case) -> Case:
    y, v = effects_of(case)
    fit = three_level(
        y,
        v,
        data_of(case, "cluster"),
        correlation=option(case, "rho", 0.0),
        method=method_of(case),
        test=method_of(case, "test", "z"),
    )
    return {
        "k": fit.k,
        "estimate": fit.estimate,
        "se": fit.se,
        "stat": fit.stat,
        "df": fit.df,
        "pval": fit.p,
        "ci_lb": fit.ci_low,
        "ci_ub": fit.ci_high,
        "pi_lb": fit.prediction_low,
        "pi_ub": fit.prediction_high,
        "sigma2": list(fit.sigma2),
        "s_nlevels": [fit.clusters, fit.k],
        "QE": fit.q,
        "QEp": fit.q_p,
        "ll_REML" if fit.method == "REML" else "ll_ML": fit.log_likelihood,
    }


def _robust(case: Case) -> Case:
    y, v = effects_of(case)
    cluster = data_of(case, "cluster")
    kind = choice("model", method_of(case, "model", "rma.uni"), ("rma.uni", "rma.mv"))
    correction = method_of(case, "vcov", "CR1")
    method = method_of(case)
    if kind == "rma.uni":
        tau2 = pool(y, v, method=method).tau2
        found = robust_mean(y, v, cluster, tau2=tau2, correction=correction)
    else:
        fit = three_level(y, v, cluster, method=method)
        found = robust_three_level(y, fit, correction=correction)
    return {
        "k": found.k,
        "n_clusters": found.clusters,
        "estimate": found.estimate,
        "se": found.se,
        "stat": found.stat,
        "df": found.df,
        "pval": found.p,
        "ci_lb": found.ci_low,
        "ci_ub": found.ci_high,
    }


RUNNERS: dict[str, Callable[[Case], Case]] = {
    "rma.mv": lambda case: plain(_mv(case)),
    "robust": lambda case: plain(_robust(case)),
}
