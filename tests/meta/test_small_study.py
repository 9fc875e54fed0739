"""Begg, Egger and Peters: do the tests equal metafor's, Stata's, and those printed in papers?"""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtr

from analysis.meta.begg import begg
from analysis.meta.cases_small_study import RUNNERS
from analysis.meta.egger import egger
from analysis.meta.errors import MetaInputError
from analysis.meta.models import pool
from analysis.meta.peters import peters
from analysis.meta.rank_correlation import variance_of_s
from analysis.meta.small_study import heterogeneity_share, small_study_flags
from tests.meta.reference_comparison import (
    assert_agrees,
    bcg_log_rr,
    cases_of,
    magnesium_log_or,
    named,
    question,
)


@pytest.mark.parametrize("kind", ["ranktest", "regtest", "peters"])
def test_every_case_agrees_with_metafor(kind):
    """Does every number of every reference case come out, in the same shape?"""
    for case in cases_of(kind):
        assert_agrees(case, RUNNERS[kind](question(case)))


@pytest.mark.parametrize("kind", ["regtest", "peters"])
def test_what_r_refuses_is_refused(kind):
    """Are analyses that R cannot compute refused with a message?"""
    for case in cases_of(kind, "error"):
        with pytest.raises(MetaInputError):
            RUNNERS[kind](question(case))


@pytest.mark.parametrize(
    ("kind", "ok", "errors"), [("ranktest", 46, 0), ("regtest", 125, 8), ("peters", 18, 3)]
)
def test_grid_has_not_shrunk(kind, ok, errors):
    """Are all the reference cases still there?"""
    assert len(cases_of(kind)) >= ok
    assert len(cases_of(kind, "error")) >= errors


# Begg ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "studies"), [("metabias_egger2001_15", 15), ("metabias_egger2001_16", 16)]
)
def test_begg_as_statas_metabias(name, studies):
    """Do S, its standard deviation, z, the corrected z and their p values equal metabias 2.1?"""
    expected = named("stata14_cases.json")[name]["computed"]["begg"]
    y, v, _ = magnesium_log_or(studies)
    normal = begg(y, v, method="normal")
    corrected = begg(y, v, method="continuity")
    exact = begg(y, v, method="exact")
    assert normal.s == expected["S"]
    assert normal.tau == pytest.approx(expected["tau"], rel=1e-9)
    assert normal.var_s**0.5 == pytest.approx(expected["sd"], rel=1e-9)
    assert normal.z == pytest.approx(expected["z"], rel=1e-9)
    assert normal.p_value == pytest.approx(expected["p"], rel=1e-9)
    assert corrected.z == pytest.approx(expected["z_cc"], rel=1e-9)
    assert corrected.p_value == pytest.approx(expected["p_cc"], rel=1e-9)
    assert exact.p_value == pytest.approx(expected["p_exact"], rel=1e-9)


def test_begg_as_printed_by_metafor():
    """Do τ and the exact p equal those on metafor's pages (4 decimals)?"""
    expected = named("published_cases.json")["egger_and_begg_egger2001_bcg"]["expected"]
    bcg = begg(*bcg_log_rr())
    assert bcg.tau == pytest.approx(expected["bcg_RR"]["kendall_tau"], abs=5.1e-5)
    assert bcg.p_value == pytest.approx(expected["bcg_RR"]["ranktest_exact_p"], abs=5.1e-5)
    y, v, _ = magnesium_log_or(16)
    magnesium = begg(y, v)
    printed = expected["egger2001_all16_OR"]
    assert magnesium.tau == pytest.approx(printed["kendall_tau"], abs=5.1e-5)
    assert magnesium.p_value == pytest.approx(printed["ranktest_exact_p"], abs=5.1e-5)


def test_exact_p_value_by_enumeration():
    """Is the exact p the share of all orders of six studies that are at least as far out?"""
    rng = np.random.default_rng(3)
    y, v = rng.normal(size=6), rng.uniform(0.1, 1.0, size=6)
    result = begg(y, v, method="exact")
    i, j = np.triu_indices(6, 1)
    scores = [
        int(np.sign(np.take(order, j) - np.take(order, i)).sum())
        for order in permutations(range(6))
    ]
    share = np.mean([abs(s) >= abs(result.s) for s in scores])
    assert result.p_value == pytest.approx(min(1.0, share), rel=1e-12)


