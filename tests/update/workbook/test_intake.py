"""Is a filled workbook merged whole or not at all, and is nothing dropped in silence?"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from analysis.cli import main
from analysis.storage.table_files import read_table
from analysis.update.workbook.intake import Intake, read_workbook
from analysis.update.workbook.marking import write_checked
from analysis.update.workbook.plan import PROBLEMS, plan_sheets
from analysis.update.workbook.reading import read_book
from analysis.update.workbook.reference_rows import settle_references
from analysis.update.workbook.writing import read_choices
from schemas import check_review
from schemas.problems import DataProblems
from tests.update.workbook.conftest import EDITION, KNOWN, Form, files_of, read, rules

MakeForm = Callable[..., Form]


def rows(root: Path, table: str) -> list[dict[str, str]]:
    return read_table(root, table)[1]


def studies(root: Path) -> list[str]:
    return [row["study_id"] for row in rows(root, "studies")]


def summary(intake: Intake) -> dict[str, tuple[int, int, int]]:
    return {t.table: (t.added, t.changed, t.removed) for t in intake.tables}


def test_a_new_study_enters_every_table_and_the_reference_list(root: Path, form: MakeForm) -> None:
    before = {table: rows(root, table) for table in ("studies", "outcomes")}
    intake = read(root, form().example())
    assert intake.written
    assert summary(intake) == {
        "references": (1, 0, 0),
        "studies": (1, 0, 0),
        "outcomes": (2, 0, 0),
        "adverse_events": (1, 0, 0),
        "quality_jbi": (1, 0, 0),
    }
    for table, old in before.items():
        assert rows(root, table)[: len(old)] == old
    report = check_review(root)
    # The number of included studies is not a matter of the workbook.
    assert [problem.rule for problem in report.problems] == ["flow-included"]
    assert "Example2026" in (root / "manuscript/references.bib").read_text(encoding="utf-8")


def test_reading_twice_changes_nothing_the_second_time(root: Path, form: MakeForm) -> None:
    filled = form().example()
    read(root, filled)
    after = files_of(root)
    again = read(root, filled)
    assert again.tables == ()
    assert not again.written
    assert files_of(root) == after


def test_a_dry_run_says_the_same_and_writes_nothing(root: Path, form: MakeForm) -> None:
    before = files_of(root)
    dry = read(root, form().example(), dry_run=True)
    assert not dry.written
    assert files_of(root) == before
    assert summary(dry) == summary(read(root, form().example()))


def test_everything_written_and_read_back_is_no_change(root: Path, form: MakeForm) -> None:
    """Does every shipped cell come back as it was, the reference list included?"""
    before = files_of(root)
    intake = read(root, form("all"))
    assert (intake.tables, intake.found) == ((), ())
    assert files_of(root) == before


def test_a_correction_is_told_cell_by_cell(root: Path, form: MakeForm) -> None:
    filled = form("one")
    line = next(
        n
        for n in range(2, 9)
        if filled.cell("outcomes", n, "criteria").value == "mRECIST"
        and filled.cell("outcomes", n, "outcome").value == "ORR"
    )
    filled.put("outcomes", line, location="Table 3", percent_reported=None)
    intake = read(root, filled)
    told = {(c.column, c.before, c.after) for c in intake.changes}
    assert told == {("location", "abstract", "Table 3"), ("percent_reported", "65.6", "")}
    assert summary(intake) == {"outcomes": (0, 1, 0)}


def test_a_key_can_be_corrected_in_a_row_that_was_written(root: Path, form: MakeForm) -> None:
    filled = form("one")
    reported = filled.cell("adverse_events", 2, "term_reported").value
    filled.put("adverse_events", 2, grade=">=3")
    intake = read(root, filled)
    changes = [(c.column, c.before, c.after) for c in intake.changes]
    assert changes == [("grade", "any", ">=3")], reported
    assert summary(intake) == {"adverse_events": (0, 1, 0)}


def test_a_copied_row_is_a_new_row(root: Path, form: MakeForm) -> None:
    """Extractors copy a row and change it: the original must not be overwritten."""
    filled = form("one")
    page = filled.book["adverse_events"]
    end = max(n for n in range(2, 20) if page.cell(n, 1).value) + 1
    for position in range(1, page.max_column + 1):
        page.cell(end, position).value = page.cell(2, position).value
    filled.put("adverse_events", end, grade=">=3", events=1, percent_reported=None)
    assert summary(read(root, filled)) == {"adverse_events": (1, 0, 0)}


def test_an_empty_cell_of_a_new_row_never_deletes(root: Path, form: MakeForm) -> None:
    """A row typed anew for a result that is there: its empty cells are not meant to delete."""
    filled = form()
    filled.put("outcomes", 2, study_id="ChenS2023", outcome="ORR", criteria="mRECIST", n=32)
    before = files_of(root)
    intake = read(root, filled)
    assert set(rules(intake)) == {"workbook-would-empty"}
    assert files_of(root) == before


def test_an_emptied_row_is_refused_and_a_marked_one_goes(root: Path, form: MakeForm) -> None:
    filled = form("one")
    page = filled.book["adverse_events"]
    for position in range(1, 12):
        page.cell(2, position).value = None
    assert rules(read(root, filled)) == ["workbook-row-emptied"]
    filled.put("adverse_events", 2, remove="yes")
    intake = read(root, filled)
    assert summary(intake) == {"adverse_events": (0, 0, 1)}
    assert read(root, filled).tables == ()


def test_a_workbook_older_than_the_data_is_refused(root: Path, form: MakeForm) -> None:
    first, second = form("one"), form("one", name="second.xlsx")
    first.put("studies", 2, country="Japan")
    read(root, first)
    second.put("studies", 2, country="Korea")
    assert rules(read(root, second)) == ["workbook-outdated"]
    assert (
        next(r for r in rows(root, "studies") if r["study_id"] == "ChenS2023")["country"] == "Japan"
    )


def test_a_reconstructed_study_is_replaced_in_every_table(root: Path, form: MakeForm) -> None:
    intake = read(root, form().example(), replaces=["R01"])
    assert "R01" not in studies(root)
    assert "Example2026" in studies(root)
    for table in ("outcomes", "adverse_events"):
        assert all(row["study_id"] != "R01" for row in rows(root, table))
    assert ("studies", "R01") in intake.removed
    assert check_review(root).problems == ()  # 14 studies again
    again = read(root, form().example(), replaces=["R01"])
    assert again.tables == ()


@pytest.mark.parametrize(
    ("replaces", "said"),
    [
        (["ChenS2023"], "Only a reconstructed study can be replaced"),
        (["R99"], "There is no study of this name"),
        (["R01", "R02"], "real studies in the sheet studies: 1"),
    ],
)
def test_what_cannot_be_replaced(
    root: Path, form: MakeForm, replaces: list[str], said: str
) -> None:
    before = files_of(root)
    with pytest.raises(DataProblems, match=said):
        read(root, form().example(), replaces=replaces)
    assert files_of(root) == before


def test_a_study_of_the_published_review_is_asked_about(root: Path, form: MakeForm) -> None:
    """Does the reader name the reconstructed studies of the same kind, unless it is too new?"""
    new = form().example()
    assert not any("count twice" in note for note in read(root, new, dry_run=True).notes)
    old = form().example()
    old.put("studies", 2, year=2024)
    note = next(note for note in read(root, old, dry_run=True).notes if "count twice" in note)
    assert "--replaces and one of R01, R02, R03, R04" in note


def test_a_study_with_results_waits_no_longer(root: Path, form: MakeForm) -> None:
    filled = form().example()
    for sheet in ("studies", "outcomes", "adverse_events", "quality_jbi"):
        for row in (2, 3):
            if filled.cell(sheet, row, "study_id").value:
                filled.put(sheet, row, study_id="Han2021")
    filled.put("studies", 2, citation_key="Han2021")
    intake = read(root, filled)
    assert ("awaiting_extraction", "Han2021") in intake.removed
    assert "Han2021 does not wait for extraction any more." in intake.notes


def test_problems_of_the_check_are_told_in_the_words_of_the_workbook(
    root: Path, form: MakeForm
) -> None:
    filled = form().example()
    filled.put("outcomes", 2, events=45)
    filled.put("outcomes", 4, study_id="Example2026", outcome="ORR", n=30, events=12, **KNOWN)
    filled.put("adverse_events", 2, term_reported="hypertention")
    before = files_of(root)
    intake = read(root, filled)
    assert not intake.written
    assert files_of(root) == before
    found = {each.problem.rule: each for each in intake.found}
    events = found["events-exceed-n"]
    assert events.place is not None
    assert (events.place.sheet, events.place.row, events.place.letter) == ("outcomes", 2, "F")
    assert "column events (F2)" in events.problem.place
    assert events.problem.file == "new.xlsx, sheet outcomes"
    assert "Row 2 of this sheet" in found["workbook-row-twice"].problem.what
    assert '"hypertension"' in found["term-unmapped"].problem.hint


def test_problems_stand_next_to_the_cells_of_a_copy(root: Path, form: MakeForm) -> None:
    filled = form().example()
    filled.put("outcomes", 2, events=45)
    filled.put("outcomes", 3, median="=6+0.5")
    path = filled.save()
    content = path.read_bytes()
    copy = write_checked(path, read_workbook(root, path).found)
    assert copy is not None
    assert copy.name == "new-checked.xlsx"
    assert path.read_bytes() == content
    marked: Any = openpyxl.load_workbook(copy)
    page = marked["outcomes"]
    assert "Events (45) are more than patients (30)" in page["F2"].comment.text
    assert "formula" in page["H3"].comment.text
    assert page["F2"].fill.fgColor.rgb == "FFFFC7CE"
    assert page["F2"].value == 45
    listed = {(row[0].value, row[1].value) for row in marked[PROBLEMS].iter_rows(min_row=2)}
    assert {("outcomes", "F2"), ("outcomes", "H3")} <= listed
    # Corrected in the copy and read again, its marks are no obstacle and go away.
    page["F2"].value, page["H3"].value = 12, 6.5
    marked.save(copy)
    corrected = Form(copy.read_bytes(), copy)
    assert read(root, corrected).written
    assert write_checked(copy, ()) == copy
    again: Any = openpyxl.load_workbook(copy)
    assert again["outcomes"]["F2"].comment is None
    assert again["outcomes"]["F2"].fill.fill_type is None


def test_an_error_that_was_there_before_keeps_nobody_out(root: Path, form: MakeForm) -> None:
    """The review has a mistake elsewhere: the workbook is read, and the mistake is told."""
    table = root / "data" / "outcomes.csv"
    text = table.read_text(encoding="utf-8").replace("mRECIST,32,29,", "mRECIST,32,45,")
    table.write_text(text, encoding="utf-8", newline="")
    intake = read(root, form().example())
    assert intake.written
    assert {problem.rule for problem in intake.earlier} >= {"events-exceed-n"}


def test_a_refused_cell_brings_no_other_messages_about_its_row(root: Path, form: MakeForm) -> None:
    filled = form().example()
    filled.put("outcomes", 3, ci_high=datetime.datetime(2026, 9, 1))  # noqa: DTZ001
    assert rules(read(root, filled)) == ["flow-included", "workbook-made-date"]


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({"doi": "see 10.1000/xyz"}, "doi", "Write the DOI alone: 10.1000/xyz."),
        ({"citation_key": "2026 Example"}, "citation_key", "without spaces"),
        ({"authors": "A, B, C, D; E"}, "authors", "one comma in each name"),
        ({"title": None}, "title", "must be filled"),
        ({"pmid": "PMID: 1"}, "pmid", "digits alone"),
        ({"type": "jornal article"}, "type", "closed list"),
    ],
)
def test_references_are_checked_before_they_become_bibtex(
    form: MakeForm, cells: dict[str, object], column: str, said: str
) -> None:
    filled = form().example()
    filled.put("references", 2, **cells)
    sheets = plan_sheets(read_choices(EDITION))
    book = read_book(filled.save(), sheets)
    settle_references(book, sheets["references"])
    [found] = book.found
    assert found.problem.severity == "error"
    assert found.place is not None
    assert found.place.column == column
    assert said in f"{found.problem.what} {found.problem.hint}"


def test_the_commands(root: Path, form: MakeForm, tmp_path: Path) -> None:
    """Do both spellings write, does a refusal exit with 1, and is a traceback never shown?"""

    def review(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["--root", str(root), *arguments])
        return result.exit_code, result.output

    short = tmp_path / "short.xlsx"
    assert review("workbook", str(short))[0] == 0
    assert review("workbook", "write", str(tmp_path / "long.xlsx"), "--study", "R01")[0] == 0
    assert "no rows" in review("workbook", "read", str(short))[1]
    filled = form().example()
    filled.put("outcomes", 2, events=45)
    code, text = review("workbook", "read", str(filled.save()))
    assert code == 1
    assert "the review is as it was" in text
    assert (tmp_path / "new-checked.xlsx").is_file()
    filled.put("outcomes", 2, events=12)
    code, text = review("workbook", "read", str(filled.save()))
    assert code == 0
    assert "studies: 1 added" in text
