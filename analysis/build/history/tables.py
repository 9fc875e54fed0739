"""Rows of the tables of two versions side by side, as text and without the checks of a table.

An older version may lack a table or a column that the present program knows: its cells are empty.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from analysis.storage.cache import Cache
from analysis.storage.fingerprint import fingerprint
from analysis.storage.records import read_records, write_records
from analysis.storage.table_files import table_path
from analysis.synthesis.versions import CellChange, RowChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

Key = tuple[str, ...]
Row = dict[str, str]
Rows = dict[Key, Row]
Tables = dict[str, Rows]

STUDY_TABLES = (
    *("studies", "arms", "outcomes", "contrasts", "adverse_events"),
    *("quality", "quality_jbi", "quality_jadad"),
)


def read_tables(folder: Path) -> Tables:
    """Read all tables of a review by name; a row is found by what is unique in its table.

    Parameters
    ----------
    folder
        The review, or a frozen version of it.
    """
    from schemas.tables import MODELS

    return {name: _read(folder, name) for name in MODELS}


def remembered_tables(folder: Path, root: Path, names: Iterable[str]) -> Tables:
    """Give some of what `read_tables` gives, from the cache of a review where the files are known.

    Parameters
    ----------
    folder
        The review, or a frozen version of it.
    root
        The review's folder.
    names
        The tables; one that the folder lacks has no rows.
    """
    files = {name: folder / table_path(name) for name in sorted(names)}
    state = fingerprint(folder, [path for path in files.values() if path.is_file()])
    make = partial(_tables_text, folder, tuple(files))
    return read_records(Cache.of(root).take("tables", (state, *files), make), ())


def _tables_text(folder: Path, names: Sequence[str]) -> bytes:
    return write_records({name: _read(folder, name) for name in names})


def _read(folder: Path, name: str) -> Rows:
    from schemas.reading import read_file
    from schemas.tables import MODELS

    if not (folder / table_path(name)).is_file():
        return {}
    schema = MODELS[name].to_schema()
    columns = [str(column) for column in schema.columns]
    first = read_file(folder / table_path(name), table_path(name), columns, strict=False)
    # Columns of the protocol are not in the model: the file itself names them.
    found = read_file(folder / table_path(name), table_path(name), first.written, strict=False)
    unique = [schema.unique] if isinstance(schema.unique, str) else schema.unique
    names = unique or found.header
    rows: Rows = {}
    for _, cells in found.rows:
        row = {
            column: cell.strip() for column, cell in zip(found.header, cells, strict=False) if cell
        }
        key = tuple(row.get(column, "") for column in names)
        while key in rows:  # rows that nothing tells apart are all kept
            key = (*key, "again")
        rows[key] = row
    return rows


def row_changes(table: str, old: Rows, new: Rows) -> tuple[RowChange, ...]:
    """Give the rows that went, were corrected and came, in the order of the tables."""
    found = [
        RowChange(table, key, old[key].get("study_id"), "removed") for key in old if key not in new
    ]
    for key, row in new.items():
        if key not in old:
            found.append(RowChange(table, key, row.get("study_id"), "added"))
            continue
        cells = _cells(old[key], row)
        if cells:
            found.append(RowChange(table, key, row.get("study_id"), "corrected", cells))
    return tuple(found)


def _cells(old: dict[str, str], new: dict[str, str]) -> tuple[CellChange, ...]:
    return tuple(
        CellChange(column, old.get(column, ""), new.get(column, ""))
        for column in dict.fromkeys((*new, *old))
        if old.get(column, "") != new.get(column, "")
    )
