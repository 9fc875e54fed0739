"""Selection models: metafor's printed values, an independent likelihood, and what must hold."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.stats import norm

from analysis.meta.errors import MetaInputError
from analysis.meta.models import pool
from analysis.meta.selection_likelihood import Likelihood
from analysis.meta.selection_model import SELECTION_TYPES, selection_model
from analysis.meta.two_arm import two_arm
from tests.meta.reference_comparison import bcg_log_rr, hackshaw_log_or

# Baskerville, Liddy & Hogg (2012), Ann Fam Med 10:63: 23 standardised mean differences.
PRACTICE_Y = [
    1.01, 0.82, 0.59, 0.44, 0.84, 0.73, 1.12, 0.04, 0.24, 0.32, 1.04, 1.31, 0.59, 0.66, 0.62, 0.47,
    1.08, 0.98, 0.26, 0.39, 0.60, 0.94, 0.11,
]  # fmt: skip
PRACTICE_SE = [
    0.52, 0.46, 0.23, 0.18, 0.29, 0.29, 0.36, 0.37, 0.15, 0.40, 0.32, 0.57, 0.29, 0.19, 0.31, 0.27,
    0.32, 0.32, 0.18, 0.18, 0.31, 0.53, 0.27,
]  # fmt: skip


def preston():
    """Trials of Preston, Ashby & Smyth (2004), J Eval Clin Pract 10:313; double zeros left out."""
    a = [4, 0, 34, 7, 6, 1, 0, 11, 2, 0, 0, 33]
    n1 = [19, 18, 341, 71, 45, 94, 22, 88, 82, 33, 15, 221]
    c = [5, 0, 50, 16, 5, 8, 0, 12, 7, 0, 1, 43]
    n2 = [19, 18, 334, 69, 44, 96, 22, 82, 84, 30, 20, 218]
    sizes = two_arm(a, n1, c, n2, measure="OR", drop_double_zero=True)
    return sizes.yi, sizes.vi


@pytest.mark.parametrize(
    ("family", "delta", "se", "within"),
    [
        ("halfnorm", 3.162948, 2.988922, 1e-3),
        ("negexp", 2.656714, 2.347468, 1e-3),
        ("logistic", 3.339338, 2.388776, 1e-3),
        ("power", 1.458923, 1.393725, 4e-2),
    ],
)
def test_one_parameter_models_of_preston(family, delta, se, within):
    """Do four selection functions give δ and its SE of metafor's tests (test_misc_selmodel.r)?

    Within 1e-4: metafor integrates to a relative 1.2e-4 and stops its search earlier. Its SE comes
    from differences of these integrals; of the power function it is 3 % off: differences of
    integrals to 1e-13 give 1.35371.
    """
    result = selection_model(*preston(), family=family, alternative="less", method="CE")
    assert result.delta == pytest.approx([delta], rel=1e-4)
    assert result.delta_se == pytest.approx([se], rel=within)
    if family == "power":
        assert result.delta_se == pytest.approx([1.35370583], rel=1e-6)


def test_two_parameter_exponential_model_of_preston():
    """Does the negative exponential with a power agree as well (flat: within 1 %)?"""
    result = selection_model(*preston(), family="negexppow", alternative="less", method="CE")
    assert result.delta == pytest.approx([2.673818, 1.153199], rel=1e-2)
    assert result.delta_se == pytest.approx([2.363403, 2.143849], rel=2e-2)


def test_beta_model_of_practice_facilitation():
    """Do δ, SE and LRT equal metafor's test of the beta model (τ² on its bound)?"""
    result = selection_model(PRACTICE_Y, np.square(PRACTICE_SE), family="beta")
    assert result.delta == pytest.approx([0.4731131, 4.4613162], rel=1e-4)
    assert result.delta_se == pytest.approx([0.2352481, 2.1841983], rel=3e-3)
    assert result.lrt == pytest.approx(7.846907, rel=1e-4)
    assert result.lrt_df == 2
    assert result.tau2 == 0
    assert result.se_tau2 is None


def test_step_function_of_passive_smoking():
    """Do the weights of four intervals equal metafor's page for Hackshaw (1998)?"""
    y, v = hackshaw_log_or()
    result = selection_model(y, v, steps=(0.05, 0.10, 0.50, 1.00))
    # metafor's variances are rounded to four decimals, hence 1 %.
    assert result.delta == pytest.approx([1, 2.422079, 0.977543, 0.396713], rel=1e-2)
    assert result.delta_se[1:] == pytest.approx([1.66085, 0.820387, 0.469235], rel=1e-2)
    assert result.lrt == pytest.approx(7.066137, rel=1e-2)
    assert result.tau2 == pytest.approx(0.03071325, rel=1e-2)
    assert result.studies_by_step == (7, 8, 16, 6)


def test_three_parameter_model_by_an_independent_likelihood():
    """Does Nelder–Mead on the likelihood of Vevea and Hedges (1995) end at the same place?"""
    y, v = bcg_log_rr()
    result = selection_model(y, v, alternative="less")

    def minus_log_likelihood(x):
        mu, tau2, w = x[0], np.exp(x[1]), np.exp(x[2])
        s, se = np.sqrt(v + tau2), np.sqrt(v)
        significant = norm.cdf(y / se) <= 0.025
        chance = norm.cdf((-norm.isf(0.025) * se - mu) / s)
        return -np.sum(
            np.log(np.where(significant, 1.0, w)) + norm.logpdf(y, mu, s)
            - np.log(chance + w * (1 - chance))
        )  # fmt: skip

    other = minimize(
        minus_log_likelihood, [-0.7, np.log(0.3), 0.0], method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 10_000, "maxfev": 10_000},
    )  # fmt: skip
    assert result.log_likelihood == pytest.approx(-other.fun, abs=1e-9)
    assert result.estimate == pytest.approx(other.x[0], rel=1e-5)
    assert result.tau2 == pytest.approx(np.exp(other.x[1]), rel=1e-5)
    assert result.delta[1] == pytest.approx(np.exp(other.x[2]), rel=1e-5)


