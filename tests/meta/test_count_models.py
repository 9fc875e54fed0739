"""Mantel-Haenszel, Peto and mixed models of counts: do they agree with metafor 3.8-1 and lme4?

Tolerances: Mantel-Haenszel and Peto are closed forms, 1e-10. Mixed models end where lme4's
optimiser does by default, so estimates are compared at 1e-4 and variances at 1e-3 (SCHEMA-meta.md);
the model with random study intercepts has exceptions of its own, said where they are made.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy import optimize, special, stats

from analysis.meta.association_tests import breslow_day, mantel_haenszel_test
from analysis.meta.beta_binomial import beta_binomial, beta_binomial_odds_ratio
from analysis.meta.cases import run_case
from analysis.meta.errors import MetaInputError
from analysis.meta.glmm import fit_glmm
from analysis.meta.mantel_haenszel_rates import mantel_haenszel_rates
from analysis.meta.mixed_families import Binomial, NoncentralHypergeometric, Poisson
from analysis.meta.mixed_models import mixed_log_rates, mixed_odds_ratios, mixed_rate_ratios
from tests.meta.reference_comparison import assert_agrees, meta_cases, question

GRID = {"rma.mh": 50, "rma.peto": 12, "rma.glmm": 37}

# Five small trials, two with an arm without events.
A, N1 = np.array([4.0, 0, 7, 12, 2]), np.array([30.0, 22, 51, 80, 19])
C, N2 = np.array([6.0, 3, 9, 20, 0]), np.array([28.0, 25, 49, 83, 21])


def _cases(kind):
    return [case for case in meta_cases() if case["kind"] == kind]


def test_the_grid_has_not_shrunk():
    """Are all the cases still there?"""
    for kind, least in GRID.items():
        assert len(_cases(kind)) >= least, kind


@pytest.mark.parametrize("kind", ["rma.mh", "rma.peto"])
def test_sums_of_tables_agree_with_metafor(kind):
    """Do estimates, heterogeneity, Cochran-Mantel-Haenszel and Tarone tests agree at 1e-10?"""
    for case in _cases(kind):
        assert_agrees(case, run_case(question(case)), rtol=1e-10)


@pytest.mark.parametrize("model", ["UM.FS", "CM.AL", "CM.EL", None])
def test_mixed_models_agree_with_lme4(model):
    """Do the mixed models with one random effect give what metafor has from lme4?"""
    cases = [c for c in _cases("rma.glmm") if c["args"].get("model") == model]
    assert cases
    for case in cases:
        # lme4 says of this one that it did not converge (its gradient is 0.008).
        loose = any("failed to converge" in text for text in case["warnings"])
        allowed = {"estimate": 1e-3, "error": 1e-3} if loose else {"estimate": 1e-4}
        _compare(case, run_case(question(case)), **allowed)


def test_random_intercepts_agree_with_lme4():
    """Do estimates and variances of UM.RS agree, and standard errors to 1.5 per cent?

    lme4 differentiates its Laplace likelihood by finite differences smaller than the tolerance at
    which it stops looking for the modes, so that its standard errors contain only a part of the
    dependence on them; they are 0.1 to 1.3 per cent below those of the exact Hessian (checked
    against an integral in `test_random_intercepts_equal_a_numerical_maximum`). The Wald statistic
    inverts the same matrix.
    """
    for case in _cases("rma.glmm"):
        if case["args"].get("model") == "UM.RS":
            _compare(case, run_case(question(case)), estimate=3e-4, error=0.015, wald=0.08)


def _compare(case, answer, *, estimate, error=2e-4, wald=1e-3):
    expected = case["expected"]
    assert set(answer) == set(expected)
    for name in ("k", "k_eff", "QE_df"):
        assert answer[name] == expected[name], case["id"]
    for name, allowed in (("estimate", estimate), ("tau2", 1e-3)):
        assert answer[name] == pytest.approx(expected[name], rel=allowed, abs=allowed), case["id"]
    assert answer["se"] == pytest.approx(expected["se"], rel=error), case["id"]
    assert answer["QE_Wld"] == pytest.approx(expected["QE_Wld"], rel=wald, abs=wald), case["id"]
    assert answer["QE_LRT"] == pytest.approx(expected["QE_LRT"], rel=1e-4), case["id"]
    assert answer["I2"] == pytest.approx(expected["I2"], rel=2e-3, abs=1e-2), case["id"]


def test_exact_conditional_model_equals_numerical_integration():
    """Is CM.EL the maximum of the noncentral hypergeometric likelihood integrated on a grid?"""
    fit = mixed_odds_ratios(A, N1, C, N2, model="CM.EL")

    grid = np.linspace(-9, 9, 721)
    normal = np.exp(-(grid**2) / 2) * (grid[1] - grid[0]) / np.sqrt(2 * np.pi)

    def study(i, theta, tau):
        events = A[i] + C[i]
        s = np.arange(max(0.0, float(events - N2[i])), min(float(N1[i]), float(events)) + 1)
        ways = special.comb(N1[i], s) * special.comb(N2[i], events - s)
        odds = np.exp(theta + tau * grid)
        density = odds ** A[i] / (ways * odds[:, None] ** s).sum(axis=1)
        return np.log(density @ normal)

    def negative(p):
        return -sum(study(i, p[0], abs(p[1])) for i in range(A.size))

    best = optimize.minimize(
        negative, [-0.4, 0.3], method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-11}
    )
    # Nelder-Mead ends within about the root of its tolerance in the value.
    assert fit.estimate == pytest.approx(best.x[0], abs=2e-5)
    assert fit.tau2 == pytest.approx(best.x[1] ** 2, abs=2e-5)


def test_random_intercepts_equal_a_numerical_maximum():
    """Are estimate and standard error of UM.RS those of the Laplace likelihood written plainly?"""
    fit = mixed_odds_ratios(A, N1, C, N2, model="UM.RS", method="FE")
    x, size = np.column_stack([A, C]), np.column_stack([N1, N2])

    def negative(p):
        theta, gamma, s = p
        total = 0.0
        for row, n in zip(x, size, strict=True):

            def joint(v, row=row, n=n):
                eta = np.array([gamma + theta, gamma]) + s * v
                return -np.sum(row * eta - n * np.logaddexp(0, eta)) + v * v / 2

            found: Any = optimize.minimize_scalar(joint, tol=1e-12)
            mode = found.x
            prob = 1 / (1 + np.exp(-(np.array([gamma + theta, gamma]) + s * mode)))
            total += joint(mode) + 0.5 * np.log1p(s * s * np.sum(n * prob * (1 - prob)))
        return total

    best = optimize.minimize(
        negative, [-0.4, -1.5, 0.5], method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-12}
    )
    step = 1e-3
    hessian = np.empty((3, 3))
    unit = step * np.eye(3)
    for i, j in product(range(3), repeat=2):
        corners = [
            a * b * negative(best.x + a * unit[i] + b * unit[j]) for a in (1, -1) for b in (1, -1)
        ]
        hessian[i, j] = sum(corners) / (4 * step**2)
    assert fit.estimate == pytest.approx(best.x[0], abs=1e-5)
    # The difference quotient errs by the square of its step.
    assert fit.se == pytest.approx(np.linalg.inv(hessian)[0, 0] ** 0.5, rel=1e-4)


def test_one_arm_logistic_model_is_the_conditional_model():
    """Does CM.EL of rates with equal times equal the logistic model of the first group's share?"""
    x1, x2 = np.array([3.0, 8, 5, 10]), np.array([6.0, 7, 12, 11])
    t = np.array([100.0, 250, 180, 300])
    rates = mixed_rate_ratios(x1, t, x2, t, model="CM.EL")
    logits = fit_glmm(x1, x1 + x2)
    assert rates.estimate == pytest.approx(logits.estimate, abs=1e-8)
    assert rates.se == pytest.approx(logits.se, rel=1e-7)


