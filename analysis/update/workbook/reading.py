"""From the sheets of a workbook to rows of text, telling what is wrong with sheets and cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.update.workbook.cells import read_cell
from analysis.update.workbook.form import REMOVE_FIELD
from analysis.update.workbook.opening import open_workbook
from analysis.update.workbook.places import Found, Place, found_at
from analysis.update.workbook.plan import LISTS, PROBLEMS, README, REMOVE, ROW_IN_DATA, Field, Sheet
from analysis.update.workbook.row_readings import row_readings
from schemas.vocabulary import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


_NOT_READ = frozenset({README, LISTS, PROBLEMS})
# Somebody may put a title above the column names.
_ROWS_ABOVE_HEADER = 5
_MOST_SHOWN, _LONGEST_SHOWN = 10, 80
_MARK_FIELD = Field(ROW_IN_DATA, "")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its number in Excel, its cells as text, and what steers its reading."""

    number: int
    cells: Mapping[str, str]
    mark: str
    remove: str


@dataclass(slots=True)
class SheetRows:
    """One sheet: its name in the file, the letters of its columns, and its rows.

    `unread` holds row and column of cells whose content was refused.
    """

    title: str
    letters: dict[str, str]
    header_row: int
    rows: list[SheetRow] = field(default_factory=list)
    unread: set[tuple[int, str]] = field(default_factory=set)

    def place(self, row: int | None = None, column: str | None = None) -> Place:
        """Say where in the file a cell, row or column is."""
        return Place(self.title, row, self.letters.get(column or ""), column)


@dataclass(slots=True)
class Book:
    """A workbook as text, by table."""

    name: str
    sheets: dict[str, SheetRows] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_book(path: Path, sheets: Mapping[str, Sheet]) -> Book:
    """Read a workbook.

    Parameters
    ----------
    path
        The file.
    sheets
        What `plan.plan_sheets` gives.

    Returns
    -------
    Book
        Nothing is raised for what stands in its sheets; `found` tells it.

    Raises
    ------
    DataProblems
        If the file is no readable workbook.
    """
    workbook, notes = open_workbook(path)
    book = Book(path.name, notes=notes)
    pages = {page.title: page for page in workbook.worksheets}
    names = _match_sheets(book, pages, sheets)
    for table, title in names.items():
        _Reader(book, pages[title], sheets[table]).read()
    if not names:
        book.found.append(
            found_at(
                book.name,
                Place(),
                "workbook-no-sheet",
                "None of the sheets is one of the form.",
                f"Have one written: review workbook write new.xlsx. Sheets: {', '.join(sheets)}.",
            )
        )
    return book


def _match_sheets(
    book: Book, pages: Mapping[str, Any], sheets: Mapping[str, Sheet]
) -> dict[str, str]:
    """Find the sheet of each table, by its name or, renamed, by its columns."""
    names = {table: table for table in sheets if table in pages}
    listed = ", ".join(sheets)
    for title, page in pages.items():
        if title in sheets or title in _NOT_READ or page.max_row is None:
            continue
        free = [table for table in sheets if table not in names]
        plain = title.strip().lower().replace(" ", "_")
        header = _names_in_row(page, _header_row(page, sheets))
        alike = [table for table in free if set(sheets[table].columns) <= header]
        table = plain if plain in free else alike[0] if len(alike) == 1 else None
        place = Place(title)
        if table is not None:
            names[table] = title
            what = f"The sheet was read as {table}."
            report = found_at(
                book.name, place, "workbook-sheet-renamed", what, "", severity="warning"
            )
        elif _is_empty(page):
            continue
        else:
            what = "This sheet is not one of the form; it was not read."
            hint = f"{did_you_mean(title, free)}It may stay. The sheets of the form: {listed}."
            report = found_at(
                book.name, place, "workbook-sheet-added", what, hint, severity="warning"
            )
        book.found.append(report)
    for table in sheets if names else ():
        if table not in names:
            book.notes.append(f"The sheet {table} is not in the workbook: nothing was read for it.")
    return {table: names[table] for table in sheets if table in names}


def existing_cells(page: Any) -> Iterable[Any]:
    """Give the cells of a sheet that are there."""
    # Only cells that are there: a format at the end of the sheet would make a million rows.
    return list(page._cells.values())


def _is_empty(page: Any) -> bool:
    return all(cell.value is None for cell in existing_cells(page))


