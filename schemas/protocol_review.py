"""What the review is about, as the protocol says it: its kind, question and registration."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from schemas.entry import Entry as _Entry
from schemas.entry import Text
from schemas.entry import refusal as _refusal
from schemas.vocabulary import ReviewKind

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]

#: Kinds of which every study gave a treatment.
KINDS_WITH_INTERVENTION: frozenset[ReviewKind] = frozenset({"single_arm", "two_arms"})

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


class Question(_Entry):
    """The question in its parts, for the box on the first page; what does not apply is left out."""

    population: Text | None = Field(default=None, description="Who is studied")
    intervention: Text | None = Field(default=None, description="What is done, or the exposure")
    comparator: Text | None = Field(default=None, description="What it is compared with")
    outcomes: Text | None = Field(default=None, description="What is measured")
    designs: Text | None = Field(default=None, description="Which designs are included")


class Review(_Entry):
    """What the review is about, as it stands on its first page."""

    title: Text = Field(description="Title of the paper")
    subtitle: Text | None = Field(default=None, description="Subtitle of the paper")
    edition: Text = Field(description="Version of this edition, between quotation marks")
    kind: ReviewKind = Field(
        default="single_arm",
        description="single_arm (treated groups), prevalence (groups without a treatment of the "
        "review), two_arms (comparisons) or narrative (nothing is pooled)",
    )
    living: bool = Field(
        default=True, description="Whether the review is kept up to date: false for a paper once"
    )
    intervention: Text | None = Field(
        default=None,
        description="The treatment under review, in words; needed for single_arm and two_arms",
    )
    comparator: Text | None = Field(
        default=None, description="What the treatment is compared with, in words"
    )
    condition: Text = Field(description="The condition under review, in words")
    question: Question | None = Field(
        default=None, description="The question in its parts (PICO), for a box in the paper"
    )
    registration: Registration | None = Field(
        default=None, description="Where the protocol was registered"
    )
    first_published: FirstPublished | None = Field(
        default=None, description="The publication that this review continues"
    )

    @model_validator(mode="after")
    def _check_intervention(self) -> Self:
        if self.kind in KINDS_WITH_INTERVENTION and self.intervention is None:
            raise _refusal(
                "The treatment under review is missing.",
                f"A review of the kind {self.kind} names it; without one the kind is prevalence.",
                "intervention",
            )
        return self
