"""The review's protocol: every choice the program makes is an entry of data/protocol.yml."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from schemas.entry import Entry as _Entry
from schemas.entry import Text
from schemas.entry import refusal as _refusal
from schemas.entry import refuse_repeats as _refuse_repeats
from schemas.measures import MEASURE_FORMS
from schemas.profile_files import OwnProfile
from schemas.protocol_certainty import Certainty, refuse_unfit
from schemas.protocol_display import DisplayItem, OwnItem, refuse_clashes
from schemas.protocol_groups import (
    Characteristic,
    ColumnName,
    JudgementGroups,
    Moderator,
    Subgroup,
)
from schemas.protocol_outcomes import Comparison, Outcome
from schemas.protocol_review import Identifier, Review
from schemas.screening_choices import Screening
from schemas.update_choices import Update
from schemas.vocabulary import list_hint

Fraction = Annotated[float, Field(ge=0, le=1)]
OpenFraction = Annotated[float, Field(gt=0, lt=1)]


class ModelRule(_Entry):
    """When the common-effect model is used: both hold, otherwise random effects."""

    i2_below: Fraction = Field(description="I² must be below this fraction")
    p_at_least: Fraction = Field(description="P of Cochran's Q must be at least this")
    applies_to: Literal["pool", "outcome"] = Field(
        default="pool",
        description="pool: chosen for each pool; outcome: chosen once for all studies of an "
        "outcome and kept in its subgroups",
    )


class Balance(_Entry):
    """When the text says that one study, or the size of the studies, decides a pool."""

    dominant_share: OpenFraction = Field(
        default=0.4,
        description="A study with this share of the participants or of the weight is named",
    )
    model_shift: OpenFraction = Field(
        default=0.5,
        description="Small studies are set against large ones when the common-effect result lies "
        "this part of the way from the random-effects result to the limit of its interval",
    )


class AdverseEvents(_Entry):
    """How adverse events are pooled."""

    grades: tuple[Text, ...] = Field(
        min_length=1,
        strict=False,
        description="Grades that may stand in the tables; the first holds all the others",
    )
    minimum_studies: int = Field(
        ge=1, description="Terms reported by fewer studies are listed, not pooled"
    )
    measure: Literal["proportion", "RR", "OR", "RD"] = Field(
        default="proportion",
        description="proportion of one group, or RR, OR or RD between two",
    )
    comparison: Identifier | None = Field(
        default=None, description="Id of the comparison; where there is one, that one"
    )

    model: dict[str, str | float | bool] = Field(
        default_factory=dict,
        strict=False,
        description="Conventions of adverse events that depart from the profile, by their names in "
        "`review profiles`",
    )

    @property
    def two_groups(self) -> bool:
        """Whether two groups are compared."""
        return MEASURE_FORMS[self.measure].design == "two groups"

    @model_validator(mode="after")
    def _check_grades(self) -> Self:
        _refuse_repeats(self.grades, "grade", "grades")
        return self


class Protocol(_Entry):
    """The whole of data/protocol.yml."""

    _own_profile: OwnProfile | None = PrivateAttr(default=None)

    review: Review = Field(description="What the review is about")
    profile: Identifier = Field(
        description="Name of a set of numerical conventions: see `review profiles`, or a file of "
        "your own in data/profiles"
    )
    confidence_level: OpenFraction = Field(description="Level of all intervals: 0.95")
    model_rule: ModelRule = Field(
        # I² is never below 0: random effects always.
        default=ModelRule(i2_below=0.0, p_at_least=0.0),
        description="The common-effect model is used when both hold, otherwise random effects; "
        "without it random effects always",
    )
    significance_level: OpenFraction = Field(
        default=0.05, description="P below this counts as significant"
    )
    study_interval: Identifier = Field(
        default="wilson", description="Interval of a single study's proportion"
    )
    order: Literal["file", "weight", "year", "effect", "name"] = Field(
        default="file", description="Order of the studies in forest plots and tables of results"
    )
    comparisons: tuple[Comparison, ...] = Field(
        default=(), strict=False, description="Which arms meet, for a review of two arms"
    )
    outcomes: tuple[Outcome, ...] = Field(
        default=(), strict=False, description="What is measured, in printing order"
    )
    subgroups: tuple[Subgroup, ...] = Field(
        default=(), strict=False, description="Columns of studies.csv by which studies are grouped"
    )
    judgement_groups: tuple[JudgementGroups, ...] = Field(
        default=(), strict=False, description="Quality tools by whose judgement studies are grouped"
    )
    characteristics: tuple[Characteristic, ...] = Field(
        default=(), strict=False, description="Columns this review adds to studies.csv"
    )
    moderators: tuple[Moderator, ...] = Field(
        default=(), strict=False, description="Numeric columns for meta-regression"
    )
    study_columns: tuple[ColumnName, ...] | None = Field(
        default=None,
        strict=False,
        description="Further columns of studies.csv that this review uses (data/README.md lists "
        "them); without it those of its kind",
    )
    quality_tools: tuple[Identifier, ...] = Field(
        default=(),
        strict=False,
        description="Tools by which studies are judged: names of files in schemas/quality_tools or "
        "data/quality_tools; without it any of them",
    )
    adverse_events: AdverseEvents | None = Field(
        default=None, description="How adverse events are pooled; without it there are none"
    )
    certainty: Certainty | None = Field(
        default=None,
        description="How the certainty of the evidence is rated (GRADE); without it none is",
    )
    screening: Screening = Field(
        default_factory=Screening, description="Who screens the records, and why one is excluded"
    )
    balance: Balance = Field(
        default_factory=Balance, description="When one study, or the small ones, decide a pool"
    )
    update: Update = Field(default_factory=Update, description="When an update is due")
    method_references: dict[str, Identifier] = Field(
        default_factory=dict,
        description="Citation keys for the estimators of the between-study variance (DL, REML …)",
    )
    display: tuple[DisplayItem, ...] = Field(
        default=(), strict=False, description="Figures and tables that are generated"
    )
    own_items: tuple[OwnItem, ...] = Field(
        default=(),
        strict=False,
        description="Figures and tables of the team's own that stand elsewhere than written",
    )
    abbreviations: dict[str, Text] = Field(
        default_factory=dict, description="Abbreviations used in tables and figures, in full"
    )

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        ids = [outcome.id for outcome in self.outcomes]
        codes = [outcome.code for outcome in self.outcomes]
        _refuse_repeats(ids, "outcome id", "outcomes", name_of="id")
        _refuse_repeats(codes, "outcome code", "outcomes", name_of="code")
        _refuse_repeats([x.id for x in self.subgroups], "subgroup id", "subgroups", name_of="id")
        taken = {subgroup.id for subgroup in self.subgroups}
        for position, entry in enumerate(self.judgement_groups):
            if entry.id in taken:
                raise _refusal(
                    f"Another grouping has the id {entry.id}.",
                    "Give it an id of its own.",
                    *("judgement_groups", position, "id"),
                )
            taken.add(entry.id)
            if entry.score and entry.score_column in {x.column for x in self.moderators}:
                raise _refusal(
                    f"A moderator is called {entry.score_column}, as this score would be.",
                    "Give the grouping another id.",
                    *("judgement_groups", position, "id"),
                )
        columns = [x.column for x in self.characteristics]
        _refuse_repeats(columns, "column", "characteristics", name_of="column")
        for position, subgroup in enumerate(self.subgroups):
            if subgroup.column in columns:
                raise _refusal(
                    f"The column {subgroup.column} stands under characteristics too.",
                    "A column is either a subgroup or a characteristic.",
                    *("subgroups", position, "column"),
                )
        refuse_clashes(self.display, self.own_items)
        for position, item in enumerate(self.display):
            for number, outcome_id in enumerate(item.outcomes):
                if outcome_id not in ids:
                    raise _refusal(
                        f"There is no outcome with the id {outcome_id}.",
                        list_hint(outcome_id, ids),
                        *("display", position, "outcomes", number),
                    )
            variables = [entry.id for entry in (*self.subgroups, *self.judgement_groups)]
            for number, variable in enumerate(item.by):
                if variable not in variables:
                    raise _refusal(
                        f"There is no subgroup variable with the id {variable}.",
                        list_hint(variable, variables),
                        *("display", position, "by", number),
                    )
        for position, rated in enumerate(self.certainty.outcomes if self.certainty else ()):
            at = ("certainty", "outcomes", position, "id")
            if rated.id not in ids:
                raise _refusal(
                    f"There is no outcome with the id {rated.id}.", list_hint(rated.id, ids), *at
                )
            refuse_unfit(rated, self.outcome(rated.id), at[:-1])
        for entry in ("precision", "relevant_change"):
            for name in getattr(self.update, entry):
                if name not in ids:
                    raise _refusal(
                        f"There is no outcome with the id {name}.",
                        list_hint(name, ids),
                        *("update", entry, name),
                    )
        for position, outcome in enumerate(self.outcomes):
            self._check_not_more_than(outcome, ("outcomes", position, "not_more_than"))
        self._check_kind()
        self._check_comparisons()
        return self

    def _check_kind(self) -> None:
        kind = self.review.kind
        if not self.outcomes and kind != "narrative":
            raise _refusal(
                "There is no outcome.",
                "Add one under outcomes; a review that pools nothing has the kind narrative.",
                "outcomes",
            )
        for position, outcome in enumerate(self.outcomes):
            if kind == "narrative" and outcome.synthesis is None:
                raise _refusal(
                    f"A narrative review pools nothing, but {outcome.id} would be pooled.",
                    "Write under synthesis how its results are brought together, and why they are "
                    "not pooled.",
                    *("outcomes", position, "synthesis"),
                )
            if outcome.two_groups and kind in {"single_arm", "prevalence"}:
                raise _refusal(
                    f"A {outcome.form.words} compares two groups, but the review is of the kind "
                    f"{kind}.",
                    "Write kind: two_arms under review, or choose a measure of one group.",
                    *("outcomes", position, "measure"),
                )

    def _check_comparisons(self) -> None:
        names = [comparison.id for comparison in self.comparisons]
        _refuse_repeats(names, "comparison id", "comparisons", name_of="id")
        asked: list[tuple[bool, str | None, tuple[str | int, ...]]] = [
            (outcome.two_groups, outcome.comparison, ("outcomes", position))
            for position, outcome in enumerate(self.outcomes)
        ]
        if self.adverse_events is not None:
            two = self.adverse_events.two_groups
            asked.append((two, self.adverse_events.comparison, ("adverse_events",)))
        for two_groups, name, place in asked:
            if name is not None and name not in names:
                raise _refusal(
                    f"There is no comparison with the id {name}.",
                    list_hint(name, names) if names else "Add it under comparisons.",
                    *(*place, "comparison"),
                )
            if two_groups and name is None and len(names) != 1:
                raise _refusal(
                    "It is not said which arms meet."
                    if names
                    else "There is no comparison, so nobody knows which arms meet.",
                    list_hint("", names)
                    if names
                    else "Add an entry under comparisons with the labels of both sides.",
                    *(*place, "comparison"),
                )

    @property
    def own_profile(self) -> OwnProfile | None:
        """The team's own profile, where ``profile`` names a file in data/profiles."""
        return self._own_profile

    def with_profile(self, own: OwnProfile | None) -> Self:
        """Return the protocol with the team's own profile that it names, if it names one."""
        copy = self.model_copy()
        copy._own_profile = own
        return copy

    @property
    def pooled(self) -> tuple[Outcome, ...]:
        """The outcomes that are pooled."""
        return tuple(outcome for outcome in self.outcomes if outcome.synthesis is None)

    @property
    def unpooled(self) -> tuple[Outcome, ...]:
        """The outcomes that are brought together without pooling."""
        return tuple(outcome for outcome in self.outcomes if outcome.synthesis is not None)

    @property
    def grades(self) -> tuple[str, ...]:
        """The grades of adverse events, the widest first; none where there are no such events."""
        return () if self.adverse_events is None else self.adverse_events.grades

    @property
    def minimum_studies(self) -> int:
        """How many studies must report an adverse event for it to be pooled."""
        return 1 if self.adverse_events is None else self.adverse_events.minimum_studies

    def comparison_of(self, outcome: Outcome | AdverseEvents) -> Comparison | None:
        """Give the comparison of an outcome or of adverse events; None for one group."""
        if not outcome.two_groups:
            return None
        return next(entry for entry in self.comparisons if outcome.comparison in (None, entry.id))

    def _check_not_more_than(self, outcome: Outcome, at: tuple[str | int, ...]) -> None:
        larger = outcome.not_more_than
        others = [other.id for other in self.outcomes if other.id != outcome.id]
        if larger is None:
            return
        if larger not in others:
            raise _refusal(
                f"There is no other outcome with the id {larger}.", list_hint(larger, others), *at
            )
        if self.outcome(larger).measure != outcome.measure:
            raise _refusal(
                f"{larger} is a {self.outcome(larger).measure}, {outcome.id} a {outcome.measure}.",
                "Only outcomes of one measure can be compared.",
                *at,
            )

    def outcome(self, outcome_id: str) -> Outcome:
        """Find an outcome by its id; KeyError when the protocol has none of that name."""
        for outcome in self.outcomes:
            if outcome.id == outcome_id:
                return outcome
        raise KeyError(outcome_id)