@pytest.mark.parametrize("alternative", ["greater", "less", "two.sided"])
@pytest.mark.parametrize("family", ["beta", "halfnorm", "power", "negexppow"])
def test_mean_weight_by_adaptive_quadrature(family, alternative):
    """Is the denominator of every study SciPy's integral of weight times density?"""
    from analysis.meta.selection_families import SELECTION_FAMILIES

    row = SELECTION_FAMILIES[family]
    y, v = np.array([0.3, -0.2, 1.4]), np.array([0.04, 0.3, 1.0])
    delta = np.array([1.3, 0.7])[: len(row.lower)]
    likelihood = Likelihood.build(y, v, row, (), alternative)
    mu, tau2 = 0.25, 0.1
    value, _ = likelihood.value_and_slope(np.concatenate([[mu, tau2], delta]))

    def p_of(effect, se):
        z = effect / se
        p = {"greater": norm.sf(z), "less": norm.cdf(z), "two.sided": 2 * norm.sf(abs(z))}
        return np.clip(p[alternative], row.clip, 1 - row.clip)

    def weight(p):
        return float(np.exp(row.weighting(np.array([p]), delta)[0][0]))

    total = 0.0
    for effect, variance in zip(y, v, strict=True):
        se, s = np.sqrt(variance), np.sqrt(variance + tau2)
        # Split where P is clipped, and crowded towards 0, where a two-sided P has a kink.
        cuts = se * np.array([0, 1.2533e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 4.2649, 4.4172, 14])
        mean = sum(
            quad(
                lambda x, se=se, s=s: weight(p_of(x, se)) * norm.pdf(x, mu, s),
                low, high, epsabs=1e-13, epsrel=1e-11, limit=100,
            )[0]
            for side in (-cuts[::-1], cuts)
            for low, high in pairwise(side)
        )  # fmt: skip
        total += np.log(weight(p_of(effect, se))) + norm.logpdf(effect, mu, s) - np.log(mean)
    assert value == pytest.approx(total, abs=1e-8)


@pytest.mark.parametrize("family", SELECTION_TYPES)
def test_slopes_are_those_of_the_likelihood(family):
    """Do the analytic slopes equal central differences?"""
    from analysis.meta.selection_families import SELECTION_FAMILIES
    from analysis.meta.selection_model import _step_function

    ends = (0.025, 0.5, 1.0) if family == "stepfun" else ()
    row = _step_function(ends) if ends else SELECTION_FAMILIES[family]
    y, v = bcg_log_rr()
    likelihood = Likelihood.build(y, v, row, ends, "two.sided")
    x = np.concatenate([[-0.6, 0.2], np.array([0.8, 1.4])[: len(row.lower)]])
    _, slope = likelihood.value_and_slope(x)
    for i in range(x.size):
        ahead, behind = x.copy(), x.copy()
        ahead[i] += 1e-5
        behind[i] -= 1e-5
        difference = (
            likelihood.value_and_slope(ahead)[0] - likelihood.value_and_slope(behind)[0]
        ) / 2e-5
        assert slope[i] == pytest.approx(difference, rel=1e-6, abs=1e-7)


def test_mirror_image():
    """Does mirroring effects and side mirror the result?"""
    y, v = bcg_log_rr()
    one, other = (
        selection_model(sign * y, v, alternative=side)
        for sign, side in ((1, "less"), (-1, "greater"))
    )
    assert one.estimate == pytest.approx(-other.estimate, rel=1e-7)
    assert one.se == pytest.approx(other.se, rel=1e-6)
    assert one.delta == pytest.approx(other.delta, rel=1e-6)


@pytest.mark.parametrize("unit", [1e-3, 1e3])
def test_unit_does_not_matter(unit):
    """Do effects in another unit give the same weights, and the estimate in that unit?"""
    y, v = bcg_log_rr()
    one, other = (selection_model(c * y, c * c * v, alternative="less") for c in (1.0, unit))
    assert other.delta == pytest.approx(one.delta, rel=1e-6)
    assert other.estimate == pytest.approx(unit * one.estimate, rel=1e-6)
    assert other.lrt == pytest.approx(one.lrt, abs=1e-8)


def test_selection_never_fits_worse_than_none():
    """Is the likelihood at least that of the plain model, which is a special case?"""
    y, v = hackshaw_log_or()
    for family in SELECTION_TYPES:
        result = selection_model(y, v, family=family)
        assert result.log_likelihood >= pool(y, v, method="ML").log_likelihood - 1e-9


def test_an_empty_interval_is_said():
    """Is the reader told when no study has a P value in an interval, which its weight needs?"""
    result = selection_model([-0.1, -0.4, 0.05, -0.2, 0.1], [0.1, 0.2, 0.15, 0.3, 0.2])
    assert result.studies_by_step == (0, 5)
    assert any("no study has" in warning for warning in result.warnings)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"family": "stepfn"}, "stepfun"),
        ({"steps": (0.0,)}, "above 0"),
        ({"steps": (1.0,)}, "below 1"),
        ({"alternative": "upper"}, "greater"),
        ({"method": "REML"}, "ML"),
        ({"steps": (0.01, 0.05, 0.1, 0.5)}, "more than there are studies"),
    ],
)
def test_unusable_options_are_refused(options, message):
    """Does every refusal say what to do?"""
    with pytest.raises(MetaInputError, match=message):
        selection_model([0.1, 0.2, 0.5], [0.1, 0.2, 0.3], **options)
