"""Subgroups: own or common tau2, and is the test between levels the one that is meant?

metafor's 123 reference analyses are compared case by case in `test_cases.py`.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.meta.errors import MetaInputError
from analysis.meta.meta_regression import REGRESSION_TESTS
from analysis.meta.models import pool
from analysis.meta.subgroups import subgroups
from analysis.meta.tau2 import METHODS

rows = st.lists(
    st.tuples(st.floats(-2, 2), st.floats(0.01, 1), st.sampled_from("abc")),
    min_size=2,
    max_size=15,
)


def columns(data):
    y, v, g = zip(*data, strict=True)
    return np.array(y), np.array(v), list(g)


@settings(max_examples=60, deadline=None)
@given(rows, st.sampled_from(METHODS), st.sampled_from(REGRESSION_TESTS))
def test_separate_models_are_fresh_fits(data, method, test):
    """Is every level what pooling its studies alone gives?"""
    y, v, g = columns(data)
    got = subgroups(y, v, g, method=method, test=test)
    assert list(got.levels) == sorted(set(g))
    for name, pooled, index in zip(got.levels, got.effects, got.index, strict=True):
        mine = np.array([x == name for x in g])
        assert index.tolist() == np.flatnonzero(mine).tolist()
        alone = pool(y[mine], v[mine], method=method, test=test)
        # All levels are fitted in one pass, so the last digits may differ.
        assert (pooled.estimate, pooled.ci_low, pooled.tau2, pooled.k) == pytest.approx(
            (alone.estimate, alone.ci_low, alone.tau2, alone.k), rel=1e-9, abs=1e-9
        )
        assert pooled.weights == pytest.approx(alone.weights, rel=1e-9, abs=1e-9)
        assert (pooled.method, pooled.test, pooled.df) == (alone.method, alone.test, alone.df)
    assert got.q_within_df == y.size - len(got.levels)
    untested = any(e.se == 0 for e in got.effects)
    assert np.isnan(got.q_between_p) == untested
    assert any("cannot be tested" in w for w in got.warnings) == untested


@settings(max_examples=60, deadline=None)
@given(rows)
def test_common_effect_q_is_partitioned(data):
    """Does Q total equal Q within plus Q between for common-effect models?"""
    y, v, g = columns(data)
    got = subgroups(y, v, g, method="CE")
    assert got.q_total == pytest.approx(got.q_within + got.q_between, rel=1e-9, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(rows, st.sampled_from([m for m in METHODS if m != "CE"]), st.sampled_from(REGRESSION_TESTS))
def test_a_common_tau2(data, method, test):
    """Are the levels pooled with one tau2, and do the p values use common degrees of freedom?"""
    y, v, g = columns(data)
    levels = len(set(g))
    if levels < 2 or y.size <= levels:
        return
    got = subgroups(y, v, g, method=method, test=test, tau2="common")
    fit = got.regression
    assert fit is not None
    for pooled, index in zip(got.effects, got.index, strict=True):
        w = 1 / (v[index] + fit.tau2)
        assert pooled.estimate == pytest.approx((w * y[index]).sum() / w.sum(), abs=1e-9)
        assert pooled.se**2 == pytest.approx(fit.test_factor / w.sum(), rel=1e-8, abs=1e-14)
        assert pooled.df == (None if test == "z" else y.size - levels)
    # Studies that agree exactly leave Knapp-Hartung nothing to test with.
    assert got.q_between == pytest.approx(fit.qm, nan_ok=fit.test_factor == 0)
    assert got.q_between_df == levels - 1


def test_two_levels_test_like_their_difference():
    """With two levels, is Q between the squared z of the difference?"""
    got = subgroups([0.1, 0.3, 0.9, 1.1], [0.1] * 4, ["a", "a", "b", "b"], method="DL")
    a, b = got.effects
    z = (a.estimate - b.estimate) / np.hypot(a.se, b.se)
    assert got.q_between == pytest.approx(z**2, rel=1e-12)


def test_numeric_levels_sort_as_numbers():
    """Does level 10 come after 2, with its own studies, under both models?"""
    y, v, g = [0.1, 0.2, 0.5, 0.6, 0.9, 1.0], [0.1] * 6, [10, 10, 2, 2, 1, 1]
    for tau2 in ("separate", "common"):
        got = subgroups(y, v, g, tau2=tau2)
        assert got.levels == ("1", "2", "10")
        assert [e.estimate for e in got.effects] == pytest.approx([0.95, 0.55, 0.15])


def test_the_fall_back_of_metaprop_is_recorded_by_level():
    """Does a level with fewer than three studies become a common effect, and say so?"""
    got = subgroups(
        [0.1, 0.9, 0.1, 0.5, 0.9], [0.01] * 5, list("aabbb"), method="DL", random_from_k=3
    )
    assert [e.method for e in got.effects] == ["CE", "DL"]
    assert any(w.startswith("a: common effect instead") for w in got.warnings)


def test_refusals_say_what_to_do():
    """Are missing levels, wrong lengths and too many levels refused with advice?"""
    with pytest.raises(MetaInputError, match="Study 2 has no subgroup"):
        subgroups([1, 2], [1, 1], ["a", None])
    with pytest.raises(MetaInputError, match="1 entries for 2 studies"):
        subgroups([1, 2], [1, 1], ["a"])
    with pytest.raises(MetaInputError, match="need at least 3 studies"):
        subgroups([1, 2], [1, 1], ["a", "b"], tau2="common")
    with pytest.raises(MetaInputError, match="one level"):
        subgroups([1, 2], [1, 1], ["a", "a"], tau2="common")
    with pytest.raises(MetaInputError, match="Did you mean 'common'"):
        subgroups([1, 2], [1, 1], ["a", "b"], tau2="comon")


def test_one_level_has_nothing_to_compare():
    """Is a single level pooled, with a test of no degrees of freedom and a note?"""
    got = subgroups([1, 2], [1, 1], ["a", "a"])
    assert (got.q_between_df, got.q_between_p) == (0, 1)
    assert any("nothing to compare" in w for w in got.warnings)
