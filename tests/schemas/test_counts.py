"""Are counts found that contradict each other, the study or the printed percentage?"""

from __future__ import annotations

import pytest

from tests.schemas.conftest import ReviewCopy, the_problem
from tests.schemas.contradictions import (
    DCR,
    HYPERTENSION,
    ORR,
    OS,
    ZHOU,
    Case,
    assert_reported,
    case_id,
)

CASES = [
    Case(
        "outcomes",
        DCR,
        {"events": "45"},
        "events-exceed-n",
        "events",
        ["Events (45) are more than patients (32).", "another arm or criterion"],
    ),
    Case("outcomes", DCR, {"n": ""}, "events-without-n", "n", ["29 events"]),
    Case(
        "outcomes",
        ORR,
        {"events": "20"},
        "percent-differs",
        "percent_reported",
        ["20 of 32 is 62.5 %, but 65.6 % is printed.", "21 of 32 prints as 65.6 %"],
    ),
    Case(
        "outcomes",
        ORR,
        {"percent_reported": "0.656"},
        "percent-differs",
        "percent_reported",
        ["not the fraction"],
    ),
    Case(
        "outcomes",
        ORR,
        {"percent_reported": "64.0"},
        "percent-differs",
        "percent_reported",
        ["65.6 %, but 64.0 % is printed", "No count of 32 prints as 64.0 %"],
    ),
    Case(
        "adverse_events",
        HYPERTENSION,
        {"events": "80"},
        "percent-differs",
        "percent_reported",
        ["72 to 75 of 433 print as 17 %", "safety table"],
    ),
    Case(
        "comparator_events",
        {"term": "Fatigue"},
        {"events": "56"},
        "events-exceed-n",
        "events",
        ["safety table"],
    ),
    Case(
        "outcomes",
        DCR,
        {"n": "96", "percent_reported": "30.2"},
        "n-exceeds-study",
        "n",
        ["n (96) is more than the patients of the study (32, n_arm in line 3"],
    ),
    Case("studies", ZHOU, {"n_total": "400"}, "arm-exceeds-study", "n_arm", ["all arms"]),
    Case(
        "studies",
        ZHOU,
        {"male_percent": "0.85"},
        "share-as-fraction",
        "male_percent",
        ["Write it in percent: 85."],
        "warning",
    ),
    Case(
        "studies",
        ZHOU,
        {"age_low": "60", "age_high": "80"},
        "age-order",
        "age_median",
        ["not in this order"],
    ),
    Case(
        "outcomes",
        ORR,
        {"events": "30", "percent_reported": "93.8"},
        "outcome-exceeds",
        "events",
        ["ORR (30) are more than with DCR (29, line"],
    ),
    Case("outcomes", OS, {"median": "6.1"}, "outcome-exceeds", "median", []),
]


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_contradiction_is_reported_with_its_place(review: ReviewCopy, case: Case) -> None:
    assert_reported(review, case)


def test_high_grade_exceeds_any_grade(review: ReviewCopy) -> None:
    line = review.append(
        "adverse_events",
        study_id="ChenS2023",
        term_reported="Decreased appetite",
        grade=">=3",
        n="32",
        events="16",
        evidence="verified",
        source="10.3389/fonc.2023.1235786",
        location="Table 4",
    )
    problem = the_problem(review.check(), "grade-exceeds")
    assert (problem.line, problem.column) == (line, "events")
    assert "grade >=3 (16) are more than with any grade (15, line" in problem.what


def test_high_grade_with_another_denominator_is_a_warning(review: ReviewCopy) -> None:
    review.append(
        "adverse_events",
        study_id="ChenS2023",
        term_reported="Decreased appetite",
        grade=">=3",
        n="20",
        events="15",
        evidence="verified",
        source="10.3389/fonc.2023.1235786",
        location="Table 4",
    )
    assert the_problem(review.check(), "grade-exceeds").severity == "warning"


def _add_cohort(review: ReviewCopy, cohort: str, n: int) -> int:
    return review.append(
        "outcomes",
        study_id="ChenS2023",
        cohort=cohort,
        outcome="ORR",
        criteria="iRECIST",
        n=str(n),
        events="5",
        evidence="verified",
        source="10.3389/fonc.2023.1235786",
        location="Table 2",
    )


def test_cohorts_may_not_have_more_patients_than_the_study(review: ReviewCopy) -> None:
    _add_cohort(review, "A", 20)
    line = _add_cohort(review, "B", 13)
    problem = the_problem(review.check(), "cohorts-exceed-study")
    assert (problem.line, problem.column) == (line, "n")
    assert "33 patients together, the study has 32" in problem.what


def test_cohorts_that_fill_the_study_pass(review: ReviewCopy) -> None:
    _add_cohort(review, "A", 20)
    _add_cohort(review, "B", 12)
    assert review.check().problems == ()


def test_whole_study_beside_its_cohort_counts_patients_twice(review: ReviewCopy) -> None:
    whole = _add_cohort(review, "", 32)
    line = _add_cohort(review, "A", 20)
    problem = next(p for p in review.check().errors if p.rule == "cohort-and-whole")
    assert problem.line == line
    assert f"Line {whole}" in problem.what
