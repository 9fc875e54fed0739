"""Are quality tables, checklist and the flow of records held against the studies?"""

from __future__ import annotations

import pytest

from tests.schemas.conftest import ReviewCopy, the_problem
from tests.schemas.contradictions import CHEN, ZHOU, Case, assert_reported, case_id
from tests.schemas.stand_ins import add_reconstructed

CASES = [
    Case(
        "prisma_checklist",
        {"item": "10a"},
        {"item": "10 a"},
        "cell-form",
        "item",
        ["a number, with a letter"],
    ),
    Case(
        "prisma_checklist",
        {"item": "10a"},
        {"location": "sec-a, sec-b"},
        "cell-form",
        "location",
        ["separated by one space"],
    ),
    Case(
        "prisma_checklist", {"item": "10b"}, {"item": "10a"}, "row-duplicate", "item", ["Line 11"]
    ),
    Case(
        "quality_jadad",
        ZHOU,
        {"study_id": "ChenS2023"},
        "quality-design",
        "study_id",
        ["retrospective cohort", "data/quality_jbi.csv"],
    ),
    Case("quality_jbi", CHEN, {"study_id": "Zhou2025"}, "quality-design", "study_id", []),
    Case(
        "flow",
        {"stage": "included"},
        {"records": "15"},
        "flow-subtraction",
        "records",
        ["43", "29", "is 14", "says 15"],
    ),
    Case("flow", {"stage": "full texts assessed"}, {"records": "400"}, "flow-grows", "records"),
]


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_contradiction_is_reported_with_its_place(review: ReviewCopy, case: Case) -> None:
    assert_reported(review, case)


def test_included_number_that_differs_from_the_table_is_a_warning(review: ReviewCopy) -> None:
    studies = len(review.rows("studies"))
    add_reconstructed(review)
    review.change("flow", {"stage": "included"}, records=str(studies))
    problem = the_problem(review.check(), "flow-included")
    assert problem.severity == "warning"
    assert f"{studies} studies are included here" in problem.what


def test_flow_reasons_must_add_up_to_their_box(review: ReviewCopy) -> None:
    row = {"evidence": "verified", "source": "10.1177/10732748251390032"}
    line = review.append("flow", edition="1.0", stage="full texts excluded", records="30", **row)
    found = {p.rule: p for p in review.check().errors}
    assert found["flow-reasons"].line == line
    assert "add up to 29, the box says 30" in found["flow-reasons"].what


def test_flow_with_fewer_studies_than_reports_is_a_warning(review: ReviewCopy) -> None:
    review.change("flow", {"reason": "case report"}, records="6")
    problem = the_problem(review.check(), "flow-subtraction")
    assert problem.severity == "warning"
    assert "several reports of one study" in problem.hint


def test_searches_that_do_not_add_up_to_the_flow(review: ReviewCopy) -> None:
    rows = review.rows("searches")
    for row in rows:
        row["records"] = "100"
    review.write("searches", rows)
    problem = the_problem(review.check(), "flow-searches")
    assert problem.severity == "warning"
    assert f"found {100 * len(rows)} records" in problem.what


def test_a_real_study_that_nobody_judged_is_a_warning(review: ReviewCopy) -> None:
    line = review.line("studies", study_id="ChenS2023")
    review.write("quality_jbi", [])
    problem = the_problem(review.check(), "study-not-judged")
    assert (problem.file, problem.line) == ("data/studies.csv", line)
    assert "data/quality_jbi.csv" in problem.hint


def test_a_review_that_has_judged_no_study_yet_is_told_once(review: ReviewCopy) -> None:
    review.write("quality_jbi", [])
    review.write("quality_jadad", [])
    problem = the_problem(review.check(), "study-not-judged")
    assert problem.what == "The quality of none of the 2 studies is judged."


def _add_real_study(review: ReviewCopy, year: str) -> int:
    """Add a study that a later edition counts; its report waits for extraction in edition 1.0."""
    report = next(row for row in review.rows("awaiting_extraction") if row["study_id"] == "Han2021")
    waiting = [r for r in review.rows("awaiting_extraction") if r["study_id"] != "Han2021"]
    review.write("awaiting_extraction", waiting)
    known = {"evidence": "verified", "source": report["doi"], "location": "Table 2"}
    names = {"study_id": "Han2021", "citation_key": report["citation_key"], "label": "Han 2021"}
    kind = {"design": "single_arm_trial", "therapy": "ICI", "timing": "prospective"}
    line = review.append("studies", **names, **kind, year=year, n_arm="20", **known)
    result = {"outcome": "DCR", "n": "20", "events": "10"}
    review.append("outcomes", study_id="Han2021", **result, **known)
    review.append("quality_jbi", study_id="Han2021", q1="unclear", **known)
    counted = {"edition": "1.1", "stage": "included", "records": "1"}
    review.append("flow", **counted, evidence="verified", source=report["doi"])
    return line


def test_a_study_of_the_published_review_beside_its_stand_in_is_a_warning(
    review: ReviewCopy,
) -> None:
    """The flow says it is a new study, but it had appeared when edition 1.0 was searched."""
    line = _add_real_study(review, year="2021")
    problem = the_problem(review.check(), "study-beside-stand-in")
    assert (problem.file, problem.line) == ("data/studies.csv", line)
    assert problem.severity == "warning"
    assert "12 reconstructed studies and 3 real ones published up to 2025 are 15" in problem.what
    assert "edition 1.0 included 14" in problem.what


def test_a_study_that_appeared_later_has_no_stand_in(review: ReviewCopy) -> None:
    _add_real_study(review, year="2026")
    assert review.check().problems == ()


def test_a_study_in_the_place_of_its_stand_in_is_right(review: ReviewCopy) -> None:
    _add_real_study(review, year="2021")
    for table in ("studies", "outcomes", "adverse_events"):
        review.write(table, [row for row in review.rows(table) if row["study_id"] != "R01"])
    review.write("flow", [row for row in review.rows("flow") if row["edition"] != "1.1"])
    assert review.check().problems == ()
