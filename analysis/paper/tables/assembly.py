"""Puts rows of HTML cells together as a table."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from analysis.paper.tables.cells import NOT_READ, NOT_READ_NOTE

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

Align = Literal["left", "center", "right"]

_BREAK: Final = re.compile("<br ?/?>")
# The dash alone, behind a name, in parentheses, or on either side of a stroke; never in a range.
_UNREAD: Final = re.compile(f"(?:^|[ (/]){NOT_READ}(?:$|[ )/])")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading as HTML, its alignment."""

    id: str
    heading: str
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Line:
    """A row: one cell of HTML for every column, and the group it stands under, as plain text."""

    cells: tuple[str, ...]
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table as rows of HTML cells, before it is written.

    Attributes
    ----------
    columns : tuple of Column
        The first holds what names the row.
    body : tuple of Line
        At least one; rows of the same group stand together.
    notes : tuple of str
        What stands below, as HTML.
    """

    columns: tuple[Column, ...]
    body: tuple[Line, ...]
    notes: tuple[str, ...]


def visible(columns: Sequence[Column], body: Sequence[Line]) -> str:
    """Give everything that stands in a table, in which its notes look for what to explain."""
    return " ".join(
        [
            *(column.heading for column in columns),
            *(cell for line in body for cell in (*line.cells, line.group or "")),
        ]
    )


def unread_note(body: Sequence[Line]) -> str:
    """Explain the dash of what nobody has read, if one stands in a cell; empty if none does."""
    parts = (part for line in body for cell in line.cells for part in _BREAK.split(cell))
    return NOT_READ_NOTE if any(_UNREAD.search(part) for part in parts) else ""


def without_unread(
    columns: Sequence[Column], body: Sequence[Line], optional: Collection[str], unread: str
) -> tuple[tuple[Column, ...], list[Line]]:
    """Leave out optional columns that nobody has read anything for.

    Parameters
    ----------
    columns : sequence of Column
    body : sequence of Line
        Without rows, all columns stay.
    optional : collection of str
        Ids of the columns that not every review needs.
    unread : str
        A cell that says that nothing has been read.
    """
    kept = [
        place
        for place in range(len(columns))
        if columns[place].id not in optional
        or not body
        or any(line.cells[place] != unread for line in body)
    ]
    shown = tuple(columns[place] for place in kept)
    return shown, [replace(line, cells=tuple(line.cells[p] for p in kept)) for line in body]


def assemble(
    columns: Sequence[Column], body: Sequence[Line], notes: Sequence[str], nothing: str
) -> Table:
    """Build a table.

    Parameters
    ----------
    columns : sequence of Column
        The first holds what names the row. What stands in them decides how wide they are.
    body : sequence of Line
        Rows of the same group stand together.
    notes : sequence of str
        Notes below the table, as HTML; empty ones are left out.
    nothing : str
        What the table says when there is no row.

    Raises
    ------
    ValueError
        If a row has not one cell for each column.
    """
    body = tuple(body) or (Line((nothing, *[""] * (len(columns) - 1))),)
    if any(len(line.cells) != len(columns) for line in body):
        raise ValueError("a row of a table needs one cell for each column")
    return Table(tuple(columns), body, tuple(filter(None, notes)))
