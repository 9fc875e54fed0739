"""A table with more rows than a reader follows: the first of them, and where all stand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.paper.whole_rows import CITATION, FIRST_ROWS, LONGEST_TABLE, Whole, plain, sentence

if TYPE_CHECKING:
    from analysis.paper.tables.assembly import Table


def whole_of_table(table: Table) -> Whole | None:
    """Give all rows of a table that is too long, None of any other."""
    if len(table.body) <= LONGEST_TABLE:
        return None
    grouped = any(line.group is not None for line in table.body)
    heads = [plain(column.heading) for column in table.columns]
    rows = [
        ((line.group or "",) if grouped else ()) + tuple(map(plain, line.cells))
        for line in table.body
    ]
    hidden = (cell for line in table.body[FIRST_ROWS:] for cell in line.cells)
    cited = dict.fromkeys(key for cell in hidden for key in CITATION.findall(cell))
    return Whole((*(("Group",) if grouped else ()), *heads), tuple(rows), tuple(cited))


def shortened(table: Table, name: str) -> Table:
    """Give a table with its first rows and a note that says so, if it is too long.

    Parameters
    ----------
    table
        The whole table.
    name
        Its id.
    """
    if len(table.body) <= LONGEST_TABLE:
        return table
    note = sentence(FIRST_ROWS, len(table.body), name)
    return replace(table, body=table.body[:FIRST_ROWS], notes=(note, *table.notes))
