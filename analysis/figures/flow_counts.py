"""The flow of records as numbers: boxes, what is taken away between them, and whether it adds up.

Page MJ and others. The PRISMA 2020 statement. BMJ 2021;372:n71. doi:10.1136/bmj.n71.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from analysis.results import FlowStage, Synthesis


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


def flow_problems(synthesis: Synthesis) -> tuple[str, ...]:
    """Say what does not add up between the boxes, and with the studies analysed.

    Returns
    -------
    tuple of str
        One sentence for each contradiction, empty if there is none. Numbers that were not reported
        contradict nothing.
    """
    if not synthesis.flow:
        return ()
    counted = counts(synthesis.flow)
    shown = steps(counted)
    known_names = {name for step in STEPS for name in (step.box, step.removed)}
    problems = [
        f"The flow has a stage {name!r} that the diagram does not know."
        for name in counted
        if name not in known_names
    ]
    problems += _reason_problems(counted)
    for before, after in pairwise(shown):
        problems += _step_problems(counted, before, after)
    included = _records(counted, "included")
    studies = len(synthesis.studies)
    if included is not None and included != studies:
        problems.append(f"The flow includes {included} studies, but {studies} are in the tables.")
    return tuple(problems)


def _reason_problems(counted: dict[str, Count]) -> list[str]:
    problems = []
    for name, count in counted.items():
        known = [records for _, records in count.reasons if records is not None]
        complete = bool(known) and len(known) == len(count.reasons)
        if count.records is not None and complete and sum(known) != count.records:
            problems.append(
                f"{name.capitalize()}: the reasons add up to {sum(known)}, the box says "
                f"{count.records}."
            )
    return problems


def _step_problems(counted: dict[str, Count], before: Step, after: Step) -> list[str]:
    start, rest = _records(counted, before.box), _records(counted, after.box)
    if start is None or rest is None:
        return []
    removed = None if before.removed is None else _records(counted, before.removed)
    if removed is None:
        if rest > start:
            return [f"{after.box.capitalize()} ({rest}) are more than {before.box} ({start})."]
        return []
    left = start - removed
    if left == rest:
        return []
    taken = f"{before.box.capitalize()} ({start}) less {before.removed} ({removed})"
    return [f"{taken} is {left}, but {after.box} says {rest}."]


def _records(counted: dict[str, Count], name: str) -> int | None:
    return counted[name].records if name in counted else None
