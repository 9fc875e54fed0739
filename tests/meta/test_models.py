"""Pooling: does it give the published numbers, and refuse what it cannot do?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import strategies as st

from analysis.meta.errors import MetaInputError
from analysis.meta.models import (
    TESTS,
    BatchEffects,
    PooledEffect,
    pool,
    pool_batch,
    pool_parts,
)
from analysis.meta.tau2 import METHODS
from tests.meta.reference_comparison import bcg_log_rr, named

RANDOM = tuple(m for m in METHODS if m != "CE")
#: Tests with an interval for any studies: Kenward-Roger can be left without degrees of freedom.
DEFINED = [name for name in TESTS if name != "KR"]
PRINTED = 0.5001e-4  # half a unit of the fourth decimal

effect = st.floats(-3, 3)
variance = st.floats(0.01, 2)
studies = st.lists(st.tuples(effect, variance), min_size=2, max_size=12).map(
    lambda rows: tuple(np.array(column) for column in zip(*rows, strict=True))
)
method = st.sampled_from(METHODS)


@pytest.mark.parametrize("example", [1, 2])
def test_viechtbauer_2005(example):
    """Does every estimator give the tau2 and I2 of Viechtbauer 2005, p. 271 and 272?

    The printed I2 of ML, REML and EB comes from tau2 that stopped within 1e-5 (metafor's default);
    on these data that moves I2 by up to 0.003 percentage points.
    """
    case = named("published_cases.json")[f"tau2_estimators_viechtbauer2005_ex{example}"]
    data, expected = case["data"], case["expected"]
    for i, name in enumerate(expected["methods"]):
        got = pool(data["yi"], data["vi"], method=name, i2="tau2")
        assert got.tau2 == pytest.approx(expected["tau2"][i], abs=PRINTED)
        loose = name in {"ML", "REML", "EB"}
        assert 100 * got.i2 == pytest.approx(expected["I2"][i], abs=3e-3 if loose else PRINTED)
        if "se_tau2" in expected:
            assert got.se_tau2 == pytest.approx(expected["se_tau2"][i], abs=PRINTED)
            assert got.h2 == pytest.approx(expected["H2"][i], abs=5e-4 if loose else PRINTED)


def test_raudenbush_2009():
    """Do Wald and Knapp-Hartung intervals give Raudenbush 2009, Table 16.3?"""
    case = named("published_cases.json")["hksj_and_wald_raudenbush1985"]
    data, expected = case["data"], case["expected"]
    for i, name in enumerate(expected["methods"]):
        for test, label in (("z", "wald"), ("knha", "knha")):
            got = pool(data["yi"], data["vi"], method=name, test=test)
            assert got.tau2 == pytest.approx(expected["tau2"][i], abs=PRINTED)
            assert got.estimate == pytest.approx(expected["mu"][i], abs=PRINTED)
            assert got.se == pytest.approx(expected[f"{label}_se"][i], abs=PRINTED)
            statistic = expected["wald_z" if test == "z" else "knha_t"][i]
            assert got.stat == pytest.approx(statistic, abs=2e-4)  # tau2 within 1e-5, see above
            assert got.ci_low == pytest.approx(expected[f"{label}_ci_lb"][i], abs=PRINTED)
            assert got.ci_high == pytest.approx(expected[f"{label}_ci_ub"][i], abs=PRINTED)
    reml = pool(data["yi"], data["vi"], method="REML")
    assert (reml.prediction_low, reml.prediction_high) == pytest.approx(
        expected["REML_prediction_interval_z"], abs=2e-4
    )
    assert reml.q == pytest.approx(expected["Q"], abs=PRINTED)


def test_knapp_hartung_truncated_and_not():
    """Do z, knha and adhoc give metafor 4.6.0's 17 digits as PyMARE pinned them?

    metafor's default convergence (change in tau2 below 1e-5) was used there, so REML agrees to 1e-4
    only; DL is closed form and agrees to 1e-10.
    """
    case = named("published_cases.json")["hksj_truncated_vs_not_pymare_pinned"]
    checked = 0
    for expected in case["expected"]:
        if expected["model"] != "intercept":
            continue
        data = case["data"][expected["design"]]
        got = pool(data["y"], data["v"], method=expected["method"], test=expected["test"])
        rtol = 1e-10 if expected["method"] == "DL" else 1e-4
        assert got.tau2 == pytest.approx(expected["tau2"], rel=rtol)
        assert got.estimate == pytest.approx(expected["beta"][0], rel=rtol)
        assert got.se == pytest.approx(expected["se"][0], rel=rtol)
        assert got.p == pytest.approx(expected["pval"][0], rel=rtol)
        assert got.ci_low == pytest.approx(expected["ci_lb"][0], rel=rtol)
        assert got.ci_high == pytest.approx(expected["ci_ub"][0], rel=rtol)
        assert got.df == expected["dof"]
        checked += 1
    assert checked == 12


def test_metan_of_stata():
    """Does DL with Stata's prediction interval give what metan's formulas give (10 digits)?"""
    expected = named("stata14_cases.json")["metan_generic_random_bcg_logRR"]["computed"]
    got = pool(*bcg_log_rr(), method="DL", prediction="HTS")
    for field, key in (
        ("estimate", "ES"),
        ("ci_low", "LCI"),
        ("ci_high", "UCI"),
        ("stat", "z"),
        ("tau2", "tau2"),
        ("q", "Q"),
        ("q_p", "p_het"),
    ):
        assert getattr(got, field) == pytest.approx(expected[key], rel=1e-9), field
    assert 100 * got.i2 == pytest.approx(expected["I2"], rel=1e-9)
    limits = (got.prediction_low, got.prediction_high)
    assert limits == pytest.approx(expected["PI_t_kminus2"], rel=1e-8)


def test_metaprop_falls_back_below_three_studies():
    """Is a random-effects model of two studies a common effect under metaprop's rule, and said so?

    Real Stata output in guido-s/meta#35: 0.18 (0.14 to 0.21).
    """
    y = np.array([5 / 119, 116 / 170])
    v = y * (1 - y) / np.array([119, 170])
    got = pool(y, v, method="DL", random_from_k=3)
    assert (got.estimate, got.ci_low, got.ci_high) == pytest.approx((0.18, 0.14, 0.21), abs=0.005)
    assert got.method == "CE"
    assert got.fell_back is not None
    assert "below 3" in got.fell_back
    assert pool(y, v, method="DL").fell_back is None


def test_one_study():
    """Does one study give itself: tau2 0, a z test, no heterogeneity, and a warning?"""
    got = pool([0.3], [0.04], method="REML", test="knha")
    assert (got.estimate, got.se, got.tau2, got.q, got.i2, got.h2) == (0.3, 0.2, 0, 0, 0, 1)
    assert got.test == "z"
    assert got.df is None
    assert got.warnings


def test_reml_converges_where_fisher_scoring_does_not():
    """Is REML found for the first 8 trials of nielweise2007, where metafor's iteration fails?

    metafor's cumulative analysis has no result there. The maximum is checked by brute force.
    """
    from analysis.meta.two_arm import two_arm

    data = named("published_cases.json")["proportions_logit_vs_glmm_nielweise2007"]["data"]
    sizes = two_arm(data["ai"], data["n1i"], data["ci"], data["n2i"], measure="OR")
    y, v = sizes.yi[:8], sizes.vi[:8]
    got = pool(y, v, method="REML")
    assert got.converged

    def restricted(tau2: float) -> float:
        return pool(y, v, method="DL", tau2=tau2).restricted_log_likelihood

    grid = np.linspace(0, 2, 4001)
    best = grid[np.argmax([restricted(t) for t in grid])]
    assert got.tau2 == pytest.approx(best, abs=5e-4)
    assert got.restricted_log_likelihood >= restricted(best) - 1e-12


def test_the_highest_of_several_maxima():
    """Is the highest maximum taken, and is it said that another program may differ?

    Made-up data. metafor 3.8-1 gives ML tau2 = 0 (it climbs from the Hedges estimate, 0 here, which
    is a maximum of its own); the log-likelihood at 0.417 is 2.03 higher.
    """
    y = [1.7764354854888654, 0.33552843842475083, 3.6745558252770465]
    v = [0.0019307948656628045, 0.1586556273121449, 23.40898564087136]
    got = pool(y, v, method="ML")
    values = [pool(y, v, method="DL", tau2=t).log_likelihood for t in np.geomspace(1e-4, 100, 400)]
    assert got.log_likelihood >= max(values)
    assert got.log_likelihood - pool(y, v, method="CE").log_likelihood == pytest.approx(
        2.0256, abs=1e-4
    )
    assert any("several maxima" in w for w in got.warnings)
    batch = pool_batch(y, v, [[True] * 3], method="ML")
    assert batch.tau2[0] == got.tau2


def test_kenward_roger_is_the_formula_of_partlett_and_riley():
    """Are standard error and degrees of freedom the expected-information formula, by hand?

    With equal variances the correction of the variance is 0 and the degrees of freedom are k - 1.
    """
    y, v = np.array([0.1, 0.5, -0.2, 0.9, 0.4]), np.full(5, 0.04)
    got = pool(y, v, method="REML", test="KR")
    classic = pool(y, v, method="REML")
    assert got.se == pytest.approx(classic.se, rel=1e-12)
    assert got.df == pytest.approx(4.0, rel=1e-12)


@pytest.mark.parametrize(
    ("yi", "vi", "options", "message"),
    [
        ([], [], {}, "k = 0"),
        ([1, np.nan], [1, 1], {}, "NaN"),
        ([1, np.inf], [1, 1], {}, "infinity"),
        ([1, 2], [1, -1], {}, "negative"),
        ([1, 2], [1, 0], {}, "zero rule"),
        ([1, 2], [1], {}, "one entry per study"),
        ([[1, 2]], [[1, 1]], {}, "one-dimensional"),
        ([1, "a"], [1, 1], {}, "numbers"),
        ([1, 2], [1, 1], {"method": "DLL"}, "Did you mean 'DL'"),
        ([1, 2], [1, 1], {"method": "reml"}, "Did you mean 'REML'"),
        ([1, 2], [1, 1], {"test": "knah"}, "Did you mean 'knha'"),
        ([1, 2], [1, 1], {"i2": "Q"}, "Did you mean 'q'"),
        ([1, 2], [1, 1], {"prediction": "hts"}, "Did you mean 'HTS'"),
        ([1, 2], [1, 1], {"level": 95}, "Write 0.95"),
        ([1, 2], [1, 1], {"level": 1.0}, "between 0 and 1"),
        ([1, 2], [1, 1], {"tau2": -1.0}, "0 or more"),
        ([1, 2], [1, 1], {"method": "CE", "tau2": 1.0}, "common-effect"),
    ],
)
def test_refusals_say_what_to_do(yi, vi, options, message):
    """Is unusable input refused with advice?"""
    with pytest.raises(MetaInputError, match=message):
        pool(yi, vi, **options)


@pytest.mark.parametrize(
    "keep", [[[True, True]], [[1, 1, 1]], [[False] * 3], np.zeros((0, 3), bool), [True] * 3]
)
def test_a_bad_mask_is_refused(keep):
    """Is a mask of another shape or type, or an empty refit, refused?"""
    with pytest.raises(MetaInputError, match="keep"):
        pool_batch([1, 2, 3], [1, 1, 1], keep)


def test_parts_are_pooled_as_they_would_be_alone():
    """Does pooling parts in one pass say all that pooling each alone says, fallbacks included?"""
    rng = np.random.default_rng(8)
    y, v = rng.normal(size=9), rng.uniform(0.02, 0.4, 9)
    keep = np.zeros((4, 9), dtype=bool)
    keep[0, :4] = keep[1, 4:6] = keep[2, 6:] = keep[3, 8] = True
    parts = pool_parts(y, v, keep, method="REML", test="knha", random_from_k=3)
    for part, rows in zip(parts, keep, strict=True):
        alone = pool(y[rows], v[rows], method="REML", test="knha", random_from_k=3)
        names = set(PooledEffect.__dataclass_fields__) - {"likelihoods"}
        for name in names | {"log_likelihood", "restricted_log_likelihood"}:
            got, expected = getattr(part, name), getattr(alone, name)
            if isinstance(expected, float | np.ndarray):
                np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12, err_msg=name)
            elif name != "iterations":
                assert got == expected, name
    assert [part.fell_back is None for part in parts] == [True, False, True, False]


@pytest.mark.parametrize("test", ["z", "t", "knha", "adhoc"])
@pytest.mark.parametrize("method", ["CE", "DL", "PM", "EB", "ML", "REML"])
def test_few_studies_are_pooled_as_many_are(method, test):
    """Do plain floats (`few_studies`) and arrays give the same to rounding error?

    Iterations end at 1e-9 of tau2, whose square is left; 1e-10 allows for it.
    """
    rng = np.random.default_rng(20261128)
    for k in (2, 3, 5, 11, 30, 48):
        v = rng.uniform(0.01, 0.5, k) ** 2
        y = rng.normal(0.4, np.sqrt(v + rng.choice([0.0, 0.05])))
        for i2, prediction in (("q", "HTS"), ("tau2", "test")):
            options = {"method": method, "test": test, "i2": i2, "prediction": prediction}
            few = pool(y, v, **options)
            many = pool_batch(y, v, np.ones((2, k), bool), **options)
            # A common effect has no boundary to lie on, which only a single fit says.
            for name in set(BatchEffects.__dataclass_fields__) - {"iterations", "boundary"}:
                got = getattr(few, name)
                np.testing.assert_allclose(
                    np.nan if got is None else got,
                    getattr(many, name)[0],
                    rtol=1e-10,
                    atol=1e-12,
                    err_msg=f"{name} {k}",
                )
