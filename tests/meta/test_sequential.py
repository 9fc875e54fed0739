"""Do required information and boundaries agree with published numbers, and hold their error?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from analysis.meta.errors import MetaInputError
from analysis.meta.models import pool
from analysis.meta.sequential import (
    diversity,
    monitoring_boundaries,
    obrien_fleming_spending,
    required_information,
    required_patients,
    sequential_analysis,
)


def test_boundaries_of_five_equal_looks() -> None:
    # Lan–DeMets with O'Brien–Fleming-type spending, two-sided 5 %: the example of R packages
    # ldbounds (4.8769, 3.3569, 2.6803, 2.2898, 2.0310) and gsDesign, sfLDOF (… 3.3570 …). The two
    # differ in the fourth decimal of the second look, so four decimals are not asked for there.
    published = [4.8769, 3.3569, 2.6803, 2.2898, 2.0310]
    assert monitoring_boundaries(np.linspace(0.2, 1, 5)) == pytest.approx(published, abs=1.5e-4)
    assert monitoring_boundaries(np.linspace(0.2, 1, 5))[1] == pytest.approx(3.3570, abs=5e-5)


def test_boundaries_of_two_equal_looks() -> None:
    # gsDesign, sfLDOF, one-sided 2.5 %.
    assert monitoring_boundaries([0.5, 1.0]) == pytest.approx([2.9626, 1.9686], abs=5e-5)


def test_one_look_is_the_ordinary_test() -> None:
    assert monitoring_boundaries([1.0]) == pytest.approx([1.959964], abs=1e-6)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.integers(1, 20), min_size=2, max_size=3, unique=True),
    st.sampled_from([0.01, 0.05, 0.1]),
)
def test_looks_at_any_times_spend_what_is_allowed(times: list[int], alpha: float) -> None:
    """The same probability by another method: the joint normal distribution of all looks."""
    t = np.sort(np.array(times)) / 20
    bounds = monitoring_boundaries(t, alpha)
    correlation = np.sqrt(np.minimum.outer(t, t) / np.maximum.outer(t, t))
    limit = np.minimum(bounds, 8.5)
    looks = multivariate_normal(cov=correlation, seed=1, abseps=1e-6)  # pyright: ignore
    stays = looks.cdf(limit, lower_limit=-limit)
    assert 1 - stays == pytest.approx(float(obrien_fleming_spending(t[-1], alpha)), abs=3e-5)


def test_nothing_can_be_spent_at_the_very_beginning() -> None:
    assert np.isinf(monitoring_boundaries([0.01, 1.0])[0])
    assert monitoring_boundaries([0.01, 1.0])[1] == pytest.approx(1.959964, abs=1e-5)


def test_looks_close_together_stay_exact() -> None:
    bounds = monitoring_boundaries([0.4999, 0.5, 1.0])
    # The second look adds next to nothing, so the last is that of two equal looks.
    assert bounds[2] == pytest.approx(1.9686, abs=2e-4)


@pytest.mark.parametrize("fractions", [[0.5, 0.5], [0.5, 0.4], [0, 1], [0.5, 1.1], []])
def test_looks_that_are_no_looks_are_refused(fractions: list[float]) -> None:
    with pytest.raises(MetaInputError):
        monitoring_boundaries(fractions)


def test_required_patients_of_a_published_example() -> None:
    # Clin Epidemiol 2010;2:57, figure 4: 19,920 patients for 5 % in the control group, a relative
    # risk reduction of 25 %, alpha 1 % and beta 10 %. The figure does not print the adjustment for
    # heterogeneity; 20 % is the one that its number implies, to the patient.
    assert required_patients(
        0.05, 0.25, alpha=0.01, power=0.9, heterogeneity=0.20
    ) == pytest.approx(19_920, abs=1)


def test_two_published_sizes_imply_one_diversity() -> None:
    # PLoS One 2013;8:e74558, figure 4 (program TSA): 48,417 patients for 10 % in the control group,
    # a relative risk reduction of 15 %, alpha 5 %, power 80 %, a diversity of 76 %; 456,748 for a
    # reduction of 5 %. Each size gives back the diversity that the other one has, to five digits,
    # when the size without heterogeneity is rounded up to a patient first.
    implied = [
        1 - np.ceil(required_patients(0.10, reduction)) / printed
        for reduction, printed in ((0.15, 48_417), (0.05, 456_748))
    ]
    assert implied[0] == pytest.approx(implied[1], abs=5e-6)
    assert round(100 * implied[0]) == 76


def test_boundaries_at_unequal_looks_by_a_program_of_their_own() -> None:
    # R 4.2.2: trapezium rule on 4,001 points from look to look, uniroot to 1e-12; for up to five
    # looks pmvnorm (mvtnorm 1.1-3, Miwa) gives the same to 1e-5.
    reference = [3.3670790, 2.9893297, 2.7148088, 2.5040771, 2.3358288, 2.1975031, 2.0811755]
    found = monitoring_boundaries(np.linspace(0.1, 1, 10))
    assert found[3:] == pytest.approx(reference, abs=2e-6)
    late = monitoring_boundaries([0.13, 0.4, 0.69, 0.9, 0.98, 1.0], alpha=0.01)
    assert late[1:] == pytest.approx(
        [4.2867136, 3.1851007, 2.7636820, 2.6850245, 2.7000744], abs=2e-6
    )


def test_required_patients_is_the_textbook_sample_size() -> None:
    # 4 × 10.50742 × 0.09 × 0.91 / 0.02² for 10 % against 8 %: (1.959964 + 1.281552)² = 10.50742.
    assert required_patients(0.10, 0.20, power=0.9) == pytest.approx(8605.58, abs=0.01)


effects = st.lists(st.tuples(st.floats(-2, 2), st.floats(0.01, 1)), min_size=2, max_size=12).map(
    lambda pairs: tuple(np.array(column) for column in zip(*pairs, strict=True))
)


@settings(max_examples=40, deadline=None)
@given(effects)
def test_diversity_is_never_below_i2(sample: tuple[np.ndarray, np.ndarray]) -> None:
    """Wetterslev 2009 proves it for τ² by DerSimonian and Laird."""
    y, v = sample
    random, common = pool(y, v, method="DL"), pool(y, v, method="CE")
    assert diversity(random.se**2, common.se**2) >= common.i2 - 1e-9


def test_equal_variances_make_diversity_and_i2_the_same() -> None:
    y, v = np.array([0.1, 0.9, -0.4, 0.5]), np.full(4, 0.04)
    by_diversity = sequential_analysis(y, v, 0.3)
    by_i2 = sequential_analysis(y, v, 0.3, adjust_by="i2")
    assert by_diversity.heterogeneity == pytest.approx(by_i2.heterogeneity)
    assert by_diversity.required == pytest.approx(by_i2.required)


def test_a_sequence_is_ordered_adjusted_and_judged() -> None:
    y, v = np.array([0.5, 0.45, 0.55, 0.5]), np.array([0.02, 0.01, 0.01, 0.005])
    result = sequential_analysis(y, v, 0.5, order_by=[2021, 2018, 2020, 2022], power=0.9)
    assert list(result.order) == [1, 2, 0, 3]
    # ((1.95996 + 1.28155) / 0.5)², no heterogeneity.
    assert result.required == pytest.approx(42.03, abs=0.01)
    assert result.fraction[0] == pytest.approx(100 / result.required)
    # The first study alone reaches the required information: one look, the ordinary test.
    assert result.boundary[0] == pytest.approx(1.959964, abs=1e-5)
    assert np.isnan(result.boundary[1:]).all()
    assert result.crossed == 0


def test_an_early_difference_is_not_enough() -> None:
    y, v = np.array([0.5, 0.5]), np.array([0.04, 0.04])
    result = sequential_analysis(y, v, 0.2)
    # z = 2.5 would be significant alone; with 13 % of the information the boundary is far higher.
    assert result.z[0] == pytest.approx(2.5)
    assert result.fraction[0] == pytest.approx(25 / required_information(0.2))
    assert result.boundary[0] > 5
    assert result.crossed is None


@pytest.mark.parametrize(
    "call",
    [
        lambda: required_information(0.0),
        lambda: required_information(0.2, alpha=1.0),
        lambda: required_information(0.2, heterogeneity=1.0),
        lambda: required_patients(0.0, 0.2),
        lambda: diversity(0.0, 1.0),
    ],
)
def test_refusals(call) -> None:
    with pytest.raises(MetaInputError):
        call()
