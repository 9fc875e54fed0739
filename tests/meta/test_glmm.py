"""The logistic model: is the maximum that of lme4, are the derivatives right, and the integral?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, gammaln

from analysis.meta.cases_glmm import RUNNERS
from analysis.meta.errors import MetaInputError
from analysis.meta.glmm import fit_glmm
from analysis.meta.glmm_quadrature import gauss_hermite, objective
from tests.meta.reference_comparison import cases_of, named, question

#: lme4 stops its derivative-free search on a flat maximum: the 7-point references were made with
#: its default optimiser and are reproducible to these absolute (β, SE) and relative (τ²) errors
#: only; the 25-point ones with a tight optimiser, to 20 times less.
DEFAULT_OPTIMISER = {"estimate": 2e-5, "se": 2e-5, "tau2": 1e-4}
TIGHT_OPTIMISER = {"estimate": 1e-6, "se": 1e-6, "tau2": 2e-6}
#: τ² of 56 to 73, one study of 0 % and one of 100 %: SE of 5 to 6 from finite differences.
EXTREME = {"estimate": 1e-4, "se": 2e-3, "tau2": 2e-4}


def tolerances(case):
    if case["id"].startswith("syn_k3_extreme"):
        return EXTREME
    tight = case["args"]["nAGQ"] == 25 or case["args"]["method"] == "EE"
    return TIGHT_OPTIMISER if tight else DEFAULT_OPTIMISER


def test_every_case_agrees_with_metafor():
    """Are estimate, SE, τ², heterogeneity tests and limits metafor's (lme4's) where it is exact?"""
    for case in cases_of("glmm"):
        got, expected, allowed = RUNNERS["glmm"](question(case)), case["expected"], tolerances(case)
        where = case["id"]
        assert set(got) == set(expected), where
        assert got["estimate"] == pytest.approx(expected["estimate"], abs=allowed["estimate"])
        assert got["se"] == pytest.approx(expected["se"], abs=allowed["se"])
        for key in ("tau2", "H2"):
            assert got[key] == pytest.approx(expected[key], rel=allowed["tau2"], abs=1e-12), where
        # Closed form: R's saturated fit is reproduced step by step.
        for key in ("QE_Wld", "QE_LRT", "QEp_Wld", "QEp_LRT"):
            assert got[key] == pytest.approx(expected[key], rel=1e-9, abs=1e-11), (where, key)
        assert (got["k"], got["df"], got["QE_df"]) == (
            expected["k"],
            expected["df"],
            expected["QE_df"],
        )
        assert got["ll_ML"] == pytest.approx(expected["ll_ML"], rel=1e-5), where
        assert got["I2"] == pytest.approx(expected["I2"], abs=1e-3), where
        limit = 20 * allowed["se"]
        for key in ("ci_lb", "ci_ub"):
            assert got[key] == pytest.approx(expected[key], abs=limit), where
        assert got["backtransformed"]["transf"] == "transf.ilogit"
        for key in ("pred", "ci_lb", "ci_ub", "pi_lb", "pi_ub"):
            value = expected["backtransformed"][key]
            if value is None:
                assert got["backtransformed"][key] is None
            else:
                assert got["backtransformed"][key] == pytest.approx(value, abs=1e-5), where


def test_grid_has_not_shrunk():
    """Are all the reference cases still there?"""
    assert len(cases_of("glmm")) >= 16


def test_pritz_as_printed():
    """Does the page of Pritz (1997) come out: GLMM mean, its limits, prediction limits, common?"""
    case = named("published_cases.json")["proportions_raw_logit_glmm_pritz1997"]
    x, n, printed = case["data"]["xi"], case["data"]["ni"], case["expected"]
    fit, page = fit_glmm(x, n), printed["PLO_GLMM_ML"]
    for value, key in (
        (fit.estimate, "pred"),
        (fit.ci_low, "ci_lb"),
        (fit.ci_high, "ci_ub"),
        (fit.pi_low, "pi_lb_z"),
        (fit.pi_high, "pi_ub_z"),
    ):
        assert expit(value) == pytest.approx(page[key], abs=6e-5), key
    common, page = fit_glmm(x, n, method="FE"), printed["PLO_glm_common"]
    assert common.estimate == pytest.approx(page["est_logit"], abs=5.1e-5)
    assert common.se == pytest.approx(page["se"], abs=5.1e-5)
    assert common.ci_low == pytest.approx(page["ci_lb"], abs=5.1e-5)
    assert common.ci_high == pytest.approx(page["ci_ub"], abs=5.1e-5)
    assert common.q_wald == pytest.approx(page["wald_Q"], abs=5.1e-5)
    assert common.q_lrt == pytest.approx(page["LRT"], abs=5.1e-5)


@pytest.mark.parametrize(
    ("arm", "events", "size"), [("control", "ci", "n2i"), ("treated", "ai", "n1i")]
)
def test_stijnen_table_two(arm, events, size):
    """Do catheter infections per arm equal Stijnen (2010), Table II, as metafor tests it (1 %)?"""
    case = named("published_cases.json")["proportions_logit_vs_glmm_nielweise2007"]
    printed = case["expected"][f"{arm}_PLO_GLMM_ML"]
    fit = fit_glmm(case["data"][events], case["data"][size])
    assert fit.estimate == pytest.approx(printed["est"], rel=1e-4)
    assert fit.se == pytest.approx(printed["se"], rel=1e-3)
    assert fit.tau2 == pytest.approx(printed["tau2"], rel=1e-3)


def counts(least=2, most=8):
    study = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
    return st.lists(study, min_size=least, max_size=most).map(lambda r: np.array(r, float).T)


@settings(max_examples=60, deadline=None)
@given(counts(), st.floats(-2, 2), st.floats(0.05, 3), st.sampled_from([1, 3, 7]))
def test_derivatives_are_those_of_the_approximation(data, beta, sigma, points):
    """Are gradient and Hessian those of the quadrature itself, its moving nodes included?"""
    x, n = data
    nodes, weights = gauss_hermite(points)
    h = 1e-5

    def at(b, s):
        return objective(b, s, x, n, nodes, weights)

    here = at(beta, sigma)
    value = [
        (at(beta + h, sigma).value - at(beta - h, sigma).value) / (2 * h),
        (at(beta, sigma + h).value - at(beta, sigma - h).value) / (2 * h),
    ]
    np.testing.assert_allclose(here.gradient, value, rtol=1e-5, atol=1e-5)
    curvature = np.array(
        [
            (at(beta + h, sigma).gradient - at(beta - h, sigma).gradient) / (2 * h),
            (at(beta, sigma + h).gradient - at(beta, sigma - h).gradient) / (2 * h),
        ]
    )
    np.testing.assert_allclose(here.hessian, curvature, rtol=1e-5, atol=1e-5)


def test_quadrature_is_the_integral():
    """Does the likelihood with many nodes equal the integral on a fine grid?"""
    x, n, beta, sigma = np.array([0.0, 3, 9, 12]), np.array([8.0, 11, 10, 40]), -0.4, 1.2
    u = np.linspace(-12, 12, 200001)
    p = expit(beta + sigma * u)
    density = np.exp(-0.5 * u * u) / np.sqrt(2 * np.pi)
    exact = sum(
        np.log(np.sum(p**a * (1 - p) ** (b - a) * density) * (u[1] - u[0]))
        for a, b in zip(x, n, strict=True)
    )
    assert objective(beta, sigma, x, n, *gauss_hermite(25)).value == pytest.approx(exact, abs=1e-9)


def test_log_likelihood_is_marginal():
    """Is ``log_likelihood`` the maximised one, and metafor's number told apart from it?"""
    x, n = np.array([2.0, 8, 5, 17]), np.array([20.0, 22, 30, 31])
    fit = fit_glmm(x, n, quadrature_points=25)
    binomial = float(np.sum(gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)))
    inside = objective(fit.estimate, fit.tau2**0.5, x, n, *gauss_hermite(60)).value
    assert fit.log_likelihood == pytest.approx(binomial + inside, abs=1e-6)
    assert fit.log_likelihood_conditional > fit.log_likelihood
    common = fit_glmm(x, n, method="FE")
    assert common.log_likelihood < fit.log_likelihood
    assert common.log_likelihood == common.log_likelihood_conditional


