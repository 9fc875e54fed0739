"""What tables gain and lose with the protocol: columns, files, and rows only if asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.storage.table_files import read_table, table_bytes, table_path
from schemas.problems import DataProblems, Problem
from schemas.quality_records import OLD_TABLES
from schemas.tables import table_schemas
from schemas.tables.use import needed_tables

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from schemas.protocol import Protocol


def changed_tables(
    root: Path,
    old: Protocol,
    new: Protocol,
    used: Mapping[str, str],
    *,
    with_data: bool,
) -> dict[str, bytes | None]:
    """Bring the tables from one protocol to another.

    Parameters
    ----------
    root
        The review's folder.
    old, new
        The protocol before and after.
    used
        From column to what stands there in rows that lose their meaning.
    with_data
        Whether such rows, and cells of columns that go, are taken out.

    Returns
    -------
    dict
        The files that change, None for one that goes.

    Raises
    ------
    DataProblems
        With every row and column that still holds something, unless it may go.
    """
    before, after = table_schemas(old), table_schemas(new)
    changed: dict[str, bytes | None] = {}
    problems: list[Problem] = []
    for name in (*before, *(name for name in after if name not in before)):
        path = root / table_path(name)
        if name in OLD_TABLES:
            continue
        columns = [str(column) for column in after[name].columns] if name in after else []
        if not path.is_file():
            if name in needed_tables(new) or name not in before:
                changed[table_path(name)] = table_bytes(columns, [])
            continue
        header, rows = read_table(root, name)
        known = {str(column) for column in before[name].columns} if name in before else set()
        gone = [column for column in header if column in known and column not in columns]
        stale = [
            number
            for number, row in enumerate(rows)
            if name not in after or any(row.get(column) == word for column, word in used.items())
        ]
        if not with_data:
            problems += _still_used(name, rows, stale, gone)
        kept = [row for number, row in enumerate(rows) if number not in stale]
        if name not in after:
            changed[table_path(name)] = None
            continue
        fresh = [column for column in columns if column not in known and column not in header]
        if fresh or gone or stale:
            shown = _in_order([column for column in header if column not in gone], fresh, columns)
            cells = [{column: row.get(column, "") for column in shown} for row in kept]
            changed[table_path(name)] = table_bytes(shown, cells)
    if problems:
        raise DataProblems(problems)
    return changed


def _still_used(
    name: str, rows: Sequence[Mapping[str, str]], stale: Sequence[int], gone: Sequence[str]
) -> list[Problem]:
    hint = "Take it out with --with-data, or keep the entry. Nothing was changed."
    found = [
        Problem(table_path(name), n + 2, None, None, what, hint, "error", "still-used")
        for n in stale
        for what in ("This row would have no meaning any more.",)
    ]
    for column in gone:
        lines = [n + 2 for n, row in enumerate(rows) if row.get(column) and n not in stale]
        if lines:
            what = f"This column would go, and {len(lines)} rows have something in it."
            place = (table_path(name), lines[0], column, None)
            found.append(Problem(*place, what, hint, "error", "still-used"))
    return found


def _in_order(header: list[str], fresh: Collection[str], columns: Sequence[str]) -> list[str]:
    """Put new columns behind those that stand before them in the schema."""
    for column in fresh:
        ahead = columns[: columns.index(column)]
        at = max((header.index(entry) + 1 for entry in ahead if entry in header), default=0)
        header.insert(at, column)
    return header
