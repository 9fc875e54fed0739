"""An effect in absolute terms, and how much information a comparison needs: by measure.

Levels are what a group is at: a risk or a rate as a fraction, a mean in its own unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.measures.measure import Measure

PER_THOUSAND = 1000


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


@dataclass(frozen=True, slots=True)
class SizeRule:
    """How the information that a comparison needs is computed.

    Attributes
    ----------
    what
        What is counted: participants or events.
    formula
        In words, for the reader.
    by_risk
        Whether it is computed from a risk and its change, or from a difference and its standard
        deviation.
    function
        Its name in `analysis.meta.required_size`.
    """

    what: str
    formula: str
    by_risk: bool
    function: str

    def needed(self, first: float, second: float, *, alpha: float, power: float) -> float | None:
        """Compute it from a risk and its change, or a difference and its standard deviation.

        None where no number is enough, as for a risk that would leave 0 to 1.
        """
        from analysis.meta import required_size
        from analysis.meta.errors import MetaInputError

        try:
            return getattr(required_size, self.function)(first, second, alpha=alpha, power=power)
        except MetaInputError:
            return None


_Z = "4 (z(1 − α/2) + z(power))²"
RISKS = SizeRule(
    "participants",
    f"{_Z} p(1 − p) / δ², p being the mean of the two risks and δ their difference (Guyatt 2011)",
    True,
    "size_for_risks",
)
SCORES = SizeRule("participants", f"{_Z} SD² / δ² (Guyatt 2011)", False, "size_for_means")
HAZARDS = SizeRule("events", f"{_Z} / (ln HR)² (Schoenfeld 1983)", True, "events_for_hazards")


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
