"""From the text of cells to typed columns, telling what is wrong with a cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from schemas.reading import DECIMAL_COMMA_DELIMITERS, FileText

if TYPE_CHECKING:
    import pandera.pandas as pa

# Longer numbers would lose digits as floats, and no count or time is as long.
_COUNT = re.compile(r"^\d{1,15}(\.0)?$")
_NUMBER = re.compile(r"^-?(\d{1,9}(\.\d{0,15})?|\.\d{1,15})$")
_DECIMAL_COMMA = re.compile(r"^-?\d{1,9},\d{1,9}$")
_THOUSANDS = re.compile(r"^\d{1,3}([.,' ]\d{3})+$")
# Spreadsheets execute a cell that begins so (OWASP, CSV injection); a minus sign may begin a
# number or stand for "nothing", and is harmless there.
_FORMULA = re.compile(r"^([=+@]|-(?!\d*[.,]?\d*$|-*$))")
_NOT_A_VALUE = re.compile(r"^(n\.?\s?[ard]\.?|n/[ard]|nan|null|-+|–|—|\?+|#n/a)$", re.I)
_MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_SPREADSHEET_DATE = re.compile(rf"^(\d{{1,2}}[- ]{_MONTH}|{_MONTH}[- ]\d{{2}})$", re.I)
_ISO_DATE = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")
_SLASH_DATE = re.compile(r"^\d{1,4}[./]\d{1,2}[./]\d{1,4}$")
_DAY_NUMBER = re.compile(r"^[1-9]\d{4}$")
# Day 1 of Excel is 1 January 1900; it counts a 29 February 1900 that never was.
_EXCEL_DAY_ZERO = date(1899, 12, 30)

_NO_NUMBER = frozenset(
    ("not reported", "not reached", "unknown", "ne", "not estimable", "not evaluable", "not reach")
)
# "57 (25-80)", "6.1 [5.3, 6.9]"
_WITH_RANGE = re.compile(r"^-?\d+(?:[.,]\d+)?\s*[(\[].*\d.*\d.*[)\]]$")
_EMPTY_HINT = "Leave the cell empty when a value is not reported or not read."
# Columns of a median, whose upper limit may not have been reached.
_OF_MEDIANS = frozenset({"median", "ci_low", "ci_high"})


@dataclass(slots=True)
class Table:
    """One table, typed, with what stands behind it.

    Attributes
    ----------
    source
        The file as it was read; collects the problems.
    frame
        Typed columns of the schema and `line`.
    written
        The same cells as they were written.
    bad_cells
        Line and column of cells that cannot be right: checked no further.
    """

    source: FileText
    frame: pd.DataFrame
    written: pd.DataFrame
    bad_cells: set[tuple[int, str]]


def type_cells(source: FileText, schema: pa.DataFrameSchema) -> Table:
    """Turn the text of a file into the columns of its schema.

    Parameters
    ----------
    source
        Rows as text; problems are added to it.
    schema
        Names and types of the columns.

    Returns
    -------
    Table
        Text is ``str``, counts are ``Int64``, other numbers ``float64``; an empty cell and a
        cell that cannot be understood are missing.
    """
    lines = [line for line, _ in source.rows]
    bad: set[tuple[int, str]] = set()
    typed: dict[str, pd.Series] = {}
    written: dict[str, pd.Series] = {}
    for name, column in schema.columns.items():
        if name in source.header:
            position = source.header.index(name)
            raw = [cells[position] for _, cells in source.rows]
        else:
            raw = [""] * len(lines)
        reader = _CellReader(source, str(name), column, bad)
        values = [reader.read(cell, line) for cell, line in zip(raw, lines, strict=True)]
        reader.report_decimal_commas()
        typed[str(name)] = pd.Series(values, dtype=reader.dtype)
        written[str(name)] = pd.Series([cell.strip() for cell in raw], dtype="str")
    frame = pd.DataFrame({**typed, "line": pd.Series(lines, dtype="int64")})
    return Table(source, frame, pd.DataFrame(written), bad)


class _CellReader:
    """Reads the cells of one column."""

    def __init__(
        self, source: FileText, name: str, column: pa.Column, bad: set[tuple[int, str]]
    ) -> None:
        self.source = source
        self.name = name
        self.bad = bad
        kind = str(column.dtype)
        self.dtype = {"Int64": "Int64", "float64": "float64"}.get(kind, "str")
        metadata = column.metadata or {}
        self.is_date = metadata.get("role") == "date"
        self.is_exact = metadata.get("role") is not None or "values" in metadata
        self.values: list[str] = list(metadata.get("values", ()))
        self.decimal_commas: list[int] = []

    def read(self, cell: str, line: int) -> str | int | float | None:
        """Give the value of a cell, None when it is empty or cannot be understood."""
        stripped = cell.strip()
        if stripped == "":
            return None
        if cell != stripped and (self.is_exact or self.dtype != "str"):
            self.source.report(
                "cell-spaces",
                "There are spaces before or after the value; they were removed.",
                "Delete them in the file, so that the value is the same everywhere.",
                line=line,
                column=self.name,
                value=cell,
                severity="warning",
            )
        problem = refuse_any(stripped) or self._refuse_typed(stripped)
        if problem is not None:
            rule, what, hint = problem
            self.bad.add((line, self.name))
            self.source.report(rule, what, hint, line=line, column=self.name, value=cell)
            return None
        if self.dtype == "str":
            return stripped
        if _DECIMAL_COMMA.match(stripped):
            self.decimal_commas.append(line)
            stripped = stripped.replace(",", ".")
        number = float(stripped)
        return int(number) if self.dtype == "Int64" else number

    def report_decimal_commas(self) -> None:
        """Say once for the column that its commas were read as decimal points."""
        if not self.decimal_commas:
            return
        others = len(self.decimal_commas) - 1
        more = f" (and {others} more in this column)" if others else ""
        self.source.report(
            "cell-decimal-comma",
            f"The comma in this number was read as a decimal point{more}.",
            "Look whether that is what was meant, and write 46.9 instead of 46,9.",
            line=self.decimal_commas[0],
            column=self.name,
            severity="warning",
        )

    def _refuse_typed(self, cell: str) -> tuple[str, str, str] | None:
        if self.dtype != "str":
            return self._refuse_number(cell)
        if self.is_date:
            return refuse_date(cell)
        problem = None if cell in self.values else refuse_text(cell)
        if problem is None or not self.values:
            return problem
        rule, what, hint = problem
        return rule, what, f"{hint} Or one of: {', '.join(self.values)}."

    def _refuse_number(self, cell: str) -> tuple[str, str, str] | None:
        whole = self.dtype == "Int64"
        comma_decimals = self.source.delimiter in DECIMAL_COMMA_DELIMITERS
        if whole and _COUNT.match(cell):
            return None
        if not whole and _NUMBER.match(cell) and not (comma_decimals and _THOUSANDS.match(cell)):
            return None
        if not whole and comma_decimals and _DECIMAL_COMMA.match(cell):
            return None
        return (
            "cell-not-whole" if whole else "cell-not-number",
            "This is not a whole number." if whole else "This is not a number.",
            _number_hint(cell, whole, self.name),
        )


def _number_hint(cell: str, whole: bool, column: str) -> str:
    if _NOT_A_VALUE.match(cell) or cell.lower() in _NO_NUMBER:
        if column not in _OF_MEDIANS:
            return _EMPTY_HINT
        return (
            f"{_EMPTY_HINT} An upper limit that was not reached is told by upper_not_reached = yes."
        )
    if _THOUSANDS.match(cell) and not (_DECIMAL_COMMA.match(cell) and not whole):
        return "Is that thousands or decimals? Write 1234 or 1.234, without separators."
    if _DECIMAL_COMMA.match(cell):
        return (
            "A count has no decimals: look whether the percentage was copied."
            if whole
            else f"Write a decimal point instead of the comma: {cell.replace(',', '.')}."
        )
    if _WITH_RANGE.match(cell):
        return "Write the first number alone here; what stands behind it has columns of its own."
    if cell[:1] in "~≈<>≤≥":
        return (
            "A number that is not exact cannot be used: leave the cell empty, say it in the note."
        )
    if cell.endswith("%"):
        return "Write the number without the percent sign."
    if re.match(r"^-?\d+(\.\d+)?[eE][+-]?\d+$", cell):
        return "Write the number in full, as the report prints it; look for a slip of the keys."
    if whole and re.match(r"^-?\d+\.\d+$", cell):
        return "A count has no decimals: look whether the percentage was copied."
    if whole and re.match(r"^-\d+$", cell):
        return "A count cannot be less than 0."
    return "Write digits only, with a decimal point where needed; words belong into the note."


def refuse_any(cell: str) -> tuple[str, str, str] | None:
    """Say what is wrong with a cell of whatever kind, None when nothing is: rule, what, hint."""
    if _FORMULA.match(cell):
        return (
            "cell-formula",
            f'The cell begins with "{cell[0]}". A spreadsheet would run it as a formula.',
            "Write the value itself, or put a word before the sign.",
        )
    # The first question is much faster, and an abstract is long.
    if not cell.isprintable() and any(not (c.isprintable() or c.isspace()) for c in cell):
        return (
            "cell-characters",
            "The cell holds a character that cannot be seen.",
            "Type the cell again by hand; copying from a PDF often brings such characters.",
        )
    if _SPREADSHEET_DATE.match(cell):
        return (
            "cell-spreadsheet-date",
            "This looks like a date that a spreadsheet made of something else.",
            "Set the column to Text before typing: 2020-08 may become Aug-20, and 0-1 01-Jan.",
        )
    return None


def refuse_text(cell: str) -> tuple[str, str, str] | None:
    """Say that a text only stands for no value, None when it is one."""
    if _NOT_A_VALUE.match(cell):
        return "cell-not-a-value", "This stands for no value.", _EMPTY_HINT
    return None


def refuse_date(cell: str) -> tuple[str, str, str] | None:
    """Say what is wrong with a date, None when it is YYYY, YYYY-MM or YYYY-MM-DD."""
    form = "Write YYYY-MM-DD, YYYY-MM or YYYY, as much as is reported."
    match = _ISO_DATE.match(cell)
    if match is not None:
        year, month, day = (int(part) if part else 1 for part in match.groups())
        try:
            date(year, month, day)
        except ValueError:
            return "date-impossible", "There is no such day in the calendar.", form
        if not 1900 <= year <= 2100:
            return "date-impossible", f"The year {year} cannot be right.", form
        return None
    if _DAY_NUMBER.match(cell):
        day_meant = _EXCEL_DAY_ZERO + timedelta(days=int(cell))
        return (
            "date-form",
            "This is a date as Excel counts days.",
            f"It stands for {day_meant.isoformat()}. Compare with the report. {form}",
        )
    if _SLASH_DATE.match(cell):
        return (
            "date-form",
            "This date is not written as year-month-day, so it can be misread.",
            form,
        )
    return "date-form", "This is not a date that can be read.", form
