"""Limit meta-analysis, PET-PEESE, Henmi–Copas, excess significance, fail-safe N, Doi plot."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import binomtest, gamma, norm

from analysis.meta.doi_plot import doi_plot
from analysis.meta.errors import MetaInputError
from analysis.meta.excess_significance import excess_significance
from analysis.meta.fail_safe import fail_safe
from analysis.meta.henmi_copas import henmi_copas
from analysis.meta.limit_meta_analysis import limit_meta_analysis, pet_peese
from analysis.meta.models import pool
from tests.meta.reference_comparison import bcg_log_rr, hackshaw_log_or, magnesium_log_or


def studies(least=3, most=12):
    row = st.tuples(st.floats(-3, 3), st.floats(0.02, 2.0))
    return st.lists(row, min_size=least, max_size=most, unique=True).map(
        lambda rows: np.array(rows).T
    )


# Limit meta-analysis and PET-PEESE ----------------------------------------------------------------


def test_limit_meta_analysis_by_its_definition():
    """Is the adjusted effect β + τα of the generalised radial line, as Rücker (2011) defines it?"""
    y, v, _ = magnesium_log_or(16)
    result = limit_meta_analysis(y, v, method="DL")
    tau2 = pool(y, v, method="DL").tau2
    s = np.sqrt(v + tau2)
    radial = sm.OLS(y / s, sm.add_constant(1 / s)).fit()
    alpha, beta = radial.params
    assert result.estimate == pytest.approx(beta + np.sqrt(tau2) * alpha, rel=1e-9)
    precision = 1 / np.sqrt(v)
    assert result.se == pytest.approx(1 / (precision.std(ddof=1) * np.sqrt(15)), rel=1e-12)
    limit = beta + np.sqrt(tau2) / s * (y - beta)
    np.testing.assert_allclose(result.limit_effects, limit, rtol=1e-9)
    egger = sm.OLS(y / np.sqrt(v), sm.add_constant(precision)).fit()
    assert result.q_residual == pytest.approx(egger.ssr, rel=1e-9)
    assert result.q_small == pytest.approx(pool(y, v, method="CE").q - egger.ssr, rel=1e-9)
    shrunken = sm.OLS(limit / np.sqrt(v), sm.add_constant(precision)).fit()
    assert result.g2 == pytest.approx(1 - shrunken.rsquared, rel=1e-8)


def test_limit_meta_analysis_without_heterogeneity_is_eggers_limit():
    """Is the adjusted effect the intercept of Egger's line where τ² is 0?"""
    y, v = np.array([0.1, 0.12, 0.2, 0.15]), np.array([0.1, 0.2, 0.5, 0.9])
    result = limit_meta_analysis(y, v)
    assert result.tau2 == 0
    weights: Any = 1 / v  # statsmodels' default of 1.0 is read as float
    line = sm.WLS(y, sm.add_constant(np.sqrt(v)), weights=weights).fit()
    assert result.estimate == pytest.approx(line.params[0], rel=1e-9)
    np.testing.assert_allclose(result.limit_effects, result.slope)


def test_pet_and_peese_equal_statsmodels():
    """Are both intercepts those of weighted lines, and PEESE chosen where PET finds an effect?"""
    y, v = hackshaw_log_or()
    result = pet_peese(y, v)
    weights: Any = 1 / v  # statsmodels' default of 1.0 is read as float
    pet = sm.WLS(y, sm.add_constant(np.sqrt(v)), weights=weights).fit()
    peese = sm.WLS(y, sm.add_constant(v), weights=weights).fit()
    assert [result.pet, result.pet_se, result.pet_p] == pytest.approx(
        [pet.params[0], pet.bse[0], pet.pvalues[0]], rel=1e-8
    )
    assert [result.peese, result.peese_se, result.peese_p] == pytest.approx(
        [peese.params[0], peese.bse[0], peese.pvalues[0]], rel=1e-8
    )
    assert result.chosen == ("PEESE" if pet.pvalues[0] / 2 < 0.05 else "PET")
    chosen = peese if result.chosen == "PEESE" else pet
    assert [result.ci_low, result.ci_high] == pytest.approx(chosen.conf_int()[0], rel=1e-8)


def test_pet_in_the_wrong_direction_does_not_choose_peese():
    """Is PET kept where its intercept lies on the other side of 0 than the common effect?"""
    se = np.linspace(0.1, 1.0, 12)
    y = -0.2 + 2.0 * se + 0.001 * (-1.0) ** np.arange(12)
    result = pet_peese(y, se**2)
    assert result.pet < 0 < pool(y, se**2, method="CE").estimate
    assert result.pet_p < 1e-6
    assert result.chosen == "PET"


