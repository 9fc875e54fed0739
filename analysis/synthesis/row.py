"""Where a row stands and how it is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: How a row is known; the order is the one in which people read the counts.
Evidence = Literal["verified", "derived", "data set", "reconstructed"]

#: The tables whose rows are results, which the statements on evidence count.
RESULTS = ("outcomes", "contrasts", "adverse_events")


@dataclass(frozen=True, slots=True)
class RowRef:
    """Where a row stands, so that a number can be followed back to it.

    Attributes
    ----------
    file : str
        Path inside the project, for example ``data/outcomes.csv``.
    line : int
        Line of the file, counted from 1, the header being line 1.
    """

    file: str
    line: int
