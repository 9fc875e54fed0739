"""Completing a case from outside: effects where only counts are given, missing rows left out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.effect_measures import MEASURES, definition, effect_sizes
from analysis.meta.errors import MetaInputError
from analysis.meta.naming import studies_named

if TYPE_CHECKING:
    from collections.abc import Collection

    from analysis.meta.effect_sizes import EffectSizes
    from analysis.meta.measure_definition import MeasureDefinition

__all__ = [
    "case_effect_sizes",
    "columns_of",
    "complete_case",
    "complete_rows",
    "take_rows",
]

Case = dict[str, Any]

#: Where a case calls a column differently from the definition of its measure.
_REPORTED = {"estimate": "est", "ci_low": "lower", "ci_high": "upper"}
_CASE_COLUMNS: dict[str, dict[str, str]] = {
    "GEN": {"estimate": "yi", "se": "sei"},
    "LOGCI": _REPORTED,
    "HR": _REPORTED,
    "MEDRAW": {"median": "est"},
    "MEDLOG": {"median": "est"},
}
_RAW = ("est", "lower", *{column for entry in MEASURES.values() for column in entry.columns})
# Kinds that work on the raw counts: escalc and study_ci answer row by row, missing rows included.
_BY_ROW = frozenset({"escalc", "study_ci"})
_COUNTS = frozenset({"glmm", "peters"})
# Kinds whose model takes the counts as they are: no effects are computed from them.
_WITHOUT_EFFECTS = frozenset(
    {"rma.mh", "rma.peto", "rma.glmm"}
    | {f"meta.{name}" for name in ("pool", "subgroup", "metainf", "metacum", "metareg", "study_ci")}
)
_GROUPED = frozenset({"subgroup_separate", "subgroup_common"})
# Kinds of R's meta, whose effects follow other rules: their runners compute them from the columns.
_BY_RULES_OF_META = frozenset({"meta.metabias", "meta.trimfill"})


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
    if kind in _WITHOUT_EFFECTS:
        rows = complete_rows(columns, columns.keys())
        return {**case, "data": take_rows(columns, rows)}
    if kind in _BY_RULES_OF_META:
        rows = complete_rows(columns, {*_RAW, "yi", "sei"})
        return {**case, "data": take_rows(columns, rows)}
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


def case_effect_sizes(case: Case, **options: Any) -> EffectSizes:
    """Return the effect sizes of a case's measure from its raw data, by metafor's rules.

    Parameters
    ----------
    case : dict
        With ``measure`` and ``data``; a column ``study`` gives the studies their names.
    **options
        Those of the measure (see `analysis.meta.effect_measures`).

    Raises
    ------
    MetaInputError
        If the measure is unknown or its data are missing or impossible.
    """
    entry = definition(str(case.get("measure")))
    data = columns_of(entry, case["data"])
    with studies_named(case["data"].get("study", ())):
        return effect_sizes(entry.name, data, **options)


def columns_of(entry: MeasureDefinition, data: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of a case under the names of the measure's definition."""
    names = _CASE_COLUMNS.get(entry.name, {})
    missing = [column for name in entry.columns if (column := names.get(name, name)) not in data]
    if missing:
        what = " and ".join(f"data.{name}" for name in missing)
        msg = f"{entry.name} needs {what}; add it to the case."
        raise MetaInputError(msg)
    found = {name: data[names.get(name, name)] for name in entry.columns}
    found |= {n: data[names.get(n, n)] for n in entry.optional if names.get(n, n) in data}
    if "se" in entry.optional and "vi" in data:
        found["se"] = np.sqrt(np.array(data["vi"], dtype=np.float64))
    return found
