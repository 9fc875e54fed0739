"""What a synthesis consists of: frozen records that know the rows they came from.

Estimates of proportions, I² and weights are fractions; ``measure`` names the measure of
:mod:`analysis.measures`. Nothing here is rounded:
rounding belongs to :mod:`analysis.paper.values` and to the tables and figures.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from analysis.measures.observation import Group
    from analysis.meta.combined_p import CombinedP
    from analysis.meta.effect_distribution import EffectDistribution
    from analysis.meta.vote_counting import Votes
    from analysis.synthesis.arm import Arm
    from analysis.synthesis.grade import Grade
    from analysis.synthesis.information_size import Information
    from analysis.synthesis.listings import (
        Awaiting,
        Comparator,
        EvidenceCount,
        ExcludedReport,
        FlowStage,
        OngoingTrial,
        Search,
    )
    from analysis.synthesis.published import PublishedResult
    from analysis.synthesis.row import Evidence, RowRef
    from analysis.synthesis.sensitivity_results import Refit, Sensitivity
    from analysis.synthesis.study_rating import Rating
    from analysis.synthesis.versions import History
    from schemas.profile_files import OwnProfile
    from schemas.quality_tool import QualityTool

Model = Literal["common", "random", "single", "none"]

Direction = Literal["experimental", "control", "none"]


@dataclass(frozen=True, slots=True)
class Study:
    """One included study, as far as the display items need it.

    ``levels`` maps each subgroup variable of the protocol to the study's level; ``characteristics``
    holds the row of the studies table as text, column by column, None where nobody has read a
    value.
    """

    study_id: str
    label: str
    citation_key: str | None
    year: int | None
    n_total: int | None
    n_arm: int | None
    evidence: Evidence
    levels: dict[str, str | None]
    characteristics: dict[str, str | None]
    row: RowRef
    arms: tuple[Arm, ...] = ()

    @property
    def reconstructed(self) -> bool:
        """Whether the study stands for one whose report nobody has read."""
        return self.evidence == "reconstructed"


@dataclass(frozen=True, slots=True)
class StudyEstimate:
    """One study's (or cohort's) contribution to a pool.

    ``ci_low`` and ``ci_high`` are what a forest plot draws: for proportions the study interval of
    the protocol, for medians the reported interval. ``se`` is the standard error on the scale of
    the model, ``weight`` the share in the pool (fractions adding up to 1); both are None where
    nothing was pooled. ``groups`` holds the numbers of the groups that are compared, the
    experimental one first; it is empty where there is one group, whose counts are ``events`` and
    ``n``. ``yi`` and ``sei`` are effect and standard error on the scale of the model, also of a
    study that stands alone; ``tabled`` says that they come from the groups' own numbers, counted as
    independent patients. ``only`` is the single group of means and rates, whose numbers are more
    than counts. ``design_effect`` is what the variance of a study of clusters was multiplied by.
    ``notes`` say what was computed to get the numbers. ``source`` and ``location`` say in which
    report, and where in it, the row was read.
    """

    study_id: str
    cohort: str | None
    label: str
    criteria: str | None
    estimate: float
    se: float | None
    ci_low: float
    ci_high: float | None
    events: int | None
    n: int | None
    weight: float | None
    evidence: Evidence
    reconstructed: bool
    row: RowRef
    source: str | None = None
    location: str | None = None
    groups: tuple[Group, ...] = ()
    notes: tuple[str, ...] = ()
    instrument: str | None = None
    others: tuple[RowRef, ...] = ()
    yi: float | None = None
    sei: float | None = None
    tabled: bool = True
    design_effect: float = 1.0
    only: Group | None = None

    @property
    def rows(self) -> tuple[RowRef, ...]:
        """Every row that the numbers come from: `row`, and ``others`` such as a control group's."""
        return (self.row, *self.others)

    def group(self, role: str) -> Group | None:
        """Return the group with this role, None where there is none."""
        return next((group for group in self.groups if group.role == role), None)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that could not be, or was not to be, pooled, with the reason in words.

    ``noteworthy`` is False for rows the protocol itself passes over, such as a second response
    criterion of a study that is already in the pool.
    """

    study_id: str
    label: str
    cohort: str | None
    outcome: str
    reason: str
    noteworthy: bool
    row: RowRef


@dataclass(frozen=True, slots=True)
class Pool:
    """One pooled result: an outcome or an adverse event, overall or in one subgroup level.

    ``model`` is ``single`` where one study stands alone (its own interval is shown) and ``none``
    where there is no study; the numeric fields that do not apply are then None. ``centre`` is
    the estimate on the scale of the model, as ``se`` is. ``refused`` says why the model that the
    protocol asks for has no estimate and another stands in its place.
    """

    outcome: str
    label: str
    measure: str
    unit: str
    variable: str | None
    level: str | None
    level_label: str | None
    model: Model
    method: str
    k: int
    n_studies: int
    n_participants: int | None
    events: int | None
    estimate: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    tau2: float | None
    q: float | None
    q_df: int | None
    q_p: float | None
    i2: float | None
    studies: tuple[StudyEstimate, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...] = ()
    prediction: tuple[float, float] | None = None
    prediction_definition: str | None = None
    refused: str = ""
    centre: float | None = None

    @property
    def reconstructed(self) -> int:
        """Number of rows in the pool that are reconstructed."""
        return sum(study.reconstructed for study in self.studies)

    def side(self, role: str) -> tuple[int, int]:
        """Return events and patients of all groups with this role.

        Of what is counted as patients with an event, only groups whose events are known: a report
        that prints a comparison alone adds no patients to the events of others.
        """
        groups = [group for study in self.studies if (group := study.group(role)) is not None]
        counted = [group for group in groups if group.events is not None] or groups
        return sum(group.events or 0 for group in counted), sum(group.n or 0 for group in counted)


@dataclass(frozen=True, slots=True)
class Outcome:
    """All pools of one outcome of the protocol: overall and by every subgroup variable.

    ``better`` says which direction is good; ``experimental`` and ``control`` name the groups of a
    comparison. ``model`` holds what the outcome changes in the profile, by the profile's names.
    ``sensitivity`` is None where fewer than two estimates can be pooled, ``information`` also where
    the pooled interval is not closed. ``without_high_risk`` is the outcome without the studies at
    high risk of bias, None where none of them is. ``grade`` is how certain the evidence is, None
    where the protocol does not ask.
    """

    id: str
    code: str
    label: str
    measure: str
    unit: str
    overall: Pool
    subgroups: dict[str, tuple[Pool, ...]]
    sensitivity: Sensitivity | None = None
    information: Information | None = None
    better: str = "none"
    experimental: str | None = None
    control: str | None = None
    model: dict[str, Any] = field(default_factory=dict)
    without_high_risk: Pool | None = None
    grade: Grade | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one study says of an outcome.

    Attributes
    ----------
    study_id, label
        The study; ``label`` with its cohort.
    direction
        Whom the effect favours; None for a measure that compares nothing.
    p
        Two-sided, printed or from the effect; None where nothing gives it.
    n
        Participants of all groups.
    estimate
        The effect with its interval, None where a report gives none that can be used.
    yi, vi
        The effect and its variance on the scale of the model, None without an estimate.
    row
        Where it was read.
    """

    study_id: str
    label: str
    direction: Direction | None
    p: float | None
    n: int | None
    estimate: StudyEstimate | None
    yi: float | None
    vi: float | None
    row: RowRef


