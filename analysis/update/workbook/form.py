"""Writes the workbook: a sheet for each table, with lists, limits, notes and protected headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.update.workbook.cell_text import put_text
from analysis.update.workbook.choices import told_labels
from analysis.update.workbook.plan import LISTS, README, REMOVE, ROW_IN_DATA, Field, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl import Workbook

#: Row of the column names, and the last row with lists and limits.
HEADER_ROW = 1
LAST_ROW = 5000
_TEXT_FORMAT = "@"
FONT = "Calibri"
_AUTHOR = "review workbook"
# Colours of the header: must be filled, may be empty, steers the reading.
_REQUIRED_FILL, _OPTIONAL_FILL, _CONTROL_FILL = "FF1F4E79", "FF5B7B99", "FF7F7F7F"
_LONGEST_PROMPT = 250
# In points, and in characters of the usual font.
_LINE_HEIGHT = 15.0
_README_WIDTH = 100

REMOVE_FIELD = Field(
    REMOVE,
    "yes = take this row out of the review's data; empty = keep it",
    closed=("yes", "no"),
    is_exact=True,
)


def build_form(
    sheets: Mapping[str, Sheet],
    rows: Mapping[str, Sequence[Mapping[str, str]]],
    suggestions: Mapping[tuple[str, str], Sequence[str]],
    about: Sequence[str],
) -> Workbook:
    """Make the workbook.

    Parameters
    ----------
    sheets
        What `plan.plan_sheets` gives.
    rows
        By sheet, the rows that stand in it; a row may hold the columns `remove` and `row_in_data`.
    suggestions
        By sheet and column, values that are offered although others are possible.
    about
        Lines of the first sheet.
    """
    from openpyxl import Workbook

    workbook = Workbook()
    first = workbook.active
    assert first is not None  # noqa: S101 - a new workbook of openpyxl has a sheet
    workbook.remove(first)
    _write_readme(workbook.create_sheet(README), about)
    lists = _Lists()
    for sheet in sheets.values():
        page = workbook.create_sheet(sheet.name)
        _write_sheet(page, sheet, rows.get(sheet.name, ()), suggestions, lists)
    lists.write(workbook.create_sheet(LISTS))
    workbook.active = 0
    workbook.properties.creator = _AUTHOR
    return workbook


class _Lists:
    """The values of all drop-downs, on a sheet of their own: Excel limits lists in formulas."""

    def __init__(self) -> None:
        self.columns: dict[tuple[str, ...], int] = {}

    def reference(self, values: Sequence[str]) -> str:
        from openpyxl.utils import get_column_letter

        number = self.columns.setdefault(tuple(values), len(self.columns) + 1)
        letter = get_column_letter(number)
        return f"{LISTS}!${letter}$1:${letter}${len(values)}"

    def write(self, page: Any) -> None:
        for values, number in self.columns.items():
            for line, value in enumerate(values, start=1):
                put_text(page.cell(line, number), value)
        page.sheet_state = "hidden"
        page.protection.sheet = True


def _write_readme(page: Any, lines: Sequence[str]) -> None:
    from openpyxl.styles import Alignment, Font

    page.column_dimensions["A"].width = _README_WIDTH
    for number, line in enumerate(lines, start=1):
        cell = page.cell(number, 1)
        put_text(cell, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.row_dimensions[number].height = text_height(line, _README_WIDTH)
        if number == 1:
            page.row_dimensions[number].height = 2 * _LINE_HEIGHT
            cell.font = Font(name=FONT, bold=True, size=14)
    page.protection.sheet = True
    page.sheet_view.showGridLines = False


def text_height(text: str, width: float) -> float:
    """Give the height of a row for a wrapped text: not every program adjusts it by itself."""
    lines = sum(len(part) // max(1, int(width * 0.9)) + 1 for part in text.split("\n"))
    return lines * _LINE_HEIGHT


def _write_sheet(
    page: Any,
    sheet: Sheet,
    rows: Sequence[Mapping[str, str]],
    suggestions: Mapping[tuple[str, str], Sequence[str]],
    lists: _Lists,
) -> None:
    from openpyxl.styles import Protection
    from openpyxl.utils import get_column_letter

    fields = (*sheet.fields, REMOVE_FIELD)
    marker = len(fields) + 1
    for number, field in enumerate(fields, start=1):
        letter = get_column_letter(number)
        _write_header(page, number, field)
        dimension = page.column_dimensions[letter]
        dimension.width = _width(field, rows)
        dimension.protection = Protection(locked=False)
        if field.kind == "text":
            dimension.number_format = _TEXT_FORMAT
        offered = field.closed or tuple(suggestions.get((sheet.name, field.name), ()))
        page.add_data_validation(_validation(field, offered, lists, letter))
    _write_header(page, marker, Field(ROW_IN_DATA, "Written by the program. Do not change."))
    hidden = page.column_dimensions[get_column_letter(marker)]
    hidden.hidden = True
    hidden.protection = Protection(locked=False)
    for line, row in enumerate(rows, start=HEADER_ROW + 1):
        for number, field in enumerate(fields, start=1):
            cell = page.cell(line, number)
            write_value(cell, field, row.get(field.name, ""))
            cell.protection = Protection(locked=False)
        if row.get(ROW_IN_DATA):
            put_text(page.cell(line, marker), row[ROW_IN_DATA])
            page.cell(line, marker).protection = Protection(locked=False)
    page.freeze_panes = page.cell(HEADER_ROW + 1, 2)
    _protect(page)


def _protect(page: Any) -> None:
    """Lock the column names, without a password; rows and columns may still be adjusted."""
    page.protection.sheet = True
    for allowed in ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows"):
        setattr(page.protection, allowed, False)  # False: not protected against
    page.protection.sort = False
    page.protection.autoFilter = False


def _write_header(page: Any, number: int, field: Field) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill

    cell = page.cell(HEADER_ROW, number)
    put_text(cell, field.name)
    fill = _REQUIRED_FILL if field.required else _OPTIONAL_FILL
    if field.name in {REMOVE, ROW_IN_DATA}:
        fill = _CONTROL_FILL
    cell.fill = PatternFill("solid", fgColor=fill)
    cell.font = Font(
        name=FONT, bold=True, color="FFFFFFFF", underline="single" if field.required else None
    )
    cell.alignment = Alignment(vertical="center")
    text = explain(field)
    lines = sum(len(part) // 38 + 1 for part in text.split("\n"))
    cell.comment = Comment(text, _AUTHOR, height=40 + 18 * lines, width=300)


def explain(field: Field) -> str:
    """Say in a few lines what belongs into a column."""
    description = field.description.replace("`", "")
    parts = [description if description[-1:] in {".", "?"} else f"{description}."]
    if field.required:
        parts.append("Must be filled.")
    if field.closed:
        parts.append("One of the list.")
    if field.unit:
        parts.append(f"Unit: {field.unit}.")
    if field.form:
        parts.append(f"Form: {field.form}.")
    if field.is_date:
        parts.append("2020-08-17, 2020-08 or 2020, as much as is reported.")
    return "\n".join([" ".join(parts), *told_labels(field)])


def _validation(field: Field, offered: Sequence[str], lists: _Lists, letter: str) -> Any:
    from openpyxl.worksheet.datavalidation import DataValidation

    options: dict[str, Any] = {"allow_blank": True, "showInputMessage": True}
    if offered:
        options |= {"type": "list", "formula1": lists.reference(offered)}
        # Only a closed list refuses other words; elsewhere the list is a help.
        options["showErrorMessage"] = bool(field.closed)
        options["error"] = "Choose one of the list."
    elif field.kind != "text":
        low, high = field.low, field.high
        options |= {
            "type": "whole" if field.kind == "whole" else "decimal",
            "operator": "between" if high is not None else "greaterThanOrEqual",
            "formula1": f"{low or 0:g}",
            "formula2": None if high is None else f"{high:.10g}",
            "showErrorMessage": True,
            "error": f"A {'whole ' if field.kind == 'whole' else ''}number from {low or 0:g}"
            + ("" if high is None else f" to {high:.10g}"),
        }
    prompt = explain(field)
    if len(prompt) > _LONGEST_PROMPT:
        prompt = prompt[: _LONGEST_PROMPT - 1] + "…"
    options |= {"promptTitle": field.name[:32], "prompt": prompt, "errorTitle": field.name[:32]}
    return DataValidation(sqref=f"{letter}{HEADER_ROW + 1}:{letter}{LAST_ROW}", **options)


def write_value(cell: Any, field: Field, value: str) -> None:
    """Write a number as a number with the decimals it was printed with, all else as text."""
    from analysis.update.workbook.numbers import as_number

    number = as_number(value) if field.kind != "text" else None
    if number is None:
        cell.number_format = _TEXT_FORMAT if field.kind == "text" else "General"
        if value:
            put_text(cell, value)
        return
    decimals = len(value.partition(".")[2])
    cell.value = int(number) if decimals == 0 else float(number)
    cell.number_format = "0." + "0" * decimals if decimals else "0"


def _width(field: Field, rows: Sequence[Mapping[str, str]]) -> float:
    longest = max((len(row.get(field.name, "")) for row in rows), default=0)
    usual = 12 if field.kind != "text" or field.closed else 18
    return min(44, max(usual, len(field.name) + 3, longest + 2))
