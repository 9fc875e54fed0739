"""Does what a person decides hold, whatever is imported afterwards?"""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.update.searching.decisions import group, merge, possible, undo, ungroup
from analysis.update.searching.merge_log import kept_records
from analysis.update.searching.trials import assign_trials, trials
from schemas import check_review
from schemas.problems import DataProblems
from tests.update.searching.conftest import record, rows, take


def kept(root: Path) -> dict[str, str]:
    return kept_records(rows(root, "record_merges"))


@pytest.fixture
def imported(root: Path) -> Path:
    """R00004, R00007 and R00009 repeat R00001; R00006 repeats R00002."""
    take(root, "pubmed.nbib", "PubMed")
    take(root, "embase.ris", "Embase")
    take(root, "web-of-science.txt", "Web of Science")
    take(root, "manager.bib", "Colleagues", query="asked", kind="other")
    assert kept(root) == dict.fromkeys(("R00004", "R00007", "R00009"), "R00001") | {
        "R00006": "R00002"
    }
    return root


def test_undone_merge_stays_undone(imported: Path) -> None:
    done = undo(imported, "R00004", by="Anna", note="other trial")
    assert (done.separate, done.others) == (("R00004",), ("R00001", "R00007", "R00009"))
    assert "R00004" not in kept(imported)
    assert kept(imported)["R00007"] == "R00001"
    (row,) = (
        row
        for row in rows(imported, "record_merges")
        if (row["record_id"], row["kept_id"]) == ("R00004", "R00001")
    )
    assert (row["undone"], row["decided_by"], row["note"]) == ("person", "Anna", "other trial")
    take(imported, "scopus.csv", "Scopus", query="example")
    assert "R00004" not in kept(imported)
    assert check_review(imported).problems == ()


def test_merge_after_all(imported: Path) -> None:
    """Undone by mistake and merged again: does everything stand as before?"""
    before = kept(imported)
    undo(imported, "R00004")
    assert merge(imported, "R00004", "R00001", by="Anna") == ("R00004", "R00001")
    assert kept(imported) == before
    take(imported, "scopus.csv", "Scopus", query="example")
    assert kept(imported)["R00004"] == "R00001"
    assert check_review(imported).problems == ()


def test_kept_record_cannot_be_undone_but_its_duplicates_are_named(imported: Path) -> None:
    with pytest.raises(DataProblems, match="R00004, R00007, R00009"):
        undo(imported, "R00001")
    with pytest.raises(DataProblems, match="one report already"):
        merge(imported, "R00004", "R00007")
    with pytest.raises(DataProblems, match="no record"):
        merge(imported, "R00004", "R99999")
    with pytest.raises(DataProblems, match="name of a person"):
        undo(imported, "R00004", by="program")


def test_merge_by_hand_keeps_the_record_that_was_named(imported: Path) -> None:
    merge(imported, "R00002", "R00008", by="Anna", note="read both")
    assert kept(imported)["R00002"] == "R00008"
    assert kept(imported)["R00006"] == "R00008"
    row = rows(imported, "record_merges")[-1]
    assert (row["reason"], row["decided_by"], row["score"]) == ("by hand", "Anna", "")


def test_pairs_for_a_person(root: Path) -> None:
    take(root, "manager.bib", "Colleagues", query="asked")
    take(root, "endnote.xml", "Colleagues")
    ((doubt, first, second),) = possible(root)
    assert doubt.pair == ("R00002", "R00004")
    assert "too short to tell" in doubt.match.reason
    assert first["title"] == second["title"] == "An example talk"
    merge(root, "R00004", "R00002")
    assert possible(root) == ()


def test_reports_of_one_trial_are_grouped(imported: Path) -> None:
    """The article and the congress abstract name one registration: two reports, one study."""
    found = trials(rows(imported, "record_studies"), rows(imported, "record_merges"))
    assert [(trial.study, trial.records) for trial in found] == [
        ("NCT90000001", ("R00001", "R00005"))
    ]
    assert "R00005" not in kept(imported)


def test_grouped_by_hand(imported: Path) -> None:
    assert group(imported, ["R00003", "R00004"], "Zhou2025", by="Anna") == ("R00003", "R00001")
    take(imported, "scopus.csv", "Scopus", query="example")
    table = rows(imported, "record_studies")
    assert {(row["record_id"], row["study"], row["decided_by"]) for row in table} == {
        ("R00003", "Zhou2025", "Anna"),
        ("R00001", "Zhou2025", "Anna"),
        ("R00005", "NCT90000001", "program"),
        ("R00012", "ISRCTN90000004", "program"),
    }
    assert ungroup(imported, "R00005") == "R00005"
    take(imported, "pubmed.csv", "PubMed")
    assert {
        row["record_id"]: row["study"]
        for row in rows(imported, "record_studies")
        if row["record_id"] == "R00005"
    } == {"R00005": ""}
    assert check_review(imported).problems == ()
    with pytest.raises(DataProblems, match="belongs to no study"):
        ungroup(imported, "R00005")
    with pytest.raises(DataProblems, match='Did you mean "Zhou2025"'):
        group(imported, ["R00003"], "Zhou205")


def test_trial_in_two_registries_has_one_name() -> None:
    """Three reports, named by EudraCT, by both, and by NCT: is it one trial?"""
    records = [
        record(1, registry_id="2010-999999-12"),
        record(2, registry_id="NCT90000001; 2010-999999-12"),
        record(3, registry_id="NCT90000001"),
    ]
    table = assign_trials(records, [], [])
    assert [row["study"] for row in table] == ["NCT90000001"] * 3


def test_review_that_names_two_trials_does_not_tie_them() -> None:
    records = [
        record(1, registry_id="NCT90000001"),
        record(2, registry_id="NCT90000002"),
        record(3, registry_id="NCT90000001; NCT90000002"),
    ]
    table = assign_trials(records, [], [])
    assert [(row["record_id"], row["study"]) for row in table] == [
        ("R00001", "NCT90000001"),
        ("R00002", "NCT90000002"),
    ]


def test_registration_of_a_duplicate_counts_for_the_kept_record() -> None:
    records = [record(1), record(2, registry_id="NCT90000001")]
    merges = [{"record_id": "R00002", "kept_id": "R00001", "undone": ""}]
    (row,) = assign_trials(records, merges, [])
    assert (row["record_id"], row["study"]) == ("R00001", "NCT90000001")
