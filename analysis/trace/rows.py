"""The rows of the data tables, cell by cell, by file and line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from schemas.reading import read_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Cells that every row of a table has about itself; the others say what was reported.
_ABOUT = ("study_id", "evidence", "source", "location", "note")


@dataclass(frozen=True, slots=True)
class TracedRow:
    """One row of a table.

    Attributes
    ----------
    file, line
        Where it stands.
    study
        Its study, None for tables that are not about studies.
    evidence, source, location, note
        How its content is known; None where the cell is empty or the table has no such column.
    cells
        Its other cells that are not empty, by column.
    estimate, weight
        Its result and share in the pool, None where nothing was pooled.
    """

    file: str
    line: int
    study: str | None
    evidence: str | None
    source: str | None
    location: str | None
    note: str | None
    cells: dict[str, str]
    estimate: float | None = None
    weight: float | None = None


class Tables:
    """Reads each table once.

    Parameters
    ----------
    root
        The project's folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._tables: dict[str, dict[int, dict[str, str]]] = {}

    def row(
        self,
        file: str,
        line: int,
        *,
        estimate: float | None = None,
        weight: float | None = None,
    ) -> TracedRow:
        """Give the row that begins on a line of a file."""
        cells = self._table(file).get(line, {})
        about = {name: cells.get(name) for name in _ABOUT}
        rest = {name: text for name, text in cells.items() if name not in _ABOUT}
        return TracedRow(
            *(file, line, about["study_id"], about["evidence"], about["source"]),
            *(about["location"], about["note"], rest, estimate, weight),
        )

    @cached_property
    def studies(self) -> dict[str, list[TracedRow]]:
        """All rows by study, over all tables."""
        found: dict[str, list[TracedRow]] = {}
        for row in self._all():
            if row.study:
                found.setdefault(row.study, []).append(row)
        return found

    def _all(self) -> Iterator[TracedRow]:
        for path in sorted((self._root / "data").glob("*.csv")):
            file = f"data/{path.name}"
            for line in self._table(file):
                yield self.row(file, line)

    def _table(self, file: str) -> dict[int, dict[str, str]]:
        if file not in self._tables:
            path = self._root / file
            # The first reading finds out which columns the file has, the second takes all of them.
            columns = read_file(path, file, [], strict=False).written
            content = read_file(path, file, columns, strict=False)
            self._tables[file] = {
                line: {
                    name: cell.strip()
                    for name, cell in zip(content.header, cells, strict=True)
                    if cell.strip()
                }
                for line, cells in content.rows
            }
        return self._tables[file]
