"""Types rows into the sheets of a workbook, as a person does in Excel."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl


def fill(path: Path, sheet: str, *rows: Mapping[str, object]) -> None:
    """Type rows below the heading, each cell under its column's name."""
    book = openpyxl.load_workbook(path)
    page: Any = book[sheet]
    columns = {str(cell.value): cell.column for cell in page[1] if cell.value}
    for line, row in enumerate(rows, start=2):
        for name, value in row.items():
            page.cell(line, columns[name]).value = value
    book.save(path)