# Henmi and Copas ----------------------------------------------------------------------------------


def test_henmi_copas_by_adaptive_quadrature():
    """Does P(|U| above the quantile) come out as 5 % with SciPy's gamma and adaptive quadrature?"""
    y, v = bcg_log_rr()
    result = henmi_copas(y, v)
    w = 1 / v
    w1 = w.sum()
    w2, w3, w4 = ((w**j).sum() / w1 for j in (2, 3, 4))
    t2, k = result.tau2, y.size
    var_r = 1 + t2 * w2
    x0 = result.quantile / np.sqrt(var_r)

    def integrand(r):
        c = (np.sqrt(var_r) * r) ** 2 / var_r**2 - 1 / var_r
        mean = k - 1 + t2 * (w1 - w2) + t2**2 * c * (w3 - w2**2)
        var = (
            2 * (k - 1) + 4 * t2 * (w1 - w2) + 2 * t2**2 * (w1 * w2 - 2 * w3 + w2**2)
            + 4 * t2**2 * c * (w3 - w2**2) + 4 * t2**3 * c * (w4 - 2 * w2 * w3 + w2**3)
            + 2 * t2**4 * (1 / var_r**2 - 2 * r**2 / var_r**2) * (w3 - w2**2) ** 2
        )  # fmt: skip
        bound = (w1 / w2 - 1) * ((r / x0) ** 2 - 1) + k - 1
        return gamma.cdf(bound, a=mean**2 / var, scale=var / mean) * norm.pdf(r)

    assert quad(integrand, x0, 40, epsabs=1e-13, limit=400)[0] == pytest.approx(0.025, abs=1e-9)
    assert result.estimate == pytest.approx(pool(y, v, method="CE").estimate, rel=1e-12)


def test_henmi_copas_without_heterogeneity():
    """Is the interval of homogeneous studies finite, and does a higher level widen it?"""
    y, v = np.array([0.1, 0.12, 0.11, 0.13]), np.array([0.1, 0.2, 0.3, 0.4])
    narrow, wide = henmi_copas(y, v), henmi_copas(y, v, level=0.99)
    assert narrow.tau2 == 0
    assert wide.ci_low < narrow.ci_low < narrow.estimate < narrow.ci_high < wide.ci_high


# Excess significance ------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(studies(2, 8))
def test_exact_excess_by_enumeration(data):
    """Is the exact P the sum over all 2^k outcomes with at least as many significant studies?"""
    y, v = data
    result = excess_significance(y, v)
    total = 0.0
    for outcome in product((0, 1), repeat=y.size):
        if sum(outcome) >= result.observed:
            total += np.prod(
                [p if o else 1 - p for p, o in zip(result.power, outcome, strict=True)]
            )
    assert result.p_value == pytest.approx(min(1.0, total), rel=1e-9)


def test_power_averaged_over_effects_is_the_integral():
    """Is the closed form of the power under heterogeneity what numerical integration gives?"""
    y, v = bcg_log_rr()
    result = excess_significance(y, v, tau2=0.3)
    crit = norm.isf(0.025)
    for power, variance in zip(result.power, v, strict=True):
        s = np.sqrt(variance)

        def integrand(t, s=s):
            return (norm.sf(crit - t / s) + norm.cdf(-crit - t / s)) * norm.pdf(
                t, result.theta, np.sqrt(0.3)
            )

        assert power == pytest.approx(quad(integrand, -6, 6, limit=400)[0], rel=1e-7)


def test_equal_powers_give_the_binomial_test():
    """Is the exact P of studies of one precision SciPy's binomial test?"""
    y, v = np.array([0.9, 0.1, 0.8, 0.2, 1.0]), np.full(5, 0.16)
    result = excess_significance(y, v)
    assert result.observed == 3
    expected = binomtest(3, 5, result.power[0], alternative="greater").pvalue
    assert result.p_value == pytest.approx(expected, rel=1e-10)


def test_limit_of_excess_is_where_the_test_turns():
    """Is P exactly 10 % at the limit effect, and is there none where even 0 shows no excess?"""
    y, v, _ = magnesium_log_or(16)
    result = excess_significance(y, v)
    at = excess_significance(y, v, theta=result.theta_limit)
    assert at.p_value == pytest.approx(0.10, rel=1e-9)
    assert excess_significance([0.1, 0.1, 0.2], [1.0, 1.0, 1.0]).theta_limit is None


