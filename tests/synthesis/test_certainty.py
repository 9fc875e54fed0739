"""Is an effect told in absolute terms, and does each proposal follow from the numbers it shows?

Expected numbers are worked out beside the tests, from the counts of one made-up trial:
21 of 40 respond with the treatment, 11 of 40 without (risk ratio 21/11).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analysis.cli import main
from analysis.synthesis.computation import synthesise
from analysis.synthesis.grade import Grade, Proposal
from analysis.synthesis.grading import open_ratings
from analysis.synthesis.results import Outcome, Synthesis
from analysis.versions.status.certainty import certainty_points
from schemas import load_review
from tests.schemas.rating import JUDGED, PLAN, rate
from tests.schemas.two_arms import PROTOCOL, TwoArms

# Read from counts that are rounded to six digits by hand: 5 in the last of them.
BY_HAND = 5e-6
SURVIVAL = """\
certainty:
  outcomes:
    - {id: survival, event: death, baseline_time: 12 months, thresholds: {small: 50, large: 200}}
"""


def made(root: Path, plan: str = PLAN, studies: int = 1, protocol: str = PROTOCOL) -> TwoArms:
    review = TwoArms.of(root, studies)
    review.protocol = protocol + plan
    return review


def computed(review: TwoArms) -> Synthesis:
    report = review.check()
    assert report.data is not None, report.problems
    return synthesise(load_review(review.root), pools_only=True)


def graded(synthesis: Synthesis, name: str) -> tuple[Outcome, Grade]:
    outcome = synthesis.outcome(name)
    assert outcome.grade is not None
    return outcome, outcome.grade


def proposal(grade: Grade, domain: str) -> tuple[Proposal, str]:
    (found,) = [each for each in grade.proposals if each.domain == domain]
    return found, " ".join(found.arithmetic)


def command(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--root", str(root), *words])


def test_a_risk_ratio_changes_the_risk_of_the_control_group(tmp_path: Path) -> None:
    """11/40 is 275 per 1000, 21/40 is 525: 250 more.

    The interval: ln(21/11) ± 1.959964 √(1/21 − 1/40 + 1/11 − 1/40) is 1.065521 to 3.420513,
    which makes 293 and 941 of 275.
    """
    _, grade = graded(computed(made(tmp_path)), "response")
    (entry,) = grade.absolute
    found = entry.effect
    assert (found.baseline, entry.given) == (0.275, False)
    assert found.treated == pytest.approx(0.525, abs=BY_HAND)
    assert (found.low, found.high) == pytest.approx((0.018018, 0.665641), abs=BY_HAND)
    # 250 per 1000 are above the large effect of the protocol, 200.
    assert grade.size == 3


def test_a_given_baseline_risk_stands_before_that_of_the_studies(tmp_path: Path) -> None:
    given = PROTOCOL.replace("measure: RR", "measure: RR, baseline_risk: [0.1, 0.4]")
    review = made(tmp_path, protocol=given)
    _, grade = graded(computed(review), "response")
    # 10 · (21/11 − 1) = 9.090909 and 40 · 10/11 = 36.363636 more of 100.
    told = [(entry.given, entry.effect.difference) for entry in grade.absolute]
    assert told == [(True, pytest.approx(0.0909091)), (True, pytest.approx(0.3636364))]


def test_a_hazard_ratio_changes_the_risk_of_its_event_by_a_time(tmp_path: Path) -> None:
    """1 − 0.6^0.7 = 0.300632 of 0.4; 1 − √0.6 and 1 − 0.6^0.98 at the ends."""
    given = PROTOCOL.replace("measure: HR", "measure: HR, baseline_risk: [0.4]")
    review = made(tmp_path, SURVIVAL, protocol=given)
    _, grade = graded(computed(review), "survival")
    effect = grade.absolute[0].effect
    found = (effect.difference, effect.low, effect.high)
    assert found == pytest.approx((-0.099368, -0.174597, -0.006161), abs=BY_HAND)
    # ln 0.65 / ln 0.6 = 0.843306; 4 · 7.848879 / (ln 0.843306)² = 1080.9 events.
    assert "1081 events" in proposal(grade, "imprecision")[1]


def test_a_standardised_difference_is_told_in_points(tmp_path: Path) -> None:
    """g = (15 − 21)/8.1 · (1 − 3/303) = −0.733407, times the control group's SD of 8.1."""
    plan = PLAN.replace("{id: score,", "{id: score, reexpression: {instrument: scale-a},")
    _, grade = graded(computed(made(tmp_path, plan)), "score")
    assert grade.points is not None
    # The factor is an approximation of metafor's, which is good to 1e-4.
    assert grade.points.effect.difference == pytest.approx(-0.733407 * 8.1, abs=1e-3)
    assert (grade.points.sd, grade.points.groups, grade.points.given) == (8.1, 1, False)


