"""A copy of the shipped review that a test may break in one place."""

from __future__ import annotations

import csv
import io
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from schemas import CheckReport, Problem, check_review
from schemas.tables import MODELS

REPOSITORY = Path(__file__).parents[2]
# What is changed in tests; an update of data/ turns none of them red.
EDITION = REPOSITORY / "tests" / "edition-1.0"
# Tables without rows (the records of later searches) have no row to repeat or to break.
# The tables that a review of single groups has.
TABLES = [table for table in MODELS if (EDITION / "data" / f"{table}.csv").is_file()]
FILLED = [
    table
    for table in TABLES
    if len((EDITION / "data" / f"{table}.csv").read_text(encoding="utf-8").splitlines()) > 1
]


@dataclass(frozen=True)
class ReviewCopy:
    """The shipped data and references in a folder of their own."""

    root: Path

    def path(self, table: str) -> Path:
        return self.root / "data" / f"{table}.csv"

    @property
    def protocol(self) -> Path:
        return self.root / "data" / "protocol.yml"

    @property
    def references(self) -> Path:
        return self.root / "manuscript" / "references.bib"

    def rows(self, table: str) -> list[dict[str, str]]:
        with self.path(table).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def header(self, table: str) -> list[str]:
        with self.path(table).open(encoding="utf-8", newline="") as file:
            return next(csv.reader(file))

    def write(self, table: str, rows: list[dict[str, str]]) -> None:
        header = list(rows[0]) if rows else self.header(table)
        text = io.StringIO()
        writer = csv.DictWriter(text, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        self.path(table).write_text(text.getvalue(), encoding="utf-8", newline="")

    def line(self, table: str, **where: str) -> int:
        """Give the line of the first row that fits; no shipped cell spans lines."""
        for number, row in enumerate(self.rows(table), start=2):
            if all(row[column] == value for column, value in where.items()):
                return number
        raise AssertionError(f"no row of {table} has {where}")

    def change(self, table: str, where: dict[str, str], **cells: str) -> int:
        """Change cells of the first row that fits, and give its line."""
        line = self.line(table, **where)
        rows = self.rows(table)
        assert set(cells) <= set(rows[0])
        rows[line - 2].update(cells)
        self.write(table, rows)
        return line

    def append(self, table: str, **cells: str) -> int:
        """Add a row and give its line."""
        rows, header = self.rows(table), self.header(table)
        assert set(cells) <= set(header)
        rows.append({column: cells.get(column, "") for column in header})
        self.write(table, rows)
        return len(rows) + 1

    def substitute(self, path: Path, old: str, new: str) -> int:
        """Replace the first occurrence of a text in a file, and give its line."""
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")
        return text[: text.index(old)].count("\n") + 1

    def check(self) -> CheckReport:
        return check_review(self.root)


def the_problem(report: CheckReport, rule: str) -> Problem:
    """Give the only problem; one mistake must give one message, not an avalanche."""
    assert [problem.rule for problem in report.problems] == [rule], report.problems
    return report.problems[0]


@pytest.fixture
def review(tmp_path: Path) -> ReviewCopy:
    """The shipped review, which has no problem, to be broken in one place."""
    shutil.copytree(EDITION / "data", tmp_path / "data")
    (tmp_path / "manuscript").mkdir()
    bib = "manuscript/references.bib"
    shutil.copyfile(EDITION / bib, tmp_path / bib)
    return ReviewCopy(tmp_path)
