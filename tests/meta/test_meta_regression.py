"""Meta-regression: published fits, Stata's conventions, and what happens to awkward moderators.

metafor's 172 reference fits are compared case by case in `test_cases.py`.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.meta.errors import MetaInputError
from analysis.meta.meta_regression import meta_regression
from analysis.meta.models import pool
from analysis.meta.profiles import profile
from analysis.meta.tau2 import METHODS
from tests.meta.reference_comparison import bcg_log_rr, named

PRINTED = 0.5001e-4
TEN_DIGITS = 2e-9


def bcg():
    data = named("published_cases.json")["meta_regression_bcg_ablat_year_reml"]
    return *bcg_log_rr(), data["data"], data["expected"]


def test_bcg_latitude_and_year():
    """Does REML on latitude and year give metafor's page (default convergence, 4 decimals)?"""
    y, v, data, printed = bcg()
    expected = printed["RR_REML_ablat_year"]
    got = meta_regression(y, v, {"ablat": data["ablat"], "year": data["year"]}, i2="tau2")
    assert got.coef_names == ("intercept", "ablat", "year")
    assert got.tau2 == pytest.approx(expected["tau2"], abs=PRINTED)
    assert got.se_tau2 == pytest.approx(expected["se_tau2"], abs=PRINTED)
    assert 100 * got.i2 == pytest.approx(expected["I2_res"], abs=0.005)
    assert 100 * got.r2 == pytest.approx(expected["R2"], abs=0.005)
    assert got.q == pytest.approx(expected["QE"], abs=PRINTED)
    assert got.q_df == expected["QE_df"]
    assert got.qm == pytest.approx(expected["QM"], abs=2e-4)
    assert got.qm_p == pytest.approx(expected["QM_p"], abs=PRINTED)
    assert got.coef == pytest.approx(expected["coef"], abs=2e-4)
    assert got.se == pytest.approx(expected["se"], abs=5e-4)
    assert got.stat == pytest.approx(expected["z"], abs=PRINTED)


def test_bcg_predictions():
    """Are the expected risk ratios by latitude those on metafor's page?"""
    y, v, data, printed = bcg()
    expected = printed["RR_REML_ablat_predictions_exp"]
    fit = meta_regression(y, v, {"ablat": data["ablat"]})
    got = fit.predict([[1, x] for x in expected["ablat"]])
    assert np.exp(got.estimate) == pytest.approx(expected["pred"], abs=PRINTED)
    assert np.exp(got.ci_low) == pytest.approx(expected["ci_lb"], abs=PRINTED)
    assert np.exp(got.ci_high) == pytest.approx(expected["ci_ub"], abs=PRINTED)
    assert (got.prediction_low < got.ci_low).all()


def test_raudenbush_weeks():
    """Does capping weeks at 3 explain all heterogeneity (Raudenbush 2009)?

    The page stops with tau2 just above 0: coefficients and z agree to 1e-4.
    """
    case = named("published_cases.json")["hksj_and_wald_raudenbush1985"]
    expected = case["expected"]["mixed_effects_weeks_capped_at_3"]
    weeks = [min(w, 3) for w in case["data"]["weeks"]]
    got = meta_regression(case["data"]["yi"], case["data"]["vi"], {"weeks": weeks})
    assert got.tau2 == expected["tau2"]
    assert got.boundary
    assert got.coef == pytest.approx(expected["coef"], abs=1e-4)
    assert got.stat == pytest.approx(expected["z"], abs=1e-4)
    assert got.q == pytest.approx(expected["QE"], abs=PRINTED)


def test_knapp_hartung_truncated_and_not():
    """Do z, knha and adhoc give metafor 4.6.0's 17 digits as PyMARE pinned them?

    Default convergence was used there: REML agrees to 1e-3 (tau2 near 0), DL to 1e-10.
    """
    case = named("published_cases.json")["hksj_truncated_vs_not_pymare_pinned"]
    checked = 0
    for expected in case["expected"]:
        if expected["model"] == "intercept":
            continue
        data = case["data"][expected["design"]]
        got = meta_regression(
            data["y"],
            data["v"],
            {"mod1": data["mod1"]},
            method=expected["method"],
            test=expected["test"],
        )
        rtol = 1e-10 if expected["method"] == "DL" else 1e-3
        assert got.tau2 == pytest.approx(expected["tau2"], rel=rtol)
        assert got.coef == pytest.approx(expected["beta"], rel=rtol)
        assert got.se == pytest.approx(expected["se"], rel=rtol)
        assert got.p == pytest.approx(expected["pval"], rel=rtol)
        assert got.ci_low == pytest.approx(expected["ci_lb"], rel=rtol)
        assert got.ci_high == pytest.approx(expected["ci_ub"], rel=rtol)
        checked += 1
    assert checked == 12


