"""Tests of funnel-plot asymmetry: each against its definition, and against other programs' code."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import kendalltau, nchypergeom_fisher

from analysis.meta.asymmetry import AsymmetryResult, asymmetry_test, default_test, suited_tests
from analysis.meta.asymmetry_measures import NO_GUIDANCE
from analysis.meta.asymmetry_scores import hypergeometric_moments
from analysis.meta.asymmetry_table import ASYMMETRY_TESTS
from analysis.meta.begg import begg
from analysis.meta.effect_measures import MEASURES
from analysis.meta.egger import egger
from analysis.meta.errors import MetaInputError
from analysis.meta.funnel_data import FunnelData, funnel_data
from analysis.meta.peters import peters
from analysis.meta.small_study import DEPENDENT
from analysis.meta.two_arm import two_arm
from tests.meta.reference_comparison import named

FloatArray = NDArray[np.float64]


def two_arms(a, n1, c, n2, measure="OR"):
    sizes = two_arm(a, n1, c, n2, measure=measure)
    return funnel_data(sizes.yi, sizes.vi, measure=measure, events1=a, n1=n1, events2=c, n2=n2)


def magnesium(studies=15):
    """The magnesium trials (Egger 2001) as funnel data; the first 15 leave out ISIS-4."""
    data = named("published_cases.json")["egger_and_begg_egger2001_bcg"]["data"]["egger2001"]
    a, n1, c, n2 = (np.array(data[key], float)[:studies] for key in ("ai", "n1i", "ci", "n2i"))
    return two_arms(a, n1, c, n2)


def counts(data: FunnelData) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Events and size of the first group, then of the second."""
    assert data.events1 is not None
    assert data.n1 is not None
    assert data.events2 is not None
    assert data.n2 is not None
    return data.events1, data.n1, data.events2, data.n2


def p_of(result: AsymmetryResult) -> float:
    assert result.p_value is not None
    return result.p_value


def weighted_line(x, y, weight):
    """Slope, its SE, t and p, the intercept with SE, and the root of the dispersion."""
    fit = sm.WLS(y, sm.add_constant(x), weights=weight).fit()
    return [
        fit.params[1], fit.bse[1], fit.tvalues[1], fit.pvalues[1],
        fit.params[0], fit.bse[0], np.sqrt(fit.scale),
    ]  # fmt: skip


def numbers(result):
    return [
        result.bias, result.bias_se, result.statistic, result.p_value,
        result.intercept, result.intercept_se, result.dispersion,
    ]  # fmt: skip


def test_harbord_is_the_regression_of_z_over_v_on_the_root_of_v():
    """Does the score test equal Harbord (2006): Z/√V on √V, its intercept the bias?"""
    data = magnesium(16)
    a, n1, c, n2 = counts(data)
    n, d = n1 + n2, a + c
    z = a - d * n1 / n
    v = n1 * n2 * d * (n - d) / (n**2 * (n - 1))
    fit = sm.OLS(z / np.sqrt(v), sm.add_constant(np.sqrt(v))).fit()
    result = asymmetry_test("harbord", data)
    assert [result.bias, result.bias_se, result.p_value] == pytest.approx(
        [fit.params[0], fit.bse[0], fit.pvalues[0]], rel=1e-10
    )
    assert result.intercept == pytest.approx(fit.params[1], rel=1e-10)


def test_score_of_the_risk_ratio_is_the_slope_of_the_likelihood():
    """Are Z and V of Harbord (2009) the score and efficient information of log RR at 0?"""
    a, n1, c, n2 = 7.0, 30.0, 12.0, 44.0
    data = funnel_data(
        [0.1, 0.2, 0.3], [0.1, 0.2, 0.4], measure="RR",
        events1=[a] * 3, n1=[n1] * 3, events2=[c] * 3, n2=[n2] * 3,
    )  # fmt: skip
    se, effect, weight = ASYMMETRY_TESTS["harbord"].inputs(data)
    p = (a + c) / (n1 + n2)

    def log_likelihood(theta):
        p1 = p * np.exp(theta)
        return a * np.log(p1) + (n1 - a) * np.log(1 - p1) + c * np.log(p) + (n2 - c) * np.log(1 - p)

    score = log_likelihood(1e-30j).imag / 1e-30  # complex step: no rounding
    # Expected information of (log RR, log p) under the null.
    i11 = n1 * p / (1 - p)
    i22 = (n1 + n2) * p / (1 - p)
    assert score == pytest.approx(effect[0] * weight[0], rel=1e-12)
    assert i11 - i11**2 / i22 == pytest.approx(weight[0], rel=1e-12)
    assert se[0] == pytest.approx(weight[0] ** -0.5, rel=1e-12)


