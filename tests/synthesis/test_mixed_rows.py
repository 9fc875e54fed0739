"""Do rows of many kinds meet in one pool as they should, and is what was done to them told?

Invented trials of one outcome: counts, a zero, several arms, clusters, both periods of a crossover
trial and a comparison as printed.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.paper.tables.statistics import build
from analysis.paper.values.sensitivity import quantity, sensitivity_values
from analysis.synthesis.computation import synthesise
from analysis.synthesis.results import Synthesis
from schemas import load_review
from tests.paper.tables.reading import rows
from tests.small_review import small_review

PROTOCOL = """\
review: {title: Calls, edition: "1.0", kind: two_arms, living: false, intervention: calls,
  comparator: care, condition: heart failure}
profile: cochrane2025
confidence_level: 0.95
significance_level: 0.05
comparisons:
  - {id: main, label: Calls against care, experimental: {label: Calls}, control: {label: Care},
     several: combine}
outcomes:
  - {id: stay, code: STAY, label: Admission, measure: RR, better: lower,
     time: {rule: nearest, at: 12, unit: months}}
  - {id: death, code: DEATH, label: Death, measure: HR, better: lower}
  - {id: pain, code: PAIN, label: Pain, measure: SMD, better: lower,
     instruments: [{id: vas, label: VAS, higher_is: worse}, {id: koos, label: KOOS pain,
     higher_is: better}]}
