"""Do the example reviews give the numbers that metafor gives for the same data?

Expected: metafor 3.8-1 (R 4.2.2) from the data sets that examples/README.md names, by
``escalc`` and ``rma``; psilocybin with ``measure = "SMD"`` and ``"RR"``, ``method = "REML"``,
``test = "knha"``; tofacitinib with ``measure = "PLO"``, ``method = "DL"``; loss of smell as
Hannum and colleagues print it (``measure = "PFT"``, ``method = "ML"``). Tolerance: half a unit of
the last digit that is given.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from analysis.paper.choices import check
from analysis.synthesis.computation import synthesise
from analysis.synthesis.results import Pool, Synthesis

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@cache
def review(name: str) -> Synthesis:
    report = check(EXAMPLES / name)
    assert report.data is not None, report.problems
    return synthesise(report.data, pools_only=True)


def pool(name: str, topic: str, level: str | None = None) -> Pool:
    synthesis = review(name)
    events = {event.term: event.pool for event in synthesis.adverse_events}
    if topic in events:
        return events[topic]
    outcome = synthesis.outcome(topic)
    pools = [pool for pools in outcome.subgroups.values() for pool in pools if pool.level == level]
    return pools[0] if level else outcome.overall


@pytest.mark.parametrize(
    ("name", "topic", "k", "estimate", "low", "high"),
    [
        ("psilocybin-depression", "severity", 14, -0.9254, -1.2659, -0.5849),
        ("psilocybin-depression", "response", 5, 2.7685, 1.9292, 3.9728),
        ("psilocybin-depression", "remission", 6, 4.0388, 3.3852, 4.8186),
        ("tofacitinib-colitis", "early_remission", 10, 0.3587, 0.2729, 0.4546),
        ("tofacitinib-colitis", "early_response", 10, 0.5633, 0.4823, 0.6411),
        ("tofacitinib-colitis", "late_remission", 10, 0.3396, 0.2779, 0.4073),
        ("tofacitinib-colitis", "Any adverse event", 9, 0.3204, 0.2185, 0.4429),
        ("tofacitinib-colitis", "Severe infection", 10, 0.0488, 0.0269, 0.0871),
        ("tofacitinib-colitis", "Herpes zoster", 11, 0.0357, 0.0241, 0.0526),
        ("tofacitinib-colitis", "Treatment stopped", 11, 0.3400, 0.2673, 0.4212),
    ],
)
def test_a_pool_of_an_example_is_that_of_metafor(
    name: str, topic: str, k: int, estimate: float, low: float, high: float
) -> None:
    found = pool(name, topic)
    assert found.k == k
    assert [found.estimate, found.ci_low, found.ci_high] == pytest.approx(
        [estimate, low, high], abs=5.1e-5
    )


def test_heterogeneity_and_prediction_of_the_two_arm_example_are_those_of_metafor() -> None:
    found = pool("psilocybin-depression", "severity")
    assert found.tau2 == pytest.approx(0.1484, abs=5e-5)
    assert found.i2 == pytest.approx(0.5969, abs=5e-5)
    assert found.q == pytest.approx(29.8993, abs=5e-5)
    assert found.q_df == 13
    assert found.q_p == pytest.approx(0.0049, abs=5e-5)
    # With t and k - 1 degrees of freedom.
    assert found.prediction == pytest.approx((-1.8245, -0.0263), abs=5e-5)


def test_the_prevalence_example_gives_the_published_numbers() -> None:
    """Hannum and colleagues 2020: 77 % (61.4 to 89.2) of those who were tested."""
    found = pool("olfactory-loss", "loss", "objective")
    assert found.estimate == pytest.approx(0.77, abs=0.005)
    assert found.ci_low == pytest.approx(0.614, abs=5e-4)
    assert found.ci_high == pytest.approx(0.892, abs=5e-4)


def test_nobody_is_counted_twice_where_a_trial_has_three_arms() -> None:
    """Is Goodwin 2022 there once, with 25 mg against 1 mg?"""
    rows = [
        study
        for study in pool("psilocybin-depression", "severity").studies
        if study.label == "Goodwin 2022"
    ]
    assert [[group.label for group in row.groups] for row in rows] == [
        ["Psilocybin, 25 mg", "Psilocybin, 1 mg"]
    ]


def test_the_order_of_rows_is_that_of_the_protocol() -> None:
    by_year = [study.label[-4:] for study in pool("psilocybin-depression", "severity").studies]
    assert by_year == sorted(by_year)
    weights = [study.weight for study in pool("tofacitinib-colitis", "early_remission").studies]
    assert weights == sorted(weights, key=lambda weight: -(weight or 0))
