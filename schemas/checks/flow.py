"""The numbers of the PRISMA flow diagram against each other and against the tables."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.checks.context import Context, Row

# A box, what is taken away from it, and the box that remains.
_STEPS = (
    ("identified", "duplicates removed", "screened"),
    ("screened", "records excluded", "full texts sought"),
    ("full texts sought", "full texts not retrieved", "full texts assessed"),
    ("full texts assessed", "full texts excluded", "included"),
)
_BOXES = ("identified", "screened", "full texts sought", "full texts assessed", "included")
_LOOK = "Look at the flow diagram or the screening log: each step must account for every record."


def check_flow(context: Context) -> None:
    """Check that the boxes add up as far as they are known."""
    stages: dict[str, list[Row]] = defaultdict(list)
    for row in context.rows("flow", "stage", "reason", "records"):
        stages[row.text("stage") or ""].append(row)
    totals = {stage: _total(rows) for stage, rows in stages.items()}
    # Boxes that only shrink, even where what was taken away is not reported.
    known = [(box, n) for box in _BOXES if (n := totals.get(box)) is not None]
    shrinking = True
    for (before, larger), (after, smaller) in pairwise(known):
        if smaller > larger:
            shrinking = False
            stages[after][0].report(
                "flow-grows",
                "records",
                f"{after.capitalize()} ({smaller}) are more than {before} ({larger}).",
                _LOOK,
            )
    if shrinking:
        _check_steps(stages, totals)
    _check_included(context, stages, totals)
    _check_searches(context, stages, totals)


def _total(rows: list[Row]) -> int | None:
    """Give the number in a box: its own, or the sum of its reasons when all are known."""
    for row in rows:
        if row.text("reason") is None:
            return row.count("records")
    numbers = [row.count("records") for row in rows]
    return None if None in numbers else sum(number or 0 for number in numbers)


def _check_steps(stages: dict[str, list[Row]], totals: dict[str, int | None]) -> None:
    for rows in stages.values():
        whole = next((row for row in rows if row.text("reason") is None), None)
        reasons = [row.count("records") for row in rows if row.text("reason") is not None]
        if whole is None or not reasons or None in reasons or whole.count("records") is None:
            continue
        added = sum(number or 0 for number in reasons)
        if added != whole.count("records"):
            whole.report(
                "flow-reasons",
                "records",
                f"The reasons add up to {added}, the box says {whole.count('records')}.",
                _LOOK,
            )
    for before, taken, after in _STEPS:
        start, away, rest = totals.get(before), totals.get(taken), totals.get(after)
        if start is None or away is None or rest is None or start - away == rest:
            continue
        # Several reports of one study are assessed, but the study is included once.
        fewer_studies = after == "included" and rest < start - away
        stages[after][0].report(
            "flow-subtraction",
            "records",
            f"{before.capitalize()} ({start}) less {taken} ({away}) is {start - away}, but "
            f"{after} says {rest}.",
            f"{_LOOK} Were several reports of one study assessed?" if fewer_studies else _LOOK,
            "warning" if fewer_studies else "error",
        )


def _check_included(
    context: Context, stages: dict[str, list[Row]], totals: dict[str, int | None]
) -> None:
    included = totals.get("included")
    if included is None or not context.knows("studies", "study_id"):
        return
    studies = context.tables["studies"].frame["study_id"].nunique()
    if included == studies:
        return
    stages["included"][0].report(
        "flow-included",
        "records",
        f"{included} studies are included here, data/studies.csv has {studies}.",
        "Update the flow of records when a study is added or left out. If the new study is one "
        "that a reconstructed study stands for, delete the rows of the reconstructed one instead.",
        "warning",
    )


def _check_searches(
    context: Context, stages: dict[str, list[Row]], totals: dict[str, int | None]
) -> None:
    identified = totals.get("identified")
    found = [row.count("records") for row in context.rows("searches")]
    if identified is None or not found or None in found:
        return
    total = sum(number or 0 for number in found)
    if total != identified:
        stages["identified"][0].report(
            "flow-searches",
            "records",
            f"The searches found {total} records, {identified} are identified here.",
            "Look whether records from other sources or an older search are counted.",
            "warning",
        )