def test_exact_p_keeps_its_digits_far_out():
    """Is the smallest possible p of 15 studies exactly 2/15!?"""
    v = np.linspace(0.1, 2.0, 15)
    result = begg(np.arange(15.0) ** 3, v, method="exact")
    assert abs(result.s) == 105
    assert result.p_value == pytest.approx(2 / 1307674368000, rel=1e-12)


def test_ties_fall_back_and_say_so():
    """Is the exact test of tied variances replaced by the normal one, and the reason given?"""
    y, v = [0.1, 0.5, 0.2, 0.9, 0.4], [0.1, 0.1, 0.3, 0.4, 0.5]
    exact, normal = begg(y, v, method="exact"), begg(y, v, method="normal")
    assert exact.ties
    assert exact.method == "normal"
    assert exact.fell_back is not None
    assert exact.p_value == normal.p_value
    assert begg(y, v, method="normal", tie_correction=False).var_s == 5 * 4 * 15 / 18


def test_variance_with_ties_by_enumeration():
    """Is the tie-corrected variance the variance of S over all orders of tied data?"""
    a, b = np.array([1.0, 1, 2, 3, 3, 3]), np.array([1.0, 2, 2, 3, 4, 4])
    i, j = np.triu_indices(6, 1)
    scores = [
        float((np.sign(a[i] - a[j]) * np.sign(np.take(q, i) - np.take(q, j))).sum())
        for q in permutations(b)
    ]
    got = variance_of_s(6, np.array([2.0, 3.0]), np.array([2.0, 2.0]))
    assert got == pytest.approx(np.mean(np.square(scores)), rel=1e-12)


@pytest.mark.parametrize("effect", [0.37, 1 / 3, 7e5])
def test_equal_effects_have_no_rank_correlation(effect):
    """Are 40 equal effects tied, although their mean differs from them by a rounding error?

    metafor 3.8-1 ranks that error where there is one: ranktest(rep(7e5, 40), v) gives tau = 1 and
    p = 0 for some v, none for others.
    """
    variances = np.random.default_rng(4).uniform(0.01, 0.3, 40)
    test = begg(np.full(40, effect), variances)
    assert (test.s, test.tau, test.p_value) == (0, None, None)


def test_equal_variances_have_no_rank_correlation():
    """Are τ and p absent, not 0 or 1, when all studies are equally precise?"""
    result = begg([0.1, 0.4, 0.2], [0.5, 0.5, 0.5], method="normal")
    assert result.tau is None
    assert result.p_value is None


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-3, 3), st.floats(0.01, 3)), min_size=3, max_size=12, unique=True),
    st.randoms(use_true_random=False),
)
def test_begg_does_not_depend_on_order_or_sign(rows, random):
    """Does listing the studies otherwise change nothing, and mirroring only the sign?"""
    y, v = np.array(rows).T
    shuffled = list(range(y.size))
    random.shuffle(shuffled)
    # Studies whose standardised effects differ by rounding only may tie or not; compare the rest.
    standardised = np.sort(begg(y, v, method="normal").standardised)
    if (np.diff(standardised) < 1e-9).any():
        return
    one = begg(y, v, method="normal")
    assert begg(y[shuffled], v[shuffled], method="normal").s == one.s
    assert begg(-y, v, method="normal").s == -one.s


# Egger --------------------------------------------------------------------------------------------


def test_egger_as_statas_metabias():
    """Do bias, its SE, t, p and the slope equal metabias, egger?"""
    expected = named("stata14_cases.json")["metabias_egger2001_15"]["computed"]["egger"]
    y, v, _ = magnesium_log_or(15)
    test = egger(y, v)
    assert test.slope == pytest.approx(expected["bias"], rel=1e-9)
    assert test.slope_se == pytest.approx(expected["se"], rel=1e-9)
    assert test.statistic == pytest.approx(expected["t"], rel=1e-9)
    assert test.p_value == pytest.approx(expected["p"], rel=1e-9)
    assert test.df == expected["df"]
    assert test.limit == pytest.approx(expected["slope"], rel=1e-9)
    assert test.limit_se == pytest.approx(expected["slope_se"], rel=1e-9)
    all16, v16, _ = magnesium_log_or(16)
    printed = named("stata14_cases.json")["metabias_egger2001_16"]["computed"]["egger_t"]
    assert egger(all16, v16).statistic == pytest.approx(printed, rel=1e-9)


