"""The flow of records as numbers: boxes, what is taken away between them, and whether it adds up.

Page MJ and others. The PRISMA 2020 statement. BMJ 2021;372:n71. doi:10.1136/bmj.n71.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analysis.synthesis import screening_flow as flow

if TYPE_CHECKING:
    from analysis.synthesis.listings import FlowStage


@dataclass(frozen=True, slots=True)
class Step:
    """A box of the diagram and the box beside it, by the names of the stages in the data.

    ``also`` are further numbers in the box, shown where the data know of them.
    """

    phase: str
    box: str
    heading: str
    removed: str | None
    removed_heading: str
    also: tuple[tuple[str, str], ...] = ()


_BEFORE_INCLUSION: Final = (
    Step(
        "Identification",
        "identified",
        "Records identified from databases and registers",
        "duplicates removed",
        "Records removed before screening: duplicates",
        also=((flow.IDENTIFIED_ELSEWHERE, "Records identified from other sources"),),
    ),
    Step(
        "Screening",
        "screened",
        "Records screened",
        "records excluded",
        "Records excluded",
        also=((flow.NOT_SCREENED, "Records not yet decided"),),
    ),
    Step(
        "Screening",
        "full texts sought",
        "Reports sought for retrieval",
        "full texts not retrieved",
        "Reports not retrieved",
    ),
    Step(
        "Screening",
        "full texts assessed",
        "Reports assessed for eligibility",
        "full texts excluded",
        "Reports excluded",
        also=((flow.NOT_ASSESSED, "Reports not yet decided"),),
    ),
)
_WAITING: Final = (flow.NOT_EXTRACTED, "Studies not yet extracted")
STEPS: Final = (
    *_BEFORE_INCLUSION,
    Step(
        "Included",
        flow.INCLUDED,
        "Studies included in the review",
        None,
        "",
        also=((flow.REPORTS, "Reports of included studies"), _WAITING),
    ),
)
UPDATE_STEPS: Final = (
    *_BEFORE_INCLUSION,
    Step(
        "Included",
        flow.INCLUDED,
        "New studies included in the review",
        None,
        "",
        also=(
            (flow.REPORTS, "Reports of new included studies"),
            (flow.FURTHER_REPORTS, "Further reports of previous studies"),
            _WAITING,
        ),
    ),
    Step(
        "Included",
        flow.TOTAL_STUDIES,
        "Total studies included in the review",
        None,
        "",
        also=((flow.TOTAL_REPORTS, "Reports of total included studies"),),
    ),
)
# What stands beside the diagram of an update.
PREVIOUS: Final = (
    (flow.PREVIOUS_STUDIES, "Studies included in previous version of review"),
    (flow.PREVIOUS_REPORTS, "Reports of studies included in previous version of review"),
)


@dataclass(frozen=True, slots=True)
class Count:
    """How many records a stage has, altogether and by reason; None where it was not reported."""

    records: int | None
    reasons: tuple[tuple[str, int | None], ...] = ()


def counts(stages: tuple[FlowStage, ...]) -> dict[str, Count]:
    """Add up the rows of every stage.

    A row without a reason is the number of the box; without such a row the reasons are added up,
    if all of them are known.
    """
    counted: dict[str, Count] = {}
    for name in dict.fromkeys(stage.stage for stage in stages):
        rows = [stage for stage in stages if stage.stage == name]
        reasons = tuple((row.reason, row.records) for row in rows if row.reason is not None)
        whole = [row.records for row in rows if row.reason is None]
        numbers = whole or [records for _, records in reasons]
        known = [records for records in numbers if records is not None]
        total = sum(known) if len(known) == len(numbers) else None
        counted[name] = Count(total, reasons)
    return counted


def is_update(counted: dict[str, Count]) -> bool:
    """Say whether an earlier edition included studies."""
    return flow.PREVIOUS_STUDIES in counted


def steps(counted: dict[str, Count]) -> tuple[Step, ...]:
    """Return the steps to be shown: all of PRISMA 2020, for an update with the total at the end."""
    return UPDATE_STEPS if is_update(counted) else STEPS
