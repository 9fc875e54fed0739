"""What the checks look at, and how they report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from schemas.cells import Table
    from schemas.problems import Severity
    from schemas.protocol import Protocol
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
        return int(self.table.frame["line"].iloc[self.index])

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
    """All tables, the protocol (None when unreadable) and the reference list."""

    tables: dict[str, Table]
    protocol: Protocol | None
    references: References

    def frame(self, table: str) -> pd.DataFrame:
        """Give the typed frame of a table."""
        return self.tables[table].frame

    def knows(self, table: str, *columns: str) -> bool:
        """Say whether a table could be read and has these columns."""
        source = self.tables[table].source
        return source.readable and not set(columns) & set(source.missing)

    def rows(self, table: str) -> Iterator[Row]:
        """Go through the rows that have as many cells as the table has columns."""
        found = self.tables[table]
        records = found.frame.astype(object).where(found.frame.notna(), None)
        for index, values in enumerate(records.to_dict("records")):
            if values["line"] not in found.source.broken_lines:
                yield Row(found, {str(name): value for name, value in values.items()}, index)