@dataclass(frozen=True, slots=True)
class Narrative:
    """An outcome that is not pooled.

    Attributes
    ----------
    outcome
        With the studies' effects, and no pooled one.
    by
        The ways of the protocol: direction, p_values, effects.
    why
        Why it is not pooled.
    findings
        Of every study, those without a usable estimate too.
    votes, combined, effects
        The result of each way, None where it was not asked for or there is nothing to count.
    """

    outcome: Outcome
    by: tuple[str, ...]
    why: str
    findings: tuple[Finding, ...]
    votes: Votes | None = None
    combined: CombinedP | None = None
    effects: EffectDistribution | None = None

    @property
    def without_direction(self) -> tuple[Finding, ...]:
        """The studies that have no vote."""
        return tuple(entry for entry in self.findings if entry.direction == "none")


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """One standard term at one grade, pooled or only listed.

    ``subgroups`` holds the pools by each subgroup variable; ``leave_one_out`` is empty where the
    term is not pooled. ``experimental`` and ``control`` name the groups of a comparison.
    """

    id: str
    term: str
    grade: str
    pool: Pool
    pooled: bool
    subgroups: dict[str, tuple[Pool, ...]] = field(default_factory=dict)
    leave_one_out: tuple[Refit, ...] = ()
    model: dict[str, Any] = field(default_factory=dict)
    experimental: str | None = None
    control: str | None = None

    @property
    def frequency(self) -> float:
        """Share of patients with the event, by which terms are ordered.

        The pooled share of one group; of two that are compared, the share in the experimental one.
        """
        events, patients = self.pool.side("experimental")
        return events / patients if patients else self.pool.estimate or 0.0


