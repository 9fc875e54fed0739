"""The flow of records as numbers: boxes, what is taken away between them, and whether it adds up.

Page MJ and others. The PRISMA 2020 statement. BMJ 2021;372:n71. doi:10.1136/bmj.n71.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from analysis.results import FlowStage


@dataclass(frozen=True, slots=True)
class Step:
    """A box of the diagram and the box beside it, by the names of the stages in the data."""

    phase: str
    box: str
    heading: str
    removed: str | None
    removed_heading: str
    optional: bool = False


STEPS: Final = (
    Step(
        "Identification",
        "identified",
        "Records identified from databases and registers",
        "duplicates removed",
        "Records removed before screening: duplicates",
    ),
    Step("Screening", "screened", "Records screened", "records excluded", "Records excluded"),
    Step(
        "Screening",
        "full texts sought",
        "Reports sought for retrieval",
        "full texts not retrieved",
        "Reports not retrieved",
        optional=True,
    ),
    Step(
        "Screening",
        "full texts assessed",
        "Reports assessed for eligibility",
        "full texts excluded",
        "Reports excluded",
    ),
    Step("Included", "included", "Studies included in the review", None, ""),
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


def steps(counted: dict[str, Count]) -> tuple[Step, ...]:
    """Return the steps to be shown: optional ones only where the data know of them."""
    return tuple(
        step
        for step in STEPS
        if not step.optional or step.box in counted or (step.removed or "") in counted
    )
