"""A filled-in sheet as rows of text, whether it comes from Excel or as a CSV file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.screening.sheet import ANSWERS, KEYS, SHEET
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COLUMNS = (*KEYS, *ANSWERS)


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of a sheet: its line or row number, and its cells as text without outer spaces."""

    line: int
    cells: dict[str, str]

    def problem(self, file: str, column: str, what: str, hint: str, rule: str) -> Problem:
        """Make a problem of a cell of this row."""
        value = self.cells[column] or None
        return Problem(file, self.line, column, value, what, hint, "error", rule)


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
        holds a formula.
    """
    if path.suffix.lower() == ".csv":
        return _read_csv(path)
    return _read_workbook(path)


def _read_csv(path: Path) -> Sheet:
    from schemas.reading import read_file

    first = read_file(path, path.name, list(COLUMNS), strict=False)
    errors = [problem for problem in first.problems if problem.severity == "error"]
    if not first.readable or errors:
        raise DataProblems(errors or first.problems)
    found = read_file(path, path.name, first.written, strict=False)
    answers = []
    for line, cells in found.rows:
        row = dict(zip(found.header, cells, strict=True))
        answers.append(Answer(line, {name: row[name].strip() for name in COLUMNS}))
    return Sheet(path.name, _filled(answers))


def _read_workbook(path: Path) -> Sheet:
    from analysis.workbook.opening import open_workbook

    workbook, notes = open_workbook(path)
    for page in workbook.worksheets:
        rows = page.iter_rows()
        header = {_text(cell.value): place for place, cell in enumerate(next(rows, ()))}
        if header.keys() >= set(COLUMNS):
            break
    else:
        raise DataProblems([_not_a_sheet(path.name)])
    if page.title != SHEET:
        notes.append(f'Read the sheet "{page.title}".')
    answers, formulas = [], []
    for line, cells in enumerate(rows, start=2):
        found = {name: cells[header[name]] for name in COLUMNS}
        answer = Answer(line, {name: _text(cell.value) for name, cell in found.items()})
        answers.append(answer)
        formulas += [
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
    if formulas:
        raise DataProblems(formulas)
    return Sheet(path.name, _filled(answers), tuple(notes))


def _filled(answers: list[Answer]) -> tuple[Answer, ...]:
    return tuple(answer for answer in answers if any(answer.cells.values()))


def _text(value: object) -> str:
    from analysis.workbook.cell_text import stored_text

    return "" if value is None else stored_text(str(value)).strip()


def _not_a_sheet(file: str) -> Problem:
    what = "No sheet of this workbook has the columns of the screening."
    hint = f"They are: {', '.join(COLUMNS)}. Is this the right file?"
    return Problem(file, None, None, None, what, hint, "error", "screening-sheet")


def decided(answers: tuple[Answer, ...]) -> Iterator[Answer]:
    """Give the rows in which something was answered; all others stay open."""
    return (answer for answer in answers if any(answer.cells[name] for name in ANSWERS))
