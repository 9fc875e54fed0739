"""Do the tables of a review of two arms argue back, as those of single groups do?"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from schemas.measures import MEASURE_FORMS
from schemas.protocol_outcomes import MeasureName
from schemas.tables import table_schemas
from tests.schemas.two_arms import TwoArms

if TYPE_CHECKING:
    from pathlib import Path


_INTERVAL = ("ci_low", "ci_high", "ci_level")


@pytest.fixture
def review(tmp_path: Path) -> TwoArms:
    return TwoArms.of(tmp_path)


def test_the_protocol_lists_the_measures_there_are() -> None:
    assert set(get_args(MeasureName)) == set(MEASURE_FORMS)


def test_a_sound_review_of_two_arms_has_no_problem(review: TwoArms) -> None:
    report = review.check()
    assert report.problems == ()
    assert report.data is not None
    assert len(report.data.arms) == 10
    assert report.data.adverse_events.empty


def test_the_form_has_only_what_the_measures_need(review: TwoArms) -> None:
    data = review.check().data
    assert data is not None
    schemas = table_schemas(data.protocol)
    assert "ecog" not in schemas["studies"].columns
    assert {"mean", "sd", "arm", "events"} <= set(schemas["outcomes"].columns)
    assert not {"tp", "person_time", "criteria", "upper_not_reached"} & set(
        schemas["outcomes"].columns
    )
    assert "adverse_events" not in schemas


@pytest.mark.parametrize(
    ("table", "where", "cells", "rule", "words"),
    [
        ("outcomes", {"outcome": "SCORE"}, {"sd": "1.3"}, "sd-looks-like-se", "SD of 8.12"),
        ("outcomes", {"outcome": "SCORE"}, {"mean": "61"}, "outside-instrument", "(0 to 50)"),
        ("outcomes", {"outcome": "SCORE"}, {"sd": "", "se": ""}, "row-incomplete", "without sd"),
        ("outcomes", {"outcome": "RESPONSE"}, {"n": "41"}, "n-exceeds-arm", "line 2"),
        ("outcomes", {"outcome": "RESPONSE"}, {"arm": ""}, "arm-missing", "two groups"),
        ("outcomes", {"outcome": "RESPONSE"}, {"arm": "X"}, "arm-unknown", "no arm"),
        ("outcomes", {"outcome": "RESPONSE"}, {"mean": "3"}, "column-of-other-kind", "risk ratio"),
        ("contrasts", {}, {"estimate": "1.70"}, "interval-order", "not inside"),
        ("contrasts", {}, {"estimate": "0.60"}, "interval-uneven", "logarithmic"),
        ("contrasts", {}, {"estimate": "-0.36"}, "ratio-not-positive", "logarithm"),
        ("outcomes", {"outcome": "SCORE"}, {"design_effect": "2", "icc": "0.1"},
         "design-effect-twice", "icc would give another"),
        ("outcomes", {"outcome": "SCORE"}, {"icc": "0.1"}, "design-effect-half", "icc alone"),
        ("outcomes", {"outcome": "SCORE"}, {"design_effect": "2", "clusters_allowed": "yes"},
         "clusters-allowed-twice", "twice"),
        ("outcomes", {"outcome": "RESPONSE"}, {"clusters_allowed": "yes"},
         "clusters-allowed-counts", "count of patients"),
        ("outcomes", {"outcome": "SCORE"}, {"sd": "0"}, "sd-zero", "all patients"),
        ("outcomes", {"outcome": "SCORE"}, {"se": "4"}, "sd-and-se", "√39"),
        ("outcomes", {"outcome": "SCORE"}, {"ci_low": "18", "ci_high": "22", "ci_level": "0.95"},
         "numbers-order", "below ci_low"),
        ("outcomes", {"outcome": "RESPONSE"}, {"percent_reported": "20"},
         "percent-differs", "52.5"),
        ("contrasts", {}, {"measure": "OR"}, "contrast-measure", "odds ratio"),
        ("contrasts", {}, dict.fromkeys(_INTERVAL, ""), "contrast-without-precision", "no weight"),
        ("arms", {"study_id": "S1", "arm": "T"}, {"n_randomised": "50"}, "arms-and-total", "90"),
    ],
)  # fmt: skip
def test_a_slip_is_named(
    review: TwoArms,
    table: str,
    where: dict[str, str],
    cells: dict[str, str],
    rule: str,
    words: str,
) -> None:
    review.row(table, **where).update(cells)
    problem = review.problem(rule)
    assert problem.file == f"data/{table}.csv" or rule == "arms-and-total"
    assert words in f"{problem.what} {problem.hint}"


def test_several_arms_ask_for_a_rule(review: TwoArms) -> None:
    review.add("arms", study_id="S1", arm="T2", role="experimental", label="T2", n_randomised="5")
    review.row("studies", study_id="S1")["n_total"] = "85"
    assert "T, T2" in review.problem("several-arms").what
    review.protocol = review.protocol.replace(
        "    label: Treatment against", "    several: combine\n    label: Treatment against"
    )
    assert not [p for p in review.check().problems if p.rule == "several-arms"]


def test_a_measure_of_two_groups_needs_a_comparison(review: TwoArms) -> None:
    start, end = review.protocol.index("comparisons:"), review.protocol.index("outcomes:")
    review.protocol = review.protocol[:start] + review.protocol[end:]
    problems = review.check().problems
    assert any("nobody knows which arms meet" in problem.what for problem in problems)


def test_a_table_without_use_is_pointed_out(review: TwoArms) -> None:
    review.add("adverse_events", study_id="S1", term_reported="Nausea", grade="any", n="3")
    assert "adverse_events" in review.problem("table-not-used").hint


def exchange(review: TwoArms, outcome: str, study: str) -> None:
    first, second = (review.row("outcomes", outcome=outcome, study_id=study, arm=a) for a in "TC")
    first["arm"], second["arm"] = "C", "T"


@pytest.mark.parametrize(("outcome", "where"), [("SCORE", "severity"), ("RESPONSE", "response")])
def test_exchanged_arms_are_seen_among_the_others(
    review: TwoArms, outcome: str, where: str
) -> None:
    """S3: 14 + 3 against 20 + 3 with an SD of 8.3 in 39 patients, z = 3.2; 23/40 and 13/40, 2.2."""
    exchange(review, outcome, "S3")
    problem = review.problem("arms-exchanged")
    assert (problem.column, problem.severity) == ("arm", "warning")
    assert f"The effect on {where} points the other way than in all 4 other studies" in problem.what


def test_exchanged_groups_of_a_printed_comparison_are_seen(review: TwoArms) -> None:
    review.row("contrasts", study_id="S2").update(estimate="1.43", ci_low="1.02", ci_high="2.00")
    assert review.problem("arms-exchanged").column == "estimate"


def test_an_effect_against_the_others_that_is_not_clear_is_no_warning(review: TwoArms) -> None:
    exchange(review, "SCORE", "S3")
    for arm in "TC":
        review.row("outcomes", outcome="SCORE", study_id="S3", arm=arm)["n"] = "6"
    assert not [p for p in review.check().problems if p.rule == "arms-exchanged"]


def test_two_studies_against_the_others_are_no_mistake(review: TwoArms) -> None:
    exchange(review, "SCORE", "S3")
    exchange(review, "SCORE", "S4")
    assert not [p for p in review.check().problems if p.rule == "arms-exchanged"]


def test_scores_that_run_the_other_way_are_turned_first(review: TwoArms) -> None:
    exchange(review, "SCORE", "S3")
    review.protocol = review.protocol.replace(
        "label: Scale B}", "label: Scale B, higher_is: better}"
    )
    for arm in "TC":
        review.row("outcomes", outcome="SCORE", study_id="S3", arm=arm)["instrument"] = "scale-b"
    assert not [p for p in review.check().problems if p.rule == "arms-exchanged"]


def test_an_arm_under_two_names_is_seen(review: TwoArms) -> None:
    review.add("arms", study_id="S1", arm="T2", role="other", label="T2", n_randomised="40")
    review.row("studies", study_id="S1")["n_total"] = "120"
    for code in ("SCORE", "RESPONSE"):
        review.add(
            "outcomes", **{**review.row("outcomes", outcome=code, study_id="S1"), "arm": "T2"}
        )
    assert "T and T2 have the same numbers" in review.problem("arm-twice").what


def test_an_arm_on_both_sides_is_refused(review: TwoArms) -> None:
    for row in review.tables["arms"]:
        row["treatment"] = "drug" if row["arm"] == "T" else "placebo"
    review.protocol = review.protocol.replace(
        "experimental: {label: Treatment}", "experimental: {label: Treatment, treatments: [drug]}"
    ).replace("control: {label: Control}", "control: {label: Control, treatments: [placebo, drug]}")
    found = [p for p in review.check().problems if p.rule == "arm-on-both-sides"]
    assert len(found) == 5


def test_a_cluster_trial_must_say_how_much_its_patients_are_worth(review: TwoArms) -> None:
    review.row("studies", study_id="S1")["design"] = "rct_cluster"
    found = [p for p in review.check().problems if p.rule == "clusters-not-allowed-for"]
    # Once for each result: score, response and survival.
    assert [p.file for p in found] == ["data/contrasts.csv", *["data/outcomes.csv"] * 2]
    for table, cells in (
        ("outcomes", {"cluster_size": "20", "icc": "0.02"}),
        ("contrasts", {"clusters_allowed": "yes"}),
    ):
        for row in review.tables[table]:
            if row["study_id"] == "S1":
                row.update(cells)
    assert review.check().problems == ()


def test_changes_and_values_are_not_one_standardised_scale(review: TwoArms) -> None:
    """Cochrane Handbook 6.5, 10.5.2: they should not be combined as SMDs."""
    for row in review.tables["outcomes"]:
        if row["study_id"] == "S2" and row["outcome"] == "SCORE":
            row.update(change="yes", mean="-6")
    problem = review.problem("changes-and-values")
    assert problem.severity == "warning"
    assert problem.line == 6
    assert "(lines 6, 8)" in problem.what
    assert "(lines 2, 4, 10, 12, 14, 16, 18, 20)" in problem.what
    # With values at follow-up of the same study besides, the rule can take those.
    for arm in "TC":
        review.tables["outcomes"].append(
            {
                **review.row("outcomes", study_id="S2", arm=arm, outcome="SCORE"),
                "change": "no",
                "mean": "16" if arm == "T" else "22",
                "time": "24",
            }
        )
    assert "changes-and-values" not in {p.rule for p in review.check().problems}
    review.protocol = review.protocol.replace("measure: SMD", "measure: MD")
    for row in review.tables["outcomes"]:
        if row["study_id"] == "S2" and row["outcome"] == "SCORE" and row["time"] == "24":
            row["change"] = "yes"
    assert "changes-and-values" not in {p.rule for p in review.check().problems}
