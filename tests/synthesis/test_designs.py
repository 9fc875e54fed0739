"""Do cluster and crossover trials, changes and several time points enter a pool as they should?"""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.paper.items import draw
from analysis.synthesis.computation import synthesise
from analysis.synthesis.results import Synthesis
from schemas import load_review
from schemas.protocol import DisplayItem
from tests.small_review import small_review

PROTOCOL = """\
review: {title: Pain, edition: "1.0", kind: two_arms, living: false, intervention: a,
  comparator: b, condition: pain}
profile: cochrane2025
confidence_level: 0.95
significance_level: 0.05
comparisons:
  - {id: main, label: New against old, experimental: {label: New}, control: {label: Old}}
outcomes:
  - {id: pain, code: PAIN, label: Pain, measure: MD, unit: points, better: lower,
     time: {rule: nearest, at: 12, unit: weeks}}
abbreviations: {CI: confidence interval}
"""
DESIGNS = {"Par": "rct", "Cross": "rct_crossover", "Clus": "rct_cluster", "Chan": "rct"}


def designs_review(root: Path) -> Path:
    """Make a review with a trial of each design, at several times and in two periods."""
    sides = (("new", "experimental", 30), ("old", "control", 40))
    rows = []
    for arm, _, mean in sides:
        for study, cells in (
            ("Par", {"n": 50, "mean": mean, "sd": 20, "time": 4}),
            ("Par", {"n": 48, "mean": mean + 2, "sd": 20, "time": 13}),
            ("Cross", {"n": 20, "mean": mean, "sd": 18, "time": 12, "period": "first"}),
            ("Cross", {"n": 20, "mean": mean - 1, "sd": 18, "time": 12, "period": "second"}),
            ("Clus", {"n": 100, "mean": mean, "sd": 22, "time": 12}),
            ("Chan", {"n": 60, "mean": mean - 55, "sd": 19, "time": 12, "change": "yes"}),
        ):
            of_clusters = {"cluster_size": 20, "icc": 0.05} if study == "Clus" else {}
            key = {"study_id": study, "arm": arm, "outcome": "PAIN", "time_unit": "weeks"}
            rows.append({**key, **cells, **of_clusters})
    tables = {
        "studies": [{"study_id": study, "design": design} for study, design in DESIGNS.items()],
        "arms": [
            {"study_id": study, "arm": arm, "role": role, "label": arm}
            for study in DESIGNS
            for arm, role, _ in sides
        ],
        "outcomes": rows,
    }
    return small_review(root, PROTOCOL, tables)


@pytest.fixture(scope="module")
def synthesis(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    return synthesise(load_review(designs_review(tmp_path_factory.mktemp("designs") / "review")))


def test_each_design_enters_by_its_rule(synthesis: Synthesis) -> None:
    pool = synthesis.outcome("pain").overall
    studies = {study.study_id: study for study in pool.studies}
    # The time nearest to 12 weeks: 2 · 20² / 48. The first period: 2 · 18² / 20. Changes: 2 · 19² /
    # 60. Clusters: 2 · 22² / 100, times 1 + (20 − 1) · 0.05 (Cochrane Handbook 6.5, 23.1.4).
    expected = {
        "Par": 2 * 20**2 / 48,
        "Cross": 2 * 18**2 / 20,
        "Clus": 2 * 22**2 / 100 * 1.95,
        "Chan": 2 * 19**2 / 60,
    }
    found = {name: (study.sei or 0) ** 2 for name, study in studies.items()}
    assert found == pytest.approx(expected, rel=1e-12)
    assert "change from baseline" in studies["Chan"].notes
    assert any("design effect 1.95" in note for note in pool.notes)
    reasons = {entry.study_id: entry.reason for entry in pool.left_out}
    assert reasons["Cross"] == "after the arms of the crossover trial were exchanged"
    assert reasons["Par"] == "13 weeks is taken by the protocol"


def test_equal_estimates_stop_nothing(synthesis: Synthesis) -> None:
    """Four differences of −10: Knapp and Hartung's interval has no width, and nothing fails."""
    outcome = synthesis.outcome("pain")
    assert (outcome.overall.estimate, outcome.overall.se) == (pytest.approx(-10, rel=1e-12), 0)
    assert outcome.information is None
    for kind in ("baujat", "funnel", "radial", "drapery"):
        item = DisplayItem(id="fig-x", kind=kind, outcomes=("pain",))
        assert outcome.label in draw(synthesis, item).alt
