"""Reported estimates: are standard errors recovered from intervals and p values as they should?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.meta.errors import MetaInputError
from analysis.meta.generic import generic_effects
from analysis.meta.models import pool
from tests.meta.reference_comparison import named

Z = 1.959963984540054


def test_hackshaw_1998():
    """Do 37 odds ratios with intervals pool as metafor's documentation prints?"""
    case = named("published_cases.json")["hackshaw1998_dl_from_reported_or_and_ci"]
    data, expected = case["data"], case["expected"]
    sizes = generic_effects(data["or"], ci_low=data["ci_lb"], ci_high=data["ci_ub"], ratio=True)
    printed = 0.5001e-4
    assert sizes.yi[:3] == pytest.approx(expected["first_three_yi"], abs=printed)
    assert sizes.vi[:3] == pytest.approx(expected["first_three_vi"], abs=printed)
    got = pool(sizes.yi, sizes.vi, method="DL")
    dl = expected["DL"]
    for field, key in (
        ("tau2", "tau2"),
        ("q", "Q"),
        ("q_p", "Q_p"),
        ("estimate", "est"),
        ("se", "se"),
        ("ci_low", "ci_lb"),
        ("ci_high", "ci_ub"),
    ):
        assert getattr(got, field) == pytest.approx(dl[key], abs=printed), field
    assert got.k == dl["k"]
    assert 100 * got.i2 == pytest.approx(dl["I2"], abs=0.005)
    back = sizes.transform.apply([got.estimate, got.ci_low, got.ci_high])
    assert back == pytest.approx(dl["exp"], abs=0.005)
    predicted = sizes.transform.apply([got.prediction_low, got.prediction_high])
    assert predicted == pytest.approx(dl["exp_pi_z"], abs=0.005)


@settings(max_examples=100, deadline=None)
@given(st.floats(-3, 3), st.floats(0.01, 2), st.booleans())
def test_three_ways_to_the_same_standard_error(y, se, ratio):
    """Do standard error, interval and p value of one result give the same variance?"""
    # The p value of an effect near 0, or far from it, does not hold the digits of its error.
    z = abs(y) / se
    report = np.exp if ratio else np.asarray
    values = [
        generic_effects([report(y)], se=[se], ratio=ratio),
        generic_effects(
            [report(y)], ci_low=[report(y - Z * se)], ci_high=[report(y + Z * se)], ratio=ratio
        ),
    ]
    if 0.01 < z < 6:
        from analysis.meta.distributions import two_sided_p

        values.append(generic_effects([report(y)], p=[two_sided_p(z, np.nan)], ratio=ratio))
    for got in values:
        assert got.yi[0] == pytest.approx(y, abs=1e-12)
        assert got.se[0] == pytest.approx(se, rel=1e-6)


def test_each_study_may_report_something_else():
    """Is the best of what a study reports taken, and the derived ones listed?"""
    nan = np.nan
    got = generic_effects(
        [0.5, 0.5, 0.5],
        se=[0.1, nan, nan],
        ci_low=[0.0, 0.3, nan],
        ci_high=[1.0, 0.7, nan],
        p=[0.5, 0.5, 0.01],
    )
    assert got.se == pytest.approx([0.1, 0.4 / (2 * Z), 0.5 / 2.5758293035489004])
    assert [i for i, _ in got.corrected] == [1, 2]
    assert "interval" in got.corrected[0][1]
    assert "p value" in got.corrected[1][1]


def test_a_ratio_taken_for_a_difference_is_noticed():
    """Does an interval that is symmetric on the log scale alone carry a warning?"""
    assert generic_effects([1.0], ci_low=[0.5], ci_high=[2.0]).warnings
    assert not generic_effects([1.0], ci_low=[0.5], ci_high=[2.0], ratio=True).warnings


@pytest.mark.parametrize(
    ("estimate", "options", "message"),
    [
        ([0.5], {}, "neither a standard error"),
        ([0.5], {"ci_low": [0.4]}, "neither a standard error"),
        ([0.5], {"se": [0]}, "positive"),
        ([0.5], {"se": [-1]}, "positive"),
        ([0.5], {"p": [0]}, "between 0 and 1"),
        ([0.5], {"p": [1]}, "between 0 and 1"),
        ([0.0], {"p": [0.5]}, "no effect"),
        ([0.5], {"ci_low": [0.6], "ci_high": [0.7]}, "outside its interval"),
        ([0.5], {"ci_low": [0.5], "ci_high": [0.5]}, "without width"),
        ([-0.5], {"se": [1], "ratio": True}, "ratio must be positive"),
        ([0.5], {"ci_low": [-0.1], "ci_high": [1], "ratio": True}, "ratio must be positive"),
        ([np.nan], {"se": [1]}, "NaN"),
        ([0.5], {"se": [1, 2]}, "one entry per study"),
        ([0.5], {"se": [np.inf]}, "infinity"),
        ([0.5], {"se": [[1]]}, "one-dimensional"),
        ([0.5], {"se": ["a"]}, "numbers"),
    ],
)
def test_refusals_say_what_to_do(estimate, options, message):
    """Is a study whose variance cannot be derived refused with advice?"""
    with pytest.raises(MetaInputError, match=message):
        generic_effects(estimate, **options)
