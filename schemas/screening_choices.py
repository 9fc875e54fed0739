"""Section `screening` of the protocol: who decides on records, and the reasons of exclusion."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from schemas.entry import Entry, Text, refusal, refuse_repeats

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]


class Reason(Entry):
    """Why a report is excluded."""

    id: Identifier = Field(description="What stands in the column reason of screening.csv")
    label: Text = Field(description="Name printed in the flow diagram and the tables")


class Screening(Entry):
    """Who screens the records of the searches, and the closed list of reasons."""

    reviewers: tuple[Text, ...] = Field(
        default=(), strict=False, description="Names or initials of those who screen"
    )
    reviewers_per_record: Literal[1, 2] = Field(
        default=2, description="How many of them decide on each record, blinded to each other"
    )
    arbiter: Text | None = Field(
        default=None, description="Who decides where they disagree; none of the reviewers"
    )
    reasons: tuple[Reason, ...] = Field(
        default=(),
        strict=False,
        description="Closed list of reasons of exclusion; the first that applies is reported",
    )

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        # AB and ab would be one person to every reader.
        refuse_repeats([name.casefold() for name in self.reviewers], "reviewer", "reviewers")
        refuse_repeats([reason.id for reason in self.reasons], "reason", "reasons", name_of="id")
        labels = [reason.label.casefold() for reason in self.reasons]
        refuse_repeats(labels, "label", "reasons", name_of="label")
        if self.arbiter is not None and self.arbiter.casefold() in {
            name.casefold() for name in self.reviewers
        }:
            raise refusal(
                f"{self.arbiter} is a reviewer too.",
                "Who decides a disagreement has not taken part in it. Name somebody else, or write "
                "consensus if the reviewers settle it together.",
                "arbiter",
            )
        return self

    def person(self, name: str) -> str | None:
        """Find a reviewer or the arbiter by name, whatever its case; None when unknown."""
        people = [*self.reviewers, *([] if self.arbiter is None else [self.arbiter])]
        return next((known for known in people if known.casefold() == name.casefold()), None)

    def reason_label(self, reason_id: str) -> str:
        """Give the printed name of a reason; its id when the list does not have it."""
        return next((x.label for x in self.reasons if x.id == reason_id), reason_id)