@pytest.mark.parametrize("family", [Binomial, Poisson, NoncentralHypergeometric])
def test_moments_are_derivatives_of_the_cumulant(family):
    """Are mean and variance b' and b'', by central differences?"""
    made = {
        Binomial: lambda: Binomial(np.array([[7.0], [40.0]])),
        Poisson: Poisson,
        NoncentralHypergeometric: lambda: NoncentralHypergeometric.of_tables(
            np.array([8.0, 20]), np.array([9.0, 5]), np.array([6.0, 11])
        ),
    }[family]()
    eta, step = np.array([[[0.3]], [[-1.2]]]), 1e-5
    mean, variance = made.moments(eta)
    low, high = made.cumulant(eta - step), made.cumulant(eta + step)
    assert mean == pytest.approx((high - low) / (2 * step), rel=1e-8)
    slope = (made.moments(eta + step)[0] - made.moments(eta - step)[0]) / (2 * step)
    assert variance == pytest.approx(slope, rel=1e-8)


def test_time_in_other_units_moves_only_the_log_rate():
    """Does a year counted as 365 days shift the log rate by log 365 and leave its variance?"""
    x, t = [4, 9, 2, 15], np.array([10.0, 31, 12, 40])
    years, days = mixed_log_rates(x, t), mixed_log_rates(x, 365 * t)
    assert years.estimate - days.estimate == pytest.approx(np.log(365), abs=1e-8)
    assert years.tau2 == pytest.approx(days.tau2, abs=1e-8)


