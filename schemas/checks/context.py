"""What the checks look at, and how they report."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from schemas.frame_records import records

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from schemas.cells import Table
    from schemas.problems import Severity
    from schemas.protocol import Protocol
    from schemas.quality_tool import QualityTool
    from schemas.references import References


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, to be read and reported on.

    Missing cells are None, so that a check says in plain Python what it needs.
    """

    table: Table
    values: dict[str, object]
    index: int

    @property
    def line(self) -> int:
        """Line of the file on which the row begins."""
        line = self.values["line"]
        return int(line) if isinstance(line, int) else 0

    def text(self, column: str) -> str | None:
        """Give the text of a cell, None when empty."""
        value = self.values.get(column)
        return value if isinstance(value, str) else None

    def number(self, column: str) -> float | None:
        """Give the number in a cell, None when empty."""
        value = self.values.get(column)
        return float(value) if isinstance(value, int | float) else None

    def count(self, column: str) -> int | None:
        """Give the whole number in a cell, None when empty."""
        value = self.values.get(column)
        return int(value) if isinstance(value, int | float) else None

    def written(self, column: str) -> str:
        """Give the cell as it stands in the file."""
        return str(self.table.written[column].iloc[self.index])

    def has(self, *columns: str) -> bool:
        """Say whether any of these cells is filled."""
        return any(self.values.get(column) is not None for column in columns)

    def report(
        self, rule: str, column: str, what: str, hint: str, severity: Severity = "error"
    ) -> None:
        """Report a problem in a cell of this row."""
        self.table.source.report(
            rule,
            what,
            hint,
            line=self.line,
            column=column,
            value=self.written(column) or None,
            severity=severity,
        )


@dataclass(frozen=True, slots=True)
class Context:
    """All tables, the protocol (None when unreadable), references, folder and quality tools."""

    tables: Mapping[str, Table]
    protocol: Protocol | None
    references: References
    root: Path | None
    tools: Mapping[str, QualityTool]
    _rows: Mapping[str, tuple[Row, ...]]

    @classmethod
    def of(
        cls,
        tables: Mapping[str, Table],
        protocol: Protocol | None,
        references: References,
        root: Path | None = None,
        tools: Mapping[str, QualityTool] = MappingProxyType({}),
    ) -> Context:
        """Prepare the rows once for all checks.

        Rows that do not have as many cells as their table has columns are left out: what stands
        in them may belong to another column.
        """
        rows = {
            name: tuple(
                Row(table, _usable(table, values), index)
                for index, values in enumerate(records(table.frame))
                if values["line"] not in table.source.broken_lines
            )
            for name, table in tables.items()
        }
        return cls(tables, protocol, references, root, tools, rows)

    def knows(self, table: str, *columns: str) -> bool:
        """Say whether a table could be read and has these columns."""
        source = self.tables[table].source
        return source.readable and not set(columns) & set(source.missing)

    def rows(self, table: str, *columns: str) -> tuple[Row, ...]:
        """Give the rows of a table; none when it lacks one of the columns that are needed."""
        return self._rows[table] if self.knows(table, *columns) else ()

    def studies(self) -> dict[str, Row]:
        """Give the row of each study; the first one where an id occurs twice."""
        found: dict[str, Row] = {}
        for row in self.rows("studies"):
            name = row.text("study_id")
            if name is not None:
                found.setdefault(name, row)
        return found


def _usable(table: Table, values: dict[str, object]) -> dict[str, object]:
    """Empty the cells that were found wrong already: nothing is to be concluded from them."""
    if not table.bad_cells:
        return values
    line = values["line"]
    return {
        name: None if (line, name) in table.bad_cells else value for name, value in values.items()
    }
