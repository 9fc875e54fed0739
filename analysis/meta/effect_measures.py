"""From the columns of a table to effect sizes, by the name of a measure.

A measure is one entry of `analysis.meta.measure_table.MEASURES`; everything else is generic
(`effect_sizes` here, `analysis.meta.effect_computation` beneath it). `definition` also takes the
names of R's meta.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.meta.checks import choice
from analysis.meta.errors import MetaInputError
from analysis.meta.measure_definition import MeasureDefinition
from analysis.meta.measure_table import MEASURES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

    from analysis.meta.effect_sizes import EffectSizes


__all__ = ["MEASURES", "MeasureDefinition", "definition", "effect_sizes"]


def definition(name: str) -> MeasureDefinition:
    """Return a measure by its name or one of its other names.

    Raises
    ------
    MetaInputError
        If there is none of that name; the message gives the nearest.
    """
    return MEASURES[_SYNONYMS.get(name) or choice("effect measure", name, MEASURES)]


def effect_sizes(measure: str, columns: Mapping[str, ArrayLike], **options: Any) -> EffectSizes:
    """Turn the columns of a table into effect sizes.

    Parameters
    ----------
    measure : str
        A name that `definition` knows.
    columns : mapping of str to array_like, shape (k,)
        At least the columns of the measure's definition; others are not looked at.
    **options
        Those of the definition.

    Raises
    ------
    MetaInputError
        If a column is missing or impossible, an option is unknown, or a study cannot be used. The
        message names the study (see `analysis.meta.naming`).
    """
    entry = definition(measure)
    missing = [name for name in entry.columns if name not in columns]
    if missing:
        msg = (
            f"{entry.name} ({entry.label}) needs the columns {', '.join(entry.columns)}; "
            f"missing: {', '.join(missing)}."
        )
        raise MetaInputError(msg)
    for name, value in options.items():
        choice(f"option of {entry.name}", name, entry.options)
        allowed = entry.options[name]
        if allowed is not None:
            choice(name, value, allowed)
    extra = {name: columns[name] for name in entry.optional if name in columns}
    found = entry.compute(*(columns[name] for name in entry.columns), **extra, **options)
    return replace(found, measure=entry.name)


_SYNONYMS = {other: entry.name for entry in MEASURES.values() for other in entry.names}
