"""What a case does to a filled form, as a person does it in a spreadsheet."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.update.workbook.conftest import Form


def _date(form: Form, sheet: str, row: int, column: str, day: str) -> None:
    form.cell(sheet, row, column).value = datetime.fromisoformat(day)


def _superscript(form: Form, sheet: str, row: int, column: str, text: str, mark: str) -> None:
    high = TextBlock(InlineFont(vertAlign="superscript"), mark)
    form.cell(sheet, row, column).value = CellRichText(text, high)


def _strike(form: Form, sheet: str, row: int, column: str) -> None:
    form.cell(sheet, row, column).font = Font(strike=True)


def _comment(form: Form, sheet: str, row: int, column: str, text: str) -> None:
    form.cell(sheet, row, column).comment = Comment(text, "Jane")


def _column(form: Form, sheet: str, name: str, row: int, text: str) -> None:
    page = form.book[sheet]
    place = page.max_column + 1
    page.cell(1, place).value, page.cell(row, place).value = name, text


def _sheet(form: Form, name: str, *texts: str) -> None:
    form.book.create_sheet(name).append(texts)


def _hide(form: Form, sheet: str, row: int) -> None:
    form.book[sheet].row_dimensions[row].hidden = True


def _title(form: Form, sheet: str, text: str) -> None:
    form.book[sheet].insert_rows(1)
    form.book[sheet].cell(1, 1).value = text


def _rename(form: Form, sheet: str, name: str) -> None:
    form.book[sheet].title = name


def _heading(form: Form, sheet: str, name: str, other: str) -> None:
    form.cell(sheet, 1, name).value = other


_DEEDS: dict[str, Callable[..., None]] = {
    "heading": _heading,
    "date": _date,
    "superscript": _superscript,
    "strike": _strike,
    "comment": _comment,
    "column": _column,
    "sheet": _sheet,
    "hide": _hide,
}
# These move what the others name by row or sheet.
_LAST: dict[str, Callable[..., None]] = {"title": _title, "rename": _rename}


def change(form: Form, case: dict[str, Any]) -> None:
    """Do to a form what a case says."""
    for name, deed in _DEEDS.items():
        if name in case:
            deed(form, *case[name])
    for sheet, row, cells in case.get("put", ()):
        form.put(sheet, row, **cells)
    for name, deed in _LAST.items():
        if name in case:
            deed(form, *case[name])
