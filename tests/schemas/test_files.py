"""What happens with files as people really save them?"""

from __future__ import annotations

from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from schemas import check_review, render_report
from schemas.protocol_file import read_protocol
from schemas.tables import MODELS, needed_columns, table_schemas
from tests.schemas.conftest import FILLED, TABLES, ReviewCopy, the_problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHEN = {"study_id": "ChenS2023", "outcome": "ORR", "criteria": "mRECIST"}


NEEDED = ("studies", "outcomes", "adverse_events", "adverse_event_terms")


@pytest.mark.parametrize("table", NEEDED)
def test_missing_file_is_named(review: ReviewCopy, table: str) -> None:
    review.path(table).unlink()
    problem = the_problem(review.check(), "file-missing")
    assert problem.file == f"data/{table}.csv"
    assert problem.severity == "error"
    # The other tables have their own purpose: none of them was meant.
    assert "Did you mean" not in problem.hint


@pytest.mark.parametrize("table", [name for name in MODELS if name not in NEEDED])
def test_a_table_that_a_review_may_lack_has_no_rows(review: ReviewCopy, table: str) -> None:
    review.path(table).unlink(missing_ok=True)
    report = review.check()
    assert not [p for p in report.problems if p.rule == "file-missing"]
    if report.data is not None:  # other tables may refer to it
        assert len(getattr(report.data, table)) == 0


def test_missing_file_names_the_one_that_was_meant(review: ReviewCopy) -> None:
    review.path("outcomes").rename(review.root / "data" / "outcome.csv")
    assert '"outcome.csv"' in the_problem(review.check(), "file-missing").hint


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b" , ,\n"])
def test_empty_file_says_which_columns_it_needs(
    review: ReviewCopy, table: str, content: bytes
) -> None:
    review.path(table).write_bytes(content)
    problem = the_problem(review.check(), "file-empty")
    first_column = next(iter(MODELS[table].to_schema().columns))
    assert problem.file == f"data/{table}.csv"
    assert first_column in problem.hint


def test_table_without_rows_is_allowed(review: ReviewCopy) -> None:
    """A review without comparators keeps the header and nothing else."""
    for table in ("comparators", "comparator_events", "ongoing_trials", "awaiting_extraction"):
        header = review.path(table).read_text(encoding="utf-8").splitlines()[0]
        review.path(table).write_text(header + "\n", encoding="utf-8")
    report = review.check()
    assert report.problems == ()
    assert report.data is not None
    assert str(report.data.comparators["estimate"].dtype) == "float64"


def test_folder_in_place_of_a_file_is_an_error_and_not_a_traceback(review: ReviewCopy) -> None:
    review.path("flow").unlink()
    review.path("flow").mkdir()
    assert the_problem(review.check(), "file-unreadable").file == "data/flow.csv"


def test_letters_that_are_not_utf8_are_found_with_their_line(review: ReviewCopy) -> None:
    line = review.change("outcomes", CHEN, note="relevé")
    text = review.path("outcomes").read_text(encoding="utf-8")
    review.path("outcomes").write_bytes(text.encode("cp1252"))
    problem = the_problem(review.check(), "file-encoding")
    assert problem.line == line
    assert problem.value is not None
    assert "relevé" in problem.value
    assert "CSV UTF-8" in problem.hint


@pytest.mark.parametrize(
    ("content", "rule", "words"),
    [
        ("study_id\n".encode("utf-16"), "file-encoding", "Unicode text"),
        (b"PK\x03\x04 and so on", "file-workbook", "Excel workbook"),
    ],
)
def test_other_kinds_of_file_are_recognised(
    review: ReviewCopy, content: bytes, rule: str, words: str
) -> None:
    review.path("outcomes").write_bytes(content)
    problem = the_problem(review.check(), rule)
    assert words in problem.what
    assert "CSV UTF-8" in problem.hint


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: b"\xef\xbb\xbf" + data, "byte-order mark"),
        (lambda data: data.replace(b"\n", b"\r\n"), "Windows line ends"),
    ],
)
def test_harmless_ways_of_saving_are_read_and_noted(
    review: ReviewCopy, change: Callable[[bytes], bytes], words: str
) -> None:
    before = review.check().data
    for table in TABLES:
        review.path(table).write_bytes(change(review.path(table).read_bytes()))
    report = review.check()
    assert report.problems == ()
    assert before is not None
    assert report.data is not None
    for table in TABLES:
        assert getattr(report.data, table).equals(getattr(before, table))
    assert words in render_report(report)
    assert len(report.notes) == len(TABLES)


