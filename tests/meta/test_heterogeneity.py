"""Heterogeneity and prediction: limits of tau2, I2 and H2; prediction intervals by name."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.meta.distributions import chi2_ppf, quantile
from analysis.meta.errors import MetaInputError
from analysis.meta.heterogeneity import log_h_interval, q_profile
from analysis.meta.models import pool
from analysis.meta.prediction import DEFINITIONS
from tests.meta.reference_comparison import bcg_log_rr, named

PRINTED = 0.5001e-4

studies = st.lists(st.tuples(st.floats(-3, 3), st.floats(0.01, 2)), min_size=2, max_size=12).map(
    lambda rows: tuple(np.array(column) for column in zip(*rows, strict=True))
)


def test_q_profile_of_bcg():
    """Are the limits of tau2, I2 and H2 those of metafor's test suite?

    Printed at uniroot's default tolerance for tau2 (1.2e-4): that is 0.003 points of I2 here. The
    converged limits are compared to 1e-10 in `test_cases.py`.
    """
    expected = named("published_cases.json")["heterogeneity_ci_qprofile_bcg_dl"]["expected"]
    got = q_profile(*bcg_log_rr())
    assert [got.tau2_low, got.tau2_high] == pytest.approx(expected["tau2_ci"][1:], abs=1e-4)
    assert [100 * got.i2_low, 100 * got.i2_high] == pytest.approx(expected["I2_ci"][1:], abs=4e-3)
    assert [got.h2_low, got.h2_high] == pytest.approx(expected["H2_ci"][1:], abs=4e-3)


def test_test_based_interval_of_stata():
    """Does the interval of I2 give what metan's i2ci computes?

    i2ci writes 1.96, which is the normal quantile of the level below.
    """
    expected = named("stata14_cases.json")["metan_generic_random_bcg_logRR"]["computed"]
    got = log_h_interval(expected["Q"], 13, level=0.9500042097035593)
    assert [100 * got.i2_low, 100 * got.i2_high] == pytest.approx(expected["i2ci"], rel=1e-8)


@settings(max_examples=100, deadline=None)
@given(studies, st.floats(0.5, 0.999))
def test_limits_solve_their_equation(data, level):
    """Is Q at a positive limit exactly the chi-squared quantile that defines it?"""
    y, v = data
    got = q_profile(y, v, level=level)
    assert 0 <= got.tau2_low <= got.tau2_high

    def q(tau2: float) -> float:
        w = 1 / (v + tau2)
        return float((w * (y - (w * y).sum() / w.sum()) ** 2).sum())

    upper, lower = (float(chi2_ppf(p, y.size - 1)) for p in ((1 + level) / 2, (1 - level) / 2))
    if got.tau2_low > 0:
        assert q(got.tau2_low) == pytest.approx(upper, rel=1e-9)
    if got.tau2_high > 0:
        assert q(got.tau2_high) == pytest.approx(lower, rel=1e-9)
    assert got.empty == (q(0) < lower)
    assert 0 <= got.i2_low <= got.i2_high < 1


def test_limits_are_not_capped():
    """Is a limit beyond metafor's default cap of 100 found?"""
    got = q_profile([0.0, 300.0], [1.0, 1.0])
    assert got.tau2_high > 1e6


@settings(max_examples=50, deadline=None)
@given(st.floats(0, 1e4), st.integers(3, 200))
def test_log_h_limits_surround_i2(q, k):
    """Does the test-based interval contain I2 and stay in [0, 1)?"""
    got = log_h_interval(q, k)
    share = max(0.0, 1 - (k - 1) / q) if q > 0 else 0.0
    assert 0 <= got.i2_low <= share + 1e-12
    assert share - 1e-12 <= got.i2_high < 1


def test_every_prediction_interval_by_name():
    """Is each definition the quantile and standard error its source says?"""
    y, v = bcg_log_rr()
    k = y.size
    classic = pool(y, v, method="REML")
    knha = pool(y, v, method="REML", test="knha")
    roger = pool(y, v, method="REML", test="KR")
    assert roger.df is not None
    sources = {
        "z": (np.nan, knha.se),
        "t_k_minus_1": (k - 1, knha.se),
        "t_k_minus_2": (k - 2, knha.se),
        "HTS": (k - 2, classic.se),
        "V": (k - 1, classic.se),
        "HK": (k - 1, knha.se),
        "HK-PR": (k - 2, knha.se),
        "KR": (roger.df, roger.se),
        "KR-PR": (roger.df - 1, roger.se),
        "S": (np.nan, classic.se),
    }
    assert set(sources) == set(DEFINITIONS)
    for name, (df, se) in sources.items():
        got = pool(y, v, method="REML", test="knha", prediction=name)
        half = float(quantile(0.95, df)) * np.sqrt(classic.tau2 + se**2)
        assert got.prediction_high - got.estimate == pytest.approx(half, rel=1e-12), name
        assert got.prediction_definition == name


def test_prediction_intervals_follow_the_test_when_asked():
    """Is ``test`` normal under z and t with k - 1 under Knapp-Hartung (metafor)?"""
    y, v = bcg_log_rr()
    assert pool(y, v).prediction_definition == "z"
    assert pool(y, v, test="knha").prediction_definition == "t_k_minus_1"


def test_prediction_intervals_that_do_not_exist():
    """Is there none for a common effect, none on request, and none with k - 2 = 0 under HTS?"""
    y, v = [0.1, 0.4], [0.1, 0.1]
    for got in (
        pool(y, v, method="CE"),
        pool(y, v, prediction=None),
        pool(y, v, prediction="none"),
        pool(y, v, prediction="HTS"),
    ):
        assert np.isnan([got.prediction_low, got.prediction_high]).all()
        assert got.prediction_definition is None
    assert np.isfinite(pool([0.1, 0.4], [0.1, 0.1], prediction="Riley").prediction_low)


def test_the_two_definitions_of_i2():
    """Are they equal under DL, and different under REML, as the conventions say?"""
    y, v = bcg_log_rr()
    dl = [pool(y, v, method="DL", i2=d).i2 for d in ("q", "tau2")]
    assert dl[0] == pytest.approx(dl[1], rel=1e-12)
    reml = [pool(y, v, method="REML", i2=d).i2 for d in ("q", "tau2")]
    assert reml[0] != pytest.approx(reml[1], abs=1e-4)


def test_refusals_say_what_to_do():
    """Are intervals without degrees of freedom refused with advice?"""
    with pytest.raises(MetaInputError, match="more than 1 studies"):
        q_profile([1], [1])
    with pytest.raises(MetaInputError, match="at least 3 studies"):
        log_h_interval(1.0, 2)
    with pytest.raises(MetaInputError, match="0 or more"):
        log_h_interval(-1.0, 5)
    with pytest.raises(MetaInputError, match=r"Write 0\.9"):
        q_profile([1, 2], [1, 1], level=90)
