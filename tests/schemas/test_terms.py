"""Does every reported adverse event count once, under one standard term?"""

from __future__ import annotations

import pytest

from tests.schemas.conftest import ReviewCopy, the_problem
from tests.schemas.contradictions import CHEN, HYPERTENSION, Case, assert_reported, case_id

CASES = [
    Case(
        "adverse_events",
        HYPERTENSION,
        {"term_reported": "hypertention"},
        "term-unmapped",
        "term_reported",
        [
            "no standard term in data/adverse_event_terms.csv.",
            'The nearest there is "hypertension", pooled as "Hypertension".',
        ],
    ),
    Case(
        "adverse_events",
        CHEN,
        {"term_reported": "xyz"},
        "term-unmapped",
        "term_reported",
        ["add them there with their standard term"],
    ),
    Case(
        "adverse_event_terms",
        {"term_reported": "platelet count decreased"},
        {"term": "Thrombocytopaenia"},
        "term-spelling",
        "term",
        ["nearly the term"],
        "warning",
    ),
    Case(
        "adverse_event_terms",
        {"term_reported": "thrombocytopenia"},
        {"term_reported": " Platelet count  decreased", "term": "Low platelets"},
        "term-mapped-twice",
        "term_reported",
        ['Line 8 has "platelet count decreased" already, for the standard term "Thrombocytopenia"'],
    ),
    Case("adverse_event_terms", {"term": "Fatigue"}, {"term": ""}, "cell-empty", "term"),
    Case(
        "comparator_events",
        {"term": "Fatigue"},
        {"term": "Fatigues"},
        "term-not-listed",
        "term",
        ['Did you mean "Fatigue"?', "empty term_reported"],
        "warning",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_contradiction_is_reported_with_its_place(review: ReviewCopy, case: Case) -> None:
    assert_reported(review, case)


def _add_event(review: ReviewCopy, **cells: str) -> int:
    row = {
        "study_id": "ChenS2023",
        "grade": "any",
        "n": "32",
        "events": "4",
        "evidence": "verified",
        "source": "10.3389/fonc.2023.1235786",
        "location": "Table 4",
    }
    return review.append("adverse_events", **{**row, **cells})


def test_two_reported_terms_of_one_standard_term_count_patients_twice(review: ReviewCopy) -> None:
    """Elevated transaminases are pooled as abnormal liver function already."""
    first = review.line("adverse_events", term_reported="elevated transaminases")
    line = _add_event(review, term_reported="abnormal liver function")
    problem = the_problem(review.check(), "term-counted-twice")
    assert (problem.file, problem.line) == ("data/adverse_events.csv", line)
    assert (problem.column, problem.severity) == ("term_reported", "error")
    assert f'Line {first}, "elevated transaminases", is pooled as' in problem.what


def test_another_grade_cohort_or_study_is_not_counted_twice(review: ReviewCopy) -> None:
    _add_event(review, term_reported="abnormal liver function", grade=">=3")
    assert review.check().problems == ()


def test_capitals_and_spaces_of_a_reported_term_make_no_difference(review: ReviewCopy) -> None:
    review.change(
        "adverse_events",
        {"study_id": "ChenS2023", "term_reported": "abdominal pain"},
        term_reported=" Abdominal  PAIN",
    )
    report = review.check()
    assert report.problems == ()
    assert report.notes == (
        'data/adverse_events.csv: "Abdominal  PAIN" was read as the term "abdominal pain".',
    )
    assert report.data is not None
    assert "Abdominal pain" in set(report.data.adverse_events["term"])


def test_a_term_missing_from_the_mapping_is_one_mistake(review: ReviewCopy) -> None:
    rows = review.rows("adverse_event_terms")
    review.write(
        "adverse_event_terms", [row for row in rows if row["term_reported"] != "hypertension"]
    )
    unmapped, _ = review.check().problems
    uses = sum(r["term_reported"] == "hypertension" for r in review.rows("adverse_events"))
    assert unmapped.rule == "term-unmapped"
    assert f"({uses - 1} more of the same)" in unmapped.what


def test_a_missing_mapping_is_told_once_and_the_other_checks_go_on(review: ReviewCopy) -> None:
    review.path("adverse_event_terms").unlink()
    review.change("adverse_events", HYPERTENSION, n="600")
    rules = {problem.rule for problem in review.check().problems}
    assert {"file-missing", "n-exceeds-study"} <= rules
    assert "term-unmapped" not in rules
