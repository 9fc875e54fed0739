"""Do tables, values and passages say what was rated, in words no stronger than the rating?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysis.paper.certainty_text import STATEMENTS, signs, statement
from analysis.paper.passages import written_passages
from analysis.paper.tables import certainty_proposals, evidence_profile, summary_of_findings
from analysis.paper.values import named_values
from analysis.synthesis.computation import synthesise
from analysis.synthesis.results import Synthesis
from schemas import load_review
from schemas.certainty import LEVELS
from tests.paper.tables.reading import notes, row, rows
from tests.schemas.rating import PLAN, rate
from tests.schemas.two_arms import PROTOCOL, TwoArms


@pytest.fixture
def review(tmp_path: Path) -> TwoArms:
    """One trial: 21 of 40 respond with the treatment, 11 of 40 without."""
    made = TwoArms.of(tmp_path, studies=1)
    made.protocol = PROTOCOL + PLAN
    return made


def computed(review: TwoArms) -> Synthesis:
    report = review.check()
    assert report.data is not None, report.problems
    return synthesise(load_review(review.root), pools_only=True)


def rated(review: TwoArms, **changed: tuple[str, str]) -> Synthesis:
    rate(review, "RESPONSE", **changed)
    return computed(review)


def passages_of(review: TwoArms, synthesis: Synthesis) -> dict[str, str]:
    paper = "---\ntitle: A comparison\n---\n\nText.\n"
    (review.root / "manuscript/paper.qmd").write_text(paper, encoding="utf-8")
    data = load_review(review.root)
    values = named_values(synthesis, data)
    found = written_passages(review.root, synthesis, data, values)
    shortcode = re.compile(r"\{\{< var (\S+) >\}\}")
    return {
        name: shortcode.sub(lambda match: values[match[1]].text, text).replace("\n", " ")
        for name, text in found.items()
    }


def test_the_summary_of_findings_has_both_kinds_of_effect(review: TwoArms) -> None:
    """By hand: see tests/synthesis/test_certainty.py. 1/0.25 = 4; 1/0.6656 and 1/0.0180: 2, 56."""
    table = summary_of_findings.build(rated(review))
    heads, *_ = rows(table)
    assert heads[3:5] == ["With control", "With treatment"]
    found = row(table, "Response")
    assert found[1:6] == [
        "80 (1)",
        "RR 1.91|(1.07–3.42)",
        "275 per 1000",
        "525 per 1000",
        "250 more per 1000|(18 more to 666 more)|NNT 4 (2–56)",
    ]
    assert found[6:] == [
        "⊕⊕⊕◯|Moderatea",
        "Treatment probably results in a large increase in response.",
    ]
    below = notes(table)
    assert "a Risk of bias, rated down one level: Patients knew what they were given." in below
    assert "Without treatment: the median of the control groups (Response)." in below
    # The other outcome is asked for and not rated: it says so, and nothing more.
    assert row(table, "Severity")[6:] == ["Not rated", "–"]


def test_several_baseline_risks_have_a_row_each(review: TwoArms) -> None:
    given = "measure: RR, baseline_risk: [0.1, 0.4]"
    plan = PLAN.replace("{id: response,", "{id: response, baseline_labels: [mild, severe],")
    review.protocol = PROTOCOL.replace("measure: RR", given) + plan
    table = summary_of_findings.build(rated(review))
    assert row(table, "Response")[0] == "Response|mild"
    assert row(table, "Response")[3] == "100 per 1000"
    assert row(table, "severe")[3:6] == [
        "400 per 1000",
        "764 per 1000",
        "364 more per 1000|(26 more to 600 more)|NNT 3 (2–39)",
    ]


def test_where_the_interval_holds_no_difference_nobody_is_treated_for_one(review: TwoArms) -> None:
    review.row("outcomes", study_id="S1", arm="T", outcome="RESPONSE")["events"] = "12"
    found = row(summary_of_findings.build(rated(review)), "Response")
    assert "NNT" not in found[5]
    assert found[5].startswith("25 more per 1000|(")
    # 25 per 1000 are less than the smallest effect that matters, 50.
    assert found[7] == "Treatment probably makes little or no difference to response."


def test_the_profile_has_each_domain_and_both_groups(review: TwoArms) -> None:
    table = evidence_profile.build(rated(review))
    found = row(table, "Response")
    assert found[1] == "1|Randomised controlled trial|begins at high"
    assert found[2:6] == ["Serious", "Not serious", "Not serious", "Not serious"]
    assert found[6:8] == ["Publication bias: not detected", "Treatment: 21/40|Control: 11/40"]
    assert "– Not judged." in notes(table)


def test_a_profile_of_what_is_rated_wholly_does_not_speak_of_dashes(review: TwoArms) -> None:
    review.protocol = PROTOCOL + PLAN.split("    - {id: score")[0] + "    - {id: response}\n"
    assert "Not judged" not in notes(evidence_profile.build(rated(review)))


def test_what_numbers_say_stands_beside_what_people_said(review: TwoArms) -> None:
    table = certainty_proposals.build(rated(review))
    found = [line for line in rows(table) if line[0] == "Imprecision"]
    assert found[-1][2:] == ["Very serious", "Not serious"]


def test_an_open_rating_is_not_printed(review: TwoArms) -> None:
    rate(review, "RESPONSE")
    for entry in review.tables["certainty"]:
        entry["result"] = "RR 1.11 (1.01–1.22); 3 estimates"
    synthesis = computed(review)
    table = summary_of_findings.build(synthesis)
    assert row(table, "Response")[6:] == ["Not rated", "–"]
    assert "to be rated again: Response" in notes(table)
    assert row(evidence_profile.build(synthesis), "Response")[2] == "–"
    told = passages_of(review, synthesis)
    assert "has to be rated again" in told["response-certainty"]
    assert "certainty" not in told["conclusions"]
    assert "moderate" not in told["certainty"]


def test_passages_carry_the_certainty(review: TwoArms) -> None:
    told = passages_of(review, rated(review))
    assert told["response-certainty"] == (
        "The certainty of the evidence is moderate (rated down for risk of bias). Treatment "
        "probably results in a large increase in response. In absolute terms that is 250 more per "
        "1000 (18 more to 666 more)."
    )
    assert told["conclusions"] == "Treatment probably results in a large increase in response."
    assert told["certainty"].startswith(
        "The certainty of the evidence is moderate for response. It is not rated for severity."
    )
    assert "the certainty of the evidence is moderate" in told["findings"]
    assert "high, moderate, low or very low" in told["methods-certainty"]


def test_a_review_without_a_plan_has_no_word_of_certainty(review: TwoArms) -> None:
    review.protocol = PROTOCOL
    synthesis = computed(review)
    told = passages_of(review, synthesis)
    assert not told["certainty"]
    assert not told["methods-certainty"]
    assert not [name for name in told if "-certainty" in name and name != "methods-certainty"]
    assert not any(re.search(r"\bcertainty", text) for text in told.values())


@pytest.mark.parametrize(
    ("concern", "words"),
    [
        ("not serious", "Treatment results in a large increase in response"),
        ("serious", "Treatment probably results in a large increase in response"),
        ("very serious", "Treatment may result in a large increase in response"),
        (
            "extremely serious",
            "The evidence is very uncertain about what treatment does to response",
        ),
    ],
)
def test_words_follow_from_size_and_level(review: TwoArms, concern: str, words: str) -> None:
    """The scheme of GRADE's informative statements (Santesso 2020, table 2)."""
    synthesis = rated(review, risk_of_bias=(concern, "A reason."))
    assert statement(synthesis.outcome("response")) == words