def _names_in_row(page: Any, row: int) -> set[str]:
    return {_plain(cell.value) for cell in existing_cells(page) if cell.row == row}


def _plain(value: object) -> str:
    return str(value).strip().lower().replace(" ", "_") if isinstance(value, str) else ""


def _shown(value: object) -> str:
    """Write a value for a message; a spreadsheet's day has no time to speak of."""
    return str(value).removesuffix(" 00:00:00")


def _is_foreign(comment: Any) -> bool:
    """Say whether an extractor wrote a comment, not this program."""
    return comment is not None and not str(comment.author).startswith("review ")


def _header_row(page: Any, sheets: Mapping[str, Sheet]) -> int:
    """Give the row with the most column names among the first rows."""
    known = {column for sheet in sheets.values() for column in sheet.columns}
    rows = range(1, _ROWS_ABOVE_HEADER + 1)
    return max(rows, key=lambda row: len(_names_in_row(page, row) & known))


class _Reader:
    """Reads one sheet."""

    def __init__(self, book: Book, page: Any, sheet: Sheet) -> None:
        self.book = book
        self.page = page
        self.sheet = sheet
        self.fields = {f.name: f for f in (*sheet.fields, REMOVE_FIELD, _MARK_FIELD)}
        header_row = _header_row(page, {sheet.name: sheet})
        self.rows = SheetRows(page.title, {}, header_row)

    def read(self) -> None:
        by_row: dict[int, dict[int, Any]] = {}
        for cell in existing_cells(self.page):
            if cell.value is not None:
                by_row.setdefault(cell.row, {})[cell.column] = cell
        columns = self._read_header(by_row.pop(self.rows.header_row, {}), by_row)
        self.book.sheets[self.sheet.name] = self.rows
        self._share_merged(by_row)
        comments: list[str] = []
        for number in sorted(by_row):
            if number > self.rows.header_row:
                self._read_row(number, by_row[number], columns)
                cells = by_row[number].values()
                comments += [
                    f"{c.coordinate} “{' '.join(c.comment.text.split())[:_LONGEST_SHOWN]}”"
                    for c in cells
                    if _is_foreign(c.comment)
                ]
        self._tell_hidden(columns)
        if comments:
            shown = "; ".join(comments[:_MOST_SHOWN]) + ("; …" if comments[_MOST_SHOWN:] else "")
            self.book.notes.append(
                f"Sheet {self.page.title}: comments on cells are not read ({len(comments)} there): "
                f"{shown}. What belongs to the data goes into the column note."
            )

    def report(
        self,
        rule: str,
        what: str,
        hint: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        warning: bool = False,
    ) -> None:
        place = self.rows.place(row, column)
        severity = "warning" if warning else "error"
        self.book.found.append(
            found_at(self.book.name, place, rule, what, hint, value=value, severity=severity)
        )

    def _read_header(
        self, header: Mapping[int, Any], below: Mapping[int, Mapping[int, Any]]
    ) -> dict[int, str]:
        """Give the column name of each position; tell unknown and missing names."""
        from openpyxl.utils import get_column_letter

        columns: dict[int, str] = {}
        unknown: dict[int, str] = {}
        used = {position for cells in below.values() for position in cells}
        for position in sorted(used | set(header)):
            cell = header.get(position)
            name = _plain(cell.value) if cell is not None else ""
            if name in self.fields and name not in columns.values():
                columns[position] = name
                self.rows.letters[name] = get_column_letter(position)
            elif position in used:
                unknown[position] = str(cell.value) if cell is not None else ""
        missing = [name for name in self.sheet.columns if name not in columns.values()]
        for position, name in unknown.items():
            letter = get_column_letter(position)
            meant = nearest(name, missing) if name else None
            title = f"The column {name}" if name else f"Column {letter} has cells but no name. It"
            what = f"{title} is not one of the form."
            if meant is not None:
                hint = f'Did you mean "{meant}"? That column is missing.'
                missing.remove(meant)
            elif _plain(name) in self.fields:
                hint = "A column of this name stands there already. Delete one of the two."
            else:
                hint = "It is not read. Move what belongs to the review into the column note."
            # Where a column of the form is missing, this one most likely is it.
            lost = meant is not None or _plain(name) in self.fields or (missing and not name)
            self.report(
                "workbook-column",
                what,
                hint,
                row=self.rows.header_row,
                column=letter,
                warning=not lost,
            )
        if missing and (len(missing) == len(self.sheet.columns) or below):
            required = [name for name in missing if self.fields[name].required]
            what = f"These columns are missing: {', '.join(missing)}."
            hint = "Their cells were taken as not given. Have a new form written for them."
            self.report(
                "workbook-column-missing",
                what,
                hint,
                row=self.rows.header_row,
                warning=not required,
            )
        return columns

    def _share_merged(self, by_row: dict[int, dict[int, Any]]) -> None:
        """Give a value that is merged down a column to all its rows; refuse other merges."""
        for area in self.page.merged_cells.ranges:
            if area.max_row <= self.rows.header_row:
                continue
            first = by_row.get(area.min_row, {}).get(area.min_col)
            if area.min_col == area.max_col and area.min_row > self.rows.header_row:
                rows = [row for row in range(area.min_row + 1, area.max_row + 1) if row in by_row]
                for row in rows if first is not None else ():
                    by_row[row][area.min_col] = first
                if first is not None and rows:
                    self.report(
                        "workbook-merged",
                        f"The cells {area.coord} are merged: {first.value} was read for each row.",
                        "Look whether that is right.",
                        row=area.min_row,
                        warning=True,
                    )
            else:
                self.report(
                    "workbook-merged",
                    f"The cells {area.coord} are merged: only the first of them holds a value.",
                    "Unmerge them (Home, Merge & Center), and fill in each cell.",
                    row=area.min_row,
                )

    def _read_row(self, number: int, cells: Mapping[int, Any], columns: Mapping[int, str]) -> None:
        texts: dict[str, str] = {}
        for position, name in columns.items():
            cell = cells.get(position)
            if cell is None:
                texts[name] = ""
                continue
            texts[name], remarks = read_cell(cell, self.fields[name])
            for remark in remarks:
                shown = None if cell.data_type in "fe" else _shown(cell.value)
                self.report(
                    remark.rule,
                    remark.what,
                    remark.hint,
                    row=number,
                    column=name,
                    value=shown,
                    warning=remark.severity == "warning",
                )
                if remark.severity == "error":
                    self.rows.unread.add((number, name))
        self._settle(number, texts)
        mark, remove = texts.pop(ROW_IN_DATA, ""), texts.pop(REMOVE, "")
        refused = any((number, name) in self.rows.unread for name in columns.values())
        if remove and remove not in REMOVE_FIELD.closed:
            self.report(
                "workbook-remove",
                "The column remove holds yes, no, or nothing.",
                "Write yes to take the row out of the data.",
                row=number,
                column=REMOVE,
                value=remove,
            )
        if any(texts.values()) or mark or remove or refused:
            self.rows.rows.append(SheetRow(number, texts, mark, remove))

    def _settle(self, number: int, texts: dict[str, str]) -> None:
        """Read the cells that the others of their row explain."""
        for found in list(row_readings(texts, self.fields)):
            texts[found.column] = found.after
            read = found.after or "an empty cell"
            told = f"{found.before} was read as {read}: so it fits the rest of the row."
            if not found.before:
                told = f"{found.after} was read here: another cell of the row says so."
            self.report(
                "workbook-read-as",
                told,
                "Look whether that is right.",
                row=number,
                column=found.column,
                value=found.before or None,
                warning=True,
            )

    def _tell_hidden(self, columns: Mapping[int, str]) -> None:
        if self.page.sheet_state != "visible" and self.rows.rows:
            self.report(
                "workbook-hidden",
                "The sheet is hidden; its rows were read as well.",
                "Look at them: right-click a sheet's name, Unhide.",
                warning=True,
            )
        hidden = [r.number for r in self.rows.rows if self.page.row_dimensions[r.number].hidden]
        if hidden:
            listed = ", ".join(map(str, hidden[:10])) + (" …" if len(hidden) > 10 else "")
            self.report(
                "workbook-hidden",
                f"Rows are hidden ({listed}); they were read as well.",
                "Look at them: take a filter away, or unhide the rows.",
                row=hidden[0],
                warning=True,
            )
        # Neighbours that look alike share one entry, under the letter of the first.
        spans = [range(d.min, d.max + 1) for d in self.page.column_dimensions.values() if d.hidden]
        for position, name in columns.items():
            filled = any(row.cells.get(name) for row in self.rows.rows)
            if filled and any(position in span for span in spans):
                self.report(
                    "workbook-hidden",
                    "The column is hidden; its cells were read as well.",
                    "Look at them: unhide the column.",
                    row=self.rows.header_row,
                    column=name,
                    warning=True,
                )
