"""What one quality tool says of one study."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.synthesis.row import RowRef


@dataclass(frozen=True, slots=True)
class Rating:
    """A study judged by one tool, for one outcome or for all.

    ``tool`` is the tool's id, ``outcome`` the id of the outcome, None for all. ``answers`` has the
    answer or judgement of every item that is shown, by the item's id, None where there is none;
    ``supports`` what supports them. ``overall`` is the judgement of the whole, ``by_rule`` what
    the tool's rule makes of the items; ``score`` and ``most`` are the points of a tool that has
    any. ``rows`` are all rows it comes from and ``row`` the first of them.
    """

    study_id: str
    label: str
    citation_key: str | None
    tool: str
    answers: dict[str, str | None]
    row: RowRef
    rows: tuple[RowRef, ...] = ()
    outcome: str | None = None
    overall: str | None = None
    by_rule: str | None = None
    score: int | None = None
    most: int | None = None
    reconstructed: bool = False
    supports: dict[str, str] = field(default_factory=dict)
    assessors: tuple[str, ...] = ()