def test_last_line_without_end_is_read(review: ReviewCopy) -> None:
    path = review.path("outcomes")
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert review.check().problems == ()


def test_german_or_french_excel_is_read_and_said(review: ReviewCopy) -> None:
    """Semicolons and decimal commas: are the numbers the same, and is a warning given?"""
    before = review.check().data
    rows = review.rows("outcomes")
    decimal = ("percent_reported", "median", "ci_low", "ci_high", "ci_level")
    lines = [";".join(rows[0])]
    for row in rows:
        row.update({column: row[column].replace(".", ",") for column in decimal})
        lines.append(";".join(f'"{cell}"' if ";" in cell else cell for cell in row.values()))
    review.path("outcomes").write_text("\n".join(lines) + "\n", encoding="utf-8")
    report = review.check()
    assert report.errors == ()
    assert before is not None
    assert report.data is not None
    assert report.data.outcomes.equals(before.outcomes)
    assert {p.rule for p in report.warnings} == {"file-delimiter", "cell-decimal-comma"}
    commas = next(p for p in report.warnings if p.column == "percent_reported")
    assert commas.line == review_line(lines, "46,9")
    assert "decimal point" in commas.what


def review_line(lines: list[str], text: str) -> int:
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def test_separator_hint_of_excel_does_not_shift_the_lines(review: ReviewCopy) -> None:
    path = review.path("searches")
    text = path.read_text(encoding="utf-8").replace(",2025-05-20,", ",2025-13-20,", 1)
    path.write_text("sep=,\n" + text, encoding="utf-8")
    assert the_problem(review.check(), "date-impossible").line == 3


def test_missing_column_is_one_message(review: ReviewCopy) -> None:
    rows = review.rows("outcomes")
    for row in rows:
        del row["evidence"]
    review.write("outcomes", rows)
    problem = the_problem(review.check(), "column-missing")
    assert (problem.file, problem.line, problem.column) == ("data/outcomes.csv", 1, "evidence")


@pytest.mark.parametrize("table", FILLED)
def test_any_column_may_be_missing_without_an_avalanche(review: ReviewCopy, table: str) -> None:
    original = review.rows(table)
    protocol, _ = read_protocol(review.protocol)
    needed = needed_columns(table_schemas(protocol)[table])
    for name in original[0]:
        review.write(table, [{k: v for k, v in row.items() if k != name} for row in original])
        errors = review.check().errors
        expected = [("column-missing", name)] if name in needed else []
        assert [(e.rule, e.column) for e in errors if e.rule.startswith("column-")] == expected


def test_misspelt_column_names_the_right_one(review: ReviewCopy) -> None:
    review.substitute(review.path("outcomes"), "percent_reported", "percent_repored")
    problem = the_problem(review.check(), "column-misspelt")
    assert problem.line == 1
    assert problem.column == "percent_repored"
    assert 'Did you mean "percent_reported"?' in problem.hint


def test_column_in_capitals_is_read_and_said(review: ReviewCopy) -> None:
    review.substitute(review.path("outcomes"), "study_id", "Study ID")
    problem = the_problem(review.check(), "column-spelling")
    assert problem.severity == "warning"
    assert problem.column == "study_id"


def test_column_twice(review: ReviewCopy) -> None:
    path = review.path("searches")
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0] + ",records", *(x + "," for x in lines[1:])]), "utf-8")
    problem = the_problem(review.check(), "column-duplicate")
    assert (problem.line, problem.column) == (1, "records")