@dataclass(frozen=True, slots=True)
class Synthesis:
    """Everything the paper prints, computed once.

    ``comparisons`` holds the labels of the comparisons of arms by their ids. ``outcomes`` are
    pooled, ``narratives`` are not.
    """

    title: str
    edition: str
    profile: str
    level: float
    studies: tuple[Study, ...]
    outcomes: tuple[Outcome, ...]
    adverse_events: tuple[AdverseEvent, ...]
    flow: tuple[FlowStage, ...]
    searches: tuple[Search, ...]
    evidence: tuple[EvidenceCount, ...]
    abbreviations: dict[str, str]
    characteristics: dict[str, str] = field(default_factory=dict)
    subgroup_labels: dict[str, str] = field(default_factory=dict)
    moderator_labels: dict[str, str] = field(default_factory=dict)
    significance_level: float = 0.05
    ratings: tuple[Rating, ...] = ()
    quality_tools: dict[str, QualityTool] = field(default_factory=dict)
    ongoing: tuple[OngoingTrial, ...] = ()
    comparators: tuple[Comparator, ...] = ()
    awaiting: tuple[Awaiting, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = field(default=())
    published: tuple[PublishedResult, ...] = ()
    flow_since: str | None = None
    flow_from_log: bool = False
    excluded: tuple[ExcludedReport, ...] = ()
    history: History | None = None
    kind: str = "single_arm"
    comparisons: dict[str, str] = field(default_factory=dict)
    study_interval: str = "wald"
    narratives: tuple[Narrative, ...] = ()
    own_profile: OwnProfile | None = None

    @property
    def people(self) -> str:
        """What those who were studied are called in tables: patients where there is a treatment."""
        return "patients" if self.kind in {"single_arm", "two_arms"} else "participants"

    def outcome(self, outcome_id: str) -> Outcome:
        """Return the outcome with this protocol id; one of `narratives` has no pooled effect.

        Raises
        ------
        KeyError
            If the protocol has no such outcome.
        """
        unpooled = (entry.outcome for entry in self.narratives)
        for outcome in (*self.outcomes, *unpooled):
            if outcome.id == outcome_id:
                return outcome
        raise KeyError(outcome_id)

    @property
    def rated(self) -> tuple[Outcome, ...]:
        """The outcomes that the protocol wants rated, pooled or not, in its order."""
        every = (*self.outcomes, *(entry.outcome for entry in self.narratives))
        asked = [(outcome.grade.place, outcome) for outcome in every if outcome.grade is not None]
        return tuple(outcome for _, outcome in sorted(asked, key=lambda each: each[0]))

    @property
    def has_reconstructed_rows(self) -> bool:
        """Whether any row used anywhere is reconstructed (the paper must then say so)."""
        return any(count.reconstructed for count in self.evidence)