@pytest.mark.parametrize(
    ("name", "method"), [("metareg_bcg_ablat_default", "REML"), ("metareg_bcg_ablat_mm", "DL")]
)
def test_metareg_of_stata(name, method):
    """Does the Stata profile give metareg: t with k - p, factor not below 1, R2 not cut?"""
    expected = named("stata14_cases.json")[name]["computed"]
    y, v, data, _ = bcg()
    conventions = profile("stata14")
    got = meta_regression(
        y,
        v,
        {"ablat": data["ablat"]},
        method=method,
        test=conventions.regression_test,
        r2=conventions.regression_r2,
        i2=conventions.i2,
    )
    rtol = TEN_DIGITS if method == "DL" else 1e-7
    assert got.tau2 == pytest.approx(expected["tau2"], rel=rtol)
    assert got.tau2_without == pytest.approx(expected["tau2_0"], rel=rtol)
    assert 100 * got.r2 == pytest.approx(expected["adj_R2"], rel=rtol)
    assert got.test_factor == pytest.approx(expected["q_KH"], rel=rtol)
    assert got.df == expected["df"]
    for field, key in (("coef", "coef"), ("se", "se"), ("stat", "t"), ("p", "p")):
        assert getattr(got, field) == pytest.approx(expected[key], rel=rtol), field
    limits = list(zip(got.ci_low, got.ci_high, strict=True))
    assert limits == [pytest.approx(pair, rel=rtol) for pair in expected["ci"]]
    assert got.q == pytest.approx(expected["Q_res"], rel=TEN_DIGITS)
    assert 100 * got.i2 == pytest.approx(expected["I2_res"], rel=TEN_DIGITS)


def test_r2_may_be_negative_only_when_asked():
    """Is R2 below 0 shown by Stata's convention and cut by metafor's?"""
    y, v, data, _ = bcg()
    options = {"moderators": {"alloc": data["alloc"]}, "method": "DL"}
    adjusted = meta_regression(y, v, r2="adjusted", **options).r2
    assert adjusted < 0
    assert meta_regression(y, v, **options).r2 == 0


def test_missing_moderators_are_listed():
    """Are studies with a missing moderator left out, by position and reason?"""
    y, v, data, _ = bcg()
    latitude = [float(x) for x in data["ablat"]]
    latitude[3] = float("nan")
    group = [None if i == 5 else g for i, g in enumerate(data["alloc"])]
    got = meta_regression(y, v, {"ablat": latitude, "alloc": group})
    assert got.k == 11
    assert got.dropped == ((3, "moderator 'ablat' is missing"), (5, "moderator 'alloc' is missing"))
    assert set(got.index) == set(range(13)) - {3, 5}


def test_a_moderator_that_never_changes_leaves_the_plain_pool():
    """Is a regression on a constant what metafor makes of it, the model without moderators?"""
    y, v = [-0.1, -0.2, 0.3], [0.01, 0.02, 0.05]
    got = meta_regression(y, v, {"q": [3.0, 3.0, 3.0]}, method="DL", test="knha")
    plain = pool(y, v, method="DL", test="knha")
    assert got.redundant == ("q",)
    assert got.coef[0] == pytest.approx(plain.estimate, rel=1e-12)
    assert got.se[0] == pytest.approx(plain.se, rel=1e-12)


def test_redundant_moderators_are_listed():
    """Is a column that others determine left out, by name, and the fit as without it?"""
    y, v, data, _ = bcg()
    latitude = np.array(data["ablat"], float)
    got = meta_regression(y, v, {"ablat": latitude, "twice": 2 * latitude - 7})
    assert got.redundant == ("twice",)
    alone = meta_regression(y, v, {"ablat": latitude})
    assert got.coef == pytest.approx(alone.coef)
    assert any("redundant" in w for w in got.warnings)