def test_unknown_column_lists_the_known_ones(review: ReviewCopy) -> None:
    rows = [{**row, "shoe_size": "42"} for row in review.rows("studies")]
    review.write("studies", rows)
    problem = the_problem(review.check(), "column-unknown")
    assert problem.column == "shoe_size"
    assert "study_id" in problem.hint


def test_cells_under_no_name(review: ReviewCopy) -> None:
    path = review.path("searches")
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0] + ",", *(x + ",remark" for x in lines[1:])]), "utf-8")
    assert "no name" in the_problem(review.check(), "column-unknown").what


def test_empty_rows_and_columns_of_excel_are_no_mistake(review: ReviewCopy) -> None:
    path = review.path("outcomes")
    lines = path.read_text(encoding="utf-8").splitlines()
    commas = "," * lines[0].count(",")
    lines = [f"{line},," for line in lines] + [commas, "", commas + ",,"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert review.check().problems == ()


def test_row_with_too_many_cells_is_one_message(review: ReviewCopy) -> None:
    """An unquoted comma shifts every later cell: only the row itself is reported."""
    line = review.line("outcomes", **CHEN)
    path = review.path("outcomes")
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[line - 1] = lines[line - 1].replace("mRECIST", "mRECIST, modified")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    problem = the_problem(review.check(), "row-too-long")
    assert problem.line == line
    assert "quotation marks" in problem.hint


def test_row_with_too_few_cells_is_one_message(review: ReviewCopy) -> None:
    path = review.path("studies")
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].split(",", 3)[0] + ",Zhou2025,Zhou 2025"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    problem = the_problem(review.check(), "row-too-short")
    assert (problem.file, problem.line) == ("data/studies.csv", 2)


def test_lines_are_right_below_a_cell_that_spans_lines(review: ReviewCopy) -> None:
    first = review.change("outcomes", {}, note="one\ntwo\nthree")
    path = review.path("outcomes")
    wrong = review.substitute(path, ",46.9,", ",46.9 %,")
    assert first < wrong
    problem = the_problem(review.check(), "cell-not-number")
    assert problem.line == wrong
    assert "percent sign" in problem.hint


def test_quotation_mark_that_is_never_closed(review: ReviewCopy) -> None:
    line = review.line("outcomes", **CHEN)
    path = review.path("outcomes")
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[line - 1] = lines[line - 1].replace("mRECIST", '"mRECIST')
    path.write_text("\n".join(lines[:line]) + "\n", encoding="utf-8")
    problem = the_problem(review.check(), "file-quotes")
    assert problem.line == line
    assert "never closed" in problem.what


def test_broken_file_does_not_stop_the_checks_of_the_others(review: ReviewCopy) -> None:
    review.path("studies").write_bytes(b"\xff\xfe")
    review.change("outcomes", CHEN, events="33")
    rules = {problem.rule for problem in review.check().errors}
    assert rules == {"file-encoding", "events-exceed-n"}


def test_a_folder_without_a_review_is_told_in_one_sentence(tmp_path: Path) -> None:
    problem = the_problem(check_review(tmp_path), "no-review")
    assert str(tmp_path) in problem.what
    assert "--root" in problem.hint


def test_a_folder_inside_or_above_a_review_names_it(
    review: ReviewCopy, tmp_path_factory: pytest.TempPathFactory
) -> None:
    inside = the_problem(check_review(review.root / "data"), "no-review")
    assert str(review.root) in inside.hint
    above = tmp_path_factory.mktemp("reviews")
    copytree(review.root, above / "ours")
    assert "--root ours" in the_problem(check_review(above), "no-review").hint


def test_a_workbook_beside_its_table_is_a_warning(review: ReviewCopy) -> None:
    review.path("outcomes").with_suffix(".xlsx").write_bytes(b"PK")
    problem = the_problem(review.check(), "file-beside")
    assert (problem.file, problem.severity) == ("data/outcomes.csv", "warning")
    assert "outcomes.xlsx" in problem.what
