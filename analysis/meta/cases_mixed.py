"""Cases of the mixed models of two groups and of rates: ``tests/reference/SCHEMA-meta.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.meta.cases_fields import data_of, method_of, option, plain
from analysis.meta.checks import choice
from analysis.meta.mixed_models import mixed_log_rates, mixed_odds_ratios, mixed_rate_ratios

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["RUNNERS"]

Case = dict[str, Any]

#: metafor's names of the model without a random effect.
_COMMON = frozenset({"EE", "CE", "FE"})
_COLUMNS = {
    "OR": (mixed_odds_ratios, ("ai", "n1i", "ci", "n2i")),
    "IRR": (mixed_rate_ratios, ("x1i", "t1i", "x2i", "t2i")),
    "IRLN": (mixed_log_rates, ("xi", "ti")),
}


def _glmm(case: Case) -> Case:
    measure = choice("measure", str(case.get("measure")), _COLUMNS)
    function, columns = _COLUMNS[measure]
    method = method_of(case, default="ML")
    options = {
        "method": "FE" if method in _COMMON else method,
        "test": option(case, "test", "z"),
        "quadrature_points": option(case, "nAGQ", 7),
    }
    if measure != "IRLN":
        options["model"] = option(case, "model", "UM.FS")
    fit = function(*(data_of(case, name) for name in columns), **options)
    return {
        "k": fit.k,
        "estimate": fit.estimate,
        "se": fit.se,
        "stat": fit.stat,
        "pval": fit.p,
        "ci_lb": fit.ci_low,
        "ci_ub": fit.ci_high,
        "pi_lb": fit.prediction_low,
        "pi_ub": fit.prediction_high,
        "tau2": fit.tau2,
        "sigma2": fit.sigma2,
        "rho": None,
        "I2": 100 * fit.i2,
        "H2": fit.h2,
        "QE_Wld": fit.q_wald,
        "QEp_Wld": fit.q_wald_p,
        "QE_LRT": fit.q_lrt,
        "QEp_LRT": fit.q_lrt_p,
        "QE_df": fit.q_df,
        "k_eff": fit.counts,
    }


RUNNERS: dict[str, Callable[[Case], Case]] = {"rma.glmm": lambda case: plain(_glmm(case))}
