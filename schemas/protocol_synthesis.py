"""How an outcome is brought together without pooling (SWiM: Campbell 2020, BMJ 368:l6890)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.entry import Entry as _Entry
from schemas.entry import Text

#: Ways of a synthesis without pooling: Cochrane Handbook 6.5, section 12.2.1.
Way = Literal["direction", "p_values", "effects"]
#: Ways that ask whom an effect favours.
COMPARING: frozenset[Way] = frozenset({"direction", "p_values"})


class Unpooled(_Entry):
    """What is done with the results of an outcome instead of pooling them."""

    by: tuple[Way, ...] = Field(
        min_length=1,
        strict=False,
        description="direction (votes are counted by direction of effect), p_values (P values are "
        "combined), effects (range, median and quartiles of the estimates); one or several",
    )
    why: Text = Field(
        description="Why the results are not pooled: a clause that can follow because"
    )
    interval: Literal["wilson", "clopper_pearson"] = Field(
        default="wilson", description="Interval of the share of studies by direction"
    )
    combination: Literal["fisher", "stouffer"] = Field(
        default="fisher", description="How P values are combined"
    )
