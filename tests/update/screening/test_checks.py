"""Does `review check` find decisions that nobody could have taken?"""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from schemas import check_review
from schemas.screening_choices import Screening
from tests.update.screening.samples import both, decided, project

TITLE, FULL = "title_abstract", "full_text"
# Records 1 to 4 are to be read in full, 5 is not; on 6 the reviewers disagree.
BEFORE = [
    *(row for number in range(1, 5) for row in both(number, TITLE, "include")),
    *both(5, TITLE, "exclude"),
    decided(6, TITLE, "AB", "include"),
    decided(6, TITLE, "CD", "exclude"),
]

CASES = [
    (decided(1, FULL, "AC", "include"), "screening-reviewer", "reviewer", "Allowed: AB"),
    (decided(1, FULL, "ab", "include"), "screening-reviewer", "reviewer", "neither"),
    (decided(1, FULL, "AB", "exclude", "case"), "screening-reason", "reason", "case_report"),
    (decided(2, FULL, "AB", "include", "case_report"), "screening-reason", "reason", "belongs"),
    (decided(3, FULL, "AB", "exclude"), "screening-reason-missing", "reason", "review_article"),
    (decided(7, TITLE, "AB", "not retrieved"), "screening-decision", "decision", "in the record"),
    (decided(99, TITLE, "AB", "include"), "screening-record", "record_id", "no record"),
    (decided(5, FULL, "AB", "include"), "screening-order", "stage", "excluded on title"),
    (decided(8, FULL, "AB", "include"), "screening-order", "stage", "not screened"),
    (decided(4, TITLE, "EF", "exclude"), "screening-arbiter", "reviewer", "do not disagree"),
    (decided(8, TITLE, "EF", "include"), "screening-arbiter", "reviewer", "not all decided"),
    (decided(6, TITLE, "EF", "unsure"), "screening-decision", "decision", "last word"),
    (decided(1, TITLE, "AB", "include"), "row-duplicate", "reviewer", "same as line 2"),
]


def test_every_wrong_decision_is_one_message(tmp_path: Path) -> None:
    made = project(tmp_path / "r", records=8)
    made.write("screening", [*BEFORE, *(row for row, *_ in CASES)])
    found = check_review(made.root).problems
    assert {(p.file, p.severity) for p in found} == {("data/screening.csv", "error")}
    lines = range(len(BEFORE) + 2, len(BEFORE) + 2 + len(CASES))
    assert [(p.line, p.rule, p.column) for p in found] == [
        (line, rule, column) for line, (_, rule, column, _) in zip(lines, CASES, strict=True)
    ]
    for problem, (*_, words) in zip(found, CASES, strict=True):
        assert words in f"{problem.what} {problem.hint}"


def test_decisions_on_a_record_that_was_merged_later_are_named(tmp_path: Path) -> None:
    made = project(tmp_path / "r", records=4)
    made.write("screening", [*both(1, TITLE, "include"), *both(2, TITLE, "exclude")])
    merge = {"record_id": "R00002", "kept_id": "R00001", "reason": "same DOI", "decided_by": "AB"}
    made.write("record_merges", [merge])
    found = check_review(made.root).problems
    assert [(p.rule, p.severity) for p in found] == [("screening-duplicate", "warning")] * 2
    made.write("record_merges", [{**merge, "undone": "person"}])
    assert check_review(made.root).problems == ()


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"reviewers": ["AB", "CD"], "arbiter": "ab"}, "is a reviewer too"),
        ({"reviewers": ["AB", "ab"]}, "occurs twice"),
        ({"reasons": [{"id": "a", "label": "A"}, {"id": "a", "label": "B"}]}, "occurs twice"),
        ({"reasons": [{"id": "a", "label": "A"}, {"id": "b", "label": "a"}]}, "occurs twice"),
        ({"reviewers_per_record": 3}, "Input should be 1 or 2"),
    ],
)
def test_a_section_that_contradicts_itself(section: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Screening.model_validate(section)
