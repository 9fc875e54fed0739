"""By what studies are grouped, compared and described: columns of studies.csv, and judgements."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from schemas.entry import Entry as _Entry
from schemas.entry import Text
from schemas.entry import refuse_repeats as _refuse_repeats
from schemas.protocol_review import Identifier

ColumnName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


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


class JudgementGroups(_Entry):
    """Studies grouped by how a quality tool judges them, outcome by outcome."""

    id: Identifier = Field(description="Name in results and in the manuscript's variables")
    tool: Identifier = Field(
        description="The quality tool; its judgements of the whole are the groups"
    )
    label: Text = Field(description="Name printed in tables and figures")
    score: bool = Field(
        default=False,
        description="Whether their order is a moderator, too: 0 for the best judgement, 1 for the "
        "next, in a meta-regression of each outcome",
    )

    @property
    def score_column(self) -> str:
        """What the moderator is called: as a column of studies.csv would be."""
        return f"{self.id}_score"


class Characteristic(_Entry):
    """A column of studies.csv that this review adds to the baseline table."""

    column: ColumnName = Field(description="Column of studies.csv")
    label: Text = Field(description="Name printed in the baseline table")
    description: Text = Field(description="What is recorded in it")


class Moderator(_Entry):
    """A numeric column of studies.csv for meta-regression."""

    column: ColumnName = Field(description="Name of the column")
    label: Text = Field(description="Name printed in tables and figures, with its unit")
