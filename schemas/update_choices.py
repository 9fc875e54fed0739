"""Section `update` of the protocol: when an update is due, and what a relevant change is."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from schemas.entry import Entry

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]
Positive = Annotated[float, Field(gt=0, le=1200)]
Months = Annotated[int, Field(ge=1, le=120)]


class Update(Entry):
    """When an update is due. Whatever is left out is not watched."""

    search_interval_months: Months | None = Field(
        default=None, description="A database searched longer ago than this is due again"
    )
    registry_interval_months: Months | None = Field(
        default=None,
        description="An ongoing trial whose status was read longer ago than this is due again",
    )
    precision: dict[Identifier, Positive] = Field(
        default_factory=dict,
        description="For each outcome id, half the width that its confidence interval is to have: "
        "percentage points or months",
    )
    relevant_change: dict[Identifier, Positive] = Field(
        default_factory=dict,
        description="For each outcome id, the change of its pooled estimate that would change "
        "what is concluded: percentage points or months",
    )
