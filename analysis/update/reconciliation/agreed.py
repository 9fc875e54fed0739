"""The workbook of agreed rows: what both wrote is filled in, the rest waits for a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.update.reconciliation.comparison import (
    NOTE,
    Comparison,
    agree,
    both_values,
    source_of,
)
from analysis.update.workbook.cells import UNDECIDED
from analysis.update.workbook.form import (
    HEADER_ROW,
    LAST_ROW,
    REMOVE_FIELD,
    build_form,
    write_value,
)
from analysis.update.workbook.plan import LISTS, REMOVE, ROW_IN_DATA

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl import Workbook

    from analysis.update.workbook.plan import Sheet
    from analysis.update.workbook.reading import SheetRow

_AUTHOR = "review reconcile"
_FILL = "FFFFEB9C"
_EMPTY = "(empty)"
_ONLY = f"{UNDECIDED}only in {{book}}: no = take this row, yes = leave it out"
_ONLY_OF_DATA = f"{UNDECIDED}only in {{book}}: no = take this row, yes = REMOVE it from the review"

# By column that is still open: what each wrote and where it was read, and the values to choose.
Open = dict[str, tuple[str, tuple[str, ...]]]


def agreed_workbook(
    comparison: Comparison,
    sheets: Mapping[str, Sheet],
    suggestions: Mapping[tuple[str, str], Sequence[str]],
    about: Sequence[str],
) -> Workbook:
    """Make the workbook.

    Parameters
    ----------
    comparison
        The two workbooks compared.
    sheets, suggestions, about
        As for `form.build_form`.

    Returns
    -------
    Workbook
        A cell that is still to be decided begins with `cells.UNDECIDED`; reading refuses it.
    """
    rows: dict[str, list[dict[str, str]]] = {}
    waiting: dict[str, list[Open]] = {}
    for table, sheet in sheets.items():
        made = [_joined(sheet, one, two) for one, two in comparison.matches[table].pairs]
        for book, only in (
            ("A", comparison.matches[table].only_a),
            ("B", comparison.matches[table].only_b),
        ):
            made += [_alone(row, book, hint) for row, hint in only]
        rows[table] = [row for row, _ in made]
        waiting[table] = [undecided for _, undecided in made]
    workbook = build_form(sheets, rows, suggestions, about)
    for table, sheet in sheets.items():
        _offer(workbook, sheet, waiting[table])
    return workbook


def _joined(sheet: Sheet, one: SheetRow, two: SheetRow) -> tuple[dict[str, str], Open]:
    row = {ROW_IN_DATA: one.mark or two.mark}
    undecided: Open = {}
    for column, values in both_values(sheet, one, two):
        if agree(sheet, column, *values):
            row[column] = values[0] or values[1]
        elif column == NOTE:
            row[column] = "; ".join(value for value in values if value)
        else:
            shown = [value or _EMPTY for value in values]
            row[column] = f"{UNDECIDED}A: {shown[0]} | B: {shown[1]}"
            read = [source_of(each) or "no source given" for each in (one, two)]
            text = (
                f"A, row {one.number}: {shown[0]}\n({read[0]})\n"
                f"B, row {two.number}: {shown[1]}\n({read[1]})\n"
                "Choose one, type the right value, or empty the cell."
            )
            undecided[column] = text, tuple(value for value in values if value)
    return row, undecided


def _alone(found: SheetRow, book: str, hint: str) -> tuple[dict[str, str], Open]:
    row = {**found.cells, ROW_IN_DATA: found.mark}
    text = (_ONLY_OF_DATA if found.mark else _ONLY).format(book=book)
    row[REMOVE] = text
    told = f"Row {found.number} of {book} ({source_of(found) or 'no source given'}). {hint}"
    return row, {REMOVE: (told.strip(), ("no", "yes"))}


def _offer(workbook: Workbook, sheet: Sheet, waiting: Sequence[Open]) -> None:
    """Mark the cells to decide, and offer both values in a drop-down of their own."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    page, lists = workbook[sheet.name], workbook[LISTS]
    fields = (*sheet.fields, REMOVE_FIELD)
    taken: dict[str, list[int]] = {}
    next_list = lists.max_column + 1
    added: list[DataValidation] = []
    for line, undecided in enumerate(waiting, start=HEADER_ROW + 1):
        for number, field in enumerate(fields, start=1):
            if field.name not in undecided:
                continue
            text, values = undecided[field.name]
            cell: Any = page.cell(line, number)
            cell.fill = PatternFill("solid", fgColor=_FILL)
            height = 40 + 18 * sum(len(part) // 45 + 1 for part in text.split("\n"))
            cell.comment = Comment(text, _AUTHOR, width=340, height=height)
            for place, value in enumerate(values, start=1):
                write_value(lists.cell(place, next_list), field, value)
            letter = get_column_letter(next_list)
            taken.setdefault(cell.column_letter, []).append(line)
            added.append(
                DataValidation(
                    type="list",
                    formula1=f"{LISTS}!${letter}$1:${letter}${len(values)}",
                    showErrorMessage=False,
                    allow_blank=True,
                    sqref=cell.coordinate,
                )
            )
            next_list += 1
    for validation in page.data_validations.dataValidation:
        letter = str(validation.sqref).rstrip("0123456789").split(":")[0].rstrip("0123456789")
        if letter in taken:
            validation.sqref = _without(letter, taken[letter])
    for validation in added:
        page.add_data_validation(validation)


def _without(letter: str, lines: Sequence[int]) -> Any:
    """Give the cells of a column without some: two drop-downs on one cell are a broken file."""
    from openpyxl.worksheet.cell_range import MultiCellRange

    spans, start = [], HEADER_ROW + 1
    for line in sorted(lines):
        if line > start:
            spans.append(f"{letter}{start}:{letter}{line - 1}")
        start = line + 1
    spans.append(f"{letter}{start}:{letter}{LAST_ROW}")
    return MultiCellRange(" ".join(spans))