def test_the_guard_against_too_many_moderators():
    """Does a fit with fewer than ten studies for a coefficient say so?"""
    y, v, data, _ = bcg()
    one = meta_regression(y, v, {"ablat": data["ablat"]})
    two = meta_regression(y, v, {"ablat": data["ablat"], "year": data["year"]})
    assert not any("fewer than 10" in w for w in one.warnings)
    assert any("13 estimates for 2 coefficients: fewer than 10" in w for w in two.warnings)
    few = meta_regression(y[:6], v[:6], {"ablat": data["ablat"][:6]})
    assert any("6 estimates for one coefficient: fewer than 10" in w for w in few.warnings)


def test_categorical_numbers_and_references():
    """Do numbers make dummies when asked, in numeric order, and can the reference be chosen?"""
    y, v, _, _ = bcg()
    arm = [1, 2, 10] * 4 + [1]
    got = meta_regression(y, v, {"arm": arm}, categorical=("arm",))
    assert got.coef_names == ("intercept", "arm[2]", "arm[10]")
    other = meta_regression(y, v, {"arm": arm}, categorical=("arm",), references={"arm": "10"})
    assert other.coef_names == ("intercept", "arm[1]", "arm[2]")
    assert other.coef[0] == pytest.approx(got.coef[0] + got.coef[2])
    assert other.qm == pytest.approx(got.qm)
    assert other.tau2 == pytest.approx(got.tau2)


rows = st.lists(
    st.tuples(st.floats(-2, 2), st.floats(0.01, 1), st.floats(-5, 5)), min_size=5, max_size=15
)


@settings(max_examples=60, deadline=None)
@given(rows, st.sampled_from(METHODS), st.floats(-1000, 3000), st.floats(0.01, 100))
def test_the_unit_of_a_moderator_does_not_matter(data, method, origin, unit):
    """Do other units and origins of x leave tau2, QM and predictions as they were?"""
    y, v, x = (np.array(column) for column in zip(*data, strict=True))
    x = np.round(x, 3)
    if np.ptp(x) < 0.5:
        return
    one = meta_regression(y, v, {"x": x}, method=method)
    other = meta_regression(y, v, {"x": origin + unit * x}, method=method)
    assert other.tau2 == pytest.approx(one.tau2, rel=1e-5, abs=1e-8)
    assert other.qm == pytest.approx(one.qm, rel=1e-4, abs=1e-6)
    assert other.coef[1] == pytest.approx(one.coef[1] / unit, rel=1e-4, abs=1e-6 / unit)


