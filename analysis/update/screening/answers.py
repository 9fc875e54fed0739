"""A filled-in sheet as rows of text, whether it comes from Excel or as a CSV file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.update.screening.sheet import ANSWERS, KEYS, SHEET
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

COLUMNS = (*KEYS, *ANSWERS)
# Somebody may put a title above the names of the columns.
_ROWS_ABOVE_HEADER = 5
# What comes along when text is pasted from a web page and cannot be seen.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of a sheet.

    Attributes
    ----------
    line
        Its line in the file, or its row in Excel.
    cells
        Text of its cells without outer spaces.
    page
        The sheet of a workbook that it stands in; empty for a CSV file.
    letters
        Letters of the workbook's columns.
    """

    line: int
    cells: dict[str, str]
    page: str = ""
    letters: Mapping[str, str] = field(default_factory=dict)

    def problem(self, file: str, column: str, what: str, hint: str, rule: str) -> Problem:
        """Make a problem of a cell of this row, named as the spreadsheet names it."""
        value = self.cells[column] or None
        place = f"{file}, sheet {self.page}" if self.page else file
        letter = self.letters.get(column)
        name = column if letter is None else f"{column} ({letter}{self.line})"
        return Problem(place, self.line, name, value, what, hint, "error", rule)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was handed in, and what is worth knowing about the file."""

    file: str
    answers: tuple[Answer, ...]
    notes: tuple[str, ...] = ()


def read_sheet(path: Path) -> Sheet:
    """Read a sheet; rows without any cell are left out.

    Raises
    ------
    DataProblems
        If the file cannot be read, if it is no sheet of the screening, or if a cell that is read
        holds a formula or is merged with others.
    """
    if path.suffix.lower() == ".csv":
        return _read_csv(path)
    return _read_workbook(path)


def _read_csv(path: Path) -> Sheet:
    from schemas.reading import read_file

    found = read_file(path, path.name, list(COLUMNS), strict=False)
    if found.missing:
        raise DataProblems([_not_a_sheet(path.name, found.missing)])
    errors = [problem for problem in found.problems if problem.severity == "error"]
    if not found.readable or errors:
        raise DataProblems(errors or found.problems)
    answers = [
        Answer(line, {name: _plain(cell) for name, cell in zip(found.header, cells, strict=True)})
        for line, cells in found.rows
    ]
    return Sheet(path.name, _filled(answers))


def _read_workbook(path: Path) -> Sheet:
    from openpyxl.utils import get_column_letter

    from analysis.update.workbook.opening import open_workbook

    workbook, notes = open_workbook(path)
    page, rows, top, header = _find_page(workbook.worksheets, path.name)
    if page.title != SHEET:
        notes.append(f'Read the sheet "{page.title}".')
    letters = {name: get_column_letter(position) for name, position in header.items()}
    answers: list[Answer] = []
    problems = _merged(page, path.name, top, set(header.values()))
    for number in sorted(row for row in rows if row > top):
        cells = rows[number]
        found = {name: cells[place] for name, place in header.items() if place in cells}
        texts = {name: _text(found[name].value) if name in found else "" for name in COLUMNS}
        answer = Answer(number, texts, page.title, letters)
        answers.append(answer)
        problems += [
            answer.problem(
                path.name,
                name,
                "The cell holds a formula, which is never computed here.",
                "Type the text itself.",
                "cell-formula",
            )
            for name, cell in found.items()
            if cell.data_type == "f"
        ]
    if problems:
        raise DataProblems(problems)
    return Sheet(path.name, _filled(answers), tuple(notes))


def _find_page(
    pages: list[Any], file: str
) -> tuple[Any, dict[int, dict[int, Any]], int, dict[str, int]]:
    """Find the page with the columns of the screening.

    Returns
    -------
    page, rows, top, positions
        The page, its cells by row and column, the row that names its columns, and the position
        of each, from 1.
    """
    from analysis.update.workbook.reading import existing_cells

    nearest: set[str] = set()
    for page in pages:
        rows: dict[int, dict[int, Any]] = {}
        for cell in existing_cells(page):
            if cell.value is not None:
                rows.setdefault(cell.row, {})[cell.column] = cell
        for top in range(1, _ROWS_ABOVE_HEADER + 1):
            row = rows.get(top, {})
            named = {_name(row[place].value): place for place in sorted(row, reverse=True)}
            positions = {name: named[name] for name in COLUMNS if name in named}
            if len(positions) == len(COLUMNS):
                return page, rows, top, positions
            nearest = max(nearest, set(positions), key=len)
    missing = [name for name in COLUMNS if name not in nearest]
    raise DataProblems([_not_a_sheet(file, missing)])


def _merged(page: Any, file: str, top: int, columns: set[int]) -> list[Problem]:
    return [
        Problem(
            f"{file}, sheet {page.title}",
            area.min_row,
            None,
            None,
            f"The cells {area.coord} are merged: only the first of them holds an answer.",
            "Unmerge them (Home, Merge & Center), and choose an answer in each row.",
            "error",
            "screening-sheet",
        )
        for area in page.merged_cells.ranges
        if area.max_row > top and columns & set(range(area.min_col, area.max_col + 1))
    ]


def _filled(answers: list[Answer]) -> tuple[Answer, ...]:
    return tuple(answer for answer in answers if any(answer.cells.values()))


def _text(value: object) -> str:
    from analysis.update.workbook.cell_text import stored_text

    return "" if value is None else _plain(stored_text(str(value)))


def _plain(text: str) -> str:
    return text.translate(_INVISIBLE).strip()


def _name(value: object) -> str:
    return _text(value).lower().replace(" ", "_") if isinstance(value, str) else ""


def _not_a_sheet(file: str, missing: list[str]) -> Problem:
    if len(missing) == len(COLUMNS):
        what = "This is no sheet of the screening: none of its columns is there."
        hint = "Is this the right file? The columns must stand in the first line."
    else:
        what = f"Columns of the screening are missing: {', '.join(missing)}."
        hint = "Put them back as they were written, or have a new sheet written."
    return Problem(file, None, None, None, what, hint, "error", "screening-sheet")


def decided(answers: tuple[Answer, ...]) -> Iterator[Answer]:
    """Give the rows in which something was answered; all others stay open."""
    return (answer for answer in answers if any(answer.cells[name] for name in ANSWERS))
