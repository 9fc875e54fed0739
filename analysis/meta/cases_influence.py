"""Runs the reference schema's cases about influence: see ``tests/reference/SCHEMA.md``.

I² and H² are metafor's (from τ²), as everywhere in the schema, and I² is in percent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.cases_fields import effects_of, method_of, option, plain
from analysis.meta.cumulative import cumulative
from analysis.meta.influence import baujat, influence, leave_one_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.meta.models import BatchEffects

__all__ = ["RUNNERS"]

Case = dict[str, Any]


def _statistics(refits: BatchEffects, method: str) -> Case:
    """Return the arrays leave-one-out and cumulative analyses share."""
    result: Case = {
        "estimate": refits.estimate,
        "se": refits.se,
        "stat": refits.stat,
        "pval": refits.p,
        "ci_lb": refits.ci_low,
        "ci_ub": refits.ci_high,
        "Q": refits.q,
        "Qp": refits.q_p,
    }
    if method not in {"CE", "FE", "EE"}:
        result["tau2"] = refits.tau2
    result["I2"] = 100.0 * refits.i2
    result["H2"] = refits.h2
    return result


def _leave_one_out(case: Case) -> Case:
    y, v = effects_of(case)
    method = method_of(case)
    result = leave_one_out(
        y, v, method=method, test=option(case, "test", "z"), i2="tau2", prediction=None
    )
    return _statistics(result.refits, method)


def _cumulative(case: Case) -> Case:
    y, v = effects_of(case)
    method = method_of(case)
    result = cumulative(
        y,
        v,
        case["data"].get("year"),
        method=method,
        test=option(case, "test", "z"),
        i2="tau2",
        prediction=None,
    )
    return {"order": result.order + 1, **_statistics(result.refits, method)}


def _influence(case: Case) -> Case:
    y, v = effects_of(case)
    result = influence(
        y,
        v,
        method=method_of(case),
        test=option(case, "test", "z"),
        i2="tau2",
        prediction=None,
    )
    return {
        "rstudent": result.rstudent,
        "dffits": result.dffits,
        "cook_d": result.cook_d,
        "cov_r": result.cov_r,
        "tau2_del": result.tau2_deleted,
        "QE_del": result.q_deleted,
        "hat": result.hat,
        "weight": 100.0 * np.asarray(result.hat),
        "dfbs": result.dfbetas,
        "is_infl": result.influential,
    }


def _baujat(case: Case) -> Case:
    y, v = effects_of(case)
    result = baujat(y, v, method=method_of(case), test=option(case, "test", "z"))
    return {"x": result.heterogeneity, "y": result.influence}


RUNNERS: dict[str, Callable[[Case], Case]] = {
    "leave1out": lambda case: plain(_leave_one_out(case)),
    "cumul": lambda case: plain(_cumulative(case)),
    "influence": lambda case: plain(_influence(case)),
    "baujat": lambda case: plain(_baujat(case)),
}
