"""What the models of all YAML files of a review share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from collections.abc import Sequence

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Entry(BaseModel):
    """A group of entries: what is not known is refused, and nothing is converted silently."""

    # strict: `id: no` is the word "no" to an author and a truth value to YAML; say so.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def refusal(what: str, hint: str, *at: str | int) -> PydanticCustomError:
    """Make an error that knows which entry, counted from the model's own, is wrong."""
    return PydanticCustomError("entry", "{what}", {"what": what, "hint": hint, "at": at})


def refuse_repeats(names: Sequence[str], what: str, *at: str, name_of: str | None = None) -> None:
    """Refuse a list in which a name stands twice; ``name_of`` is the entry that holds the name."""
    for position, name in enumerate(names):
        if name in names[:position]:
            place = (*at, position) if name_of is None else (*at, position, name_of)
            raise refusal(
                f"The {what} {name} occurs twice.", "Delete one or give it another name.", *place
            )
