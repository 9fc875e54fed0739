"""Completing a case from outside: effects where only counts are given, missing rows left out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.checks import choice
from analysis.meta.effect_sizes import PROPORTION_MEASURES, EffectSizes, proportion
from analysis.meta.errors import MetaInputError
from analysis.meta.generic import generic_effects
from analysis.meta.medians import medians
from analysis.meta.two_arm import TWO_ARM_MEASURES, two_arm

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = [
    "CASE_MEASURES",
    "case_effect_sizes",
    "complete_case",
    "complete_rows",
    "take_rows",
]

Case = dict[str, Any]

CASE_MEASURES = (*PROPORTION_MEASURES, *TWO_ARM_MEASURES, "GEN", "LOGCI", "MEDLOG", "MEDRAW")
_RAW = ("events", "n", "ai", "n1i", "ci", "n2i", "est", "lower")
# Kinds that work on the raw counts: escalc and study_ci answer row by row, missing rows included.
_BY_ROW = frozenset({"escalc", "study_ci"})
_COUNTS = frozenset({"glmm", "peters"})
_GROUPED = frozenset({"subgroup_separate", "subgroup_common"})


def complete_case(case: Case) -> Case:
    """Return a copy of `case` without rows that miss a value, and with yi, vi and sei.

    metafor leaves rows with a missing value out of every fit, too. ``escalc`` and ``study_ci``
    keep theirs, and answer them with a missing value. A missing moderator concerns the
    meta-regression, and a missing upper limit says that it was not reached.

    Raises
    ------
    MetaInputError
        If the data are not arrays of equal length, or cannot give the measure.
    """
    data = case.get("data")
    if not isinstance(data, dict) or not data:
        msg = "A case needs data: an object of arrays of equal length."
        raise MetaInputError(msg)
    columns = {name: list(v) for name, v in data.items() if isinstance(v, list | tuple)}
    lengths = {len(values) for values in columns.values()}
    if not columns or len(lengths) != 1 or lengths == {0}:
        msg = "The data of a case must be arrays of the same length, with at least one row."
        raise MetaInputError(msg)
    kind = case.get("kind")
    if kind in _BY_ROW:
        return {**case, "data": columns}
    needed = {"yi", "vi"} | ({"group"} if kind in _GROUPED else set())
    if kind in _COUNTS or "vi" not in columns or case.get("measure") == "PFT":
        needed |= set(_RAW)
    columns = take_rows(columns, complete_rows(columns, needed))
    if "vi" not in columns:
        columns |= _effect_columns(case, columns)
    return {**case, "data": columns}


def complete_rows(columns: dict[str, list[Any]], needed: Collection[str] = _RAW) -> list[int]:
    """Return the rows that miss none of the `needed` columns that exist.

    Raises
    ------
    MetaInputError
        If there are none.
    """
    present = [columns[name] for name in needed if name in columns]
    size = len(next(iter(columns.values())))
    rows = [i for i in range(size) if not any(_missing(values[i]) for values in present)]
    if not rows:
        msg = "Every row of the case misses a value: there is nothing to analyse."
        raise MetaInputError(msg)
    return rows


def take_rows(columns: dict[str, list[Any]], rows: list[int]) -> dict[str, list[Any]]:
    """Return the chosen rows of every column."""
    return {name: [values[i] for i in rows] for name, values in columns.items()}


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _effect_columns(case: Case, columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    if "yi" in columns and "sei" in columns:
        return {"vi": [float(se) ** 2 for se in columns["sei"]]}
    sizes = case_effect_sizes({**case, "data": columns})
    return {"yi": sizes.yi.tolist(), "vi": sizes.vi.tolist(), "sei": sizes.se.tolist()}


def case_effect_sizes(
    case: Case, *, zero: str | None = None, add: float = 0.5, drop_double_zero: bool = False
) -> EffectSizes:
    """Return the effect sizes of a case's measure from its raw data, by metafor's rules.

    Parameters
    ----------
    case : dict
        With ``measure`` and ``data``.
    zero, add, drop_double_zero
        As for `proportion` and `two_arm`; by default metafor's rule for the measure.

    Raises
    ------
    MetaInputError
        If the measure is unknown or its data are missing or impossible.
    """
    measure = choice("measure", str(case.get("measure")), CASE_MEASURES)
    data = case["data"]
    if measure in PROPORTION_MEASURES:
        return proportion(*_take(data, "events", "n"), measure=measure, zero=zero, add=add)
    if measure in TWO_ARM_MEASURES:
        return two_arm(
            *_take(data, "ai", "n1i", "ci", "n2i"),
            measure=measure,
            zero=zero or "only0",
            add=add,
            drop_double_zero=drop_double_zero,
        )
    if measure == "LOGCI":
        estimate, lower, upper = _take(data, "est", "lower", "upper")
        return generic_effects(estimate, ci_low=lower, ci_high=upper, ratio=True)
    if measure == "GEN":
        y, v = _take(data, "yi", "vi")
        return generic_effects(y, se=np.sqrt(np.array(v, dtype=np.float64)))
    scale = "log" if measure == "MEDLOG" else "natural"
    return medians(*_take(data, "est", "lower", "upper"), scale=scale)


def _take(data: dict[str, Any], *names: str) -> list[Any]:
    for name in names:
        if name not in data:
            msg = f"This measure needs the array data.{name}; add it to the case."
            raise MetaInputError(msg)
    return [data[name] for name in names]
