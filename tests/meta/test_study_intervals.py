"""Intervals of one proportion: are they the ones statisticians mean by these names?

Base R's intervals are compared case by case in `test_cases.py` (kind ``study_ci``).
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.meta.distributions import special
from analysis.meta.errors import MetaInputError
from analysis.meta.study_intervals import INTERVALS, study_intervals
from tests.meta.reference_comparison import named

study = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_clopper_pearson_of_stata_output():
    """Does the exact interval give what R prints for the two studies of guido-s/meta#35?"""
    case = named("published_cases.json")["metaprop_stata_output_two_studies"]
    got = study_intervals(case["data"]["xi"], case["data"]["ni"], method="clopper_pearson")
    expected = case["expected"]["clopper_pearson"]
    assert list(zip(got.low, got.high, strict=True)) == [
        pytest.approx(pair, abs=0.5001e-4) for pair in expected
    ]


def test_clopper_pearson_of_the_sum():
    """Does 246 of 326 give R's binom.test to its seven printed digits?"""
    case = named("published_cases.json")["proportions_raw_logit_glmm_pritz1997"]
    expected = case["expected"]["clopper_pearson_of_sum"]
    got = study_intervals([expected["x"]], [expected["n"]], method="clopper_pearson")
    assert got.low[0] == pytest.approx(expected["ci_lb"], abs=0.5e-7)
    assert got.high[0] == pytest.approx(expected["ci_ub"], abs=0.5e-7)


def test_jeffreys():
    """Does 0 of 10 give (0, 0.21720), and 5 of 10 the beta(5.5, 5.5) quantiles 0.2235 and 0.7765?

    Brown, Cai & DasGupta 2001, the modified interval at the ends; R: qbeta(c(.025, .975), 5.5, 5.5)
    and qbeta(.975, .5, 10.5).
    """
    got = study_intervals([0, 5, 10], [10, 10, 10], method="jeffreys")
    assert got.low == pytest.approx([0, 0.2235286703, 0.7828037325], abs=1e-9)
    assert got.high == pytest.approx([0.2171962675, 0.7764713297, 1], abs=1e-9)


@settings(max_examples=150, deadline=None)
@given(study, st.sampled_from(INTERVALS), st.floats(0.5, 0.999))
def test_laws(case, method, level):
    """Is every interval within [0, 1], around x/n, wider for a higher level and mirrored for n - x?

    Jeffreys and Agresti-Coull are centred elsewhere and may miss x/n at low levels near the ends.
    """
    x, n = case
    got = study_intervals([x], [n], method=method, level=level)
    assert 0 <= got.low[0] <= got.high[0] <= 1
    if method in {"wald", "wilson", "wilson_cc", "clopper_pearson"}:
        assert got.low[0] - 1e-12 <= x / n <= got.high[0] + 1e-12
    wider = study_intervals([x], [n], method=method, level=(1 + level) / 2)
    assert wider.low[0] <= got.low[0] + 1e-12
    assert wider.high[0] >= got.high[0] - 1e-12
    mirrored = study_intervals([n - x], [n], method=method, level=level)
    assert mirrored.low[0] == pytest.approx(1 - got.high[0], abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(study)
def test_clopper_pearson_inverts_the_exact_test(case):
    """Is the chance of x or more at the lower limit, and of x or fewer at the upper, 2.5 %?"""
    x, n = case
    got = study_intervals([x], [n], method="clopper_pearson")
    if x > 0:
        assert special.bdtrc(x - 1, n, got.low[0]) == pytest.approx(0.025, rel=1e-9)
    if x < n:
        assert special.bdtr(x, n, got.high[0]) == pytest.approx(0.025, rel=1e-9)


def test_refusals():
    """Are an unknown name, a percentage and impossible counts refused with advice?"""
    with pytest.raises(MetaInputError, match="Did you mean 'wilson'"):
        study_intervals([1], [2], method="wilsn")
    with pytest.raises(MetaInputError, match=r"Write 0\.95"):
        study_intervals([1], [2], level=95)
    with pytest.raises(MetaInputError, match="exceeds"):
        study_intervals([3], [2])
