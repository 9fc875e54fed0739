"""Is every difference between the tables of two versions told once and rightly?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from analysis.build.history.facts import (
    is_method,
    new_searches,
    protocol_changes,
    study_changes,
    table_changes,
    upgrades,
)
from analysis.build.history.history import position
from analysis.build.history.tables import read_tables, row_changes
from analysis.synthesis.versions import CellChange, RowChange
from tests.versions.edits import change, remove_study, replace_study, set_cell, set_text

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.build.history.tables import Tables

GROUPS = ("therapy", "timing")


def sides(root: Path) -> tuple[Tables, Tables]:
    return read_tables(root / "versions/1.0"), read_tables(root)


def test_equal_tables_have_no_differences(released: Path) -> None:
    old, new = sides(released)
    assert study_changes(old, new, GROUPS) == ()
    assert table_changes(old, new) == ()
    # Order and spelling of a CSV file are no facts.
    path = released / "data/outcomes.csv"
    head, *rows = path.read_text("utf-8").splitlines()
    path.write_text("\r\n".join([head, *reversed(rows)]) + "\r\n", encoding="utf-8-sig")
    assert study_changes(*sides(released), GROUPS) == ()


def test_a_corrected_row_tells_its_cells(released: Path) -> None:
    set_cell(released, "outcomes", {"study_id": "R02", "outcome": "ORR"}, "events", "9")
    set_cell(released, "studies", {"study_id": "R02"}, "year", "2024")
    (study,) = study_changes(*sides(released), GROUPS)
    assert (study.study_id, study.action) == ("R02", "corrected")
    assert study.rows == (
        RowChange("studies", ("R02",), "R02", "corrected", (CellChange("year", "", "2024"),)),
        RowChange(
            "outcomes",
            ("R02", "", "", "ORR", "", "", "", "", "", ""),
            "R02",
            "corrected",
            (CellChange("events", "8", "9"),),
        ),
    )


def test_a_row_added_to_a_known_study_is_a_correction_of_it(released: Path) -> None:
    change(
        released,
        "outcomes",
        lambda row: None if (row["study_id"], row["outcome"]) == ("R02", "DCR") else row,
    )
    (study,) = study_changes(*sides(released), GROUPS)
    assert study.action == "corrected"
    assert [(row.table, row.action) for row in study.rows] == [("outcomes", "removed")]
    old, new = sides(released)
    (back,) = study_changes(new, old, GROUPS)
    assert [row.action for row in back.rows] == ["added"]


def test_a_study_that_was_read_takes_the_place_of_one_of_its_kind(released: Path) -> None:
    replace_study(released, "R01", "19")
    remove_study(released, "R10")
    old, new = sides(released)
    studies = study_changes(old, new, GROUPS)
    assert [(s.study_id, s.action, s.replaced) for s in studies] == [
        ("Example2026", "added", "Reconstructed ICI 1"),
        ("R01", "removed", None),
        ("R10", "removed", None),
    ]
    (upgrade,) = upgrades(old, new, studies)
    assert (upgrade.before, upgrade.after) == ("reconstructed", "verified")
    assert upgrade.what == "Reconstructed ICI 1, replaced by Example 2026"
    # The searches of version 1.0 ended on 20 May 2025 (data/searches.csv).
    set_cell(released, "studies", {"study_id": "Example2026"}, "year", "2026")
    assert study_changes(*sides(released), GROUPS)[0].replaced is None
    set_cell(released, "studies", {"study_id": "Example2026"}, "year", "2025")
    assert study_changes(*sides(released), GROUPS)[0].replaced == "Reconstructed ICI 1"
    # Of another kind, it stands for nobody.
    set_cell(released, "studies", {"study_id": "Example2026"}, "timing", "retrospective")
    assert study_changes(*sides(released), GROUPS)[0].replaced is None


def test_better_evidence_is_an_upgrade_and_worse_is_none(released: Path) -> None:
    key = {"study_id": "R02", "outcome": "ORR"}
    set_cell(released, "outcomes", key, "evidence", "derived")
    old, new = sides(released)
    (upgrade,) = upgrades(old, new, study_changes(old, new, GROUPS))
    assert (upgrade.what, upgrade.before, upgrade.after) == (
        "Reconstructed ICI 2, ORR",
        "reconstructed",
        "derived",
    )
    assert upgrades(new, old, study_changes(new, old, GROUPS)) == ()


def test_new_searches_and_other_tables(released: Path) -> None:
    path = released / "data/searches.csv"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[-1].replace("2025", "2026")]) + "\n", encoding="utf-8")
    change(released, "awaiting_extraction", lambda row: None)
    old, new = sides(released)
    assert len(new["searches"]) - len(old["searches"]) == 1
    (search,) = new_searches(old, new)
    assert search.key == (lines[-1].split(",")[1], "20 May 2026")
    assert [(t.table, t.added, t.removed) for t in table_changes(old, new)] == [
        ("awaiting_extraction", 0, 5),
        ("searches", 1, 0),
    ]


def test_rows_that_nothing_tells_apart_are_all_kept() -> None:
    old = {("a",): {"x": "a"}, ("a", "again"): {"x": "a"}}
    assert [c.action for c in row_changes("t", old, {("a",): {"x": "a"}})] == ["removed"]


def test_choices_of_the_protocol_by_entry(released: Path) -> None:
    name = "data/protocol.yml"
    set_text(released, name, "i2_below: 0.50", "i2_below: 0.40")
    set_text(released, name, "label: Objective response rate", "label: Response")
    set_text(released, name, 'edition: "1.0"', 'edition: "1.1"')
    found = protocol_changes(released / "versions/1.0" / name, released / name)
    assert found == (
        CellChange("model_rule.i2_below", "0.5", "0.4"),
        CellChange("outcomes.orr.label", "Objective response rate", "Response"),
    )
    assert [is_method(entry.column) for entry in found] == [True, False]


def test_a_version_knows_its_tables_whoever_counted_them(released: Path) -> None:
    """Is a version found although its checklist, or the way of counting files, is another now?"""
    checklist = released / "data/prisma_checklist.csv"
    checklist.write_text(checklist.read_text("utf-8").replace(",yes,", ",,"), "utf-8")
    record = next((released / "versions").glob("*/version.json"))
    content = json.loads(record.read_text("utf-8"))
    content["hashes"]["data"] = "counted otherwise"
    record.write_text(json.dumps(content), "utf-8")
    assert position(released)[1] is not None
    outcomes = released / "data/outcomes.csv"
    outcomes.write_bytes(outcomes.read_bytes() + b"\n")
    assert position(released)[1] is None
