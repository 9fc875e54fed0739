"""Are keys, names, DOIs, registrations and dates found that cannot be right?"""

from __future__ import annotations

import pytest

from tests.schemas.conftest import ReviewCopy, the_problem
from tests.schemas.contradictions import CHEN, ORR, ZHOU, Case, assert_reported, case_id
from tests.schemas.stand_ins import add_reconstructed

CASES = [
    Case("outcomes", ORR, {"study_id": "ChenS2032"}, "study-unknown", "study_id", ['"ChenS2023"']),
    Case("quality_jbi", CHEN, {"study_id": "Nobody"}, "study-unknown", "study_id", ["no study"]),
    Case(
        "studies",
        ZHOU,
        {"citation_key": "Zhou2052"},
        "citation-unknown",
        "citation_key",
        ['Did you mean "Zhou2025"?', "references.bib"],
    ),
    Case(
        "studies",
        CHEN,
        {"citation_key": "Zhou2025"},
        "citation-repeated",
        "citation_key",
        ["cited in line 2"],
        "warning",
    ),
    Case("studies", ZHOU, {"registry_id": "NCT0434415"}, "registration-form", "registry_id", []),
    Case(
        "studies",
        ZHOU,
        {"registry_id": "XYZ123"},
        "registration-unknown",
        "registry_id",
        ["could not be checked"],
        "warning",
    ),
    Case(
        "studies",
        CHEN,
        {"registry_id": "NCT04344158"},
        "registration-repeated",
        "registry_id",
        ["Line 2 has the same registration"],
    ),
    Case(
        "ongoing_trials",
        {},
        {"registry_id": "NCT04344158"},
        "registration-included",
        "registry_id",
        ["already included"],
        "warning",
    ),
    Case(
        "studies",
        ZHOU,
        {"source": "https://doi.org/10.1016/S1470-2045(25)00190-1"},
        "doi-form",
        "source",
        ["Write the DOI alone: 10.1016/S1470-2045(25)00190-1."],
    ),
    Case(
        "outcomes",
        {"study_id": "ChenS2023"},
        {"source": "https://www.example.org/articles/10.3389/fonc.2023.1235786/full"},
        "doi-form",
        "source",
        ["Write the DOI alone: 10.3389/fonc.2023.1235786."],
    ),
    Case(
        "awaiting_extraction",
        {},
        {"doi": "doi.org/10.3389/fonc.2021.684867?utm=x"},
        "doi-form",
        "doi",
        ["Write the DOI alone: 10.3389/fonc.2021.684867."],
    ),
    Case("studies", ZHOU, {"source": "10.1016 S1470"}, "doi-form", "source", ["10.1000/xyz"]),
    Case("awaiting_extraction", {}, {"doi": "fonc.2021"}, "doi-form", "doi", []),
    Case(
        "awaiting_extraction",
        {},
        {"study_id": "Zhou2025"},
        "waiting-included",
        "study_id",
        [],
        "warning",
    ),
    Case(
        "studies",
        ZHOU,
        {"enrolment_start": "2023-07"},
        "date-order",
        "enrolment_start",
        ["exchanged"],
    ),
    Case(
        "studies",
        ZHOU,
        {"enrolment_start": "2026", "enrolment_end": ""},
        "date-after-publication",
        "enrolment_start",
        ["2025"],
    ),
    Case(
        "studies",
        ZHOU,
        {"enrolment_end": "2026-01"},
        "date-after-publication",
        "enrolment_end",
        ["2025"],
        "warning",
    ),
    Case(
        "comparator_events",
        {"comparator_id": "ALTER0802"},
        {"label": "ALTER 0802"},
        "comparator-label",
        "label",
        ['"ALTER-0802"'],
    ),
    Case("studies", CHEN, {"label": "zhou 2025 (Apollo)"}, "name-repeated", "label", ["Line 2"]),
]


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_contradiction_is_reported_with_its_place(review: ReviewCopy, case: Case) -> None:
    assert_reported(review, case)


def test_study_without_results_is_a_warning(review: ReviewCopy) -> None:
    line = add_reconstructed(review)
    review.write("outcomes", [r for r in review.rows("outcomes") if r["study_id"] != "Stand_in"])
    problem = the_problem(review.check(), "study-without-results")
    assert (problem.line, problem.severity) == (line, "warning")
