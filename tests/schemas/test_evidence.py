"""Does every row say how it is known, and does no stand-in pass for a real study?"""

from __future__ import annotations

import pytest

from tests.schemas.conftest import ReviewCopy, the_problem
from tests.schemas.contradictions import ORR, ZHOU, ZHOU_OS, Case, assert_reported, case_id
from tests.schemas.stand_ins import add_reconstructed

CASES = [
    Case("outcomes", ORR, {"source": ""}, "evidence-source", "source", ["has no source"]),
    Case("outcomes", ORR, {"location": ""}, "evidence-location", "location", ["page, table"]),
    Case("outcomes", ZHOU_OS, {"evidence": "derived", "note": ""}, "evidence-note", "note", []),
    Case(
        "outcomes",
        ORR,
        {"evidence": "data set", "location": ""},
        "evidence-location",
        "location",
        ["does not name it and its place there"],
    ),
    Case("studies", ZHOU, {"citation_key": ""}, "evidence-citation_key", "citation_key", []),
    Case("comparators", {}, {"source": ""}, "evidence-source", "source", ["no source"]),
    Case("ongoing_trials", {}, {"source": ""}, "evidence-source", "source", ["no source"]),
    Case(
        "comparator_events",
        {"term": "Fatigue"},
        {"evidence": ""},
        "evidence-missing",
        "evidence",
        ["how they are known"],
    ),
    Case(
        "outcomes",
        ORR,
        {"evidence": "reconstructed"},
        "reconstructed-row-of-real-study",
        "evidence",
        ["Chen S 2023 is a real study"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_contradiction_is_reported_with_its_place(review: ReviewCopy, case: Case) -> None:
    assert_reported(review, case)


def test_reconstructed_study_needs_no_source(review: ReviewCopy) -> None:
    add_reconstructed(review)
    assert review.check().problems == ()


@pytest.mark.parametrize(
    ("cells", "rule", "column"),
    [
        ({"citation_key": "Han2021"}, "reconstructed-citation-key", "citation_key"),
        ({"registry_id": "NCT04172571"}, "reconstructed-registry-id", "registry_id"),
        ({"label": "Müller 2022"}, "reconstructed-name", "label"),
        ({"label": "Smith J et al. 2019b"}, "reconstructed-name", "label"),
        ({"label": "Like Han and colleagues"}, "reconstructed-name", "label"),
        ({"label": "Abou-Alfa (reconstructed)"}, "reconstructed-name", "label"),
        ({"study_id": "Smith2020"}, "reconstructed-name", "study_id"),
    ],
)
def test_reconstructed_study_carries_nothing_of_a_real_one(
    review: ReviewCopy, cells: dict[str, str], rule: str, column: str
) -> None:
    line = add_reconstructed(review, **cells)
    problem = the_problem_of(review, rule)
    assert (problem.line, problem.column, problem.severity) == (line, column, "error")
    assert problem.file == "data/studies.csv"


def the_problem_of(review: ReviewCopy, rule: str):
    return next(problem for problem in review.check().problems if problem.rule == rule)


def test_verified_row_of_a_reconstructed_study(review: ReviewCopy) -> None:
    add_reconstructed(review)
    where = {"study_id": "Stand_in"}
    line = review.change(
        "outcomes", where, evidence="verified", source="report", location="Table 1"
    )
    problem = the_problem(review.check(), "verified-row-of-reconstructed-study")
    assert (problem.file, problem.line) == ("data/outcomes.csv", line)


def test_reconstructed_study_cannot_be_judged(review: ReviewCopy) -> None:
    add_reconstructed(review)
    review.append("quality_jbi", study_id="Stand_in", evidence="reconstructed")
    problem = the_problem(review.check(), "quality-of-reconstructed")
    assert problem.file == "data/quality_jbi.csv"
