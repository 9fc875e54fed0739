"""The engine's answers to random analyses, in one shape for all kinds."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.meta.cases import run_case
from analysis.meta.errors import MetaInputError

__all__ = ["FIELDS", "answer", "distance"]

Case = dict[str, Any]

FIELDS = ("coefficients", "errors", "low", "high", "tau2", "q")
_NAMES = {
    "metareg": ("coef", "se", "ci_lb", "ci_ub", "tau2", "QE"),
    "rma": ("estimate", "se", "ci_lb", "ci_ub", "tau2", "QE"),
    "rma.mh": ("estimate", "se", "ci_lb", "ci_ub", None, "QE"),
    "rma.peto": ("estimate", "se", "ci_lb", "ci_ub", None, "QE"),
}


def answer(case: Case) -> dict[str, np.ndarray] | None:
    """Return the fields of `FIELDS`, or None where the engine refuses."""
    try:
        result = run_case(case)
    except MetaInputError:
        return None
    return {
        field: np.atleast_1d(np.array(0.0 if name is None else result[name], dtype=float))
        for field, name in zip(FIELDS, _NAMES[case["kind"]], strict=True)
    }


def distance(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> float:
    """Return the largest difference: relative to the values and, near 0, to the standard errors.

    tau2 is measured against the squared standard error of one typical study where it is near 0.
    """
    scale = float(np.abs(other["errors"]).max())
    worst = 0.0
    for field in FIELDS:
        floor = {"tau2": scale**2, "q": 1.0}.get(field, scale)
        gap = np.abs(one[field] - other[field]) / (floor + np.abs(other[field]))
        worst = max(worst, float(np.nan_to_num(gap, nan=np.inf).max()))
    return worst
