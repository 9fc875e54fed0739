"""Are results found that do not fit their outcome, unit, criteria or interval?"""

from __future__ import annotations

import pytest

from tests.schemas.conftest import ReviewCopy
from tests.schemas.contradictions import CHEN, ORR, OS, PFS, ZHOU, Case, assert_reported, case_id

CASES = [
    Case("outcomes", ORR, {"median": "6"}, "column-of-other-kind", "median", ["a proportion"]),
    Case("outcomes", PFS, {"events": "6"}, "column-of-other-kind", "events", ["a median"]),
    Case("outcomes", OS, {"criteria": "mRECIST"}, "criteria-not-used", "criteria", ["empty"]),
    Case("outcomes", OS, {"median": ""}, "row-without-number", "median", ["not used"], "warning"),
    Case(
        "comparators",
        {"comparator_id": "SHARP"},
        {"unit": "percent"},
        "unit-differs",
        "unit",
        ["OS is measured in months"],
    ),
    Case(
        "studies",
        ZHOU,
        {"timing": "retrospective"},
        "design-timing",
        "timing",
        ["randomised controlled trial, this column retrospective"],
        "warning",
    ),
    Case(
        "studies",
        CHEN,
        {"timing": "prospective"},
        "design-timing",
        "timing",
        ["methods of the report"],
        "warning",
    ),
    Case("studies", ZHOU, {"therapy": ""}, "level-unknown", "therapy", ["no group"], "warning"),
    Case("outcomes", PFS, {"ci_low": "7.5"}, "interval-order", "ci_low", ["above the median"]),
    Case("outcomes", PFS, {"ci_high": "6.0"}, "interval-order", "ci_high", ["below the median"]),
    Case(
        "outcomes",
        PFS,
        {"ci_low": "8.2", "ci_high": "5.7"},
        "interval-order",
        "ci_low",
        ["not below the upper limit"],
    ),
    Case("outcomes", PFS, {"ci_low": "6.7"}, "interval-touches", "ci_low", ["same"], "warning"),
    Case(
        "outcomes",
        PFS,
        {"ci_high": "82"},
        "interval-asymmetric",
        "ci_high",
        ["upper side", "15 times", "decimal point"],
        "warning",
    ),
    Case(
        "outcomes",
        PFS,
        {"ci_low": "0.57"},
        "interval-asymmetric",
        "ci_low",
        ["lower side"],
        "warning",
    ),
    Case("outcomes", PFS, {"ci_low": "0"}, "interval-asymmetric", "ci_low", ["lower"], "warning"),
    Case(
        "outcomes",
        PFS,
        {"ci_high": ""},
        "limit-missing",
        "ci_high",
        ["Not reached is not the same as missing"],
    ),
    Case("outcomes", PFS, {"ci_low": ""}, "limit-missing", "ci_low", ["lower limit is missing"]),
    Case(
        "outcomes",
        PFS,
        {"upper_not_reached": "yes"},
        "limit-not-reached",
        "ci_high",
        ["says it was not reached"],
    ),
    Case("outcomes", PFS, {"ci_level": ""}, "level-missing", "ci_level", ["0.95"]),
    Case("outcomes", PFS, {"median": ""}, "median-missing", "median", ["without its median"]),
    Case("outcomes", OS, {"median": "0"}, "median-zero", "median", ["cannot be 0"]),
    Case(
        "comparators",
        {"comparator_id": "APOLLO"},
        {"ci_low": "14"},
        "interval-order",
        "ci_low",
        ["above the estimate"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_contradiction_is_reported_with_its_place(review: ReviewCopy, case: Case) -> None:
    assert_reported(review, case)


@pytest.mark.parametrize(
    ("where", "cells"),
    [
        (ORR, {"percent_reported": "66"}),
        (ORR, {"percent_reported": "65.63"}),
        (ORR, {"percent_reported": "65.625"}),
        (ORR, {"percent_reported": "65.62"}),
        (ORR, {"percent_reported": "", "criteria": "iRECIST"}),
        (PFS, {"ci_high": "", "upper_not_reached": "yes"}),
        (PFS, {"median": "", "ci_high": "", "upper_not_reached": "yes"}),
        (PFS, {"ci_low": "1.1", "median": "7.4", "ci_high": "27.7"}),
    ],
)
def test_right_rows_pass(review: ReviewCopy, where: dict[str, str], cells: dict[str, str]) -> None:
    """Rounding either way, an upper limit not reached, and a wide interval are no mistakes."""
    review.change("outcomes", where, **cells)
    assert review.check().problems == ()
