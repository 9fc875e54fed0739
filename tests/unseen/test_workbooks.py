"""Is a form as clinicians fill it read, or refused, as its answer, written beforehand, says?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from analysis.update.workbook.plan import plan_sheets
from analysis.update.workbook.reading import read_book
from analysis.update.workbook.report import intake_text
from analysis.update.workbook.writing import read_choices, write_workbook
from schemas.problems import render_problems
from tests.unseen.cases import cases_of, named
from tests.unseen.workbook_form import change
from tests.update.workbook.conftest import EDITION, Form, read, root

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["root"]
SHEETS = plan_sheets(read_choices(EDITION))
# What only the tables of the review can say: names, repeated rows.
BY_THE_REVIEW = [case for case in cases_of("workbooks") if case.get("review")]
BY_THE_SHEET = [case for case in cases_of("workbooks") if not case.get("review")]


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("form") / "empty.xlsx"
    write_workbook(EDITION, path)
    return path.read_bytes()


@pytest.fixture
def filled(empty: bytes, tmp_path: Path) -> Form:
    return Form(empty, tmp_path / "new.xlsx").example()


@pytest.mark.parametrize("case", BY_THE_SHEET, ids=named)
def test_cells(case: dict[str, Any], filled: Form) -> None:
    change(filled, case)
    book = read_book(filled.save(), SHEETS)
    said = "\n".join([render_problems([found.problem for found in book.found]), *book.notes])
    wrong = [found for found in book.found if found.problem.severity == "error"]
    assert bool(wrong) == ("refused" in case), said
    for words in case.get("refused", "").split("&"):
        assert re.search(words, said)
    for place, wanted in case.get("stored", {}).items():
        # `outcomes_2` is the second row of that sheet.
        table, _, number = place.rpartition("_") if place[-1].isdecimal() else (place, "", "1")
        row = book.sheets[table].rows[int(number) - 1].cells
        assert {name: row[name] for name in wanted} == wanted
    assert [words for words in case.get("said", ()) if words not in said] == []


def batches() -> list[list[dict[str, Any]]]:
    """Put cases that change different rows into one form: one reading of a review takes long."""
    made: list[tuple[set[tuple[str, int]], list[dict[str, Any]]]] = []
    for case in BY_THE_REVIEW:
        rows = {(sheet, row) for sheet, row, _ in case["put"]}
        used, batch = next(((u, b) for u, b in made if not u & rows), (set(), []))
        if not batch:
            made.append((used, batch))
        used |= rows
        batch.append(case)
    return [batch for _, batch in made]


@pytest.mark.parametrize("batch", batches(), ids=lambda batch: " + ".join(map(named, batch)))
def test_rows(batch: list[dict[str, Any]], filled: Form, root: Path) -> None:
    for case in batch:
        change(filled, case)
    intake = read(root, filled)
    assert intake.refused
    said = intake_text(intake, None, dry_run=False)
    for case in batch:
        for words in case["refused"].split("&"):
            assert re.search(words, said)