@pytest.mark.parametrize(
    ("key", "model", "predictor"),
    [
        ("regtest_lm_sei (= Stata metabias, egger)", "lm", "sei"),
        ("regtest_rma_sei", "rma", "sei"),
        ("regtest_lm_ni", "lm", "ni"),
        ("regtest_lm_ninv", "lm", "ninv"),
        ("regtest_rma_ni", "rma", "ni"),
        ("regtest_rma_ninv", "rma", "ninv"),
    ],
)
def test_egger_as_printed_by_metafor(key, model, predictor):
    """Does every variant on metafor's page come out (4 decimals) for 15 magnesium trials?"""
    printed = named("published_cases.json")["egger_and_begg_egger2001_bcg"]["expected"][
        "egger2001_without_ISIS4_OR"
    ][key]
    y, v, n = magnesium_log_or(15)
    test = egger(y, v, model=model, predictor=predictor, n=n, method="REML")
    assert test.statistic == pytest.approx(printed.get("t", printed.get("z")), abs=5.1e-5)
    assert test.p_value == pytest.approx(printed["p"], abs=5.1e-5)
    if "limit" in printed:
        assert test.limit == pytest.approx(printed["limit"], abs=5.1e-5)
        assert [test.limit_ci_low, test.limit_ci_high] == pytest.approx(
            printed["limit_ci"], abs=5.1e-5
        )
    if predictor == "ni":
        assert test.limit is None


def test_egger_of_all_magnesium_trials_as_printed():
    """Do the two statistics of metafor's test suite with ISIS-4 come out?"""
    printed = named("published_cases.json")["egger_and_begg_egger2001_bcg"]["expected"][
        "egger2001_all16_OR"
    ]
    y, v, n = magnesium_log_or(16)
    assert egger(y, v, model="rma").statistic == pytest.approx(
        printed["regtest_rma_sei_z"], abs=5.1e-5
    )
    assert egger(y, v, predictor="sqrtninv", n=n).statistic == pytest.approx(
        printed["regtest_lm_sqrtninv_t"], abs=5.1e-5
    )


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-3, 3), st.floats(0.05, 3)), min_size=4, max_size=12, unique=True)
)
def test_egger_equals_the_regression_of_the_paper(rows):
    """Is the weighted line the ordinary regression of y/SE on 1/SE of Egger's paper?"""
    y, v = np.array(rows).T
    se = np.sqrt(v)
    if np.ptp(se) < 0.05:
        return
    design = np.column_stack([np.ones(y.size), 1 / se])
    coef, rss = np.linalg.lstsq(design, y / se, rcond=None)[:2]
    df = y.size - 2
    cov = float(rss[0]) / df * np.linalg.inv(design.T @ design)
    test = egger(y, v)
    assert test.slope == pytest.approx(coef[0], rel=1e-6, abs=1e-8)
    assert test.limit == pytest.approx(coef[1], rel=1e-6, abs=1e-8)
    if rss[0] > 1e-8:
        t = coef[0] / cov[0, 0] ** 0.5
        assert test.p_value == pytest.approx(2 * stdtr(df, -abs(t)), rel=1e-5, abs=1e-9)


def test_two_studies_give_a_line_but_no_test():
    """Does k = 2 give the line through both, no p value, and a flag that says so?"""
    test = egger([0.1, 0.7], [0.04, 0.25])
    assert test.slope == pytest.approx(2.0)
    assert test.limit == pytest.approx(-0.3)
    assert test.p_value is None
    assert {flag.code for flag in test.flags} == {"few_studies", "saturated"}


def test_two_studies_under_a_common_effect():
    """Is the z test of two studies given, and of the t and Knapp–Hartung tests what exists?

    R: regtest(rma(c(.1, .7), c(.04, .25), method="FE", test=t), model="rma").
    """
    z, t, knha = (
        egger([0.1, 0.7], [0.04, 0.25], model="rma", method="FE", test=test)
        for test in ("z", "t", "knha")
    )
    assert z.statistic == pytest.approx(1.1141720, rel=1e-7)
    assert z.p_value == pytest.approx(0.2652054, rel=1e-6)
    assert (z.limit_ci_low, z.limit_ci_high) == pytest.approx((-1.2239359, 0.6239359), rel=1e-7)
    assert t.statistic == z.statistic
    assert (t.p_value, t.df, t.limit_ci_low) == (None, 0.0, None)
    assert (knha.statistic, knha.slope_se, knha.p_value) == (None, None, None)


# Peters and the flags -----------------------------------------------------------------------------


def test_peters_leaves_out_studies_without_weight():
    """Are studies with 0 % or 100 % counted as weightless, and not in the degrees of freedom?"""
    test = peters([-3.0, 0.1, 0.4, -0.2, 0.3], [0, 5, 9, 6, 20], [10, 11, 20, 15, 41])
    assert test.zero_weight == 1
    assert test.df == 2