def test_too_few_participants_are_told_with_the_size_that_is_needed(tmp_path: Path) -> None:
    """From 275 to 325 per 1000: 4 · 7.848879 · 0.3 · 0.7 / 0.05² = 2637.2 participants."""
    _, grade = graded(computed(made(tmp_path)), "response")
    found, told = proposal(grade, "imprecision")
    # 18 to 666 more holds both 50 and 200.
    assert found.level == "very serious"
    assert "2638 participants" in told
    assert "there are 80, 3% of it" in told


def test_a_size_of_the_protocol_is_taken_as_it_is(tmp_path: Path) -> None:
    plan = PLAN.replace("{id: response,", "{id: response, information: {size: 100},")
    _, told = proposal(graded(computed(made(tmp_path, plan)), "response")[1], "imprecision")
    assert "100 participants (given in the protocol); there are 80, 80% of it" in told


def test_a_relative_change_may_be_what_is_worth_finding(tmp_path: Path) -> None:
    """A quarter of 275 more is 343.75: 4 · 7.848879 · 0.309375 · 0.690625 / 0.06875² = 1419.2."""
    plan = PLAN.replace("{id: response,", "{id: response, information: {relative_reduction: 0.25},")
    _, told = proposal(graded(computed(made(tmp_path, plan)), "response")[1], "imprecision")
    assert "1420 participants" in told


def _judge(review: TwoArms, *whole: str) -> None:
    for study, judgement in zip(review.tables["studies"], whole, strict=True):
        for number in range(1, 6):
            review.add(
                "quality",
                study_id=study["study_id"],
                tool="rob2",
                item=f"d{number}",
                judgement=judgement,
                outcome="",
                support="",
            )


@pytest.mark.parametrize(
    ("judgements", "level"),
    [
        (("low", "low", "low"), "not serious"),
        (("low", "low", "high"), "serious"),
        (("high", "high", "low"), "very serious"),
    ],
)
def test_risk_of_bias_is_read_by_weight(
    tmp_path: Path, judgements: tuple[str, ...], level: str
) -> None:
    """A third of three like trials is above a quarter, two thirds are above a half."""
    review = made(tmp_path, studies=3)
    _judge(review, *judgements)
    outcome, grade = graded(computed(review), "response")
    found, told = proposal(grade, "risk_of_bias")
    weights = [study.weight or 0.0 for study in outcome.overall.studies]
    share = sum(w for w, judged in zip(weights, judgements, strict=True) if judged == "high")
    assert found.level == level
    assert f"{100 * share:.0f}% at high risk" in told
    assert ("Without those at high risk the estimate is" in told) == ("high" in judgements)


def test_nobody_judged_is_no_low_risk(tmp_path: Path) -> None:
    found, told = proposal(graded(computed(made(tmp_path)), "response")[1], "risk_of_bias")
    assert found.level is None
    assert "Too many are not judged" in told


def test_results_that_differ_are_a_concern(tmp_path: Path) -> None:
    review = made(tmp_path, studies=4)
    _, alike = graded(computed(review), "response")
    assert proposal(alike, "inconsistency")[0].level == "not serious"
    for study, events in (("S1", "4"), ("S2", "38"), ("S3", "6")):
        review.row("outcomes", study_id=study, arm="T", outcome="RESPONSE")["events"] = events
    outcome, apart = graded(computed(review), "response")
    assert outcome.overall.i2 is not None
    assert outcome.overall.i2 > 0.75
    found, told = proposal(apart, "inconsistency")
    assert found.level == "very serious"
    assert f"I² is {100 * outcome.overall.i2:.0f}%" in told


def test_few_studies_have_no_verdict_on_those_that_are_missing(tmp_path: Path) -> None:
    assert made(tmp_path, studies=5).check().data is not None
    _, grade = graded(synthesise(load_review(tmp_path)), "response")
    found, told = proposal(grade, "publication_bias")
    assert found.level is None
    assert "5 estimates are too few" in told


