"""The effect of each study of a stranger's CSV, under a profile's conventions or the user's."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.pool.csv_columns import is_ratio
from analysis.pool.csv_layouts import LAYOUTS

if TYPE_CHECKING:
    from analysis.meta.effect_sizes import EffectSizes
    from analysis.meta.profiles import Profile
    from analysis.pool.csv_results import PoolOptions
    from analysis.pool.csv_table import StudyTable

__all__ = ["effect_sizes", "engine_columns"]


def engine_columns(table: StudyTable) -> dict[str, list[float]]:
    """Return the numbers of a table under the names that the engine's measures know."""
    names = LAYOUTS[table.layout].engine
    return table.values | {column: table.values[role] for column, role in names.items()}


def effect_sizes(
    table: StudyTable, measure: str, conventions: Profile, options: PoolOptions
) -> EffectSizes:
    """Return the effect sizes of a table.

    Raises
    ------
    MetaInputError
        If they cannot be had from these data; the study is named where `studies_named` is in force.
    """
    if LAYOUTS[table.layout].reported:
        return _as_reported(table, measure)
    from analysis.meta.effect_measures import definition
    from analysis.meta.profile_options import conventional_effects, measure_options

    known = definition(measure).options
    asked: dict[str, Any] = {"unusable": "drop"} if "unusable" in known else {}
    if options.zero:
        asked["zero"] = options.zero
    if table.layout != "times":
        return conventional_effects(measure, engine_columns(table), conventions, **asked)
    from analysis.meta.medians import medians

    values, n = table.values, table.values.get("n")
    return medians(
        values["median"],
        values["ci_low"],
        values["ci_high"],
        scale="log" if measure == "MEDLOG" else "natural",
        # The note on small studies needs every study's size.
        n=n if n and not any(map(math.isnan, n)) else None,
        **measure_options(measure, conventions),
    )


def _as_reported(table: StudyTable, measure: str) -> EffectSizes:
    from analysis.meta.generic import generic_effects
    from analysis.meta.transforms import Transform

    values = table.values
    errors = values.get("sei")
    if "vi" in values:
        errors = [math.sqrt(v) for v in values["vi"]]
    ratio = is_ratio(measure)
    # Columns yi with vi or sei hold logs already, as metafor's escalc writes them.
    logs = ratio and (table.logs or LAYOUTS[table.layout].logs)
    if ratio and "sei" in values and not logs:
        table.warnings.append("The standard errors were taken as those of the logarithms.")
    found = generic_effects(
        values.get("estimate") or values["yi"],
        se=errors,
        ci_low=values.get("ci_low"),
        ci_high=values.get("ci_high"),
        p=values.get("p"),
        ratio=ratio and not logs,
    )
    return replace(found, measure=measure, transform=Transform("exp") if ratio else found.transform)
