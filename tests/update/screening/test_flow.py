"""Do the boxes of the flow diagram follow from the log, and do they always add up?"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.synthesis import screening_flow as flow
from analysis.synthesis.screening_flow import flow_of_review
from schemas import check_review, load_review
from schemas.vocabulary import SCREENING_DECISIONS
from tests.update.screening.samples import (
    REASONS,
    SEARCH,
    SECOND_SEARCH,
    Project,
    both,
    choices,
    decided,
    project,
    record,
    record_id,
)

TITLE, FULL = "title_abstract", "full_text"


def boxes(data: Any) -> dict[str, int | None]:
    """Give the number in each box; None where it was not reported."""
    found: dict[str, int | None] = {}
    for stage in flow_of_review(data).stages:
        before = found.get(stage.stage, 0)
        whole = None if before is None or stage.records is None else before + stage.records
        found[stage.stage] = whole
    return found


def assert_adds_up(found: dict[str, int | None]) -> None:
    """Every record is accounted for at every step."""
    n = {name: number or 0 for name, number in found.items()}

    def get(name: str) -> int:
        return n.get(name, 0)

    identified = get(flow.IDENTIFIED) + get(flow.IDENTIFIED_ELSEWHERE)
    assert identified - get(flow.DUPLICATES) == get(flow.SCREENED) + get(flow.NOT_SCREENED)
    assert get(flow.SCREENED) - get(flow.RECORDS_EXCLUDED) == get(flow.SOUGHT)
    decided_on = get(flow.ASSESSED) + get(flow.NOT_ASSESSED)
    assert get(flow.SOUGHT) - get(flow.NOT_RETRIEVED) == decided_on
    reports = get(flow.REPORTS) + get(flow.FURTHER_REPORTS)
    assert get(flow.ASSESSED) - get(flow.EXCLUDED) == reports
    assert get(flow.INCLUDED) <= get(flow.REPORTS)
    assert get(flow.NOT_EXTRACTED) <= get(flow.INCLUDED)
    if found.get(flow.TOTAL_STUDIES) is not None:
        assert get(flow.TOTAL_STUDIES) == get(flow.PREVIOUS_STUDIES) + get(flow.INCLUDED)
    if found.get(flow.TOTAL_REPORTS) is not None:
        assert get(flow.TOTAL_REPORTS) == get(flow.PREVIOUS_REPORTS) + reports


@st.composite
def logs(draw: st.DrawFn) -> Any:
    """Give the tables of a review with any decisions of anybody on any record."""
    count = draw(st.integers(1, 12))
    names = [record_id(number) for number in range(1, count + 1)]
    search = st.sampled_from(["s1", "s2", "s3"])
    decision = st.sampled_from(sorted(SCREENING_DECISIONS))
    people = st.sampled_from(["AB", "CD", "EF"])
    keys = st.tuples(st.sampled_from(names), st.sampled_from([TITLE, FULL]), people)
    rows = [
        (*key, found, draw(st.sampled_from(REASONS)) if found == "exclude" else None, None)
        for key, found in draw(st.dictionaries(keys, decision, max_size=60)).items()
    ]
    studies = st.sampled_from(["Zhou2025", "NCT00000001", "NCT00000002", "NCT00000003"])
    groups = draw(st.sets(st.tuples(st.sampled_from(names), studies), max_size=12))
    numbers = draw(st.sampled_from([[], [14], [None]]))
    return SimpleNamespace(
        root=Path("/nowhere"),
        protocol=SimpleNamespace(screening=choices(draw(st.sampled_from([1, 2])))),
        records=pd.DataFrame(
            {
                "record_id": names,
                "search_id": [draw(search) for _ in names],
                "doi": [draw(st.sampled_from([None, "10.1000/example.1"])) for _ in names],
            }
        ),
        record_merges=pd.DataFrame(
            [(name, None) for name in draw(st.sets(st.sampled_from(names)))],
            columns=["record_id", "undone"],
        ),
        record_studies=pd.DataFrame(sorted(groups), columns=["record_id", "study"]),
        screening=pd.DataFrame(
            rows, columns=["record_id", "stage", "reviewer", "decision", "reason", "note"]
        ),
        flow=pd.DataFrame(
            [("1.0", "included", None, n, 2) for n in numbers],
            columns=["edition", "stage", "reason", "records", "line"],
        ),
        searches=pd.DataFrame(
            {
                "search_id": ["s1", "s2", "s3"],
                "database": ["PubMed", "Embase", "Reference lists"],
                "kind": ["database", "database", "other"],
                "line": [2, 3, 4],
            }
        ),
        studies=pd.DataFrame(
            {
                "study_id": ["Zhou2025"],
                "registry_id": ["NCT00000001"],
                "source": ["10.1000/example.1"],
                "evidence": ["verified"],
            }
        ),
    )


@settings(max_examples=60, deadline=None)
@given(logs())
def test_the_boxes_of_any_log_add_up(data: Any) -> None:
    assert_adds_up(boxes(data))
    counted = Counter(data.records["search_id"])
    merged = set(data.record_merges["record_id"])
    found = boxes(data)
    assert (found.get(flow.IDENTIFIED) or 0) == counted["s1"] + counted["s2"]
    assert found[flow.DUPLICATES] == len(merged)


def screened(folder: Path) -> Project:
    """Screen six records: one excluded, one not had, one excluded in full text, three in."""
    made = project(folder)
    made.write("record_merges", [])
    rows = [*both(1, TITLE, "exclude")]
    for number in range(2, 7):
        rows += both(number, TITLE, "include")
    rows += both(2, FULL, "not retrieved")
    rows += both(3, FULL, "exclude", "case_report")
    for number in (4, 5, 6):
        rows += both(number, FULL, "include")
    made.write("screening", rows)
    # Two reports of one trial; another study of its own.
    made.write(
        "record_studies",
        [
            {"record_id": record_id(number), "study": study, "decided_by": "program"}
            for number, study in ((4, "NCT09999991"), (5, "NCT09999991"), (6, "NCT09999992"))
        ],
    )
    return made


def test_an_update_of_the_published_review(tmp_path: Path) -> None:
    made = screened(tmp_path / "r")
    data = load_review(made.root)
    found = flow_of_review(data)
    assert (found.since, found.from_log) == ("1.0", True)
    assert boxes(data) == {
        flow.PREVIOUS_STUDIES: 14,
        flow.PREVIOUS_REPORTS: None,
        flow.IDENTIFIED: 6,
        flow.DUPLICATES: 0,
        flow.SCREENED: 6,
        flow.RECORDS_EXCLUDED: 1,
        flow.SOUGHT: 5,
        flow.NOT_RETRIEVED: 1,
        flow.ASSESSED: 4,
        flow.EXCLUDED: 1,
        flow.INCLUDED: 2,
        flow.REPORTS: 3,
        flow.NOT_EXTRACTED: 2,
        flow.TOTAL_STUDIES: 16,
        flow.TOTAL_REPORTS: None,
    }
    rules = {problem.rule for problem in data.problems}
    assert rules == {"screening-not-extracted"}


def freeze(made: Project, edition: str) -> None:
    """Keep the tables as a release does."""
    folder = made.root / "versions" / edition / "data"
    folder.mkdir(parents=True)
    for table in ("studies", "searches"):
        (folder / f"{table}.csv").write_bytes(made.path(table).read_bytes())


def test_the_update_after_an_update_counts_its_own_searches_only(tmp_path: Path) -> None:
    made = screened(tmp_path / "r")
    freeze(made, "1.1")
    # Released: the diagram stays that of 1.1 until there is a new search.
    assert boxes(load_review(made.root))[flow.IDENTIFIED] == 6
    (first,) = [row for row in made.rows("searches") if row["search_id"] == SEARCH]
    later = {"search_id": SECOND_SEARCH, "search_date": "2026-07-10", "database": "Embase"}
    made.add("searches", {**first, **later, "records": "3"})
    made.add(
        "records",
        *(record(n, SECOND_SEARCH, position=str(n - 6), doi="") for n in (7, 8, 9)),
    )
    made.add("screening", *both(7, TITLE, "include"), *both(7, FULL, "include"))
    made.add("screening", *both(8, TITLE, "include"), *both(8, FULL, "include"))
    # One more report of a trial of 1.1, and a new one.
    made.add(
        "record_studies",
        {"record_id": record_id(7), "study": "NCT09999992", "decided_by": "program"},
    )
    data = load_review(made.root)
    found = boxes(data)
    assert flow_of_review(data).since == "1.1"
    assert_adds_up(found)
    assert found[flow.IDENTIFIED] == 3
    assert found[flow.NOT_SCREENED] == 1
    assert found[flow.PREVIOUS_STUDIES] == 16
    assert (found[flow.INCLUDED], found[flow.REPORTS], found[flow.FURTHER_REPORTS]) == (1, 1, 1)
    assert found[flow.TOTAL_STUDIES] == 17


@pytest.mark.parametrize("known_by", ["study", "doi"])
def test_a_report_of_a_published_study_is_no_new_study(tmp_path: Path, known_by: str) -> None:
    made = project(tmp_path / "r", records=1)
    freeze(made, "1.0")
    made.write("screening", [*both(1, TITLE, "include"), *both(1, FULL, "include")])
    (chen,) = [row for row in made.rows("studies") if row["study_id"] == "ChenS2023"]
    if known_by == "study":
        group = {"record_id": "R00001", "study": "ChenS2023", "decided_by": "AB"}
        made.write("record_studies", [group])
    else:
        assert chen["source"].startswith("10.")
        made.write("records", [record(1, doi=chen["source"].split("; ")[0])])
    data = load_review(made.root)
    found = boxes(data)
    assert (found[flow.INCLUDED], found[flow.FURTHER_REPORTS]) == (0, 1)
    assert found[flow.TOTAL_STUDIES] == 14
    assert data.problems == ()


def test_a_review_without_an_earlier_edition_has_no_previous_studies(tmp_path: Path) -> None:
    made = screened(tmp_path / "r")
    made.write("flow", [])
    # Only those three studies in the tables of a first edition.
    report = check_review(made.root)
    assert {problem.rule for problem in report.errors} == {"flow-included"}
    assert "0 new studies with rows in data/studies.csv" in report.errors[0].what


def test_counts_by_hand_go_on_from_edition_to_edition(tmp_path: Path) -> None:
    made = project(tmp_path / "r", records=1)
    made.write("records", [])
    made.write("searches", [row for row in made.rows("searches") if row["search_id"] != SEARCH])
    rows = made.rows("flow")
    source = {"evidence": "verified", "source": "report"}
    made.write(
        "flow",
        [
            {**source, "edition": "1.10", "stage": "identified", "records": "20"},
            {**source, "edition": "1.10", "stage": "included", "records": "2"},
            *rows,
        ],
    )
    data = load_review(made.root)
    found = flow_of_review(data)
    assert (found.since, found.from_log) == ("1.0", False)
    assert boxes(data) == {
        flow.PREVIOUS_STUDIES: 14,
        flow.PREVIOUS_REPORTS: None,
        flow.IDENTIFIED: 20,
        flow.INCLUDED: 2,
        flow.TOTAL_STUDIES: 16,
        flow.TOTAL_REPORTS: None,
    }


def test_a_study_that_nobody_screened_is_an_error_where_there_is_a_log(tmp_path: Path) -> None:
    made = screened(tmp_path / "r")
    (zhou,) = [row for row in made.rows("studies") if row["study_id"] == "Zhou2025"]
    extra = {"study_id": "Extra", "label": "Extra", "registry_id": "", "citation_key": ""}
    made.add("studies", {**zhou, **extra})
    found = [p for p in check_review(made.root).errors if p.rule == "flow-included"]
    assert [problem.file for problem in found] == ["data/screening.csv"]
    assert "14 in earlier editions and 0 new studies" in found[0].what
    assert "15 studies" in found[0].what
    # With its record named, it is one of the new ones.
    rows = [row for row in made.rows("record_studies") if row["record_id"] != record_id(6)]
    rows.append({"record_id": record_id(6), "study": "Extra", "decided_by": "AB"})
    made.write("record_studies", rows)
    assert not [p for p in check_review(made.root).problems if p.rule == "flow-included"]


def test_extraction_may_begin_before_the_screening_ends(tmp_path: Path) -> None:
    made = screened(tmp_path / "r")
    made.write("screening", both(1, TITLE, "include")[:1])
    (zhou,) = [row for row in made.rows("studies") if row["study_id"] == "Zhou2025"]
    extra = {"study_id": "Extra", "label": "Extra", "registry_id": ""}
    made.add("studies", {**zhou, **extra})
    report = check_review(made.root)
    assert "flow-included" not in {problem.rule for problem in report.errors}
    (problem,) = [found for found in report.problems if found.rule == "flow-included"]
    assert "The decision on 6 records is still open." in problem.what


@pytest.mark.parametrize("reviewers", [1, 2])
def test_one_reviewer_is_enough_only_where_the_protocol_says_so(
    tmp_path: Path, reviewers: int
) -> None:
    made = project(tmp_path / "r", records=1)
    protocol = made.root / "data" / "protocol.yml"
    text = protocol.read_text(encoding="utf-8")
    text = text.replace("reviewers_per_record: 2", f"reviewers_per_record: {reviewers}")
    protocol.write_text(text, encoding="utf-8")
    made.write("screening", [decided(1, TITLE, "AB", "include")])
    assert boxes(load_review(made.root))[flow.SOUGHT] == (1 if reviewers == 1 else 0)