def test_a_sentence_of_the_team_stands_before_ours(review: TwoArms) -> None:
    synthesis = rated(review, statement=("", "It may help some."))
    assert statement(synthesis.outcome("response")) == "It may help some"


def test_every_size_and_level_has_its_words() -> None:
    assert {(size, level) for size in range(4) for level in LEVELS[1:]} == set(STATEMENTS)
    assert [signs(level) for level in LEVELS] == ["⊕◯◯◯", "⊕⊕◯◯", "⊕⊕⊕◯", "⊕⊕⊕⊕"]


def test_a_hazard_ratio_speaks_of_its_event(review: TwoArms) -> None:
    """Fewer deaths are not less survival."""
    plan = (
        "certainty:\n  outcomes:\n    - {id: survival, event: death, baseline_time: 12 months, "
        "thresholds: {small: 50, large: 200}}\n"
    )
    review.protocol = PROTOCOL.replace("measure: HR", "measure: HR, baseline_risk: [0.4]") + plan
    rate(review, "OS")
    synthesis = computed(review)
    assert statement(synthesis.outcome("survival")) == "Treatment probably reduces death"
    found = row(summary_of_findings.build(synthesis), "Overall survival by 12 months")
    # 1 − 0.6^0.7 and so on: tests/synthesis/test_certainty.py.
    assert found[3:6] == [
        "400 per 1000",
        "301 per 1000",
        "99 fewer per 1000|(175 fewer to 6 fewer)|NNT 11 (6–163)",
    ]


def test_one_group_has_a_rating_without_a_comparison(tmp_path: Path) -> None:
    review = TwoArms.of(tmp_path, studies=2)
    review.protocol = re.sub(r"comparisons:.*?outcomes:", "outcomes:", PROTOCOL, flags=re.DOTALL)
    review.protocol = review.protocol.split("  - id: score")[0].replace("two_arms", "single_arm")
    review.protocol = review.protocol.replace("  comparator: no treatment\n", "") + (
        "  - {id: response, code: RESPONSE, label: Response rate, measure: proportion, "
        "better: higher}\ncertainty:\n  outcomes:\n    - {id: response, decision_limits: [30]}\n"
    )
    del review.tables["contrasts"]
    for table in ("arms", "outcomes"):
        review.tables[table] = [
            entry
            for entry in review.tables[table]
            if entry["arm"] == "T" and entry.get("outcome", "RESPONSE") == "RESPONSE"
        ]
    for entry in review.tables["studies"]:
        entry.update(design="case_series", n_total="40")
    rate(review, "RESPONSE", imprecision=("serious", "Few patients."))
    synthesis = computed(review)
    table = summary_of_findings.build(synthesis)
    # Single groups begin at low; two steps end at very low.
    found = row(table, "Response rate")
    assert found[-2].startswith("⊕◯◯◯|Very low")
    assert found[-1].startswith("The evidence on the response rate is very uncertain: the pooled")
    # Nothing is compared: no column of a difference, no dash in its place.
    assert len(rows(table)[0]) == 5
    told = passages_of(review, synthesis)
    assert "In absolute terms" not in told["response-certainty"]
