"""How far the screening is: records by status, and what is open for whom."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.update.screening.agreement import STAGES
from analysis.update.screening.openings import open_records
from schemas.screening_log import STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.synthesis.screening_state import Desk
    from schemas.screening_log import Log


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts of the screening.

    Attributes
    ----------
    records, duplicates
        Records of all searches, and those of them that were merged into others.
    statuses
        The others by status, in the order in which a record passes through them.
    waiting
        Records open for each reviewer at each stage.
    """

    records: int
    duplicates: int
    statuses: Mapping[str, int]
    waiting: Mapping[tuple[str, str], int]


def count_statuses(log: Log) -> dict[str, int]:
    """Count the records that are no duplicates by status; every status has a number."""
    counted = Counter(state.status for state in log.states.values())
    return {status: counted[status] for status in STATUSES}


def standing(desk: Desk) -> Standing:
    """Count where the records stand and what is open for whom."""
    return Standing(
        records=len(desk.log.searches),
        duplicates=len(desk.log.searches) - len(desk.log.states),
        statuses=count_statuses(desk.log),
        waiting={
            (reviewer, stage): len(open_records(desk, reviewer, stage))
            for stage in STAGES
            for reviewer in desk.choices.reviewers
        },
    )
