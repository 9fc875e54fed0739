"""Effect sizes as R's package meta computes them by default, measure by measure.

What differs from metafor, as meta 8.3-0 was seen to do it: a zero cell adds ½, not 1, to the group
of a risk ratio; of a risk difference and of a raw proportion it changes the variance only; studies
without events in both arms leave odds and risk ratios, those with only events odds ratios; Hedges'
g has its exact variance; a study whose numbers give no effect is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.meta.effect_measures import definition, effect_sizes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

    from analysis.meta.effect_sizes import EffectSizes

__all__ = ["R_META_OPTIONS", "r_meta_effect_sizes"]

#: Options of `analysis.meta.effect_measures.effect_sizes` that make a measure that of R's meta.
R_META_OPTIONS: dict[str, dict[str, Any]] = {
    "RR": {"denominator": "event_cell", "drop_double_zero": True},
    "OR": {"drop_double_zero": True, "drop_all_events": True},
    "RD": {"corrected": "variance"},
    "PR": {"zero": "se"},
    "SMD": {"variance": "UB"},
}


def r_meta_effect_sizes(
    measure: str, columns: Mapping[str, ArrayLike], **options: Any
) -> EffectSizes:
    """Return the effect sizes of a measure by the defaults of R's meta.

    Parameters
    ----------
    measure, columns
        As `analysis.meta.effect_measures.effect_sizes`, which also knows meta's names.
    **options
        In place of single defaults.

    Raises
    ------
    MetaInputError
        As there.
    """
    entry = definition(measure)
    chosen = {**R_META_OPTIONS.get(entry.name, {}), **options}
    if "unusable" in entry.options:
        chosen.setdefault("unusable", "drop")
    return effect_sizes(entry.name, columns, **chosen)
