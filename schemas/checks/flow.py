"""The numbers of the PRISMA flow diagram against each other and against the tables."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from schemas.checks.included import check_included

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
# What the note of a row says when the published numbers contradict one another.
_ADMITTED = "do not add up"
_LOOK = "Look at the flow diagram or the screening log: each step must account for every record."


def check_flow(context: Context) -> None:
    """Check that the boxes add up as far as they are known, edition by edition."""
    editions: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in context.rows("flow", "edition", "stage", "reason", "records"):
        edition = row.text("edition")
        if edition is not None:
            editions[edition][row.text("stage") or ""].append(row)
    for stages in editions.values():
        _check_edition(stages, {stage: _total(rows) for stage, rows in stages.items()})
    _check_searches(context, editions)
    included = {
        name: (stages["included"][0], _total(stages["included"]))
        for name, stages in editions.items()
        if "included" in stages
    }
    check_included(context, included)


def _check_edition(stages: dict[str, list[Row]], totals: dict[str, int | None]) -> None:
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
    for before, taken, remaining in _STEPS:
        # Several reports may be of one study: where both are known, reports are subtracted.
        counts_reports = remaining == "included" and "reports included" in totals
        after = "reports included" if counts_reports else remaining
        start, away, rest = totals.get(before), totals.get(taken), totals.get(after)
        if start is None or away is None or rest is None or start - away == rest:
            continue
        # Several reports of one study are assessed, but the study is included once.
        fewer_studies = after == "included" and rest < start - away
        box = stages[after][0]
        # Numbers that were published so are kept as they are, if the row says it.
        published = _ADMITTED in (box.text("note") or "").casefold()
        box.report(
            "flow-subtraction",
            "records",
            f"{before.capitalize()} ({start}) less {taken} ({away}) is {start - away}, but "
            f"{after} says {rest}.",
            f"{_LOOK} Were several reports of one study assessed?"
            if fewer_studies
            else f"{_LOOK} If they were printed like this, write into the note: they {_ADMITTED}.",
            "warning" if fewer_studies or published else "error",
        )


def _check_searches(context: Context, editions: dict[str, dict[str, list[Row]]]) -> None:
    """Compare with the searches whose records are known only as a number."""
    identified = [row for stages in editions.values() for row in stages.get("identified", [])]
    imported = {row.text("search_id") for row in context.rows("records", "search_id")}
    searches = [
        row
        for row in context.rows("searches", "search_id", "records")
        if row.text("search_id") not in imported
    ]
    told = [row.count("records") for row in identified]
    found = [row.count("records") for row in searches]
    if not identified or not found or None in told or None in found:
        return
    total, counted = sum(n or 0 for n in found), sum(n or 0 for n in told)
    if total != counted:
        identified[0].report(
            "flow-searches",
            "records",
            f"The searches found {total} records, {counted} are identified here.",
            "Look whether records from other sources or an older search are counted.",
            "warning",
        )
