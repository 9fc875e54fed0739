"""Pooling: does it obey its own laws, whatever the studies?"""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.meta.models import (
    TESTS,
    pool,
    pool_batch,
    pool_parts,
)
from analysis.meta.tau2 import METHODS

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


@settings(max_examples=60, deadline=None)
@given(studies, st.sampled_from(("ML", "REML")))
def test_likelihood_estimates_are_maxima(data, name):
    """Is no tau2 on a grid, near or far, more likely than the estimate?"""
    y, v = data
    got = pool(y, v, method=name)
    field = "log_likelihood" if name == "ML" else "restricted_log_likelihood"
    near = [got.tau2 * 0.999, got.tau2 * 1.001, got.tau2 + 1e-4]
    for tau2 in (*near, 0.0, *np.geomspace(1e-4, 100, 60)):
        other = getattr(pool(y, v, method="DL", tau2=tau2), field)
        assert other <= getattr(got, field) + 1e-7
    assert got.converged


@settings(max_examples=60, deadline=None)
@given(studies, method, st.sampled_from(DEFINED), st.randoms(use_true_random=False))
def test_the_order_of_studies_does_not_matter(data, name, test, random):
    """Does shuffling the studies leave every number as it was?"""
    y, v = data
    order = list(range(y.size))
    random.shuffle(order)
    a, b = pool(y, v, method=name, test=test), pool(y[order], v[order], method=name, test=test)
    for field in ("estimate", "se", "ci_low", "ci_high", "tau2", "q", "i2"):
        assert getattr(a, field) == pytest.approx(getattr(b, field), rel=1e-7, abs=1e-9), field
    assert b.weights == pytest.approx(a.weights[order], abs=1e-8)


