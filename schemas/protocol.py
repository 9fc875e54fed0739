"""The review's protocol: every choice the program makes is an entry of data/protocol.yml."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from schemas.entry import Entry as _Entry
from schemas.entry import Text
from schemas.entry import refusal as _refusal
from schemas.entry import refuse_repeats as _refuse_repeats
from schemas.screening_choices import Screening
from schemas.update_choices import Update
from schemas.vocabulary import list_hint

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]
ColumnName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Fraction = Annotated[float, Field(ge=0, le=1)]
OpenFraction = Annotated[float, Field(gt=0, lt=1)]
Kind = Literal["proportion", "median"]
Unit = Literal["percent", "months"]

# Which unit an outcome of each kind is recorded in; times are months everywhere.
UNIT_OF_KIND: dict[Kind, Unit] = {"proportion": "percent", "median": "months"}

_DOI = re.compile(r"^10\.\d{4,9}/\S+$")
_PROSPERO = re.compile(r"^CRD4\d{10,12}$")


class Registration(_Entry):
    """Where the protocol was registered before the review began."""

    registry: Text = Field(description="Name of the registry: PROSPERO, OSF, …")
    id: Text = Field(description="Number in the registry")

    @model_validator(mode="after")
    def _check_prospero(self) -> Self:
        if self.registry.upper() == "PROSPERO" and not _PROSPERO.match(self.id):
            raise _refusal(
                "This is not a PROSPERO number.", "It is CRD followed by 11 to 13 digits.", "id"
            )
        return self


class FirstPublished(_Entry):
    """The publication that this living review continues."""

    citation_key: Identifier = Field(description="Its key in manuscript/references.bib")
    doi: Text = Field(description="Its DOI, without https")

    @model_validator(mode="after")
    def _check_doi(self) -> Self:
        if not _DOI.match(self.doi):
            raise _refusal(
                "This is not a DOI.", "Write it alone, as 10.1000/xyz, without https.", "doi"
            )
        return self


class Review(_Entry):
    """What the review is about, as it stands on its first page."""

    title: Text = Field(description="Title of the paper")
    subtitle: Text | None = Field(default=None, description="Subtitle of the paper")
    edition: Text = Field(description="Version of this edition, between quotation marks")
    intervention: Text = Field(description="The treatment under review, in words")
    condition: Text = Field(description="The condition under review, in words")
    registration: Registration | None = Field(
        default=None, description="Where the protocol was registered"
    )
    first_published: FirstPublished | None = Field(
        default=None, description="The publication that this review continues"
    )


class ModelRule(_Entry):
    """When the common-effect model is used: both hold, otherwise random effects."""

    i2_below: Fraction = Field(description="I² must be below this fraction")
    p_at_least: Fraction = Field(description="P of Cochran's Q must be at least this")


class Outcome(_Entry):
    """One outcome that is pooled."""

    id: Identifier = Field(description="Name in results and in the manuscript's variables")
    code: Text = Field(description="What stands in the column outcome of the tables")
    label: Text = Field(description="Name printed in tables and figures")
    kind: Kind = Field(description="proportion (events of patients) or median (time)")
    unit: Unit = Field(description="percent for a proportion, months for a median")
    criteria_preferred: tuple[Text, ...] = Field(
        default=(),
        strict=False,
        description="Criteria that may stand in the column criteria, the preferred one first; "
        "when a study reports several, the first of them is pooled",
    )
    not_more_than: Identifier | None = Field(
        default=None,
        description="Id of an outcome that this one cannot exceed in the same patients",
    )

    @model_validator(mode="after")
    def _check_entry(self) -> Self:
        if self.unit != UNIT_OF_KIND[self.kind]:
            raise _refusal(
                f"A {self.kind} is recorded in {UNIT_OF_KIND[self.kind]}, not in {self.unit}.",
                "Correct the unit or the kind.",
                "unit",
            )
        _refuse_repeats(self.criteria_preferred, "criterion", "criteria_preferred")
        return self


class Level(_Entry):
    """One group of a subgroup variable."""

    id: Text = Field(description="What stands in the column of studies.csv")
    label: Text = Field(description="Name printed in tables and figures")


class Subgroup(_Entry):
    """A column of studies.csv by which studies are grouped; the levels are its closed list."""

    id: Identifier = Field(description="Name in results and in the manuscript's variables")
    column: ColumnName = Field(description="Column of studies.csv that holds the level")
    label: Text = Field(description="Name printed in tables and figures")
    levels: tuple[Level, ...] = Field(
        min_length=1, strict=False, description="Closed list of the groups, in printing order"
    )

    @model_validator(mode="after")
    def _check_levels(self) -> Self:
        _refuse_repeats([x.id for x in self.levels], "level", "levels", name_of="id")
        return self


class Characteristic(_Entry):
    """A column of studies.csv that this review adds to the baseline table."""

    column: ColumnName = Field(description="Column of studies.csv")
    label: Text = Field(description="Name printed in the baseline table")
    description: Text = Field(description="What is recorded in it")


class Moderator(_Entry):
    """A numeric column of studies.csv for meta-regression."""

    column: ColumnName = Field(description="Name of the column")
    label: Text = Field(description="Name printed in tables and figures, with its unit")


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

    @model_validator(mode="after")
    def _check_grades(self) -> Self:
        _refuse_repeats(self.grades, "grade", "grades")
        return self


class DisplayItem(_Entry):
    """A figure or table of the paper that is generated from the data."""

    id: Annotated[str, StringConstraints(pattern=r"^s?(fig|tbl)-[a-z0-9-]+$")] = Field(
        description="Id of the div in the manuscript that it fills: fig- or tbl- and a name; "
        "sfig- and stbl- are supplementary"
    )
    kind: Identifier = Field(description="What it shows")
    outcomes: tuple[Identifier, ...] = Field(
        default=(), strict=False, description="Ids of the outcomes it shows, one panel for each"
    )
    by: tuple[Identifier, ...] = Field(
        default=(), strict=False, description="Ids of the subgroup variables it shows"
    )
    columns: tuple[Identifier, ...] = Field(
        default=(),
        strict=False,
        description="Further columns of a forest plot: year, criteria, design or quality",
    )
    landscape: bool = Field(
        default=False, description="Whether a wide table gets a landscape page in PDF and Word"
    )


class Protocol(_Entry):
    """The whole of data/protocol.yml."""

    review: Review = Field(description="What the review is about")
    profile: Identifier = Field(description="Name of a set of numerical conventions")
    confidence_level: OpenFraction = Field(description="Level of all intervals: 0.95")
    model_rule: ModelRule = Field(
        description="The common-effect model is used when both hold, otherwise random effects"
    )
    significance_level: OpenFraction = Field(description="P below this counts as significant")
    study_interval: Identifier = Field(
        default="wald", description="Interval of a single study's proportion"
    )
    outcomes: tuple[Outcome, ...] = Field(
        min_length=1, strict=False, description="What is pooled, in printing order"
    )
    subgroups: tuple[Subgroup, ...] = Field(
        default=(), strict=False, description="Columns of studies.csv by which studies are grouped"
    )
    characteristics: tuple[Characteristic, ...] = Field(
        default=(), strict=False, description="Columns this review adds to studies.csv"
    )
    moderators: tuple[Moderator, ...] = Field(
        default=(), strict=False, description="Numeric columns for meta-regression"
    )
    adverse_events: AdverseEvents = Field(description="How adverse events are pooled")
    screening: Screening = Field(
        default_factory=Screening, description="Who screens the records, and why one is excluded"
    )
    update: Update = Field(default_factory=Update, description="When an update is due")
    method_references: dict[str, Identifier] = Field(
        default_factory=dict,
        description="Citation keys for the estimators of the between-study variance (DL, REML …)",
    )
    display: tuple[DisplayItem, ...] = Field(
        default=(), strict=False, description="Figures and tables that are generated"
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
        columns = [x.column for x in self.characteristics]
        _refuse_repeats(columns, "column", "characteristics", name_of="column")
        for position, subgroup in enumerate(self.subgroups):
            if subgroup.column in columns:
                raise _refusal(
                    f"The column {subgroup.column} stands under characteristics too.",
                    "A column is either a subgroup or a characteristic.",
                    *("subgroups", position, "column"),
                )
        _refuse_repeats([x.id for x in self.display], "display id", "display", name_of="id")
        for position, item in enumerate(self.display):
            for number, outcome_id in enumerate(item.outcomes):
                if outcome_id not in ids:
                    raise _refusal(
                        f"There is no outcome with the id {outcome_id}.",
                        list_hint(outcome_id, ids),
                        *("display", position, "outcomes", number),
                    )
            variables = [subgroup.id for subgroup in self.subgroups]
            for number, variable in enumerate(item.by):
                if variable not in variables:
                    raise _refusal(
                        f"There is no subgroup variable with the id {variable}.",
                        list_hint(variable, variables),
                        *("display", position, "by", number),
                    )
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
        return self

    def _check_not_more_than(self, outcome: Outcome, at: tuple[str | int, ...]) -> None:
        larger = outcome.not_more_than
        others = [other.id for other in self.outcomes if other.id != outcome.id]
        if larger is None:
            return
        if larger not in others:
            raise _refusal(
                f"There is no other outcome with the id {larger}.", list_hint(larger, others), *at
            )
        if self.outcome(larger).kind != outcome.kind:
            raise _refusal(
                f"{larger} is a {self.outcome(larger).kind}, {outcome.id} a {outcome.kind}.",
                "Only outcomes of one kind can be compared.",
                *at,
            )

    def outcome(self, outcome_id: str) -> Outcome:
        """Find an outcome by its id; KeyError when the protocol has none of that name."""
        for outcome in self.outcomes:
            if outcome.id == outcome_id:
                return outcome
        raise KeyError(outcome_id)
