"""Rows of a review's CSV tables as text, for commands that change them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from schemas.problems import DataProblems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path


def table_path(name: str) -> str:
    """Give the path of a table relative to the review's folder."""
    return f"data/{name}.csv"


def read_table(root: Path, name: str) -> tuple[list[str], list[dict[str, str]]]:
    """Read a table as it is written: every cell is text.

    Parameters
    ----------
    root
        The project's folder.
    name
        Name of the table, without folder and ending.

    Returns
    -------
    columns, rows
        All columns in the order of the file, also those that the protocol adds; one dictionary for
        each row. A file that need not be there and is not has the columns of its table, no rows.

    Raises
    ------
    DataProblems
        If the file cannot be read as a table.
    """
    from schemas.reading import read_file
    from schemas.tables import MODELS, needed_columns
    from schemas.tables.use import needed_tables

    schema = MODELS[name].to_schema()
    needed = needed_columns(schema)
    others = [str(column) for column in schema.columns if column not in needed]
    path = root / table_path(name)
    if name not in needed_tables(None) and not path.exists():
        return [str(column) for column in schema.columns], []
    first = read_file(path, table_path(name), needed, optional=others, strict=False)
    if not first.readable or first.broken_lines or first.missing:
        raise DataProblems(first.problems)
    # Columns of the protocol are not in the model: the file itself names them.
    found = read_file(path, table_path(name), first.written, strict=False)
    return found.header, [dict(zip(found.header, cells, strict=True)) for _, cells in found.rows]


def table_bytes(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Write rows as the CSV file that the review keeps: UTF-8, commas, line feeds."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
