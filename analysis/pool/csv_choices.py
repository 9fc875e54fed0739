"""What a stranger's CSV is pooled as when nobody says it, and how its measure is called."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from analysis.pool.csv_layouts import ACCURACY, LAYOUTS
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.meta.profiles import Profile
    from analysis.pool.csv_table import StudyTable

__all__ = ["default_measure", "effect_words", "form_of"]

# What a value is called after the way back from the model's scale, where the engine's name is that
# of the scale.
_WORDS = {
    **dict.fromkeys(("PR", "PLO", "PAS", "PFT", "PLN"), "proportion"),
    **dict.fromkeys(("IR", "IRLN", "IRS", "IRFT"), "incidence rate"),
    **dict.fromkeys(("COR", "UCOR", "ZCOR"), "correlation"),
    **dict.fromkeys(("MN", "MNLN"), "mean"),
    **dict.fromkeys(("MEDRAW", "MEDLOG"), "median"),
    "LOGCI": "ratio",
    "GEN": "effect",
}
# Measures in the unit of the outcome, of which three decimals would say too much.
_OWN_UNITS = frozenset({"MD", "MN", "MNLN", "MEDDIFF"})


def default_measure(
    table: StudyTable, conventions: Profile, path: str, method: str | None = None
) -> str:
    """Return the measure of the profile or of the columns, one that a method asked for can pool.

    Raises
    ------
    DataProblems
        If nothing says whether estimates with intervals are ratios.
    """
    layout = LAYOUTS[table.layout]
    measure = layout.measures[0]
    if layout.preferred is not None:
        measure = layout.preferred(conventions)
    if method is not None and measure != ACCURACY and not layout.reported:
        from analysis.pool.csv_methods import METHODS

        # Peto's method gives odds ratios, whatever is usual.
        pooled = METHODS[method.upper()].measures if method.upper() in METHODS else ()
        suited = [m for m in pooled if m in layout.measures]
        if suited and measure not in suited:
            return suited[0]
    if layout.reported and table.named_measure:
        return table.named_measure
    if not layout.reported or "ci_low" not in layout.roles:
        return measure
    low, high = table.values["ci_low"], table.values["ci_high"]
    middle = table.values.get("estimate") or table.values["yi"]
    hint = "Say --measure GEN if they are differences or logs, --measure LOGCI if they are ratios."
    if min(low) > 0 and _lopsided(middle, low, high, math.log) < _lopsided(middle, low, high, abs):
        hint += " The intervals are in balance on the log scale, as those of ratios are."
    what = "The file does not say whether the estimates are ratios."
    raise DataProblems([Problem(path, None, None, None, what, hint, "error", "pool-measure")])


def effect_words(measure: str) -> str:
    """Return what the pooled value is, in words."""
    from analysis.meta.effect_measures import definition

    return _WORDS.get(measure) or definition(measure).label


def form_of(measure: str) -> str:
    """Return how numbers of a measure are written: a key of `analysis.pool.value_text.FORMS`."""
    from analysis.meta.effect_measures import definition

    entry = definition(measure)
    if measure in _OWN_UNITS:
        return "value in units" if entry.null is None else "difference in units"
    if entry.null is not None:
        return "ratio" if entry.null == 1 else "effect"
    if entry.bounds == (0.0, 1.0):
        return "proportion"
    return "time" if _WORDS.get(measure) == "median" else "value"


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
