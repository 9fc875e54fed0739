"""Does a rating of the certainty of evidence argue back where GRADE would?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemas.certainty import DOMAINS, LEVELS, body_start, level_values, moved
from tests.schemas.rating import JUDGED, PLAN, rate
from tests.schemas.two_arms import PROTOCOL, TwoArms

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def review(tmp_path: Path) -> TwoArms:
    made = TwoArms.of(tmp_path)
    made.protocol = PROTOCOL + PLAN
    return made


def test_a_whole_rating_has_no_problem(review: TwoArms) -> None:
    rate(review)
    assert review.check().problems == ()


@pytest.mark.parametrize(
    ("domain", "cells", "rule", "words"),
    [
        ("inconsistency", {"outcome": "PAIN"}, "cell-not-in-list", "SCORE"),
        ("inconsistency", {"domain": "bias"}, "cell-not-in-list", "risk_of_bias"),
        ("inconsistency", {"level": "grave"}, "cell-not-in-list", "not serious"),
        ("inconsistency", {"level": "suspected"}, "certainty-level", "inconsistency"),
        ("inconsistency", {"level": ""}, "certainty-level", "not judged"),
        ("risk_of_bias", {"reason": ""}, "certainty-reason", "down"),
        ("risk_of_bias", {"comparison": "other"}, "cell-not-in-list", "main"),
        ("risk_of_bias", {"outcome": "OS"}, "certainty-not-planned", "survival"),
        ("risk_of_bias", {"result": "0.3; 4 estimates"}, "", ""),
    ],
)
def test_a_wrong_cell_is_named(
    review: TwoArms, domain: str, cells: dict[str, str], rule: str, words: str
) -> None:
    rate(review)
    review.row("certainty", domain=domain).update(cells)
    found = [problem for problem in review.check().problems if problem.rule == rule]
    if not rule:
        assert review.check().problems == ()
        return
    (problem,) = found
    assert words in problem.what + problem.hint
    assert (problem.file, problem.line) == (
        "data/certainty.csv",
        2 + list(JUDGED).index(domain),
    )
    assert problem.column == ("outcome" if rule == "certainty-not-planned" else next(iter(cells)))


def test_a_missing_domain_is_named(review: TwoArms) -> None:
    rate(review)
    del review.tables["certainty"][3]
    assert "imprecision" in review.problem("certainty-incomplete").what


def test_randomised_evidence_is_not_rated_up(review: TwoArms) -> None:
    rate(review, large_effect=("large", "The risk was halved."))
    assert "begins at high" in review.problem("certainty-raised").what


def test_what_was_rated_down_is_rated_up_with_a_warning_only(review: TwoArms) -> None:
    for row in review.tables["studies"]:
        row["design"] = "prospective_cohort"
    rate(review, large_effect=("large", "The risk was halved."))
    problem = review.problem("certainty-raised")
    assert (problem.severity, "risk_of_bias" in problem.what) == ("warning", True)


def test_designs_that_begin_apart_are_told(review: TwoArms) -> None:
    review.tables["studies"][0]["design"] = "prospective_cohort"
    rate(review)
    assert "the lowest, low" in review.problem("certainty-mixed-designs").what


def test_two_results_cannot_have_one_rating(review: TwoArms) -> None:
    rate(review)
    review.tables["certainty"][0]["result"] = "SMD -0.5"
    review.tables["certainty"][1]["result"] = "SMD -0.7"
    assert "2 different results" in review.problem("certainty-results").what


def test_a_sentence_of_the_team_has_no_level(review: TwoArms) -> None:
    rate(review, statement=("serious", "It may help."))
    assert review.problem("certainty-level").line == 7


def test_a_rating_without_a_plan_is_told(review: TwoArms) -> None:
    review.protocol = PROTOCOL
    rate(review)
    assert "appear nowhere" in review.problem("table-not-used").what


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{id: pain}", "no outcome with the id pain"),
        ("{id: score, thresholds: {small: 0.5, moderate: 0.2}}", "do not rise"),
        ("{id: score, decision_limits: [1]}", "compares two groups"),
        ("{id: score, reexpression: {instrument: scale-x}}", "no instrument scale-x"),
        ("{id: response, baseline_labels: [low, high]}", "2 names for 0 baseline risks"),
        ("{id: survival}", "overall survival may be its opposite"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused(review: TwoArms, entry: str, words: str) -> None:
    review.protocol = f"{PROTOCOL}certainty:\n  outcomes:\n    - {entry}\n"
    assert words in review.problem("protocol-entry").what


def test_steps_end_at_the_lowest_and_the_highest_level() -> None:
    assert moved("high", -5) == "very low"
    assert moved("low", 3) == "high"


def test_the_weakest_design_says_where_a_body_begins() -> None:
    assert body_start(["rct", "rct_crossover"], {}) == "high"
    assert body_start(["rct", "case_series"], {}) == "low"
    # Observational studies of prognosis begin high (Iorio 2015, BMJ 350:h870).
    assert body_start(["prospective_cohort"], {"prospective_cohort": "high"}) == "high"
    assert body_start([], {}) is None


def test_the_list_of_the_column_has_every_judgement() -> None:
    words = {word for domain in DOMAINS.values() for word in domain.levels}
    assert words == set(level_values())
    assert LEVELS == ("very low", "low", "moderate", "high")


def test_a_risk_of_an_event_in_time_has_a_time(review: TwoArms) -> None:
    """A hazard ratio becomes a difference of risks only by a time (Cochrane Handbook 15.4.4)."""
    given = "measure: HR, baseline_risk: [0.4]"
    plan = "certainty:\n  outcomes:\n    - {id: survival, event: death}\n"
    review.protocol = PROTOCOL.replace("measure: HR", given) + plan
    problem = review.problem("protocol-entry")
    assert "not by when" in problem.what
    assert problem.file == "data/protocol.yml"
    review.protocol = review.protocol.replace("event: death", "event: death, baseline_time: a year")
    assert review.check().problems == ()