@settings(max_examples=60, deadline=None)
@given(studies, method, st.floats(0.01, 100), st.floats(-5, 5))
def test_scaling_and_shifting(data, name, factor, shift):
    """Do effects in another unit, or counted from another origin, give the same analysis?"""
    y, v = data
    a, b = pool(y, v, method=name), pool(factor * y + shift, factor**2 * v, method=name)
    assert b.estimate == pytest.approx(factor * a.estimate + shift, rel=1e-6, abs=1e-6 * factor)
    assert b.se == pytest.approx(factor * a.se, rel=1e-6)
    assert b.tau2 == pytest.approx(factor**2 * a.tau2, rel=1e-5, abs=1e-8 * factor**2)
    assert b.i2 == pytest.approx(a.i2, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(studies)
def test_duplicating_the_data(data):
    """Does seeing every study twice halve the variance of the common-effect estimate?"""
    y, v = data
    a = pool(y, v, method="CE")
    b = pool(np.concatenate([y, y]), np.concatenate([v, v]), method="CE")
    assert b.se**2 == pytest.approx(a.se**2 / 2, rel=1e-12)
    assert b.estimate == pytest.approx(a.estimate, rel=1e-12, abs=1e-14)


@settings(max_examples=80, deadline=None)
@given(studies, method, st.sampled_from(DEFINED), st.sampled_from(("q", "tau2")))
def test_bounds(data, name, test, definition):
    """Are tau2 and I2 in range, intervals around their estimate, and weights a partition of 1?"""
    y, v = data
    got = pool(y, v, method=name, test=test, i2=definition)
    assert got.tau2 >= 0
    assert 0 <= got.i2 < 1
    assert got.ci_low <= got.estimate <= got.ci_high
    if name != "CE":
        assert got.prediction_low <= got.ci_low
        assert got.ci_high <= got.prediction_high
    assert got.weights.sum() == pytest.approx(1)
    assert (got.weights > 0).all()
    assert y.min() - 1e-12 <= got.estimate <= y.max() + 1e-12


@settings(max_examples=40, deadline=None)
@given(studies, method, st.sampled_from(DEFINED), st.data())
def test_a_batch_equals_fresh_fits(data, name, test, draw):
    """Is every row of a batch what a fit of those studies alone gives?"""
    y, v = data
    row = st.lists(st.booleans(), min_size=y.size, max_size=y.size).filter(any)
    keep = np.array(draw.draw(st.lists(row, min_size=1, max_size=4)))
    batch = pool_batch(y, v, keep, method=name, test=test)
    for i, kept in enumerate(keep):
        alone = pool(y[kept], v[kept], method=name, test=test)
        for field in ("estimate", "se", "p", "ci_low", "q", "q_p", "tau2", "i2", "h2"):
            if field == "p" and alone.se == 0:
                continue  # 0 over 0, decided by the last digit of the estimate
            got = getattr(batch, field)[i]
            assert got == pytest.approx(getattr(alone, field), rel=1e-6, abs=1e-9, nan_ok=True)
        assert batch.k[i] == alone.k


@pytest.mark.parametrize("name", METHODS)
def test_equal_effects(name):
    """Do studies that agree perfectly give tau2 = 0 (a SJ estimate too), Q = 0 and I2 = 0?"""
    got = pool([0.2] * 4, [0.1, 0.2, 0.3, 0.4], method=name)
    assert (got.tau2, got.q, got.i2) == (0, 0, 0)
    assert got.estimate == pytest.approx(0.2)


@pytest.mark.parametrize("name", RANDOM)
def test_equal_variances_have_a_closed_form(name):
    """With equal variances, do the moment and REML estimators all give s2 - v?

    ML and EB-type divisors differ: ML uses k, HS (Q - k) / sum(w), SJ its own start.
    """
    y, v = np.array([0.0, 1.0, 2.0, 4.0]), 0.25
    got = pool(y, np.full(4, v), method=name).tau2
    s2 = y.var(ddof=1)
    expected = {"ML": y.var() - v, "HS": y.var() - v}.get(name, s2 - v)
    if name == "SJ":
        start = y.var()
        expected = start * s2 / (v + start)
    assert got == pytest.approx(expected, rel=1e-12)


def test_inputs_are_not_changed():
    """Are the caller's arrays as they were?"""
    y, v = np.array([0.1, 0.5, 0.2]), np.array([0.1, 0.2, 0.3])
    before = y.copy(), v.copy()
    pool(y, v, method="REML", test="knha")
    pool_batch(y, v, ~np.eye(3, dtype=bool), method="SJ")
    assert (y == before[0]).all()
    assert (v == before[1]).all()


def test_cost_is_linear():
    """Does REML of 10,000 studies take little memory, where a k x k matrix would take 800 MB?

    Memory, and not time, which another program on the machine takes away; `make bench` measures it.
    """
    rng = np.random.default_rng(3)
    v = rng.uniform(0.01, 1, 10_000)
    y = rng.normal(0.3, np.sqrt(v + 0.1))
    tracemalloc.start()
    try:
        got = pool(y, v, method="REML")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # It takes 6 MB on the machine this was written on.
    assert peak < 40e6
    assert got.tau2 == pytest.approx(0.1, abs=0.02)


@settings(max_examples=30, deadline=None)
@given(studies)
def test_effects_beyond_the_range_of_floats_stay_finite(data):
    """Do very small units give finite numbers?"""
    y, v = data
    assume(np.ptp(y) > 0)
    got = pool(1e-8 * y, 1e-16 * v, method="REML", test="knha")
    assert np.isfinite([got.estimate, got.se, got.tau2, got.ci_low, got.p]).all()


@pytest.mark.parametrize("method", ["CE", "DL", "REML"])
def test_equal_effects_have_a_knapp_hartung_factor_of_exactly_zero(method):
    """Is the rounding noise of equal effects no dispersion? metafor sets the factor to 0, too."""
    y, v = np.full(7, 0.1 + 0.2), np.array([0.01, 0.3, 0.07, 0.02, 0.11, 0.05, 0.9])
    equal = pool(y, v, method=method, test="knha")
    assert equal.test_factor == 0
    assert equal.se == 0
    assert any("has no width" in note for note in equal.warnings)
    # Among other levels the common centre is elsewhere, which must not bring the noise back.
    keep = np.array([[True] * 7 + [False] * 2, [False] * 7 + [True] * 2])
    part, _ = pool_parts([*y, 12.3, -4.5], [*v, 0.1, 0.2], keep, method=method, test="knha")
    assert part.test_factor == 0
    assert pool([0.3, 0.3 + 1e-6], [0.1, 0.1], method=method, test="knha").test_factor > 0