# Fail-safe N --------------------------------------------------------------------------------------


def test_rosenthal_is_the_number_that_undoes_stouffer():
    """Do N studies with z = 0 bring Stouffer's P to .05 or above, and N − 1 not?"""
    y, v = hackshaw_log_or()
    z = (y / np.sqrt(v)).sum()
    n = fail_safe(y, v).number
    assert n is not None
    assert norm.sf(z / np.sqrt(y.size + n)) >= 0.05 > norm.sf(z / np.sqrt(y.size + n - 1))


def test_orwin_is_the_number_that_dilutes_the_mean():
    """Do N effects of 0 bring the mean to the target, and is there none for a target beyond 0?"""
    y, v = hackshaw_log_or()
    n = fail_safe(y, v, definition="orwin", target=0.1).number
    assert n is not None
    assert y.sum() / (y.size + n) <= 0.1 < y.sum() / (y.size + n - 1)
    assert fail_safe(y, v, definition="orwin").number == y.size
    assert fail_safe(y, v, definition="orwin", target=-0.1).number is None


def test_rosenberg_is_the_number_that_undoes_the_common_effect():
    """Do N studies without effect and of mean weight bring the common effect's P to .05?"""
    y, v = hackshaw_log_or()
    n = fail_safe(y, v, definition="rosenberg").number
    assert n is not None
    w = 1 / v

    def p(extra):
        return 2 * norm.sf(abs((w * y).sum()) / np.sqrt(w.sum() + extra * w.mean()))

    assert p(n) >= 0.05 > p(n - 1)


def test_fail_safe_numbers_printed_for_passive_smoking():
    """Do 393, 37 and 202 come out for Hackshaw (1998), as metafor's own tests have them?"""
    y, v = hackshaw_log_or()
    # metafor, tests/testthat/test_misc_fsn.r; variances there are rounded to four decimals.
    numbers = [fail_safe(y, v, definition=d).number for d in ("rosenthal", "orwin", "rosenberg")]
    assert numbers == [393, 37, 202]


# Doi plot -----------------------------------------------------------------------------------------


def test_lfk_index_as_published():
    """Is the LFK index of the pain trials of Furuya-Kanamori (2018) −3.31, a major asymmetry?

    Data in the manual of R's metasens, ``lfkindex``; the index from its definition there.
    """
    plot = doi_plot([-4.270, -1.710, -0.580, -0.190, 0.0], [0.158, 0.076, 0.018, 0.022, 0.040])
    assert plot.lfk == pytest.approx(-3.31, abs=0.005)
    assert plot.reading == "major asymmetry"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.05, 3), min_size=2, max_size=6, unique_by=lambda x: round(x, 3)))
def test_a_symmetric_funnel_has_no_lfk(distances):
    """Is the index near 0 for mirror images about a most precise study?

    Not exactly 0: the definition subtracts ½ from ranks of hundreds.
    """
    half = np.array(distances)
    y = np.concatenate([-half, [0.0], half])
    v = np.concatenate([half, [0.01], half])
    plot = doi_plot(y, v)
    assert abs(plot.lfk) < 0.05
    assert plot.centre == 0
    assert (np.diff(plot.z) > 0).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: limit_meta_analysis([1, 2], [1, 2]), "at least 3"),
        (lambda: limit_meta_analysis([1, 2, 3], [1, 1, 1]), "same in all"),
        (lambda: pet_peese([1, 2], [1, 2]), "at least 3"),
        (lambda: pet_peese([0.3, 0.3, 0.3], [1, 2, 3]), "equal"),
        (lambda: pet_peese([1, 2, 3], [1, 2, 3], predictor=[1, 1, 1]), "same in all"),
        (lambda: henmi_copas([1], [1]), "at least 2"),
        (lambda: excess_significance([1, 2], [1, 2], tau2=-1), "variance"),
        (lambda: excess_significance([1, 2], [1, 2], test="fisher"), "exact"),
        (lambda: fail_safe([1, 2], [1, 2], definition="orwen"), "orwin"),
        (lambda: fail_safe([1, 2], [1, 2], target=0.1), "Orwin"),
        (lambda: doi_plot([1, 2], [1, 2]), "at least 3"),
        (lambda: doi_plot([1, 1, 1], [1, 2, 3]), "equal"),
    ],
)
def test_what_cannot_be_computed_is_refused(call, message):
    """Does every refusal say why?"""
    with pytest.raises(MetaInputError, match=message):
        call()