@pytest.mark.parametrize(
    ("events", "level"), [("19", "no"), ("20", "large"), ("30", "large"), ("50", "very large")]
)
def test_a_large_effect_counts_where_evidence_does_not_begin_at_high(
    tmp_path: Path, events: str, level: str
) -> None:
    """Against 10 of 60: twofold is large, fivefold very large (Guyatt 2011, GRADE 9)."""
    review = made(tmp_path)
    for arm, count in (("T", events), ("C", "10")):
        review.row("outcomes", study_id="S1", arm=arm, outcome="RESPONSE").update(
            events=count, n="60"
        )
        review.row("arms", study_id="S1", arm=arm)["n_randomised"] = "60"
    review.tables["studies"][0].update(n_total="120")
    domains = [p.domain for p in graded(computed(review), "response")[1].proposals]
    assert "large_effect" not in domains
    review.tables["studies"][0].update(design="prospective_cohort")
    _, grade = graded(computed(review), "response")
    assert (grade.start, proposal(grade, "large_effect")[0].level) == ("low", level)


def test_a_rating_is_the_start_and_its_steps(tmp_path: Path) -> None:
    review = made(tmp_path)
    rate(review, "RESPONSE", imprecision=("very serious", "One small trial."))
    synthesis = computed(review)
    assert graded(synthesis, "response")[1].level == "very low"
    # Nobody rated the other outcome, and nothing rates it by itself.
    _, other = graded(synthesis, "score")
    assert (other.level, other.proposals != ()) == (None, True)


def test_a_changed_result_opens_its_rating_until_people_sign_it(tmp_path: Path) -> None:
    review = made(tmp_path)
    rate(review, "RESPONSE")
    for row in review.tables["certainty"]:
        # As a spreadsheet may write it: a hyphen for a dash.
        row["result"] = "RR 1.91 (1.07-3.42); 1 estimate; 80 participants"
    synthesis = computed(review)
    assert graded(synthesis, "response")[1].level == "moderate"
    assert list(open_ratings(synthesis.outcomes)) == []
    review.row("outcomes", study_id="S1", arm="T", outcome="RESPONSE")["events"] = "25"
    synthesis = computed(review)
    _, grade = graded(synthesis, "response")
    assert (grade.level, grade.earlier) == (None, "moderate")
    (problem,) = open_ratings(synthesis.outcomes)
    assert (problem.file, problem.line, problem.severity) == ("data/certainty.csv", 2, "warning")
    assert "RR 2.27" in problem.what
    due = {point.what: point.due for point in certainty_points(synthesis.outcomes)}
    assert due == {"1 rating is open again.": True, "1 outcome is not rated.": True}
    shown = command(tmp_path, "certainty", "response")
    assert "open again; moderate when the result was RR 1.91" in shown.output
    assert "open again" in command(tmp_path, "check").output
    signed = command(tmp_path, "certainty", "response", "--sign")
    assert (signed.exit_code, signed.stdout) == (0, "5 rows of data/certainty.csv changed.\n")
    again = synthesise(load_review(tmp_path), pools_only=True)
    assert graded(again, "response")[1].level == "moderate"
    assert command(tmp_path, "certainty", "response", "--sign").stdout.startswith("0 rows")


def test_the_command_writes_rows_without_judgements(tmp_path: Path) -> None:
    review = made(tmp_path)
    assert review.check().data is not None
    found = command(tmp_path, "certainty", "--rows", "response")
    head, *rows = found.stdout.splitlines()
    assert head.startswith("outcome,comparison,domain,level,reason")
    assert [row.split(",")[2] for row in rows] == list(JUDGED)
    assert all(row.split(",")[3:5] == ["", ""] for row in rows)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--sign",), "Name the outcomes"),
        (("--sign", "--rows", "response"), "Either --rows or --sign"),
        (("survival",), "survival is not to be rated"),
        (("--sign", "response"), "no rating of RESPONSE"),
    ],
)
def test_a_wrong_command_says_what_to_do(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    review = made(tmp_path)
    rate(review, "SCORE")
    assert review.check().data is not None
    found = command(tmp_path, "certainty", *words)
    assert found.exit_code
    assert told in found.output
    assert "Traceback" not in found.output


def test_a_review_without_a_plan_has_no_grade_and_the_command_says_so(tmp_path: Path) -> None:
    review = made(tmp_path, "")
    assert computed(review).outcome("response").grade is None
    assert "does not ask for a rating" in command(tmp_path, "certainty").output
