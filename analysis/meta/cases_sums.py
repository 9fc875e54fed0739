"""Cases of Mantel-Haenszel and Peto pooling: ``tests/reference/SCHEMA-meta.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.meta.association_tests import (
    breslow_day,
    mantel_haenszel_test,
    mantel_haenszel_test_rates,
)
from analysis.meta.cases_fields import data_of, option, plain
from analysis.meta.checks import choice
from analysis.meta.mantel_haenszel import mantel_haenszel, peto
from analysis.meta.mantel_haenszel_rates import RATE_MEASURES, mantel_haenszel_rates
from analysis.meta.two_arm import TWO_ARM_MEASURES

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.meta.association_tests import ChiSquare
    from analysis.meta.pooled_effect import PooledEffect

__all__ = ["RUNNERS"]

Case = dict[str, Any]


def _block(pooled: PooledEffect, mh: ChiSquare | None = None, ta: ChiSquare | None = None) -> Case:
    return {
        "k": pooled.k,
        "estimate": pooled.estimate,
        "se": pooled.se,
        "stat": pooled.stat,
        "pval": pooled.p,
        "ci_lb": pooled.ci_low,
        "ci_ub": pooled.ci_high,
        "QE": pooled.q,
        "QEp": pooled.q_p,
        "I2": 100 * pooled.i2,
        "H2": pooled.h2,
        "MH": None if mh is None else mh.stat,
        "MHp": None if mh is None else mh.p,
        "TA": None if ta is None else ta.stat,
        "TAp": None if ta is None else ta.p,
        "k_yi": pooled.q_df + 1,
    }


def _mh(case: Case) -> Case:
    measure = choice("measure", str(case.get("measure")), (*TWO_ARM_MEASURES, *RATE_MEASURES))
    correct = bool(option(case, "correct", True))
    if measure in RATE_MEASURES:
        rates = [data_of(case, name) for name in ("x1i", "t1i", "x2i", "t2i")]
        pooled = mantel_haenszel_rates(*rates, measure=measure)
        ratio = measure == "IRR"
        test = mantel_haenszel_test_rates(*rates, correct=correct) if ratio else None
        return _block(pooled, test)
    tables = [data_of(case, name) for name in ("ai", "n1i", "ci", "n2i")]
    pooled = mantel_haenszel(*tables, measure=measure)
    if measure != "OR":
        return _block(pooled)
    return _block(pooled, mantel_haenszel_test(*tables, correct=correct), breslow_day(*tables))


def _peto(case: Case) -> Case:
    choice("measure", str(case.get("measure") or "OR"), ("OR", "PETO"))
    return _block(peto(*(data_of(case, name) for name in ("ai", "n1i", "ci", "n2i"))))


RUNNERS: dict[str, Callable[[Case], Case]] = {
    "rma.mh": lambda case: plain(_mh(case)),
    "rma.peto": lambda case: plain(_peto(case)),
}
