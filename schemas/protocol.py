"""The review's protocol: every choice the program makes is an entry of data/protocol.yml."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
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


class _Entry(BaseModel):
    # strict: `id: no` is the word "no" to an author and a truth value to YAML; say so.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _refuse_repeats(names: list[str], what: str) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(f"{what} occurs more than once: {', '.join(repeated)}")


class Registration(_Entry):
    """Where the protocol was registered before the review began."""

    registry: Text
    id: Text

    @model_validator(mode="after")
    def _check_prospero(self) -> Self:
        if self.registry.upper() == "PROSPERO" and not _PROSPERO.match(self.id):
            raise ValueError(
                f'"{self.id}" is not a PROSPERO number: CRD followed by 11 to 13 digits'
            )
        return self


class FirstPublished(_Entry):
    """The publication that this living review continues."""

    citation_key: Identifier
    doi: Text

    @model_validator(mode="after")
    def _check_doi(self) -> Self:
        if not _DOI.match(self.doi):
            raise ValueError(f'"{self.doi}" is not a DOI: write it as 10.1000/xyz, without https')
        return self


class Review(_Entry):
    """What the review is about, as it stands on its first page."""

    title: Text
    subtitle: Text | None = None
    edition: Text
    intervention: Text
    condition: Text
    registration: Registration | None = None
    first_published: FirstPublished | None = None


class ModelRule(_Entry):
    """When the common-effect model is used: both hold, otherwise random effects."""

    i2_below: Fraction
    p_at_least: Fraction


class Outcome(_Entry):
    """One outcome that is pooled.

    Attributes
    ----------
    id
        Name in results and in the manuscript's variables.
    code
        What stands in the column `outcome` of the tables.
    kind, unit
        ``proportion`` in percent or ``median`` in months.
    criteria_preferred
        Response criteria that may stand in the tables, the preferred one first.
    not_more_than
        Id of an outcome that this one can never exceed in the same patients.
    """

    id: Identifier
    code: Text
    label: Text
    kind: Kind
    unit: Unit
    criteria_preferred: tuple[Text, ...] = Field(default=(), strict=False)
    not_more_than: Identifier | None = None

    @model_validator(mode="after")
    def _check_entry(self) -> Self:
        if self.unit != UNIT_OF_KIND[self.kind]:
            raise ValueError(
                f"a {self.kind} is recorded in {UNIT_OF_KIND[self.kind]}, not in {self.unit}"
            )
        _refuse_repeats(list(self.criteria_preferred), "criterion")
        return self


class Level(_Entry):
    """One group of a subgroup variable."""

    id: Text
    label: Text


class Subgroup(_Entry):
    """A column of studies.csv by which studies are grouped; the levels are its closed list."""

    id: Identifier
    column: ColumnName
    label: Text
    levels: tuple[Level, ...] = Field(min_length=1, strict=False)

    @model_validator(mode="after")
    def _check_levels(self) -> Self:
        _refuse_repeats([level.id for level in self.levels], "level")
        return self


class Characteristic(_Entry):
    """A column of studies.csv that this review adds to the baseline table."""

    column: ColumnName
    label: Text
    description: Text


class AdverseEvents(_Entry):
    """How adverse events are pooled.

    Attributes
    ----------
    grades
        Grades that may stand in the tables; the first holds all the others ("any").
    minimum_studies
        Terms reported by fewer studies are listed, not pooled.
    """

    grades: tuple[Text, ...] = Field(min_length=1, strict=False)
    minimum_studies: int = Field(ge=1)

    @model_validator(mode="after")
    def _check_grades(self) -> Self:
        _refuse_repeats(list(self.grades), "grade")
        return self


class DisplayItem(_Entry):
    """A figure or table of the paper that is generated from the data.

    Attributes
    ----------
    id
        Id of the div in the manuscript that it fills; ``stbl-`` and ``sfig-`` are supplementary.
    kind
        What it shows; `analysis.items` has the list.
    outcomes
        Ids of the outcomes it shows, one panel for each, where the kind needs them.
    """

    id: Annotated[str, StringConstraints(pattern=r"^s?(fig|tbl)-[a-z0-9-]+$")]
    kind: Identifier
    outcomes: tuple[Identifier, ...] = Field(default=(), strict=False)


class Protocol(_Entry):
    """The whole of data/protocol.yml; see each entry's own class.

    Attributes
    ----------
    profile
        Name of a set of numerical conventions, known to `analysis`.
    confidence_level, significance_level
        Fractions, 0.95 and 0.05 as a rule.
    study_interval
        Interval of a single proportion, a method of `analysis.meta.study_intervals`.
    display
        The generated figures and tables.
    """

    review: Review
    profile: Identifier
    confidence_level: OpenFraction
    model_rule: ModelRule
    significance_level: OpenFraction
    study_interval: Identifier = "wald"
    outcomes: tuple[Outcome, ...] = Field(min_length=1, strict=False)
    subgroups: tuple[Subgroup, ...] = Field(default=(), strict=False)
    characteristics: tuple[Characteristic, ...] = Field(default=(), strict=False)
    adverse_events: AdverseEvents
    display: tuple[DisplayItem, ...] = Field(default=(), strict=False)
    abbreviations: dict[str, Text] = {}

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        ids = [outcome.id for outcome in self.outcomes]
        _refuse_repeats(ids, "outcome id")
        _refuse_repeats([outcome.code for outcome in self.outcomes], "outcome code")
        _refuse_repeats([subgroup.id for subgroup in self.subgroups], "subgroup id")
        columns = [subgroup.column for subgroup in self.subgroups]
        columns += [characteristic.column for characteristic in self.characteristics]
        _refuse_repeats(columns, "column of studies.csv")
        _refuse_repeats([item.id for item in self.display], "display id")
        for item in self.display:
            for outcome_id in item.outcomes:
                if outcome_id not in ids:
                    raise ValueError(
                        f"display {item.id} names the outcome {outcome_id}; "
                        f"there are: {', '.join(ids)}"
                    )
        for outcome in self.outcomes:
            if outcome.not_more_than is None:
                continue
            if outcome.not_more_than not in ids or outcome.not_more_than == outcome.id:
                raise ValueError(
                    f"not_more_than of {outcome.id} names {outcome.not_more_than}; "
                    f"it must be the id of another outcome: {', '.join(ids)}"
                )
            if self.outcome(outcome.not_more_than).kind != outcome.kind:
                raise ValueError(
                    f"not_more_than of {outcome.id} names {outcome.not_more_than}, "
                    "which is an outcome of another kind"
                )
        return self

    def outcome(self, outcome_id: str) -> Outcome:
        """Find an outcome by its id; KeyError when the protocol has none of that name."""
        for outcome in self.outcomes:
            if outcome.id == outcome_id:
                return outcome
        raise KeyError(outcome_id)