LINES = {
    "egger": lambda d: (np.sqrt(d.vi), 1 / d.vi),
    "macaskill": lambda d: (d.n, 1 / d.vi),
    "macaskill_pooled": lambda d: (d.n, 1 / (1 / d.events + 1 / (d.n - d.events))),
    "peters": lambda d: (1 / d.n, 1 / (1 / d.events + 1 / (d.n - d.events))),
    "deeks": lambda d: (
        1 / np.sqrt(4 * d.n1 * d.n2 / (d.n1 + d.n2)), 4 * d.n1 * d.n2 / (d.n1 + d.n2)
    ),
    "pustejovsky_rodgers": lambda d: (np.sqrt(1 / d.n1 + 1 / d.n2), 1 / d.vi),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(LINES))
def test_regressions_equal_statsmodels(name):
    """Does each regression test give statsmodels' WLS with the predictor and weights it names?"""
    data = magnesium(16)
    x, weight = LINES[name](data)
    got = asymmetry_test(name, data, insist=True)
    assert numbers(got) == pytest.approx(weighted_line(x, data.yi, weight), rel=1e-7)
    assert (got.df, got.k, got.left_out) == (14, 16, 0)


def test_arcsine_tests():
    """Are Rücker's three tests Egger's, Begg's and Thompson's on arcsine differences?"""
    data = magnesium(16)
    a, n1, c, n2 = counts(data)
    y = np.arcsin(np.sqrt(a / n1)) - np.arcsin(np.sqrt(c / n2))
    v = 1 / (4 * n1) + 1 / (4 * n2)
    line = asymmetry_test("rucker_egger", data)
    assert numbers(line) == pytest.approx(weighted_line(np.sqrt(v), y, 1 / v), rel=1e-8)
    rank = asymmetry_test("rucker_begg", data)
    assert rank.p_value == pytest.approx(begg(y, v, method="normal").p_value, rel=1e-12)
    mixed = asymmetry_test("rucker_thompson", data, method="DL")
    other = egger(y, v, model="rma", method="DL", test="t")
    assert mixed.p_value == pytest.approx(other.p_value, rel=1e-12)
    assert mixed.tau2 == pytest.approx(other.tau2, rel=1e-12)


def test_thompson_sharp_by_moments():
    """Does method="DL" give the moment estimator that Thompson and Sharp (1999) print as 3a?"""
    data = magnesium(15)
    y, v = data.yi, data.vi
    x = np.sqrt(v)
    w: Any = 1 / v  # statsmodels' default of 1.0 is read as float
    fit = sm.WLS(y, sm.add_constant(x), weights=w).fit()
    q = float(np.sum(w * fit.resid**2))
    s = [np.sum(w * x**j) for j in range(3)]
    t = [np.sum(w**2 * x**j) for j in range(3)]
    trace = (t[0] * s[2] - 2 * t[1] * s[1] + s[0] * t[2]) / (s[0] * s[2] - s[1] ** 2)
    tau2 = max(0.0, (q - (y.size - 2)) / (s[0] - trace))
    got = asymmetry_test("thompson_sharp", data, method="DL")
    assert got.tau2 == pytest.approx(tau2, rel=1e-9, abs=1e-12)


