"""Checks the merged data before anything is written, and says problems in the workbook's words."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from analysis.storage.atomic import staging
from analysis.storage.table_files import table_path
from analysis.update.workbook.places import Found, found_at
from analysis.update.workbook.plan import REFERENCES
from schemas.editions import TABLES, VERSIONS
from schemas.problems import Problem
from schemas.references import REFERENCES_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from analysis.update.workbook.merging import Merged
    from analysis.update.workbook.reading import Book
    from schemas import CheckReport

_LINE = re.compile(r"\b([Ll])ine (\d+)(?: of data/(\w+)\.csv)?")
_TABLE = re.compile(r"data/(\w+)\.csv")


def check_staged(
    root: Path, contents: Mapping[str, bytes], check: Callable[[Path], CheckReport]
) -> tuple[list[Problem], tuple[Problem, ...]]:
    """Check a review as it would be with some files replaced.

    Parameters
    ----------
    root
        The project's folder; nothing in it is changed.
    contents
        New files by their path.
    check
        Gives all problems of the review in a folder.

    Returns
    -------
    brought, earlier
        Problems that the change brings, and errors that stand in the review already.
    """
    with staging(root) as folder:
        shutil.copytree(root / "data", folder / "data")
        (folder / REFERENCES_FILE).parent.mkdir(parents=True)
        shutil.copyfile(root / REFERENCES_FILE, folder / REFERENCES_FILE)
        for name in _earlier_tables(root):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / name, folder / name)
        for name, content in contents.items():
            (folder / name).write_bytes(content)
        after = check(folder).problems
    if not after:
        return [], ()
    brought = new_problems(check(root).problems, after)
    return brought, tuple(p for p in after if p.severity == "error" and p not in brought)


def _earlier_tables(root: Path) -> Iterator[Path]:
    """Give the tables of released editions that the checks look at, relative to the folder."""
    for table in TABLES:
        for path in sorted((root / VERSIONS).glob(f"*/data/{table}.csv")):
            yield path.relative_to(root)


def new_problems(before: Sequence[Problem], after: Sequence[Problem]) -> list[Problem]:
    """Give the problems that the change brings; lines may have moved."""

    def without_lines(problem: Problem) -> tuple[object, ...]:
        words = _LINE.sub("line", f"{problem.what} {problem.hint}")
        return problem.file, problem.column, problem.value, words, problem.rule

    known = {without_lines(problem) for problem in before}
    return [problem for problem in after if without_lines(problem) not in known]


class Translation:
    """Turns places in the merged tables into places in the workbook.

    Parameters
    ----------
    book
        The workbook.
    merged
        The tables by name; the line of each row follows from what is written.
    references
        From citation key to the lines of the entries written from the workbook.
    reference_rows
        From citation key to the row of the sheet `references`.
    """

    def __init__(
        self,
        book: Book,
        merged: Mapping[str, Merged],
        references: Mapping[str, range],
        reference_rows: Mapping[str, int],
    ) -> None:
        self.book = book
        self.rows: dict[tuple[str, int], int] = {}
        for table, one in merged.items():
            line = 2
            for row, number in one.rows:
                if number is not None:
                    self.rows[table, line] = number
                line += 1 + sum(cell.count("\n") for cell in row.values())
        self.references = [
            (lines, reference_rows[key])
            for key, lines in references.items()
            if key in reference_rows
        ]

    def found(self, problem: Problem) -> Found:
        """Give a problem with its place in the workbook, None when it is elsewhere."""
        match = _TABLE.fullmatch(problem.file)
        if problem.file == REFERENCES_FILE:
            return self._of_reference(problem)
        if match is None:
            return Found(problem, None)
        table = match[1]
        what, hint = self._words(problem.what, table), self._words(problem.hint, table)
        what, hint = (_TABLE.sub(self._sheet, words) for words in (what, hint))
        row = self.rows.get((table, problem.line or 0))
        if row is None:
            line, file, column = problem.line, problem.file, problem.column
            return Found(
                Problem(
                    file, line, column, problem.value, what, hint, problem.severity, problem.rule
                ),
                None,
            )
        place = self.book.sheets[table].place(row, problem.column)
        return found_at(
            self.book.name,
            place,
            problem.rule,
            what,
            hint,
            value=problem.value,
            severity=problem.severity,
        )

    def _of_reference(self, problem: Problem) -> Found:
        for lines, row in self.references:
            if problem.line in lines:
                place = self.book.sheets[REFERENCES].place(row, "citation_key")
                return found_at(
                    self.book.name,
                    place,
                    problem.rule,
                    problem.what,
                    problem.hint,
                    value=problem.value,
                    severity=problem.severity,
                )
        return Found(problem, None)

    def _sheet(self, match: re.Match[str]) -> str:
        """Send an extractor to the sheet of a table, where the workbook has it."""
        filled = self.book.sheets.get(match[1])
        return match[0] if filled is None else f"the sheet {filled.title}"

    def _words(self, text: str, table: str) -> str:
        """Say rows of the workbook where a message names lines of a table."""

        def word(match: re.Match[str]) -> str:
            initial, line, other = match[1], int(match[2]), match[3] or table
            row = self.rows.get((other, line))
            if row is None:
                return f"{initial}ine {line} of {table_path(other)}"
            letter = "R" if initial == "L" else "r"
            if other == table:
                return f"{letter}ow {row} of this sheet"
            return f"{letter}ow {row} of the sheet {self.book.sheets[other].title}"

        return _LINE.sub(word, text)
