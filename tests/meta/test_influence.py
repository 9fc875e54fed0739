"""Influence: does leaving a study out give what a fresh fit gives, and what metafor gives?

metafor 3.8-1 in every case; BCG numbers also as its documentation and test suite print them.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.meta import influence as influence_module
from analysis.meta.cases_influence import RUNNERS
from analysis.meta.cumulative import cumulative
from analysis.meta.errors import MetaInputError
from analysis.meta.influence import baujat, influence, leave_one_out
from analysis.meta.models import pool
from tests.meta.reference_comparison import (
    assert_agrees,
    bcg_log_rr,
    cases_of,
    named,
    question,
    relative_tolerance,
)

STATISTICS = (
    *("estimate", "se", "stat", "p", "ci_low", "ci_high", "q", "q_p", "tau2", "se_tau2"),
    *("i2", "h2", "prediction_low", "prediction_high"),
)
METHODS = ("CE", "DL", "HE", "HS", "SJ", "PM", "ML", "REML", "EB")


#: metafor's Fisher scoring oscillates at one step of one cumulative analysis, which it then prints
#: as NA. R with halved steps: rma(yi[1:8], vi[1:8], control=list(stepadj=.5, threshold=1e-13)).
STEP_R_COULD_NOT_FIT = "nielweise2007.OR.cumul.REML.z", 7
WITH_HALVED_STEPS = {
    "estimate": -1.09832282367575,
    "se": 0.365751783085261,
    "tau2": 0.0518945570893876,
    "I2": 4.62795471170381,
    "H2": 1.04852527486135,
    "Q": 4.43836937274636,
}


@pytest.mark.parametrize("kind", ["leave1out", "cumul", "influence", "baujat"])
def test_every_case_agrees_with_metafor(kind):
    """Does every refit statistic and every diagnostic equal metafor's, and none is missing?

    Influence is allowed 1e-9 for the closed-form methods: quotients of differences lose a digit.
    """
    for case in cases_of(kind):
        rtol = max(relative_tolerance(case), 1e-9) if kind in {"influence", "baujat"} else None
        answer = RUNNERS[kind](question(case))
        if case["id"] == STEP_R_COULD_NOT_FIT[0]:
            answer = without_the_step_r_could_not_fit(answer)
        assert_agrees(case, answer, rtol=rtol)


def without_the_step_r_could_not_fit(answer):
    """Check the step against R's fit with halved steps, then leave it out as R did."""
    step = STEP_R_COULD_NOT_FIT[1]
    for key, value in WITH_HALVED_STEPS.items():
        assert answer[key][step] == pytest.approx(value, rel=1e-9)
    kept = dict(answer)
    for key, values in answer.items():
        if key != "order":
            kept[key] = [*values[:step], None, *values[step + 1 :]]
    return kept


@pytest.mark.parametrize(
    ("kind", "least"), [("leave1out", 76), ("cumul", 62), ("influence", 76), ("baujat", 68)]
)
def test_grid_has_not_shrunk(kind, least):
    """Are all the reference cases still there?"""
    assert len(cases_of(kind)) >= least


def test_leave_one_out_of_bcg_as_printed():
    """Does leave-one-out by REML give the page of metafor's documentation (4 decimals)?"""
    expected = named("published_cases.json")["leave_one_out_and_cumulative_bcg_reml"]["expected"]
    refits = leave_one_out(*bcg_log_rr(), method="REML", i2="tau2").refits
    for field, key in (
        ("estimate", "estimate"),
        ("ci_low", "ci_lb"),
        ("ci_high", "ci_ub"),
        ("q", "Q"),
        ("tau2", "tau2"),
    ):
        np.testing.assert_allclose(getattr(refits, field), expected[key], atol=5.1e-5, err_msg=key)
    np.testing.assert_allclose(100 * refits.i2, expected["I2"], atol=5.1e-5)
    first = expected["first_study_full_precision"]
    # Full digits, but from R's default convergence (change in tau2 below 1e-5).
    np.testing.assert_allclose(refits.estimate[0], first["estimate"], rtol=1e-5)
    np.testing.assert_allclose(refits.tau2[0], first["tau2"], rtol=1e-4)
    np.testing.assert_allclose(refits.q[0], first["Q"], rtol=1e-12)


