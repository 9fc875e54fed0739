"""Does a reviewer get the own open records only, and does every decision come back safely?"""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from analysis.cli import main
from analysis.synthesis.screening_state import read_desk
from analysis.update.screening.intake import read_decisions
from analysis.update.screening.sheet import write_conflicts, write_sheet
from schemas.problems import DataProblems
from tests.update.screening.samples import Project, both, decided, project, record, record_id

TITLE, FULL = "title_abstract", "full_text"
DAY = "2026-01-20"
REMARK = "remark-that-nobody-else-may-see"
HOSTILE = '=HYPERLINK("http://example.org","x")'


def write(made: Project, name: str, reviewer: str, stage: str = TITLE, **options: bool) -> Path:
    path = made.root / name
    write_sheet(read_desk(made.root), path, reviewer, stage, **options)
    return path


def shown(path: Path) -> list[dict[str, str]]:
    """Read a sheet as its reviewer sees it."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    page = load_workbook(path)["screening"]
    head, *rows = page.iter_rows(values_only=True)
    return [{str(n): str(c or "") for n, c in zip(head, row, strict=True)} for row in rows]


def fill(path: Path, answers: dict[int, tuple[str, ...]]) -> Path:
    """Fill in decision, reason and note by the number of the record."""
    wanted = {record_id(number): answer for number, answer in answers.items()}
    names = ("decision", "reason", "note")
    if path.suffix == ".csv":
        rows = shown(path)
        for row in rows:
            row.update(zip(names, wanted.get(row["record_id"], ()), strict=False))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path
    workbook = load_workbook(path)
    page: Any = workbook["screening"]
    columns = {cell.value: cell.column for cell in page[1]}
    for line in range(2, page.max_row + 1):
        answer = wanted.get(page.cell(line, columns["record_id"]).value, ())
        for name, value in zip(names, answer, strict=False):
            page.cell(line, columns[name]).value = value
    workbook.save(path)
    return path


def content(path: Path) -> str:
    """Give everything that a file holds, hidden sheets and parts included."""
    if path.suffix == ".csv":
        return path.read_text(encoding="utf-8-sig")
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def problems(made: Project, path: Path) -> list[tuple[int | None, str | None, str]]:
    before = made.path("screening").read_bytes()
    with pytest.raises(DataProblems) as refused:
        read_decisions(made.root, path, DAY)
    assert made.path("screening").read_bytes() == before
    return [(p.line, p.column, p.what) for p in refused.value.problems]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_decisions_come_back_from_excel_and_csv(tmp_path: Path, kind: str) -> None:
    made = project(tmp_path / "r")
    path = fill(
        write(made, f"ab.{kind}", "AB"),
        {
            1: ("include",),
            2: ("Exclude", "Case report"),
            3: ("exclude", "", "Ärzte, 3–5"),
            5: ("unsure",),
        },
    )
    shares: list[float] = []
    intake = read_decisions(made.root, path, DAY, progress=lambda share, _: shares.append(share))
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert intake.taken == {("AB", TITLE): {"include": 1, "exclude": 2, "unsure": 1}}
    assert made.decisions() == {
        ("R00001", TITLE, "AB", "include", ""),
        ("R00002", TITLE, "AB", "exclude", "case_report"),
        ("R00003", TITLE, "AB", "exclude", ""),
        ("R00005", TITLE, "AB", "unsure", ""),
    }
    assert made.rows("screening")[2]["note"] == "Ärzte, 3–5"
    assert {row["decided_on"] for row in made.rows("screening")} == {DAY}
    # Handing in the same file again changes nothing; what is open stands in the next sheet.
    before = made.path("screening").read_bytes()
    assert read_decisions(made.root, path, "2026-02-02").known == 4
    assert made.path("screening").read_bytes() == before
    rest = [row["record_id"] for row in shown(write(made, f"ab2.{kind}", "AB"))]
    assert rest == ["R00004", "R00006"]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_nothing_of_the_other_reviewer_is_in_a_sheet(tmp_path: Path, kind: str) -> None:
    made = project(tmp_path / "r")
    empty = content(write(made, f"before.{kind}", "CD"))
    path = fill(
        write(made, f"ab.{kind}", "AB"),
        {1: ("include", "", REMARK), 2: ("exclude", "case report", REMARK), 3: ("unsure",)},
    )
    read_decisions(made.root, path, DAY)
    # The same sheet, byte for byte, as if the other had decided nothing.
    assert content(write(made, f"after.{kind}", "CD")).replace("after.", "before.") == empty
    assert REMARK not in empty


def test_commands_say_nothing_about_a_record_before_both_are_in(tmp_path: Path) -> None:
    made = project(tmp_path / "r")
    run = CliRunner()

    def review(*arguments: str) -> str:
        result = run.invoke(main, ["--root", str(made.root), "screen", *arguments])
        assert result.exit_code == 0, result.output
        return result.output

    made.write("screening", [{**decided(1, TITLE, "AB", "exclude"), "note": REMARK}])
    told = [review("conflicts"), review("agreement"), review("status")]
    path = made.root / "cd.csv"
    told.append(review("sheet", str(path), "--reviewer", "cd", "--stage", TITLE))
    told.append(review("read", str(fill(path, {2: ("include",)})), "--date", DAY))
    for text in told:
        assert REMARK not in text
        assert record_id(1) not in text
        assert "exclude" not in text
    assert "Open for AB, title and abstract: 5" in told[2]
    read_decisions(made.root, fill(write(made, "c.csv", "CD"), {1: ("include",)}), DAY)
    listed = review("conflicts")
    assert f"AB: exclude – {REMARK}" in listed
    assert "CD: include" in listed
    assert "1 conflict." in listed


def test_the_arbiter_closes_conflicts(tmp_path: Path) -> None:
    made = project(tmp_path / "r")
    made.write(
        "screening",
        [
            *both(1, TITLE, "include"),
            decided(2, TITLE, "AB", "include"),
            decided(2, TITLE, "CD", "exclude"),
            decided(3, TITLE, "AB", "include"),
        ],
    )
    path = made.root / "ef.xlsx"
    assert write_conflicts(read_desk(made.root), path, TITLE).records == 1
    assert shown(path)[0]["decided so far"] == "AB: include\nCD: exclude"
    read_decisions(made.root, fill(path, {2: ("include",)}), DAY)
    desk = read_desk(made.root)
    assert desk.log.states["R00002"].status == "full text to be read"
    assert write_conflicts(desk, made.root / "none.xlsx", TITLE).records == 0
    with pytest.raises(DataProblems, match="is the arbiter"):
        write(made, "x.xlsx", "EF")


def test_full_texts_are_offered_after_the_first_stage_only(tmp_path: Path) -> None:
    made = project(tmp_path / "r")
    made.write("screening", [*both(1, TITLE, "include"), *both(2, TITLE, "exclude")])
    assert [row["record_id"] for row in shown(write(made, "a.csv", "AB", FULL))] == ["R00001"]
    made.add("screening", decided(1, FULL, "AB", "not retrieved"))
    assert shown(write(made, "b.csv", "AB", FULL)) == []
    assert len(shown(write(made, "c.csv", "AB", FULL, again=True))) == 1
    # The other reviewer found it: then it is offered again.
    made.add("screening", decided(1, FULL, "CD", "include"))
    path = fill(write(made, "d.csv", "AB", FULL), {1: ("include",)})
    assert read_decisions(made.root, path, DAY).changed == ("R00001",)
    assert read_desk(made.root).log.states["R00001"].status == "included"


def test_a_decision_may_be_changed_until_both_are_in(tmp_path: Path) -> None:
    made = project(tmp_path / "r")
    first = write(made, "a.csv", "AB")
    second = made.root / "a2.csv"
    second.write_bytes(first.read_bytes())
    read_decisions(made.root, fill(first, {1: ("include",), 2: ("include",)}), DAY)
    read_decisions(made.root, fill(write(made, "c.csv", "CD"), {1: ("exclude",)}), DAY)
    assert read_decisions(made.root, fill(second, {2: ("exclude",)}), DAY).changed == ("R00002",)
    (found,) = problems(made, fill(second, {1: ("exclude",), 2: ("exclude",)}))
    assert found[:2] == (2, "decision")
    assert 'AB has decided "include", and all decisions are in' in found[2]
    # A remark changes nothing that was decided.
    noted = fill(second, {1: ("include", "", "read twice"), 2: ("exclude",)})
    assert read_decisions(made.root, noted, DAY).changed == ("R00001",)


def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_taken(tmp_path: Path) -> None:
    made = project(tmp_path / "r", records=9)
    made.write("screening", both(8, TITLE, "exclude"))
    made.write(
        "record_merges",
        [
            {
                "record_id": "R00007",
                "kept_id": "R00006",
                "reason": "same DOI",
                "decided_by": "program",
            }
        ],
    )
    lines = [
        "record_id,decision,reason,note,stage,reviewer",
        "R00001,include,,,title_abstract,AB",
        "R00002,inlcude,,,title_abstract,AB",
        "R00003,exclude,wrong drug,,title_abstract,AB",
        "R00004,include,case report,,title_abstract,AB",
        "R00005,,,a note,title_abstract,AB",
        "R00007,include,,,title_abstract,AB",
        "R99999,include,,,title_abstract,AB",
        "R00006,include,,,title_abstract,XY",
        "R00008,include,,,full_text,AB",
        "R00009,not retrieved,,,title_abstract,AB",
        "R00009,exclude,,=1+1,title_abstract,CD",
        "R00001,exclude,,,title_abstract,AB",
        "R00003,include,,,abstract,AB",
        "R00009,include,,,title_abstract,EF",
    ]
    path = made.root / "sheet.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    found = {(line, column) for line, column, _ in problems(made, path)}
    assert found == {
        (3, "decision"),
        (4, "reason"),
        (5, "reason"),
        (6, "decision"),
        (7, "record_id"),
        (8, "record_id"),
        (9, "reviewer"),
        (10, "stage"),
        (11, "decision"),
        (12, "note"),
        (13, "decision"),
        (14, "stage"),
        (15, "decision"),
    }


def test_a_full_text_exclusion_needs_its_reason(tmp_path: Path) -> None:
    made = project(tmp_path / "r")
    made.write("screening", both(1, TITLE, "include"))
    (found,) = problems(made, fill(write(made, "a.csv", "AB", FULL), {1: ("exclude",)}))
    assert "needs its reason" in found[2]


def test_no_cell_can_execute_anything(tmp_path: Path) -> None:
    made = project(tmp_path / "r", title=HOSTILE, authors="@x", abstract="-2+3", doi="+1")
    workbook = load_workbook(write(made, "a.xlsx", "AB"))
    for page in workbook.worksheets:
        assert not [c for row in page.iter_rows() for c in row if c.data_type == "f"]
    (row, *_) = shown(made.root / "a.xlsx")
    assert row["title"] == HOSTILE
    for row in shown(write(made, "a.csv", "AB")):
        assert not [cell for cell in row.values() if cell[:1] in ("=", "+", "-", "@")]
    (found,) = problems(made, fill(made.root / "a.xlsx", {1: ("=1+1",)}))
    assert "formula" in found[2]


def test_the_workbook_offers_lists_and_locks_what_is_not_read(tmp_path: Path) -> None:
    made = project(tmp_path / "r", records=3)
    made.write("screening", both(2, TITLE, "include"))
    workbook = load_workbook(write(made, "a.xlsx", "AB", FULL))
    page: Any = workbook["screening"]
    lists: Any = workbook["lists"]
    offered = {}
    for validation in page.data_validations.dataValidation:
        name = page.cell(1, next(iter(validation.sqref.ranges)).min_col).value
        first, last = validation.formula1.removeprefix("lists!").replace("$", "").split(":")
        offered[name] = [cell.value for (cell,) in lists[f"{first}:{last}"]]
    assert offered["decision"] == ["include", "exclude", "unsure", "not retrieved"]
    assert offered["reason"][:2] == ["review article", "case report"]
    unlocked = {page.cell(1, cell.column).value for cell in page[2] if not cell.protection.locked}
    assert unlocked == {"decision", "reason", "note"}
    assert page.protection.sheet
    text = " ".join(str(cell.value) for (cell,) in workbook["how to"].iter_rows(max_col=1))
    assert "review screen read a.xlsx" in text


def test_a_file_of_somebody_is_never_overwritten(tmp_path: Path) -> None:
    made = project(tmp_path / "r")
    path = write(made, "a.xlsx", "AB")
    before = path.read_bytes()
    with pytest.raises(DataProblems, match="somebody's decisions"):
        write(made, "a.xlsx", "AB")
    assert path.read_bytes() == before
    with pytest.raises(DataProblems, match=r"\.xlsx or \.csv"):
        write(made, "a.ods", "AB")
    # Same records, same bytes.
    assert write(made, "b.csv", "AB").read_bytes() == write(made, "c.csv", "AB").read_bytes()


def test_strangers_are_told_who_is_known(tmp_path: Path) -> None:
    made = project(tmp_path / "r")
    with pytest.raises(DataProblems, match="AB, CD, EF"):
        read_desk(made.root).person("XY")
    protocol = made.root / "data" / "protocol.yml"
    text = protocol.read_text(encoding="utf-8")
    protocol.write_text(text.replace("[AB, CD]\n  arbiter: EF", "[]"), encoding="utf-8")
    with pytest.raises(DataProblems, match=r"reviewers: \[AB, CD\]"):
        read_desk(made.root).person("AB")


def test_a_file_that_is_no_sheet(tmp_path: Path) -> None:
    made = project(tmp_path / "r")
    for name, text in (("a.csv", "x,y\n1,2\n"), ("b.xlsx", "text"), ("c.csv", "")):
        path = made.root / name
        path.write_text(text, encoding="utf-8")
        assert problems(made, path)
    assert problems(made, made.root / "missing.xlsx")


def test_records_of_later_searches_join_those_that_are_open(tmp_path: Path) -> None:
    made = project(tmp_path / "r", records=2)
    made.write("screening", both(1, TITLE, "exclude"))
    made.add("records", record(3))
    assert [row["record_id"] for row in shown(write(made, "a.csv", "AB"))] == ["R00002", "R00003"]
