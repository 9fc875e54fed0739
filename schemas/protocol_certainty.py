"""Section `certainty` of the protocol: what GRADE asks to settle before results are seen."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.certainty import START_KEYS, CertaintyLevel
from schemas.entry import Entry as _Entry
from schemas.entry import Text
from schemas.entry import refusal as _refusal
from schemas.entry import refuse_repeats as _refuse_repeats
from schemas.protocol_review import Identifier
from schemas.vocabulary import list_hint

if TYPE_CHECKING:
    from schemas.protocol_outcomes import Outcome

Positive = Annotated[float, Field(gt=0, strict=False)]
OpenFraction = Annotated[float, Field(gt=0, lt=1)]


class Thresholds(_Entry):
    """From which size on an effect matters; in words of an absolute effect."""

    small: Positive = Field(
        description="Smallest effect that matters: a number per 1,000 people where risks are "
        "compared, else in the unit of the result (of an SMD: standard deviations)"
    )
    moderate: Positive | None = Field(
        default=None, description="From here on an effect is more than small"
    )
    large: Positive | None = Field(default=None, description="From here on an effect is large")

    @property
    def rising(self) -> tuple[float, ...]:
        """Those that are given, from the smallest."""
        return tuple(x for x in (self.small, self.moderate, self.large) if x is not None)

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        values = self.rising
        if any(low >= high for low, high in pairwise(values)):
            raise _refusal(
                "The thresholds do not rise.", "Write small below moderate below large.", "small"
            )
        return self


class InformationSize(_Entry):
    """What the optimal information size is, or is computed from."""

    size: Annotated[int, Field(gt=0)] | None = Field(
        default=None, description="Participants that are enough; without it they are computed"
    )
    relative_reduction: OpenFraction | None = Field(
        default=None,
        description="Relative change of a risk that is worth finding, a fraction; without it the "
        "smallest effect that matters",
    )
    sd: Positive | None = Field(
        default=None,
        description="Standard deviation of a score; without it the median of the control groups",
    )
    alpha: OpenFraction = Field(default=0.05, description="Error of the two-sided test")
    power: OpenFraction = Field(default=0.8, description="Power of the test")


class Reexpression(_Entry):
    """The instrument in whose points a standardised difference is told as well."""

    instrument: Text = Field(description="Id of an instrument of the outcome")
    sd: Positive | None = Field(
        default=None,
        description="Standard deviation on it; without it the median of the control groups that "
        "were measured with it",
    )
    minimal_important_difference: Positive | None = Field(
        default=None, description="Smallest difference on it that patients notice"
    )


class RatedOutcome(_Entry):
    """One outcome whose certainty is rated, in the order of the summary of findings."""

    id: Identifier = Field(description="Id of the outcome")
    importance: Literal["critical", "important", "limited"] | None = Field(
        default=None, description="How much it matters for a decision"
    )
    event: Text | None = Field(
        default=None,
        description="What becomes less or more, in words within a sentence; needed for a hazard "
        "ratio, whose label often names the opposite (death, for overall survival)",
    )
    thresholds: Thresholds | None = Field(
        default=None, description="Sizes of an effect that matter, for a comparison"
    )
    decision_limits: tuple[float, ...] = Field(
        default=(),
        strict=False,
        description="Values between which a decision would change, as printed (46.9, not 0.469), "
        "for a result of one group",
    )
    information: InformationSize = Field(
        default_factory=InformationSize, description="The optimal information size"
    )
    baseline_labels: tuple[Text, ...] = Field(
        default=(), strict=False, description="Names of the outcome's baseline risks, one for each"
    )
    baseline_source: Text | None = Field(
        default=None, description="Where the given baseline risks are from"
    )
    baseline_time: Text | None = Field(
        default=None, description="By when the risk is counted, such as 12 months"
    )
    reexpression: Reexpression | None = Field(
        default=None, description="How a standardised difference is told in points"
    )
    start: CertaintyLevel | None = Field(
        default=None, description="Level at which this outcome begins, whatever the designs"
    )


class Certainty(_Entry):
    """How the certainty of the evidence is rated (GRADE)."""

    start: dict[str, CertaintyLevel] = Field(
        default_factory=dict,
        description="Level at which evidence begins, for randomised and non_randomised or for "
        "single designs; without it high and low",
    )
    outcomes: tuple[RatedOutcome, ...] = Field(
        min_length=1, strict=False, description="The outcomes that are rated"
    )
    note: Text | None = Field(
        default=None, description="A sentence below the tables, such as who rated, and as what"
    )

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        _refuse_repeats([x.id for x in self.outcomes], "outcome", "outcomes", name_of="id")
        for name in self.start:
            if name not in START_KEYS:
                raise _refusal(
                    f"{name} is not a design.", list_hint(name, START_KEYS), "start", name
                )
        return self

    def outcome(self, outcome_id: str) -> RatedOutcome | None:
        """Find what is settled for an outcome; None where it is not rated."""
        return next((entry for entry in self.outcomes if entry.id == outcome_id), None)


def refuse_unfit(rated: RatedOutcome, outcome: Outcome, at: tuple[str | int, ...]) -> None:
    """Refuse what is settled for an outcome and does not fit its measure.

    Parameters
    ----------
    rated, outcome
        What is settled, and the outcome itself.
    at
        The entry that is read.
    """
    if rated.thresholds is not None and not outcome.two_groups:
        raise _refusal(
            f"A {outcome.form.words} of one group has no effect that could be small or large.",
            "Write decision_limits: the values between which a decision would change.",
            *(*at, "thresholds"),
        )
    if rated.decision_limits and outcome.two_groups:
        raise _refusal(
            f"A {outcome.form.words} compares two groups.",
            "Write thresholds, the sizes of an effect that matter.",
            *(*at, "decision_limits"),
        )
    if not outcome.form.names_event:
        _refuse_unnamed_event(rated, outcome, at)
    labels, risks = rated.baseline_labels, outcome.baseline_risk
    if labels and len(labels) != len(risks):
        raise _refusal(
            f"There are {len(labels)} names for {len(risks)} baseline risks.",
            "Give each baseline_risk of the outcome a name.",
            *(*at, "baseline_labels"),
        )
    told = rated.reexpression
    instruments = [entry.id for entry in outcome.instruments]
    if told is not None and told.instrument not in instruments:
        raise _refusal(
            f"The outcome {outcome.id} has no instrument {told.instrument}.",
            list_hint(told.instrument, instruments) if instruments else "Add it to the outcome.",
            *(*at, "reexpression", "instrument"),
        )


def _refuse_unnamed_event(rated: RatedOutcome, outcome: Outcome, at: tuple[str | int, ...]) -> None:
    """Refuse a hazard ratio of which nobody says what happens less or more often, and by when."""
    if rated.event is None:
        raise _refusal(
            f"A {outcome.form.words} is about an event, and {outcome.label.lower()} may be its "
            "opposite: fewer deaths per 1000 people are not less survival.",
            "Write event: death, or what else is counted; baseline_risk is the risk of it.",
            *(*at, "event"),
        )
    if outcome.baseline_risk and rated.baseline_time is None:
        raise _refusal(
            f"The risk of {rated.event} without the treatment is given, but not by when.",
            "Write baseline_time: 12 months, or by when the risk was counted.",
            *(*at, "baseline_time"),
        )
