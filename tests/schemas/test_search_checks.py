"""Does the check see that records, merges and groups of studies name what exists?"""

from __future__ import annotations

import pytest

from tests.schemas.conftest import ReviewCopy, the_problem

PUBMED = "2025-05-20-pubmed"


@pytest.fixture
def searched(review: ReviewCopy) -> ReviewCopy:
    """Three invented records of the PubMed search."""
    for number in (1, 2, 3):
        review.append(
            "records",
            record_id=f"R0000{number}",
            search_id=PUBMED,
            position=str(number),
            title=f"Example {number}",
        )
    assert review.check().problems == ()
    return review


def test_record_of_an_unknown_search(searched: ReviewCopy) -> None:
    line = searched.change("records", {"record_id": "R00002"}, search_id="2025-05-20-pubmd")
    problem = the_problem(searched.check(), "search-unknown")
    assert (problem.line, problem.severity) == (line, "error")
    assert f'"{PUBMED}"' in problem.hint


def test_one_record_twice(searched: ReviewCopy) -> None:
    searched.change("records", {"record_id": "R00003"}, position="1")
    assert "Line 2" in the_problem(searched.check(), "record-repeated").what


def test_search_with_other_number_of_records(searched: ReviewCopy) -> None:
    searched.change("searches", {"search_id": PUBMED}, records="4")
    assert (
        "found 4 records, data/records.csv has 3"
        in the_problem(searched.check(), "search-records").what
    )


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("record_id", "12", "cell-form"),
        ("pmid", "PMID1", "cell-form"),
        ("doi", "doi.org/10.1000/a", "doi-form"),
        ("registry_id", "NCT123", "registration-form"),
        ("year", "1066", "cell-range"),
        ("title", "=cmd()", "cell-formula"),
    ],
)
def test_forms(searched: ReviewCopy, column: str, value: str, rule: str) -> None:
    searched.change("records", {"record_id": "R00003"}, **{column: value})
    assert the_problem(searched.check(), rule).column == column


@pytest.mark.parametrize(
    ("file", "sha256", "rule"),
    [
        ("searches/missing.ris", "0" * 64, "search-file-missing"),
        ("protocol.yml", "0" * 64, "search-file-changed"),
        ("../manuscript/references.bib", "0" * 64, "search-file-place"),
        ("searches/missing.ris", "", "search-files"),
        ("", "short", "cell-form"),
    ],
)
def test_kept_exports(searched: ReviewCopy, file: str, sha256: str, rule: str) -> None:
    searched.change("searches", {"search_id": PUBMED}, file=file, sha256=sha256)
    assert the_problem(searched.check(), rule).severity == "error"


def merge(review: ReviewCopy, record: str, kept: str, **cells: str) -> None:
    reason = {"reason": "by hand", "decided_by": "Anna"}
    review.append("record_merges", record_id=record, kept_id=kept, **reason, **cells)


def test_merges_that_lead_to_a_record_are_accepted(searched: ReviewCopy) -> None:
    merge(searched, "R00003", "R00002")
    merge(searched, "R00002", "R00001")
    merge(searched, "R00003", "R00001", undone="person")
    assert searched.check().problems == ()


def test_merges_in_a_circle(searched: ReviewCopy) -> None:
    for record, kept in (("R00001", "R00002"), ("R00002", "R00003"), ("R00003", "R00001")):
        merge(searched, record, kept)
    problem = next(p for p in searched.check().errors if p.rule == "merge-circle")
    assert "R00001, R00002, R00003" in problem.hint


def test_record_merged_into_two(searched: ReviewCopy) -> None:
    merge(searched, "R00003", "R00001")
    merge(searched, "R00003", "R00002")
    assert "into R00001 in line 2" in the_problem(searched.check(), "merge-repeated").what


def test_merge_with_an_unknown_record(searched: ReviewCopy) -> None:
    merge(searched, "R00003", "R00009")
    assert the_problem(searched.check(), "record-unknown").column == "kept_id"


@pytest.mark.parametrize("study", ["Zhou2025", "NCT90000001", ""])
def test_study_of_a_record(searched: ReviewCopy, study: str) -> None:
    searched.append("record_studies", record_id="R00001", study=study, decided_by="Anna")
    assert searched.check().problems == ()


def test_unknown_study_of_a_record(searched: ReviewCopy) -> None:
    searched.append("record_studies", record_id="R00001", study="Zhou205", decided_by="Anna")
    problem = the_problem(searched.check(), "record-study-unknown")
    assert problem.severity == "warning"
    assert 'Did you mean "Zhou2025"' in problem.hint