@settings(max_examples=40, deadline=None)
@given(counts(), st.randoms(use_true_random=False))
def test_order_and_mirror(data, random):
    """Does listing otherwise change nothing, and counting non-events only the sign of the logit?"""
    x, n = data
    order = list(range(x.size))
    random.shuffle(order)
    try:
        fit = fit_glmm(x, n)
    except MetaInputError:
        return
    shuffled, mirrored = fit_glmm(x[order], n[order]), fit_glmm(n - x, n)
    for other, sign in ((shuffled, 1), (mirrored, -1)):
        assert other.estimate == pytest.approx(sign * fit.estimate, rel=1e-5, abs=1e-6)
        assert other.tau2 == pytest.approx(fit.tau2, rel=1e-5, abs=1e-6)
    assert fit.tau2 >= 0
    assert fit.ci_low <= fit.estimate <= fit.ci_high
    assert 0 <= fit.i2 < 1


def test_no_more_spread_than_chance_gives_the_common_model():
    """Is τ² exactly 0, said to lie on the boundary, when studies differ less than chance?"""
    fit = fit_glmm([10, 11, 10, 9], [40, 41, 42, 39])
    assert fit.tau2 == 0
    assert fit.boundary
    assert fit.estimate == pytest.approx(np.log(40 / 122))
    assert fit.se == pytest.approx((1 / 40 + 1 / 122) ** 0.5)