def test_influence_of_bcg_as_in_metafors_test_suite():
    """Do the nine diagnostics of the first trial equal those of metafor's own tests?"""
    expected = named("published_cases.json")["leave_one_out_and_cumulative_bcg_reml"]["expected"]
    printed = expected["influence_first_study"]
    result = influence(*bcg_log_rr(), method="REML")
    got = {
        "rstudent": result.rstudent,
        "dffits": result.dffits,
        "cook_d": result.cook_d,
        "cov_r": result.cov_r,
        "tau2_del": result.tau2_deleted,
        "QE_del": result.q_deleted,
        "hat": result.hat,
        "weight": 100 * result.hat,
        "dfbs": result.dfbetas,
    }
    for key, values in got.items():
        np.testing.assert_allclose(values[0], printed[key], rtol=1e-4, err_msg=key)


def test_cumulative_bcg_as_in_metafors_test_suite():
    """Does adding the trials as listed give metafor's printed cumulative estimates?

    Six decimals, of a fit that R stops when τ² changes by less than 1e-5.
    """
    case = named("published_cases.json")["leave_one_out_and_cumulative_bcg_reml"]
    printed = case["expected"]["cumulative_by_year"]
    result = cumulative(*bcg_log_rr(), case["data"]["year"], method="REML")
    np.testing.assert_allclose(result.refits.estimate, printed, atol=5e-6)


def test_metainf_of_stata():
    """Does DerSimonian–Laird leave-one-out equal Stata's metainf?"""
    expected = named("stata14_cases.json")["metainf_random_bcg"]["computed"]
    refits = leave_one_out(*bcg_log_rr(), method="DL").refits
    for field, key in (("estimate", "est"), ("ci_low", "lb"), ("ci_high", "ub")):
        values = [row[key] for row in expected]
        np.testing.assert_allclose(getattr(refits, field), values, rtol=2e-9, err_msg=key)


@pytest.mark.parametrize(
    ("name", "method"), [("baujat_points_bcg_common", "CE"), ("baujat_points_bcg_reml", "REML")]
)
def test_baujat_points(name, method):
    """Are the coordinates those of the definition, under a common effect and under REML?"""
    expected = named("stata14_cases.json")[name]["computed"]
    result = baujat(*bcg_log_rr(), method=method)
    # The REML ones were derived with R's default convergence.
    rtol = 2e-9 if method == "CE" else 1e-4
    np.testing.assert_allclose(result.heterogeneity, expected["x"], rtol=rtol)
    np.testing.assert_allclose(result.influence, expected["y"], rtol=rtol)


def effects(least: int = 3, most: int = 9):
    # Effects that differ: equal ones make the Knapp–Hartung factor rounding noise.
    study = st.tuples(st.floats(-3, 3), st.floats(0.01, 2.0))
    return st.lists(
        study, min_size=least, max_size=most, unique_by=lambda row: round(row[0], 2)
    ).map(lambda rows: (np.array([r[0] for r in rows]), np.array([r[1] for r in rows])))


@settings(max_examples=60, deadline=None)
@given(effects(), st.sampled_from(METHODS), st.sampled_from(["z", "knha", "adhoc", "t"]))
def test_leave_one_out_equals_fresh_fits(data, method, test):
    """Does the batch of k refits equal k separate fits, for every statistic?"""
    y, v = data
    refits = leave_one_out(y, v, method=method, test=test).refits
    for i in range(y.size):
        fresh = pool(np.delete(y, i), np.delete(v, i), method=method, test=test)
        for name in STATISTICS:
            np.testing.assert_allclose(
                getattr(refits, name)[i], getattr(fresh, name), rtol=1e-7, atol=1e-9, err_msg=name
            )


