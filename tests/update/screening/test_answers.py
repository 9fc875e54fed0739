"""Is a sheet read as reviewers hand it in, and does each mistake name the cell it stands in?"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from analysis.update.screening.answers import COLUMNS, Answer, Sheet, read_sheet
from schemas.problems import DataProblems, Problem

ROWS = [
    ["R00001", "title_abstract", "AB", "include", "", ""],
    ["R00002", "title_abstract", "AB", "exclude", "", "a note"],
]


def workbook(path: Path, rows: list[list[Any]], head: tuple[str, ...] = COLUMNS) -> Any:
    book = Workbook()
    page: Any = book.active
    page.title = "screening"
    for row in [list(head), *rows]:
        page.append(row)
    book.save(path)
    return book


def decisions(sheet: Sheet) -> list[tuple[str, str]]:
    return [(answer.cells["record_id"], answer.cells["decision"]) for answer in sheet.answers]


def refused(path: Path) -> Problem:
    with pytest.raises(DataProblems) as found:
        read_sheet(path)
    (problem,) = found.value.problems
    return problem


EXPECTED = [("R00001", "include"), ("R00002", "exclude")]


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("first", ["", "sep=;\r\n"])
def test_csv_as_spreadsheets_save_it(tmp_path: Path, delimiter: str, first: str) -> None:
    path = tmp_path / "ab.csv"
    head = [name.replace("_", " ").capitalize() + " " for name in COLUMNS] + ["remarks of mine"]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        file.write(first if delimiter == ";" else "")
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerows([head, *([*row, "x"] for row in ROWS)])
    assert decisions(read_sheet(path)) == EXPECTED


def test_workbook_with_a_title_other_capitals_and_what_cannot_be_seen(tmp_path: Path) -> None:
    path = tmp_path / "ab.xlsx"
    rows = [[*ROWS[0]], [*ROWS[1]]]
    rows[0][3] = "include\u200b\u00a0"
    book = workbook(path, rows, tuple(name.upper() for name in COLUMNS))
    book["screening"].insert_rows(1, 2)
    book["screening"]["A1"] = "Screening of AB"
    # A format far below makes no million rows.
    book["screening"].cell(1_048_576, 1).number_format = "@"
    book.save(path)
    sheet = read_sheet(path)
    assert decisions(sheet) == EXPECTED
    assert [answer.line for answer in sheet.answers] == [4, 5]


def test_a_mistake_names_the_cell_of_the_sheet(tmp_path: Path) -> None:
    path = tmp_path / "ab.xlsx"
    workbook(path, ROWS)
    answer: Answer = read_sheet(path).answers[1]
    problem = answer.problem(path.name, "decision", "Wrong.", "Look.", "rule")
    assert str(problem).startswith('ab.xlsx, sheet screening, row 3, column decision (D3): "excl')


def test_formula_is_named_with_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "ab.xlsx"
    workbook(path, [ROWS[0], [*ROWS[1][:3], "=D2", "", ""]])
    problem = refused(path)
    assert (problem.column, problem.rule) == ("decision (D3)", "cell-formula")


def test_merged_answers_are_refused_and_none_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "ab.xlsx"
    book = workbook(path, ROWS)
    book["screening"].merge_cells("D2:D3")
    book.save(path)
    assert "D2:D3 are merged" in refused(path).what


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_lost_columns_are_named(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"ab.{ending}"
    kept = [column for column in COLUMNS if column != "stage"]
    rows = [[cell for place, cell in enumerate(row) if place != 1] for row in ROWS]
    if ending == "xlsx":
        workbook(path, rows, tuple(kept))
    else:
        path.write_text("\n".join(",".join(row) for row in [kept, *rows]), encoding="utf-8")
    assert "missing: stage" in refused(path).what


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_another_table_is_no_sheet(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"other.{ending}"
    if ending == "xlsx":
        workbook(path, [["x"]], ("something",))
    else:
        path.write_text("something\nx\n", encoding="utf-8")
    assert "none of its columns" in refused(path).what
