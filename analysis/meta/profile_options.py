"""Which conventions of a profile reach which effect measure: its options, by name.

A table, so that no function asks which profile or which measure it runs under: the options of a
measure (`analysis.meta.effect_measures`) take their values from the named fields of the profile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.meta.effect_measures import definition, effect_sizes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

    from analysis.meta.effect_sizes import EffectSizes
    from analysis.meta.profiles import Profile

__all__ = ["conventional_effects", "measure_options"]

_LOG_SHARE = {"zero": "proportion_zero", "add": "zero_add"}
_TABLE = {"zero": "two_arm_zero", "add": "zero_add", "continuity": "continuity"}
_RATIO = {
    **_TABLE,
    "denominator": "ratio_denominator",
    "drop_double_zero": "drop_double_zero",
}
_RATE = {"zero": "rate_zero", "add": "zero_add"}
_FIELDS: dict[str, dict[str, str]] = {
    "PR": {"zero": "raw_proportion_zero", "add": "zero_add"},
    "PLO": _LOG_SHARE,
    "PLN": {**_LOG_SHARE, "denominator": "ratio_denominator"},
    "PFT": {"freeman_tukey": "freeman_tukey"},
    "RR": {**_RATIO, "drop_all_events": "drop_all_events"},
    "OR": _RATIO,
    "OR2DL": _RATIO,
    "OR2DN": _RATIO,
    "RD": {**_TABLE, "corrected": "difference_correction"},
    "PETO": {"zero": "peto_zero", "add": "zero_add"},
    "IR": _RATE,
    "IRLN": _RATE,
    "IRR": _RATE,
    "IRD": {**_RATE, "corrected": "difference_correction"},
    "MD": {"variance": "md_variance"},
    "ROM": {"variance": "rom_variance"},
    "SMD": {"correction": "smd_correction", "variance": "smd_variance"},
    "SMD1": {"correction": "glass_correction", "variance": "glass_variance"},
    **{name: {"divisor": "median_divisor"} for name in ("MEDRAW", "MEDLOG", "MEDDIFF", "MEDRATIO")},
}


def measure_options(measure: str, profile: Profile) -> dict[str, Any]:
    """Return the options of a measure under a profile.

    Parameters
    ----------
    measure : str
        A name that `analysis.meta.effect_measures.definition` knows.
    profile : Profile

    Raises
    ------
    MetaInputError
        If there is no such measure.
    """
    fields = _FIELDS.get(definition(measure).name, {})
    return {option: getattr(profile, field) for option, field in fields.items()}


def conventional_effects(
    measure: str, columns: Mapping[str, ArrayLike], profile: Profile, **options: Any
) -> EffectSizes:
    """Turn the columns of a table into effect sizes as a program does.

    Parameters
    ----------
    measure, columns
        As for `analysis.meta.effect_measures.effect_sizes`.
    profile : Profile
    **options
        Override single conventions of the profile.

    Raises
    ------
    MetaInputError
        As `analysis.meta.effect_measures.effect_sizes`.
    """
    return effect_sizes(measure, columns, **{**measure_options(measure, profile), **options})
