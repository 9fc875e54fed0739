"""Runs the reference schema's cases of the logistic model: ``tests/reference/SCHEMA.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.meta import checks
from analysis.meta.cases_fields import back_block, data_of, method_of, option, plain
from analysis.meta.errors import MetaInputError
from analysis.meta.glmm import fit_glmm

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["RUNNERS"]

Case = dict[str, Any]

#: metafor's names of the model without a random intercept.
_COMMON = frozenset({"EE", "CE", "FE"})


def _glmm(case: Case) -> Case:
    measure = case.get("measure") or "PLO"
    if measure != "PLO":
        msg = f"The logistic model pools logits of one-arm proportions (PLO), not {measure!r}."
        raise MetaInputError(msg)
    events, n = checks.counts(data_of(case, "events"), data_of(case, "n"))
    method = method_of(case, default="ML")
    fit = fit_glmm(
        events,
        n,
        method="FE" if method in _COMMON else method,
        test=option(case, "test", "z"),
        quadrature_points=option(case, "nAGQ", 7),
    )
    return {
        "k": fit.k,
        "estimate": fit.estimate,
        "se": fit.se,
        "stat": fit.statistic,
        "df": fit.df,
        "pval": fit.p_value,
        "ci_lb": fit.ci_low,
        "ci_ub": fit.ci_high,
        "tau2": fit.tau2,
        "I2": 100.0 * fit.i2,
        "H2": fit.h2,
        "QE_Wld": fit.q_wald,
        "QEp_Wld": fit.q_wald_p,
        "QE_LRT": fit.q_lrt,
        "QEp_LRT": fit.q_lrt_p,
        "QE_df": fit.q_df,
        # What metafor prints under this name is conditional on the random effects.
        "ll_ML": fit.log_likelihood_conditional,
        "backtransformed": back_block(
            "PLO",
            {
                "pred": fit.estimate,
                "ci_lb": fit.ci_low,
                "ci_ub": fit.ci_high,
                "pi_lb": fit.pi_low,
                "pi_ub": fit.pi_high,
            },
        ),
    }


RUNNERS: dict[str, Callable[[Case], Case]] = {"glmm": lambda case: plain(_glmm(case))}