def test_beta_binomial_equals_scipy_maximum():
    """Is the maximum that of scipy's betabinom log-likelihood?"""
    x, n = np.array([3, 5, 0, 8, 12, 1]), np.array([20, 33, 15, 40, 31, 22])

    def negative(p):
        mean, rho = 1 / (1 + np.exp(-p))
        size = 1 / rho - 1
        return -stats.betabinom.logpmf(x, n, mean * size, (1 - mean) * size).sum()

    best = optimize.minimize(
        negative, [-2.0, -2.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13}
    )
    fit = beta_binomial(x, n)
    assert fit.log_likelihood == pytest.approx(-best.fun, abs=1e-9)
    assert fit.estimate == pytest.approx(best.x[0], abs=1e-6)
    assert fit.correlation == pytest.approx(1 / (1 + np.exp(-best.x[1])), abs=1e-6)


def test_beta_binomial_without_dispersion_is_binomial():
    """Do counts that vary less than binomial ones give the plain logit with a flag?"""
    fit = beta_binomial([5, 10, 20], [50, 100, 200])
    assert fit.boundary
    assert fit.estimate == pytest.approx(np.log(35 / 315), abs=1e-12)
    assert fit.se == pytest.approx((1 / 35 + 1 / 315) ** 0.5, rel=1e-6)


def test_beta_binomial_odds_ratio_turns_with_the_arms():
    """Does exchanging the arms change the sign and nothing else?"""
    one, other = beta_binomial_odds_ratio(A, N1, C, N2), beta_binomial_odds_ratio(C, N2, A, N1)
    assert one.estimate == pytest.approx(-other.estimate, abs=1e-8)
    assert one.se == pytest.approx(other.se, rel=1e-6)


def test_breslow_day_without_correction_is_larger():
    """Does Tarone's correction only take away, and is the test undefined for one table?"""
    tarone, plain = (breslow_day(A, N1, C, N2, tarone=t) for t in (True, False))
    assert tarone.stat <= plain.stat
    assert np.isnan(breslow_day([3], [20], [5], [21]).stat)


def test_cochran_and_mantel_haenszel_differ_by_the_variance():
    """Is Cochran's statistic of one table that of Mantel and Haenszel times N / (N - 1)?"""
    table = ([8], [20], [3], [21])
    mh, cochran = (mantel_haenszel_test(*table, cochran=c).stat for c in (False, True))
    assert cochran == pytest.approx(mh * 41 / 40, rel=1e-12)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: mantel_haenszel_rates([0], [5.0], [3], [6.0]), "no events in any study"),
        (lambda: mantel_haenszel_rates([1], [0.0], [3], [6.0]), "must be positive"),
        (lambda: mantel_haenszel_rates([1.5], [2.0], [3], [6.0]), "whole numbers"),
        (lambda: mixed_odds_ratios([0, 3], [9, 9], [0, 2], [9, 9]), "at least 2"),
        (lambda: mixed_log_rates([0, 0], [3.0, 4.0]), "no events"),
        (lambda: mixed_odds_ratios([0, 0], [9, 9], [4, 2], [9, 9]), "finite estimate"),
        (lambda: beta_binomial([0, 0], [9, 9]), "no events"),
        (lambda: mixed_rate_ratios([1], [1.0], [2], [3.0], model="CM.AL"), "Unknown model"),
    ],
)
def test_what_cannot_be_estimated_is_refused_with_advice(call, text):
    """Is the reason in the message?"""
    with pytest.raises(MetaInputError, match=text):
        call()
