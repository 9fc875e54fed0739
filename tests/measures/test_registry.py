"""Do the rooms agree on which measures there are, and is Mantel and Haenszel's pool metafor's?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.measures.conventions import Conventions
from analysis.measures.observation import Group, Observation, Reported
from analysis.measures.registry import MEASURES, measure
from analysis.meta.profiles import profile
from schemas.measures import MEASURE_FORMS

# Response in five trials of psilocybin (Metapsy and Sypres, doi 10.5281/zenodo.15714852, ODC-By).
TABLES = [
    Observation(
        f"Study {place}",
        (Group("experimental", events=a, n=n1), Group("control", events=c, n=n2)),
    )
    for place, (a, n1, c, n2) in enumerate(
        [(23, 25, 8, 25), (10, 12, 2, 14), (29, 79, 14, 79), (29, 50, 9, 44), (15, 26, 4, 26)]
    )
]
STATA = Conventions(profile("stata14"))


def test_the_tables_know_the_measures_of_the_registry_and_their_design() -> None:
    assert set(MEASURE_FORMS) == set(MEASURES)
    for name, form in MEASURE_FORMS.items():
        compared = measure(name).null is not None
        assert (form.design == "two groups") is compared, name


@pytest.mark.parametrize(
    ("name", "estimate", "low", "high", "q"),
    [
        # metafor 3.8-1, rma.mh(ai, n1i, ci, n2i, correct = FALSE), on the scale of the model.
        ("RR", 1.0309587428, 0.7197624684, 1.3421550172, 2.7036425336),
        ("OR", 1.676815799, 1.203176699, 2.150454900, 9.271591849),
    ],
)
def test_the_common_effect_of_tables_is_that_of_metafor(
    name: str, estimate: float, low: float, high: float, q: float
) -> None:
    """Is the profile's Mantel–Haenszel method used where every study has a table?"""
    found = measure(name).common(TABLES, STATA)
    assert found is not None
    assert [found.estimate, found.ci_low, found.ci_high, found.q] == pytest.approx(
        [estimate, low, high, q], abs=5e-10
    )


def test_a_printed_comparison_or_another_profile_is_pooled_by_inverse_variance() -> None:
    printed = Observation("Printed", reported=Reported("RR", 2.0, 1.1, 3.6))
    assert measure("RR").common([*TABLES, printed], STATA) is None
    cluster = replace(TABLES[0], design_effect=1.5)
    assert measure("RR").common([*TABLES[1:], cluster], STATA) is None
    assert measure("RR").common(TABLES, Conventions(profile("metafor"))) is None


@pytest.mark.parametrize(
    ("name", "effect", "risk"), [("RR", 2.0, 0.4), ("OR", 2.0, 1 / 3), ("RD", 0.1, 0.3)]
)
def test_an_effect_makes_a_risk_of_the_control_groups(
    name: str, effect: float, risk: float
) -> None:
    """From 20 %: twice the risk is 40 %, twice the odds 1:4 are 1:2."""
    assert measure(name).other_risk(effect, 0.2) == pytest.approx(risk)
    assert measure("SMD").other_risk(effect, 0.2) is None
