"""What a stranger's CSV is pooled as when nobody says it, and whether what is asked for fits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.meta.profiles import Profile
    from analysis.pool.csv_studies import StudyTable

__all__ = ["TABLE_METHODS", "default_measure", "method_for"]

TABLE_METHODS = ("MH", "PETO")
_METHODS = (
    *("CE", "FE", "EE", "DL", "HE", "HS", "SJ", "PM", "ML", "REML", "EB", "GLMM"),
    *TABLE_METHODS,
)


def default_measure(table: StudyTable, conventions: Profile, path: str) -> str:
    """Return the measure of the profile or of the columns.

    Raises
    ------
    DataProblems
        If nothing says whether estimates with intervals are ratios.
    """
    if table.layout == "counts":
        return conventions.proportion_measure
    if table.layout == "two":
        return "RR"
    if table.layout == "times":
        return "MEDLOG" if conventions.median_scale == "log" else "MEDRAW"
    if table.ratio_measure:
        return table.ratio_measure
    if table.layout in {"effect_vi", "effect_se", "estimate_se"}:
        return "GEN"
    low, high = table.values["ci_low"], table.values["ci_high"]
    middle = table.values.get("estimate") or table.values["yi"]
    hint = "Say --measure GEN if they are differences or logs, --measure LOGCI if they are ratios."
    if min(low) > 0 and _lopsided(middle, low, high, math.log) < _lopsided(middle, low, high, abs):
        hint += " The intervals are in balance on the log scale, as those of ratios are."
    what = "The file does not say whether the estimates are ratios."
    raise DataProblems([Problem(path, None, None, None, what, hint, "error", "pool-measure")])


def _lopsided(
    middle: Sequence[float], low: Sequence[float], high: Sequence[float], scale: Any
) -> float:
    """Return how far, on average, estimates lie from the middle of their intervals."""
    rows = zip(middle, low, high, strict=True)
    off = [
        abs((scale(a) + scale(b)) / 2 - scale(m)) / (scale(b) - scale(a)) if b > a > 0 else 1.0
        for m, a, b in rows
    ]
    return sum(off) / len(off)


def method_for(asked: str | None, measure: str, table: StudyTable, conventions: Profile) -> str:
    """Return the method in the engine's notation.

    Raises
    ------
    MetaInputError
        If it does not fit the data.
    """
    from analysis.meta.checks import choice
    from analysis.meta.errors import MetaInputError

    if asked is None:
        binomial = measure == "PLO" and conventions.proportion_model == "glmm"
        return "GLMM" if binomial else conventions.tau2_method
    method = choice("method", asked.upper(), _METHODS)
    if method == "GLMM" and measure != "PLO":
        msg = "The logistic model (GLMM) is for proportions on the logit scale: --measure PLO."
        raise MetaInputError(msg)
    if method in TABLE_METHODS and table.layout != "two":
        msg = f"{asked} pools 2x2 tables: the file needs events and sizes of two arms."
        raise MetaInputError(msg)
    if method == "PETO" and measure != "OR":
        raise MetaInputError("Peto's method gives odds ratios: --measure OR.")
    return method
