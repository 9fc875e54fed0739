"""The figures and tables of the paper, and where each of them stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

from schemas.entry import Entry as _Entry
from schemas.entry import refusal as _refusal
from schemas.protocol_review import Identifier

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Where an item stands; ``none`` leaves it out.
Placement = Literal["main", "supplement", "none"]
ItemId = Annotated[str, StringConstraints(pattern=r"^s?(fig|tbl)-[a-z0-9-]+$")]
JournalName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
_SUPPLEMENTARY = "s"


def twin(item: str) -> str:
    """Give the id that an item has in the other part of the paper: ``sfig-x`` for ``fig-x``."""
    own = item.removeprefix(_SUPPLEMENTARY)
    return own if own != item else f"{_SUPPLEMENTARY}{item}"


class _Placed(_Entry):
    """Something with an id whose place can be chosen."""

    id: ItemId = Field(
        description="Id of the div in the manuscript that it fills: fig- or tbl- and a name; "
        "sfig- and stbl- are supplementary"
    )
    placement: Placement | None = Field(
        default=None,
        description="Where it stands: main, supplement, or none, which leaves it out; without it "
        "what the id says",
    )
    journals: dict[JournalName, Placement] = Field(
        default_factory=dict,
        description="Where it stands for a journal, by the name of the journal's file",
    )

    @property
    def home(self) -> Placement:
        """Where it stands by its id."""
        return "supplement" if self.id.startswith(_SUPPLEMENTARY) else "main"

    def place(self, journal: str | None = None) -> Placement:
        """Say where it stands in the paper, or in the paper as a journal gets it."""
        asked = None if journal is None else self.journals.get(journal)
        return asked or self.placement or self.home


class DisplayItem(_Placed):
    """A figure or table of the paper that is generated from the data."""

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
        description="Further columns of a forest plot: year, criteria, design, quality (judgement "
        "of the whole, or points) or domains (their signs)",
    )
    landscape: bool = Field(
        default=False,
        description="Whether a table gets a landscape page in PDF and Word where its words do not "
        "fit on an upright one, or where it takes less paper",
    )


class OwnItem(_Placed):
    """A figure or table that the team made itself, and that is to stand elsewhere than written."""

    id: ItemId = Field(description="Its id in the manuscript")


def refuse_clashes(display: Sequence[DisplayItem], own: Sequence[OwnItem]) -> None:
    """Refuse two entries of one id, also of the id that one has in the other part of the paper."""
    known: set[str] = set()
    entries = [*(("display", *each) for each in enumerate(display))]
    entries += [("own_items", *each) for each in enumerate(own)]
    for part, position, item in entries:
        if item.id in known:
            raise _refusal(
                f"The item {item.id} stands here twice.",
                "Delete one of the entries, or give it another id.",
                *(part, position, "id"),
            )
        known.add(item.id)
    for part, position, item in entries:
        words = {item.placement, *item.journals.values()} - {None, "none", item.home}
        if words and twin(item.id) in known:
            raise _refusal(
                f"{item.id} would be called {twin(item.id)} there, and another item is.",
                "Give one of the two another id, here and in the manuscript.",
                *(part, position, "placement" if item.placement in words else "journals"),
            )
