"""Are quality tables, checklist and the flow of records held against the studies?"""

from __future__ import annotations

import pytest

from .conftest import ReviewCopy, the_problem
from .contradictions import CHEN, ZHOU, Case, assert_reported, case_id
from .stand_ins import add_reconstructed

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