@settings(max_examples=40, deadline=None)
@given(effects(least=1), st.sampled_from(METHODS))
def test_cumulative_equals_fresh_fits(data, method):
    """Does step i pool the first i studies, and the last step all of them?"""
    y, v = data
    refits = cumulative(y, v, method=method).refits
    for i in range(y.size):
        fresh = pool(y[: i + 1], v[: i + 1], method=method)
        np.testing.assert_allclose(refits.estimate[i], fresh.estimate, rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(refits.tau2[i], fresh.tau2, rtol=1e-6, atol=1e-8)


@settings(max_examples=30, deadline=None)
@given(effects(), st.randoms(use_true_random=False))
def test_order_of_studies_does_not_matter(data, random):
    """Does every diagnostic belong to its study, however the studies are listed?"""
    y, v = data
    order = list(range(y.size))
    random.shuffle(order)
    straight, shuffled = influence(y, v, method="DL"), influence(y[order], v[order], method="DL")
    for field in ("rstudent", "cook_d", "dffits", "hat", "cov_r", "tau2_deleted", "dfbetas"):
        np.testing.assert_allclose(
            getattr(shuffled, field), getattr(straight, field)[order], rtol=1e-6, atol=1e-8
        )


def test_equal_sorting_keys_keep_their_order():
    """Are studies of one year added as listed, as metafor does?"""
    result = cumulative([1.0, 2.0, 3.0, 4.0], [1.0] * 4, [2003, 2001, 2001, 2000], method="CE")
    assert result.order.tolist() == [3, 1, 2, 0]
    np.testing.assert_allclose(result.refits.estimate, [4, 3, 3, 2.5])


def test_blocks_do_not_change_the_result(monkeypatch):
    """Is the result the same when memory allows two refits at a time only?"""
    y, v = bcg_log_rr()
    whole = influence(y, v, method="REML")
    monkeypatch.setattr(influence_module, "BLOCK_CELLS", 26)
    monkeypatch.setattr(influence_module, "BLOCK_ROWS", 1)
    parts = influence(y, v, method="REML")
    np.testing.assert_allclose(parts.cook_d, whole.cook_d, rtol=1e-9)
    np.testing.assert_allclose(parts.rstudent, whole.rstudent, rtol=1e-9)


def test_the_study_that_moves_most_is_named():
    """Does the summary point at the obvious outlier?"""
    result = leave_one_out([0.1, 0.2, 0.1, 5.0, 0.15], [0.1] * 5)
    assert result.most_influential == 3
    low, high = result.estimate_range
    assert low == pytest.approx(0.1375)
    assert low < result.overall.estimate < high


def test_inputs_are_left_alone():
    """Are the caller's arrays unchanged?"""
    y, v = bcg_log_rr()
    before = y.copy(), v.copy()
    influence(y, v)
    cumulative(y, v, np.arange(y.size)[::-1])
    baujat(y, v)
    np.testing.assert_array_equal(y, before[0])
    np.testing.assert_array_equal(v, before[1])


@pytest.mark.parametrize("function", [leave_one_out, influence, baujat, cumulative])
@pytest.mark.parametrize(
    ("y", "v", "options", "message"),
    [
        ([0.1, np.nan, 0.3], [1, 1, 1], {}, "NaN"),
        ([0.1, np.inf, 0.3], [1, 1, 1], {}, "infinity"),
        ([0.1, 0.2, 0.3], [1, -1, 1], {}, "negative"),
        ([0.1, 0.2, 0.3], [1, 1], {}, "one entry per study"),
        ([], [], {}, "k = 0"),
        ([0.1, 0.2, 0.3], [1, 1, 1], {"method": "REMLL"}, "REML"),
        ([0.1, 0.2, 0.3], [1, 1, 1], {"test": "hksj"}, "test"),
        ([0.1, 0.2, 0.3], [1, 1, 1], {"level": 95}, "0.95"),
    ],
)
def test_unusable_input_is_refused(function, y, v, options, message):
    """Does every function say what is wrong instead of computing?"""
    with pytest.raises(MetaInputError, match=message):
        function(y, v, **options)


@pytest.mark.parametrize("function", [leave_one_out, influence, baujat])
def test_one_study_is_refused(function):
    """Is leaving out the only study refused?"""
    with pytest.raises(MetaInputError, match="at least 2"):
        function([0.1], [1.0])


def test_unusable_sorting_keys_are_refused():
    """Are missing years and too few of them refused?"""
    with pytest.raises(MetaInputError, match="order_by"):
        cumulative([1, 2], [1, 1], [2001, np.nan])
    with pytest.raises(MetaInputError, match="one entry per study"):
        cumulative([1, 2], [1, 1], [2001])


def test_a_case_without_its_data_is_refused():
    """Does a stranger's incomplete case get a message instead of a traceback?"""
    with pytest.raises(MetaInputError, match=r"data\.vi"):
        RUNNERS["leave1out"]({"kind": "leave1out", "args": {}, "data": {"yi": [1, 2]}})
