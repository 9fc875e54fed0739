"""How an answer is held against a case of R's meta.

Tolerances, relative with an absolute floor (SCHEMA-meta.md, "Convergence"):

* 1e-7 where the call carries ``control``, or nothing iterates;
* 1e-3 of the scale of the data (and 3e-3 relative) where R stopped at its default, 1e-5 absolute in
  τ², which reaches the third digit of what follows from a small τ²;
* limits of τ², and of I² where they come from τ²: 2e-4 absolute (R's uniroot);
* logistic and Poisson models: 1e-3 (lme4's default);
* meta-regressions, always at the default: 1e-2, shares of τ² 3e-2.
"""

from __future__ import annotations

import math
from typing import Any

from analysis.meta.cases import run_cases
from tests.meta.reference_comparison import Case, meta_cases

__all__ = ["EXPLAINED", "KINDS", "compared", "differences", "tolerance"]

KINDS = {
    "meta.pool": "Pooled results with all intervals, heterogeneity and prediction",
    "meta.subgroup": "Subgroups with a τ² each or one for all",
    "meta.metainf": "Leave-one-out",
    "meta.metacum": "Cumulative analysis",
    "meta.metareg": "Meta-regression",
    "meta.study_ci": "Intervals of single proportions",
}
_REGRESSION = (1e-2, 1e-3)
_CLOSED = frozenset({"DL", "HE", "HS", "SJ"})

_NAN = (
    "meta's standard error is NaN, because it sums over studies without an effect as well; the "
    "engine sums over the studies that have one."
)
_COMMON_TAU2 = "One τ² for all subgroups of a logistic model is not offered: refused, with advice."
_LAPLACE = (
    "UM.RS: lme4's standard errors come from finite differences smaller than the tolerance of its "
    "modes and are up to 1.3 % too small, as is what follows from them."
)
_CLUSTER = (
    "The three-level model is the kind rma.mv; meta's block, with profile-likelihood limits of "
    "two variances, is refused."
)
_NO_INTERVAL = (
    "With 1.4e-4 degrees of freedom Kenward-Roger's interval is infinite, and meta prints a lower "
    "limit of exp(-∞) = 0; the engine has no interval there."
)
#: Cases that do not come out as meta gives them, with the reason.
EXPLAINED = {
    "axfors2021.OR.pool.IVhet": _NAN,
    "haeuser2009_pain.ROM.pool.IVhet": _NAN,
    "axfors2021.OR.pool.SSW": _NAN,
    "axfors2021.OR.pool.KR": _NO_INTERVAL,
    "axfors2021.OR.pool.pi_KR": _NO_INTERVAL,
    "axfors2021.OR.pool.glmm.UM.RS": _LAPLACE,
    "nielweise2008.IRR.pool.glmm.UM.RS": _LAPLACE,
    "greenland1992.GEN.pool.I2tau2": (
        "R's limits of τ² are good to 1.2e-4 absolute, and τ² itself is 1e-4 here: limits of I² "
        "that follow have no correct digit."
    ),
    "bassler2004.OR.pool.glmm.CM.EL": "The standard error of τ² of a mixed model is not computed.",
    "nielweise2008.IRR.pool.cochran": "Cochran's method for rates is not offered: refused.",
    "bornmann2007.GEN.pool.cluster": _CLUSTER,
    "bornmann2007.GEN.pool.cluster.rho0.5": _CLUSTER,
    "crisafulli2020.PLOGIT.subgroup.glmm.TRUE": _COMMON_TAU2,
    "feng2019.PLOGIT.subgroup.glmm.TRUE": _COMMON_TAU2,
    "obrien2003.PLOGIT.subgroup.glmm.TRUE": _COMMON_TAU2,
}


def tolerance(case: Case) -> tuple[float, float]:
    """Relative and absolute tolerance of a case."""
    if case["kind"] == "meta.metareg":
        return _REGRESSION
    if "glmm" in case["id"]:
        return 1e-3, 1e-3
    args = case["args"]
    if "control" not in case["call"] and args.get("method_tau") not in _CLOSED:
        return 3e-3, 1e-3
    return 1e-7, 1e-9


def differences(case: Case, answer: Any) -> tuple[int, float, list[str]]:
    """Numbers compared, the largest difference in units of its tolerance, and what differs."""
    return _compare("", answer, case["expected"], tolerance(case), _of_tau2(case))


def _of_tau2(case: Case) -> tuple[str, ...]:
    limits = ("tau2_lb", "tau2_ub")
    by_tau2 = case["args"].get("method_I2") == "tau2"
    return (*limits, "I2_lb", "I2_ub", "H_lb", "H_ub") if by_tau2 else limits


def _compare(
    where: str, got: Any, expected: Any, allowed: tuple[float, float], limits: tuple[str, ...]
) -> tuple[int, float, list[str]]:
    if isinstance(expected, dict):
        if not isinstance(got, dict) or set(got) != set(expected):
            return 0, 0.0, [f"{where}: {sorted(got or ())} is not {sorted(expected)}"]
        parts = [(f"{where}.{key}", got[key], value) for key, value in expected.items()]
    elif isinstance(expected, list):
        if not isinstance(got, list) or len(got) != len(expected):
            return 0, 0.0, [f"{where}: another length"]
        parts = [(where, *pair) for pair in zip(got, expected, strict=True)]
    elif isinstance(expected, int | float) and not isinstance(expected, bool):
        if not isinstance(got, int | float) or isinstance(got, bool):
            return 0, 0.0, [f"{where}: {got} is not {expected}"]
        relative, absolute = (2e-3, 2e-4) if where.rpartition(".")[2] in limits else allowed
        if where.endswith(("I2_lb", "I2_ub")) and "I2_lb" in limits:
            absolute = 5.0  # percentage points: what 2e-4 in a small τ² makes of them
        if where.endswith(("H_lb", "H_ub")) and "I2_lb" in limits:
            relative = 0.1
        if allowed[0] == _REGRESSION[0] and where.endswith(("R2", "H2", "I2", "tau2")):
            relative = 3e-2
        size = abs(got - expected) / (relative * abs(expected) + absolute)
        return 1, size, [f"{where}: {got} is not {expected}"] if size > 1 else []
    else:
        return 0, 0.0, [] if got == expected else [f"{where}: {got} is not {expected}"]
    found = [_compare(*part, allowed, limits) for part in parts]
    return (
        sum(n for n, _, _ in found),
        max((w for _, w, _ in found), default=0.0),
        [text for _, _, texts in found for text in texts],
    )


def compared(kind: str) -> dict[str, tuple[Case, int, float, list[str]]]:
    """Every case of a kind, run and compared: case, numbers, worst, differences."""
    cases = [case for case in meta_cases() if case["kind"] == kind]
    answers = run_cases({k: v for k, v in c.items() if k != "expected"} for c in cases)
    found: dict[str, tuple[Case, int, float, list[str]]] = {}
    for case, answer in zip(cases, answers, strict=True):
        if "error" in answer:
            found[case["id"]] = (case, 0, math.inf, [f"refused: {answer['error']}"])
        else:
            found[case["id"]] = (case, *differences(case, answer["result"]))
    return found
