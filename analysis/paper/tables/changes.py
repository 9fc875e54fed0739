"""Table of everything that changed since the version before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.dates import written
from analysis.paper.tables.assembly import Column, Line, assemble, visible
from analysis.paper.tables.cells import (
    DAGGER,
    DAGGER_POOL_NOTE,
    abbreviations_note,
    lines,
    text,
)
from analysis.paper.version_wording import (
    cells_told,
    crossing_told,
    moved_by,
    pool_name,
    row_named,
    shown,
    study_told,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.results import Synthesis
    from analysis.synthesis.versions import Changes, PoolChange

FIRST = "This is the first version; nothing has changed since an earlier one."
SAME = "Nothing has changed."
_COLUMNS = (
    Column("what", "What"),
    Column("before", "Before"),
    Column("after", "Now"),
    Column("why", "What changed, or what moved it"),
)
_ORDER_NOTE = (
    "What moved an estimate was found by making the changes one kind after the other, in this "
    "order: program, rows removed, rows added, rows corrected, protocol; the parts add up to the "
    "whole change."
)


def build(synthesis: Synthesis) -> Table:
    """Build the table, grouped by what changed."""
    changes = None if synthesis.history is None else synthesis.history.changes
    if changes is None:
        return assemble(_COLUMNS, [], [], FIRST)
    body = [
        *_studies(changes),
        *_evidence(changes),
        *_further(changes),
        *_pools(changes),
        *_thresholds(changes),
    ]
    head = visible(_COLUMNS, body)
    notes = [
        f"Compared with version {text(changes.since)} of {text(written(changes.since_date))}.",
        _ORDER_NOTE if any(pool.steps for pool in changes.moved) else "",
        text(changes.reason),
        DAGGER_POOL_NOTE if DAGGER in head else "",
        abbreviations_note(head, synthesis.abbreviations),
    ]
    return assemble(_COLUMNS, body, notes, SAME)


def _studies(changes: Changes) -> Iterator[Line]:
    for study in changes.studies:
        told = [part for part in (study_told(study), study.note) if part]
        told += [f"{row_named(row)}, {'; '.join(cells_told(row))}" for row in study.rows]
        dagger = DAGGER if study.evidence == "reconstructed" else ""
        before = "" if study.action == "added" else "Included"
        after = "" if study.action == "removed" else "Included"
        yield Line((text(study.label) + dagger, before, after, lines(map(text, told))), "Studies")


def _evidence(changes: Changes) -> Iterator[Line]:
    for upgrade in changes.upgrades:
        cells = (text(upgrade.what), text(upgrade.before), text(upgrade.after), "")
        yield Line(cells, "Evidence better known")


def _further(changes: Changes) -> Iterator[Line]:
    for row in changes.searches:
        yield Line((text(", ".join(row.key)), "", "New search", ""), "Searches")
    for table in changes.tables:
        told = [
            f"{number} {action}"
            for action, number in (
                ("added", table.added),
                ("removed", table.removed),
                ("corrected", table.corrected),
            )
            if number
        ]
        yield Line(
            (text(table.table.replace("_", " ").capitalize()), "", "", f"Rows: {', '.join(told)}"),
            "Other tables",
        )
    for entry in changes.protocol:
        cells = (text(entry.column), text(entry.before), text(entry.after), "")
        yield Line(cells, "Choices of the protocol")


def _pools(changes: Changes) -> Iterator[Line]:
    for group, title in (
        ("outcome", "Pooled outcomes that changed"),
        ("adverse event", "Pooled adverse events that changed"),
    ):
        for pool in changes.moved:
            # Adverse events by group are in results.json; there are hundreds of them.
            if pool.state.group == group and (group == "outcome" or pool.state.variable is None):
                yield _pool(pool, title)


def _pool(pool: PoolChange, title: str) -> Line:
    dagger = DAGGER if pool.after and pool.after.reconstructed else ""
    return Line(
        (
            text(pool_name(pool.state)) + dagger,
            _side(pool, before=True),
            _side(pool, before=False),
            lines(map(text, moved_by(pool))) or "Its other statistics",
        ),
        title,
    )


def _side(pool: PoolChange, *, before: bool) -> str:
    state = pool.before if before else pool.after
    if state is None or state.estimate is None:
        return "Not pooled"
    studies = f"{state.n_studies} {'study' if state.n_studies == 1 else 'studies'}"
    return f"{text(shown(state))}<br>{studies}"


def _thresholds(changes: Changes) -> Iterator[Line]:
    for crossing in changes.crossings:
        told = crossing_told(crossing)
        cells = (crossing.subject, crossing.before, crossing.after, told[:1].upper() + told[1:])
        yield Line((*map(text, cells),), "Thresholds crossed")