@settings(max_examples=40, deadline=None)
@given(rows, st.sampled_from(METHODS))
def test_an_irrelevant_origin_is_the_mean_model(data, method):
    """With two equal halves, is the model's mean of both levels between the level means?"""
    y, v, _ = (np.array(column) for column in zip(*data, strict=True))
    group = ["a", "b"] * (y.size // 2) + ["a"] * (y.size % 2)
    fit = meta_regression(y, v, {"g": group}, method=method)
    means = fit.predict([[1, 0], [1, 1]]).estimate
    assert y.min() - 1e-9 <= means.min()
    assert means.max() <= y.max() + 1e-9
    assert 0 <= fit.i2 < 1
    assert fit.tau2 >= 0


def test_refusals_say_what_to_do():
    """Are designs that cannot be fitted refused with advice?"""
    y, v, data, _ = bcg()
    two = {"x": [1, 2]}
    with pytest.raises(MetaInputError, match="need at least 3 studies"):
        meta_regression([1, 2], [1, 1], two)
    with pytest.raises(MetaInputError, match="at least one moderator"):
        meta_regression(y, v, {})
    with pytest.raises(MetaInputError, match="values for 13 studies"):
        meta_regression(y, v, two)
    with pytest.raises(MetaInputError, match="one level 'a'"):
        meta_regression(y, v, {"g": ["a"] * 13})
    with pytest.raises(MetaInputError, match="no level 'z'"):
        meta_regression(y, v, {"alloc": data["alloc"]}, references={"alloc": "z"})
    with pytest.raises(MetaInputError, match="No moderator is called"):
        meta_regression(y, v, {"alloc": data["alloc"]}, categorical=("allocation",))
    with pytest.raises(MetaInputError, match="infinity"):
        meta_regression(y, v, {"x": [np.inf] + [1] * 12})
    with pytest.raises(MetaInputError, match="misses a moderator"):
        meta_regression(y, v, {"x": [None] * 13})
    with pytest.raises(MetaInputError, match="Did you mean 'adjusted'"):
        meta_regression(y, v, {"x": data["ablat"]}, r2="adjust")
    with pytest.raises(MetaInputError, match="shape"):
        meta_regression(y, v, {"x": data["ablat"]}).predict([1, 2])


def test_a_common_effect_regression_of_as_many_studies_as_coefficients():
    """Does the saturated common-effect fit pass through the studies, with no test of fit?"""
    got = meta_regression([1.0, 3.0], [0.1, 0.2], {"x": [0, 1]}, method="CE")
    assert got.coef == pytest.approx([1, 2])
    assert (got.q, got.q_df, got.q_p) == (0, 0, 1)


@pytest.mark.parametrize("test", ["t", "knha", "adhoc"])
def test_no_residual_degrees_of_freedom_no_t_test(test):
    """Is a t test with 0 degrees of freedom left out, not replaced by a normal one?

    metafor 3.8-1, rma(c(.1, .5), c(.02, .03), mods=~x, method="FE", test="t"): se 0.3317, 0.2236,
    pval NA, ci NA, QMp NA.
    """
    fit = meta_regression([0.1, 0.5], [0.02, 0.03], {"x": [1, 2]}, method="CE", test=test)
    assert fit.df == 0
    assert np.isnan([*fit.p, *fit.ci_low, *fit.ci_high, fit.qm_p, fit.r2]).all()
    assert fit.coef == pytest.approx([-0.3, 0.4])
    if test == "t":
        assert fit.se == pytest.approx([0.3317, 0.2236], abs=5e-5)
    assert any("no t test" in note for note in fit.warnings)


def test_one_study_may_outweigh_the_others():
    """Do the traces of the residual projection keep their digits at weights of 1 to 200,000?

    By the definitions with 60 digits (mpmath): P = W - WX(X'WX)^-1 X'W, tau2 = (Q - 3)/tr P,
    its SE sqrt(6 + 4 tau2 tr P + 2 tau2^2 tr PP)/tr P, typical variance 3/tr P. metafor 3.8-1
    keeps six digits here (tau2 0.04999804, SE 0.18363854).
    """
    fit = meta_regression(
        [-1.2, -1.5, -0.7, -1.9, -1.386],
        [0.2, 0.35, 0.15, 0.5, 0.0000025],
        {"x": [3, 1, 4, 1, 5]},
        method="DL",
    )
    assert fit.q == pytest.approx(3.865836467482776, rel=1e-11)
    assert fit.tau2 == pytest.approx(0.04999800751666872, rel=1e-11)
    assert fit.se_tau2 == pytest.approx(0.1836384288605532, rel=1e-11)
    assert fit.typical_v == pytest.approx(0.1732359725920068, rel=1e-11)


def test_inputs_are_not_changed():
    """Are the caller's arrays as they were?"""
    y, v, data, _ = bcg()
    x = np.array(data["ablat"], float)
    before = y.copy(), v.copy(), x.copy()
    meta_regression(y, v, {"x": x}, test="knha")
    assert all((a == b).all() for a, b in zip((y, v, x), before, strict=True))


def test_cost_is_linear():
    """Is a meta-regression of 10,000 studies a matter of milliseconds?"""
    rng = np.random.default_rng(5)
    v, x = rng.uniform(0.01, 1, 10_000), rng.normal(size=10_000)
    y = 0.2 + 0.3 * x + rng.normal(0, np.sqrt(v + 0.1))
    got = meta_regression(y, v, {"x": x})
    assert got.coef == pytest.approx([0.2, 0.3], abs=0.02)
    assert got.tau2 < pool(y, v, method="REML").tau2
