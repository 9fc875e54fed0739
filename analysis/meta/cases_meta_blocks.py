"""What R's meta stores of the studies, whatever the model: parts of the kind ``meta.pool``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.association_tests import mantel_haenszel_test
from analysis.meta.distributions import z_quantile
from analysis.meta.effect_sizes import PROPORTION_MEASURES, on_scale
from analysis.meta.study_intervals import study_intervals

if TYPE_CHECKING:
    from analysis.meta.cases_meta_settings import MetaCase

__all__ = ["cmh_block", "spread", "study_block"]

Case = dict[str, Any]


def study_block(found: MetaCase) -> Case:
    """Return the studies: effects, standard errors and their own intervals."""
    sizes, conventions = found.sizes, found.conventions
    low, high = _study_limits(found)
    return {
        "k": sizes.k,
        "k_study": sizes.k,
        "sm": found.sm,
        "method": found.method,
        "method_tau": conventions.tau2_method,
        "TE": spread(found, sizes.yi),
        "seTE": spread(found, sizes.se),
        "study_lb": spread(found, low),
        "study_ub": spread(found, high),
    }


def spread(found: MetaCase, values: np.ndarray, *, empty: float = np.nan) -> np.ndarray:
    """Return values of the studies kept in the rows of the case."""
    full = np.full(found.rows, empty)
    full[found.sizes.index] = values
    return full


def _study_limits(found: MetaCase) -> tuple[np.ndarray, np.ndarray]:
    sizes = found.sizes
    if found.measure in PROPORTION_MEASURES:
        events, n = (np.array(found.columns[c], dtype=float)[sizes.index] for c in ("events", "n"))
        exact = study_intervals(events, n, method=found.conventions.study_interval)
        return on_scale(exact.low, n, found.measure), on_scale(exact.high, n, found.measure)
    reported = ("ci_low", "ci_high")
    if all(name in found.columns for name in reported):
        low, high = (np.array(found.columns[name], dtype=float)[sizes.index] for name in reported)
        logs = sizes.transform.name == "exp"
        return (np.log(low), np.log(high)) if logs else (low, high)
    half = z_quantile(0.95) * sizes.se
    return sizes.yi - half, sizes.yi + half


def cmh_block(found: MetaCase) -> Case:
    """Return the Cochran-Mantel-Haenszel statistic of 2x2 tables."""
    if "ai" not in found.columns:
        return {}
    rows = found.sizes.index
    tables = (np.array(found.columns[c])[rows] for c in ("ai", "n1i", "ci", "n2i"))
    return {"Q_CMH": mantel_haenszel_test(*tables, correct=False, cochran=True).stat}
