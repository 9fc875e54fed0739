"""Is the information of a pool without a null hypothesis what its interval says?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.meta.errors import MetaInputError
from analysis.meta.information import (
    chance_of_change,
    precision_fraction,
    studies_needed,
    variance_after,
)
from analysis.meta.models import pool
from analysis.meta.sequential import diversity

positive = st.floats(0.001, 10)


def test_the_fraction_is_that_of_patients_adjusted_for_diversity() -> None:
    """Wetterslev 2009: patients pooled over N_F / (1 − D²), N_F for the wanted variance."""
    y, v = np.array([0.2, 0.5, 0.35, 0.6]), np.array([0.004, 0.008, 0.005, 0.02])
    random, common = pool(y, v, method="DL"), pool(y, v, method="CE")
    patients, wanted = 200, 0.05
    fixed_patients = patients * common.se**2 / (wanted / 1.959964) ** 2
    required = fixed_patients / (1 - diversity(random.se**2, common.se**2))
    assert precision_fraction(1.959964 * random.se, wanted) == pytest.approx(patients / required)


def test_half_the_width_is_four_times_the_information() -> None:
    assert precision_fraction(10, 5) == 0.25
    assert precision_fraction(5, 10) == 4


@given(positive, positive, positive, st.floats(0, 5))
def test_the_missing_studies_are_enough_and_one_less_is_not(
    variance: float, wanted: float, study: float, tau2: float
) -> None:
    n = studies_needed(variance, wanted, study, tau2)
    assert variance_after(variance, study, tau2, n) <= wanted * (1 + 1e-6) or n == 0
    if n > 1:
        assert variance_after(variance, study, tau2, n - 1) > wanted * (1 - 1e-6)
    assert (n == 0) == (variance <= wanted or 1 / wanted - 1 / variance <= 1e-9 / (study + tau2))


def test_the_chance_is_that_of_simulated_updates() -> None:
    """Draw truths and studies from the predictive distribution, update, and count."""
    mean, variance, study, tau2, change = 0.34, 0.0014, 0.0067, 0.0145, 0.03
    rng = np.random.default_rng(20261122)
    truth = rng.normal(mean, np.sqrt(variance), 200_000)
    new = truth[:, None] + rng.normal(0, np.sqrt(study + tau2), (200_000, 5))
    weight = 1 / (study + tau2)
    updated = (mean / variance + weight * new.sum(axis=1)) / (1 / variance + 5 * weight)
    simulated = np.mean(np.abs(updated - mean) >= change)
    after = variance_after(variance, study, tau2, 5)
    # Standard error of the simulation: 0.0007.
    assert chance_of_change(variance, after, change) == pytest.approx(simulated, abs=0.003)


def test_a_study_that_says_nothing_changes_nothing() -> None:
    assert chance_of_change(0.1, 0.1, 0.05) == 0.0


@pytest.mark.parametrize(
    "call",
    [
        lambda: precision_fraction(0, 1),
        lambda: precision_fraction(1, float("nan")),
        lambda: studies_needed(1, 1, 1, -0.1),
        lambda: variance_after(1, 0, 0),
        lambda: chance_of_change(0.1, 0.2, 0.1),
        lambda: chance_of_change(0.1, 0.05, 0),
    ],
)
def test_refusals(call) -> None:
    with pytest.raises(MetaInputError):
        call()
