"""Table of the searches: what was asked of which database, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.dates import written
from analysis.paper.tables.assembly import Column, Line, assemble, without_unread
from analysis.paper.tables.cells import NOT_REPORTED, abbreviations_note, text, whole

if TYPE_CHECKING:
    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.results import Synthesis

_COLUMNS = (
    Column("database", "Database"),
    Column("date", "Date of search"),
    Column("records", "Records", "right"),
    Column("query", "Query"),
)


def build(synthesis: Synthesis) -> Table:
    """Build the table, a search a row, each query in full."""
    body = [
        Line(
            (
                text(search.database),
                text(written(search.date)),
                NOT_REPORTED if search.records is None else whole(search.records),
                text(search.query),
            )
        )
        for search in synthesis.searches
    ]
    columns, body = without_unread(_COLUMNS, body, {"records"}, NOT_REPORTED)
    # Queries are full of words that look like abbreviations, so only our own is spelled out.
    shown = NOT_REPORTED if any(NOT_REPORTED in line.cells for line in body) else ""
    notes = [abbreviations_note(shown, {NOT_REPORTED: "not reported"})]
    return assemble(columns, body, notes, "No search has been recorded.")
