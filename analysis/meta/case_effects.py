"""Completing a case from outside: effects where only counts are given, missing rows left out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from analysis.meta.checks import choice
from analysis.meta.effect_sizes import PROPORTION_MEASURES, EffectSizes, proportion
from analysis.meta.errors import MetaInputError
from analysis.meta.generic import generic_effects
from analysis.meta.medians import medians
from analysis.meta.two_arm import TWO_ARM_MEASURES, two_arm

__all__ = ["CASE_MEASURES", "case_effect_sizes", "complete_case"]

Case = dict[str, Any]

CASE_MEASURES = (*PROPORTION_MEASURES, *TWO_ARM_MEASURES, "GEN", "LOGCI", "MEDLOG", "MEDRAW")
# Columns without which a row cannot be analysed. A missing moderator concerns the meta-regression
# alone, and a missing upper limit says that it was not reached.
_NEEDED = ("events", "n", "ai", "n1i", "ci", "n2i", "yi", "vi", "est", "lower", "group")
_MODERATOR_KINDS = ("metareg",)


def complete_case(case: Case) -> Case:
    """Return a copy of `case` without rows that miss a value, and with yi, vi and sei.

    metafor leaves rows with a missing value out of every fit, too. Kinds that work on the raw
    counts alone (``escalc``, ``study_ci``) get no effects.

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
    needed = [n for n in _NEEDED if n in columns]
    if case.get("kind") in _MODERATOR_KINDS:
        needed = [n for n in needed if n != "group"]
    size = lengths.pop()
    kept = [i for i in range(size) if not any(_missing(columns[n][i]) for n in needed)]
    if not kept:
        msg = "Every row of the case misses a value: there is nothing to analyse."
        raise MetaInputError(msg)
    columns = {name: [values[i] for i in kept] for name, values in columns.items()}
    if case.get("kind") not in {"escalc", "study_ci"} and "vi" not in columns:
        columns |= _effect_columns(case, columns)
    return {**case, "data": columns}


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
