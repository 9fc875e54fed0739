"""Where a row stands and how it is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Evidence = Literal["verified", "derived", "reconstructed"]


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