def test_inputs_are_left_alone():
    """Are the caller's arrays unchanged?"""
    x, n = np.array([0, 5, 9]), np.array([10, 11, 12])
    fit_glmm(x, n)
    assert (x.tolist(), n.tolist()) == ([0, 5, 9], [10, 11, 12])


@pytest.mark.parametrize(
    ("x", "n", "options", "message"),
    [
        ([1, 2], [10, np.nan], {}, "NaN"),
        ([1, 12], [10, 10], {}, "exceeds"),
        ([1, -2], [10, 10], {}, "0 or more"),
        ([1, 2.5], [10, 10], {}, "whole"),
        ([1, 2, 3], [10, 10], {}, "one entry per study"),
        ([], [], {}, "k = 0"),
        ([1], [10], {}, "at least 2"),
        ([0, 0], [10, 10], {}, "no estimate"),
        ([10, 12], [10, 12], {}, "no estimate"),
        ([0, 10], [10, 10], {}, "no finite estimate"),
        ([0, 10], [10, 10], {"quadrature_points": 1}, "no finite estimate"),
        ([0, 1, 1], [1, 1, 1], {}, "one participant"),
        ([1, 2], [10, 10], {"method": "REML"}, "ML"),
        ([1, 2], [10, 10], {"test": "knha"}, "'t'"),
        ([1, 2], [10, 10], {"quadrature_points": 0}, "7 and 25"),
        ([1, 2], [10, 10], {"quadrature_points": 7.5}, "7 and 25"),
        ([1, 2], [10, 10], {"level": 95}, "0.95"),
    ],
)
def test_unusable_input_is_refused(x, n, options, message):
    """Does every refusal say what is wrong?"""
    with pytest.raises(MetaInputError, match=message):
        fit_glmm(x, n, **options)


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ({"measure": "PR", "data": {"events": [1, 2], "n": [5, 6]}}, "PLO"),
        ({"measure": "PLO", "data": {"ai": [1, 2], "n1i": [5, 6]}}, r"data\.events"),
        ({"data": {"events": [1, 2], "n": [5, 6]}, "args": {"nAGQ": "many"}}, "quadrature"),
    ],
)
def test_cases_that_are_not_a_one_arm_logistic_model_are_refused(case, message):
    """Is a stranger's case of another model refused rather than pooled as something else?"""
    with pytest.raises(MetaInputError, match=message):
        RUNNERS["glmm"]({"kind": "glmm", **case})


def test_a_higher_maximum_inside_is_not_missed_for_the_common_model() -> None:
    """One study far larger than the others: the score at a variance of 0 is negative, and yet.

    The likelihood by R 4.2's integrate(), to ten digits, is -213.2725 at a variance of 0 and
    -212.9379 at 0.2522, its maximum over a grid of standard deviations refined around 0.5.
    """
    fit = fit_glmm([74, 1, 2], [433, 25, 33])
    assert not fit.boundary
    assert fit.tau2 == pytest.approx(0.2521621, rel=1e-5)
    assert fit.estimate == pytest.approx(-2.146014, rel=1e-6)