def test_schwarzer_ranks_counts_given_their_margins():
    """Does the count test equal SciPy's τ and non-central hypergeometric moments?"""
    data = magnesium(15)
    a, n1, c, n2 = counts(data)
    half = np.where((a == 0) | (c == 0), 0.5, 0.0)
    n = n1 + n2 + 4 * half
    odds = np.sum((a + half) * (n2 - c + half) / n) / np.sum((n1 - a + half) * (c + half) / n)
    each = [
        nchypergeom_fisher(int(m1 + m2), int(m1), int(d), odds)
        for m1, m2, d in zip(n1, n2, a + c, strict=True)
    ]
    mean, variance = (np.array([getattr(x, f)() for x in each]) for f in ("mean", "var"))
    ours = hypergeometric_moments(n1, n2, a + c, float(odds))
    np.testing.assert_allclose(ours[0], mean, rtol=1e-9)
    np.testing.assert_allclose(ours[1], variance, rtol=1e-7)
    ranks: Any = kendalltau((a - mean) / np.sqrt(variance), 1 / variance)
    result = asymmetry_test("schwarzer", data)
    assert result.bias == pytest.approx(ranks.statistic * 15 * 14 / 2, abs=1e-9)


def test_continuity_correction_brings_s_nearer_to_zero():
    """Is S less 1 in size, with the same standard deviation, and p from the smaller z?"""
    data = magnesium(15)
    plain = asymmetry_test("begg", data)
    corrected = asymmetry_test("begg", data, correct=True)
    assert abs(corrected.bias) == abs(plain.bias) - 1
    assert corrected.bias_se == plain.bias_se
    assert p_of(corrected) > p_of(plain)


def test_studies_without_events_are_left_out_and_counted():
    """Is a trial without events left out of Harbord's and Peters' tests, and said to be?"""
    data = magnesium(15)
    a, n1, c, n2 = counts(data)
    more = funnel_data(
        np.append(data.yi, 0.0), np.append(data.vi, 4.0), measure="OR",
        events1=np.append(a, 0), n1=np.append(n1, 20),
        events2=np.append(c, 0), n2=np.append(n2, 22),
    )  # fmt: skip
    for name in ("harbord", "peters"):
        one, other = asymmetry_test(name, data), asymmetry_test(name, more)
        assert other.left_out == 1
        assert other.p_value == pytest.approx(one.p_value, rel=1e-12)
    assert more.events is not None
    assert more.n is not None
    assert peters(more.yi, more.events, more.n).zero_weight == 1


def test_every_row_of_the_table_names_its_source_and_measures():
    """Does every test have a source with a year, and a reason for what it refuses?"""
    for row in ASYMMETRY_TESTS.values():
        assert any(character.isdigit() for character in row.source)
        assert row.suits is None or row.otherwise


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("OR", {"harbord", "peters", "macaskill", "macaskill_pooled", "rucker_thompson",
                "rucker_egger", "rucker_begg", "schwarzer"}),
        ("RR", {"harbord", "rucker_thompson", "rucker_egger", "rucker_begg"}),
        ("SMD", {"pustejovsky_rodgers"}),
        ("MD", {"egger", "thompson_sharp", "begg"}),
        (None, {"egger", "thompson_sharp", "begg"}),
        ("PLO", set()),
        ("DOR", {"deeks"}),
    ],
)  # fmt: skip
def test_tests_suited_to_a_measure(measure, expected):
    """Are the tests that were made for a measure, and no others, called suited?"""
    assert set(suited_tests(measure)) == expected


#: Measures whose variance does not contain the effect, or that nobody has studied: no caution.
INDEPENDENT = {
    "AS", "OR2DL", "OR2DN", "MN", "MNLN", "MD", "ROM", "VR", "CVR", "ZCOR", "IRS", "IRFT", "IRSD",
    "GEN", "LOGCI", "HR", "MEDRAW", "MEDLOG", "MEDDIFF", "MEDRATIO",
}  # fmt: skip


def test_every_measure_of_the_engine_is_classified():
    """Is a new effect measure either said to be tied to its variance or listed here as not?"""
    tied = {name for name in MEASURES if name in DEPENDENT or name in NO_GUIDANCE}
    assert tied | INDEPENDENT == set(MEASURES)
    assert not tied & INDEPENDENT


def test_default_is_that_of_meta():
    """Is it Harbord's test for odds ratios and Egger's for the rest?"""
    assert [default_test(m) for m in ("OR", "RR", "SMD", None)] == ["harbord"] + 3 * ["egger"]


