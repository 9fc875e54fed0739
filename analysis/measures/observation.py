"""What one study contributes to one result: the numbers of its groups, or a comparison as printed.

Numbers are as reported: counts, means in the instrument's unit, times in the outcome's unit; None
for what was not reported. Correlations, levels and intracluster correlations are fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["only", "experimental", "control"]
#: The note of a study whose printed numbers allow for its clusters already.
CLUSTERS_ALLOWED = "allows for clusters, as printed"


@dataclass(frozen=True, slots=True)
class Group:
    """The numbers of one group of patients at one time.

    ``role`` is ``only`` where nothing is compared. ``ci_low`` and ``ci_high`` belong to the median
    or the mean; ``upper_not_reached`` says that a median's interval has no upper end yet.
    ``person_time`` is in ``person_time_unit``; a rate is per ``person_time_per`` of these units.
    """

    role: Role = "only"
    arm: str | None = None
    label: str | None = None
    n: int | None = None
    events: int | None = None
    mean: float | None = None
    sd: float | None = None
    se: float | None = None
    median: float | None = None
    q1: float | None = None
    q3: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    ci_level: float = 0.95
    upper_not_reached: bool = False
    person_time: float | None = None
    person_time_unit: str | None = None
    person_time_per: float = 1.0
    correlation: float | None = None
    tp: int | None = None
    fp: int | None = None
    fn: int | None = None
    tn: int | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """A comparison as a report prints it; ``measure`` is the name it has there.

    ``clusters_allowed`` says that its interval allows for the clusters of the trial.
    """

    measure: str
    estimate: float
    ci_low: float | None = None
    ci_high: float | None = None
    ci_level: float = 0.95
    se: float | None = None
    p: float | None = None
    adjusted: bool = False
    adjusted_for: str | None = None
    clusters_allowed: bool = False


@dataclass(frozen=True, slots=True)
class Observation:
    """One study's (or cohort's) numbers for one result, the experimental group first.

    ``label`` names it in notes; ``notes`` say what was computed to get these numbers;
    ``design_effect`` is what the variance of a study of clusters (a cluster trial, a survey of
    households) is multiplied by (Cochrane Handbook 6.5, section 23.1.4).
    """

    label: str
    groups: tuple[Group, ...] = ()
    reported: Reported | None = None
    notes: tuple[str, ...] = ()
    design_effect: float = 1.0

    @property
    def first(self) -> Group:
        """The only group, or the experimental one; an empty one where there is only a contrast."""
        return self.groups[0] if self.groups else Group()

    @property
    def second(self) -> Group:
        """The control group; an empty one where there is none."""
        return self.groups[1] if len(self.groups) > 1 else Group(role="control")
