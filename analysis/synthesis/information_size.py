"""How much is known of an outcome, and how much would be needed: the records."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """The share of the required information when a study had been added, in order of time."""

    year: int
    label: str
    k: int
    fraction: float


@dataclass(frozen=True, slots=True)
class Information:
    """What is known of an outcome; fractions for proportions, months for medians.

    Attributes
    ----------
    half_width
        Longer side of the pooled interval.
    wanted
        Half-width that the protocol wants, None where it does not say.
    fraction
        Information as a share of what that interval needs, (wanted / half_width)².
    diversity
        D²: share of the pooled variance that comes from differences between studies.
    typical_n, typical_half_width
        Median number of patients of a study (None for medians) and half-width of an interval of
        median precision.
    further_studies
        Studies of that precision that are missing to the wanted interval.
    relevant_change
        Change of the estimate that the protocol calls relevant, None where it does not say.
    awaited
        Studies that wait for extraction; 1 where none does.
    chance
        Probability that so many studies of that precision move the estimate so far.
    steps
        As the studies with a year of publication came in; the others have no place in time.
    """

    half_width: float
    wanted: float | None
    fraction: float | None
    diversity: float
    typical_n: int | None
    typical_half_width: float
    further_studies: int | None
    relevant_change: float | None
    awaited: int
    chance: float | None
    steps: tuple[Step, ...]