abbreviations: {CI: confidence interval}
"""
ARMS = {
    "Two": [("e", "experimental"), ("c", "control")],
    "Three": [("low", "experimental"), ("high", "experimental"), ("c", "control")],
    "Clus": [("e", "experimental"), ("c", "control")],
    "Cross": [("e", "experimental"), ("c", "control")],
    "Zero": [("e", "experimental"), ("c", "control")],
    "Printed": [("e", "experimental"), ("c", "control")],
}
ORDER = ["Two", "Printed", "Three", "Clus", "Cross", "Zero"]
# study, arm, events, n, further cells
COUNTS = [
    ("Two", "e", 40, 120, {}),
    ("Two", "c", 55, 118, {}),
    ("Three", "low", 38, 120, {}),
    ("Three", "high", 30, 118, {}),
    ("Three", "c", 52, 120, {}),
    ("Clus", "e", 60, 200, {"cluster_size": 20, "icc": 0.02}),
    ("Clus", "c", 85, 210, {"cluster_size": 20, "icc": 0.02}),
    ("Cross", "e", 5, 24, {"period": "first", "time": 3}),
    ("Cross", "c", 9, 24, {"period": "first", "time": 3}),
    ("Cross", "e", 8, 46, {"period": "all", "time": 12}),
    ("Cross", "c", 8, 46, {"period": "all", "time": 12}),
    ("Zero", "e", 0, 30, {}),
    ("Zero", "c", 2, 31, {}),
]


def mixed_review(root: Path) -> Path:
    """Make the review of this page."""
    outcomes = [
        {"study_id": study, "arm": arm, "outcome": "STAY", "events": events, "n": n}
        | {"time": 12, "time_unit": "months", **cells}
        for study, arm, events, n, cells in COUNTS
    ]
    pain = {"outcome": "PAIN", "n": 30, "time_unit": "weeks"}
    outcomes += [
        {"study_id": "Two", "arm": "e", "mean": 72, "sd": 14, "instrument": "koos", **pain},
        {"study_id": "Two", "arm": "c", "mean": 61, "sd": 15, "instrument": "koos", **pain},
        {"study_id": "Zero", "arm": "e", "median": 28, "q1": 15, "q3": 44, "instrument": "vas"}
        | pain,
        {"study_id": "Zero", "arm": "c", "median": 40, "q1": 25, "q3": 55, "instrument": "vas"}
        | pain,
    ]
    printed = {"comparison": "main", "ci_level": 0.95, "adjusted": "yes", "adjusted_for": "age"}
    contrasts = [
        {"study_id": "Printed", "outcome": "STAY", "measure": "RR", "estimate": 0.7, **printed}
        | {"ci_low": 0.52, "ci_high": 0.95, "time": 12, "time_unit": "months"}
        | {"n_experimental": 260, "n_control": 260},
        {"study_id": "Two", "outcome": "DEATH", "measure": "HR", "estimate": 0.8, **printed}
        | {"ci_low": 0.6, "ci_high": 1.07},
        {"study_id": "Clus", "outcome": "DEATH", "measure": "HR", "estimate": 0.9, **printed}
        | {"ci_low": 0.7, "ci_high": 1.16},
    ]
    arms = [
        # Both periods of the crossover trial have each of its 24 patients in each arm.
        {"study_id": study, "arm": arm, "role": role, "label": arm}
        | ({"n_randomised": 24} if study == "Cross" else {})
        for study, entries in ARMS.items()
        for arm, role in entries
    ]
    # The study whose comparison is printed stands among the others in the table of studies.
    studies = [{"study_id": study, "design": "rct"} for study in ORDER]
    tables = {"studies": studies, "arms": arms, "outcomes": outcomes, "contrasts": contrasts}
    return small_review(root, PROTOCOL, tables)


@pytest.fixture(scope="module")
def synthesis(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    return synthesise(load_review(mixed_review(tmp_path_factory.mktemp("mixed") / "review")))


def _log_rr(a: float, n: float, c: float, m: float) -> tuple[float, float]:
    return math.log(a / n / (c / m)), 1 / a - 1 / n + 1 / c - 1 / m


def test_each_row_enters_by_its_rule(synthesis: Synthesis) -> None:
    """The inverse-variance mean by hand: τ² is 0, as Q is below its degrees of freedom.

    Arms are added (38 + 30 of 238), the first period alone counts, half an event is added to a
    table with a zero, and 1 + (20 − 1) · 0.02 = 1.38 widens the cluster trial (Handbook 23.1.4).
    """
    yi, vi = _log_rr(60, 200, 85, 210)
    half = (math.log(0.95) - math.log(0.52)) / (2 * 1.959963984540054)
    by_hand = [
        _log_rr(40, 120, 55, 118),
        _log_rr(68, 238, 52, 120),
        (yi, 1.38 * vi),
        _log_rr(5, 24, 9, 24),
        _log_rr(0.5, 31, 2.5, 32),
        (math.log(0.7), half**2),
    ]
    pool = synthesis.outcome("stay").overall
    assert [study.study_id for study in pool.studies] == ORDER
    found = {study.study_id: study for study in pool.studies}
    for name, (effect, variance) in zip(ARMS, by_hand, strict=True):
        study = found[name]
        assert (study.yi, (study.sei or 0) ** 2) == pytest.approx((effect, variance), rel=1e-9)
    weights = [1 / v for _, v in by_hand]
    mean = sum(w * y for w, (y, _) in zip(weights, by_hand, strict=True)) / sum(weights)
    assert pool.tau2 == 0
    assert pool.estimate == pytest.approx(math.exp(mean), rel=1e-9)
    reasons = {entry.study_id: entry.reason for entry in pool.left_out}
    assert reasons["Cross"].startswith("the first period of the crossover trial alone")


def test_events_and_patients_of_a_side_are_those_of_the_same_studies(synthesis: Synthesis) -> None:
    """A report that prints a comparison alone has 260 patients in a group, and no events."""
    assert synthesis.outcome("stay").overall.side("experimental") == (173, 612)
    # 120 + 238 + 200 + 24 + 30; of hazard ratios whose patients are not told, nobody knows any.
    assert synthesis.outcome("death").overall.n_participants is None


def test_what_was_done_to_numbers_is_told(synthesis: Synthesis) -> None:
    told = {name: " | ".join(synthesis.outcome(name).overall.notes) for name in ("stay", "pain")}
    for name, note in (
        ("stay", "Three: low and high combined"),
        ("stay", "Printed: adjusted for age, as printed"),
        ("stay", "Clus: variance times the design effect 1.38"),
        ("pain", "Two: scores of KOOS pain with their sign changed, because high ones are better"),
        ("pain", "Zero: mean and standard deviation from median and quartiles"),
    ):
        assert note in told[name], note


def test_other_models_have_the_same_rows(synthesis: Synthesis) -> None:
    """The profile's own model among them gives the paper's result, cluster trials widened, too."""
    outcome = synthesis.outcome("stay")
    assert outcome.sensitivity is not None
    (own,) = (
        row
        for row in outcome.sensitivity.specifications
        if (row.measure, row.method, row.test) == ("RR, only0", "REML", "knha")
    )
    pool = outcome.overall
    assert (own.estimate, own.ci_low, own.k) == pytest.approx((pool.estimate, pool.ci_low, 6))
    dropped = [r for r in outcome.sensitivity.specifications if r.measure == "RR, drop"]
    assert {row.k for row in dropped} == {5}
    # Once for each outcome that has several estimates.
    lines = [row for row in rows(build(synthesis)) if row[0] == "Restricted maximum likelihood"]
    assert len(lines) == 3


def test_a_crossing_of_no_difference_is_told(synthesis: Synthesis) -> None:
    """If the whole interval reached 1.02, each pool without one estimate would exclude 1 again."""
    outcome = synthesis.outcome("stay")
    wide = replace(outcome, overall=replace(outcome.overall, ci_high=1.02))
    for entry, words in ((outcome, ""), (wide, "; the interval excludes no difference without")):
        changed = replace(synthesis, outcomes=(entry,))
        values = {value.name: value.text for value in sensitivity_values(changed, rule=False)}
        told = values["stay.leave_one_out.sentence"]
        assert told.startswith("The pooled risk ratio for admission ranged from ")
        assert words in told
        assert ("interval" in told) is bool(words)


@pytest.mark.parametrize(
    ("label", "words"),
    [("Mean age, years", "mean age"), ("Number of patients", "number of patients")],
)
def test_a_moderator_is_named_without_its_unit(label: str, words: str) -> None:
    assert quantity(label) == words