def test_what_does_not_suit_is_flagged_or_refused_with_the_reason():
    """Is Egger's test of odds ratios flagged, Pustejovsky's refused, and run when insisted on?"""
    data = magnesium(15)
    flagged = asymmetry_test("egger", data)
    assert flagged.suits == "caution"
    assert flagged.reason is not None
    assert "Peters 2006" in flagged.reason
    with pytest.raises(MetaInputError, match="standardised mean differences"):
        asymmetry_test("pustejovsky_rodgers", data)
    insisted = asymmetry_test("pustejovsky_rodgers", data, insist=True)
    assert insisted.suits == "unsuited"
    assert insisted.reason is not None
    assert "standardised" in insisted.reason


def test_no_verdict_below_ten_unless_asked():
    """Is the value given and the verdict withheld for 9 estimates, unless asked for?"""
    few, enough = magnesium(9), magnesium(10)
    withheld = asymmetry_test("harbord", few)
    assert withheld.p_value is not None
    assert withheld.verdict is None
    assert withheld.withheld is not None
    assert "only 9 estimates" in withheld.withheld
    assert asymmetry_test("harbord", few, verdict_below_ten=True).verdict is not None
    assert asymmetry_test("harbord", enough).verdict is not None


def test_verdict_is_read_at_ten_percent():
    """Does p just below and above .10 turn the verdict?"""
    data = magnesium(16)
    verdicts = {name: asymmetry_test(name, data, insist=True) for name in ASYMMETRY_TESTS}
    assert {p_of(r) < 0.10 for r in verdicts.values()} == {True, False}
    for result in verdicts.values():
        assert (result.verdict == "asymmetry") == (p_of(result) < 0.10)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40), st.integers(1, 40)),
        min_size=4, max_size=14, unique=True,
    ),
    st.sampled_from(sorted(ASYMMETRY_TESTS)),
)  # fmt: skip
def test_swapping_the_arms_turns_the_sign(rows, name):
    """Does exchanging treatment and control change the sign of the bias and nothing else?"""
    a, b, c, d = np.array(rows, float).T
    n1, n2 = a + b, c + d
    one, other = two_arms(a, n1, c, n2), two_arms(c, n2, a, n1)
    try:
        left = asymmetry_test(name, one, insist=True)
    except MetaInputError:
        return
    right = asymmetry_test(name, other, insist=True)
    if ASYMMETRY_TESTS[name].family == "rank":
        # Ties between rounded numbers may fall either way; without them S is an exact integer.
        x, v, _ = ASYMMETRY_TESTS[name].inputs(one)
        if min(np.diff(np.sort(x)).min(), np.diff(np.sort(v)).min()) < 1e-9:
            return
    assert left.bias == pytest.approx(-right.bias, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("effect", [0.0, 0.37, 1 / 3, 7e5])
def test_equal_effects_have_no_asymmetry_to_test(effect):
    """Is there no statistic, p or verdict where all effects are equal, rather than 0/0 or noise?"""
    data = funnel_data(np.full(12, effect), np.linspace(0.01, 0.3, 12) ** 2)
    result = asymmetry_test("egger", data)
    assert (result.bias, result.statistic, result.p_value) == (0.0, None, None)
    assert result.verdict is None
    assert result.withheld == "nothing remains to test"
    assert result.intercept == pytest.approx(effect, rel=1e-15)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: asymmetry_test("eger", magnesium()), "Did you mean 'egger'"),
        (
            lambda: asymmetry_test("peters", funnel_data([1, 2, 3], [1, 2, 3], measure="OR")),
            "events",
        ),
        (lambda: asymmetry_test("egger", funnel_data([1, 2], [1, 2])), "at least 3"),
        (lambda: asymmetry_test("egger", funnel_data([1, 2, 3], [1, 1, 1])), "same in all"),
        (lambda: funnel_data([1, 2], [1, 2], events1=[1, 2]), "without n1"),
        (lambda: funnel_data([1, 2], [1, 2], n1=[1, 0]), "positive"),
        (lambda: funnel_data([1, 2], [1, 2], events1=[3, 1], n1=[2, 2]), "exceeds"),
        (lambda: funnel_data([1, 2], [1, 2], n=[5, 5, 5]), "one entry per study"),
    ],
)
def test_what_cannot_be_tested_is_refused(call, message):
    """Does every refusal say what is missing?"""
    with pytest.raises(MetaInputError, match=message):
        call()
