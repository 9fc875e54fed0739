"""An effect in absolute terms, by measure.

Levels are what a group is at: a risk or a rate as a fraction, a mean in its own unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.measures.measure import Measure


@dataclass(frozen=True, slots=True)
class AbsoluteEffect:
    """What an effect does to people who begin at some level.

    Attributes
    ----------
    baseline
        Level without the treatment; None where the effect needs none.
    treated
        Level with it; None where it is not known.
    difference, low, high
        Treated minus baseline with its interval, in the units of the level.
    """

    baseline: float | None
    treated: float | None
    difference: float
    low: float
    high: float


def absolute_effect(
    measured: Measure, effect: tuple[float, float, float], baseline: float | None
) -> AbsoluteEffect | None:
    """Return what an effect is in absolute terms.

    Parameters
    ----------
    measured
        Its measure.
    effect
        Estimate, lower and upper limit.
    baseline
        Level without the treatment (a risk as a fraction, a mean); None where none is known.

    Returns
    -------
    AbsoluteEffect or None
        None for what compares nothing, and for a ratio without a level to start from.
    """
    if measured.null is None:
        return None
    if baseline is not None:
        levels = [measured.other_risk(value, baseline) for value in effect]
        moved = [level - baseline for level in levels if level is not None]
        if len(moved) == len(effect):
            middle, *ends = moved
            return AbsoluteEffect(baseline, levels[0], middle, min(ends), max(ends))
    if measured.log or measured.per != 1:
        return None
    if baseline is None or measured.standardised:
        return AbsoluteEffect(None, None, *effect)
    return AbsoluteEffect(baseline, baseline + effect[0], *effect)