def test_flags():
    """Is the reader told of too few studies and of measures for which the tests mislead?"""
    assert [f.code for f in small_study_flags(9, "RR")] == ["few_studies"]
    assert [f.code for f in small_study_flags(10, "RR")] == []
    assert [f.code for f in small_study_flags(20, "PLO")] == ["dependent_variance"]
    assert [f.code for f in small_study_flags(20, "RR", i2=0.5)] == ["heterogeneity"]
    assert [f.code for f in small_study_flags(20, "RR", i2=0.49)] == []
    y, v = [0.1, 0.2, 0.4], [0.1, 0.2, 0.3]
    for result in (begg(y, v, measure="PFT"), egger(y, v, measure="PFT")):
        assert {f.code for f in result.flags} == {"few_studies", "dependent_variance"}
    odds = peters(y, [3, 4, 5], [10, 20, 40], measure="OR")
    assert {f.code for f in odds.flags} == {"few_studies"}


def test_heterogeneity_is_flagged_by_its_i2():
    """Is I² that of Cochran's Q (92.12 % for the BCG trials), and flagged by Begg and Egger?"""
    y, v = bcg_log_rr()
    assert heterogeneity_share(y, v) == pytest.approx(pool(y, v).i2, rel=1e-12)
    for result in (begg(y, v, measure="RR"), egger(y, v, measure="RR")):
        assert [flag.code for flag in result.flags] == ["heterogeneity"]
        assert "92.1%" in result.flags[0].reason


def test_inputs_are_left_alone():
    """Are the caller's arrays unchanged?"""
    y, v, n = magnesium_log_or(15)
    before = y.copy(), v.copy(), n.copy()
    begg(y, v)
    egger(y, v, model="rma", predictor="ninv", n=n)
    peters(y, np.minimum(n, 10), n)
    for now, then in zip((y, v, n), before, strict=True):
        np.testing.assert_array_equal(now, then)


@pytest.mark.parametrize("function", [begg, egger])
@pytest.mark.parametrize(
    ("y", "v", "message"),
    [
        ([0.1, np.nan, 0.3], [1, 2, 3], "NaN"),
        ([0.1, 0.2, 0.3], [1, -2, 3], "negative"),
        ([0.1, 0.2, 0.3], [1, 2], "one entry per study"),
        ([], [], "k = 0"),
        ([0.1], [1], "at least 2"),
        (["a", 0.2, 0.3], [1, 2, 3], "numbers"),
    ],
)
def test_unusable_effects_are_refused(function, y, v, message):
    """Does every test say what is wrong?"""
    with pytest.raises(MetaInputError, match=message):
        function(y, v)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: begg([1, 2], [1, 2], method="fisher"), "exact"),
        (lambda: begg(np.arange(1001.0), np.arange(1.0, 1002.0)), "normal"),
        (lambda: egger([1, 2, 3], [1, 2, 3], model="ols"), "lm"),
        (lambda: egger([1, 2, 3], [1, 2, 3], predictor="se"), "sei"),
        (lambda: egger([1, 2, 3], [1, 2, 3], predictor="ninv"), "pass them as n"),
        (lambda: egger([1, 2, 3], [1, 2, 3], predictor="ninv", n=[1, 0, 2]), "positive"),
        (lambda: egger([1, 2, 3], [1, 2, 3], predictor="ninv", n=[1, 2]), "one entry per study"),
        (lambda: egger([1, 2, 3], [2, 2, 2]), "same in all studies"),
        (lambda: egger([1, 2], [1, 2], model="rma"), "at least 3"),
        (lambda: egger([1, 2, 3], [1, 2, 3], level=2), "level"),
        (lambda: egger([1, 2, 3], [1, 2, 3], model="rma", test="knapp"), "test"),
        (lambda: egger([1, 2, 3], [1, 2, 3], model="rma", method="XX"), "method"),
        (lambda: peters([1, 2, 3], [1, 2, 9], [5, 5, 5]), "exceeds"),
        (lambda: peters([1, 2, 3], [1, 2, 3], [5, 5, 5]), "not estimable"),
        (lambda: peters([1, 2], [1, 2, 3], [5, 6, 7]), "one entry per study"),
    ],
)
def test_unusable_options_are_refused(call, message):
    """Does every unknown name or missing input get a message that says what to do?"""
    with pytest.raises(MetaInputError, match=message):
        call()
