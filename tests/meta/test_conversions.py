"""Getting to an effect: does each conversion give the published or exact number, and say its terms?

Worked examples of the Cochrane Handbook 6.5, printed to two or three digits, are compared to half a
unit of the last one; exact relations to rounding.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.meta.errors import MetaInputError
from analysis.meta.hazard_ratios import (
    log_hr_from_events,
    log_hr_from_interval,
    log_hr_from_log_rank,
)
from analysis.meta.mean_conversions import (
    change_score,
    combined_counts,
    combined_groups,
    correlation_of_change,
    pooled_sd_from_difference,
    sd_from_interval,
    sd_from_se,
    split_control,
)
from analysis.meta.quantile_conversions import QUANTILE_METHODS, mean_from_quantiles

WIDE, NARROW = (stats.norm.ppf(x / 50.25) for x in (49.625, 37.375))
SMALL = settings(max_examples=30, deadline=None, derandomize=True)


def test_the_handbooks_examples_come_out():
    """Do 6.5.2.2 (interval), 6.5.2.3 (P value) and 6.5.2.8 (change) give what is printed there?"""
    assert sd_from_interval(30.0, 34.2, 25)["sd"] == pytest.approx(5.09, abs=0.005)
    found = pooled_sd_from_difference(3.8, 25, 22, p=0.008)
    assert found["se"] == pytest.approx(1.37, abs=0.005)
    assert found["sd"] == pytest.approx(4.69, abs=0.02)
    assert correlation_of_change(4.0, 4.4, 2.8)["correlation"] == pytest.approx(0.78, abs=0.005)
    change = change_score(12.0, 4.0, 10.0, 3.8, correlation=0.78)
    assert change["sd"] == pytest.approx(2.59, abs=0.005)
    assert change["mean"] == -2.0
    assert "0.78" in change.assumptions[0]


@SMALL
@given(
    st.lists(
        st.lists(st.floats(-50, 50), min_size=2, max_size=8).filter(lambda x: np.std(x) > 0.01),
        min_size=2,
        max_size=4,
    )
)
def test_combined_groups_are_their_people_together(groups):
    """Are n, mean and SD those of the raw values in one group?"""
    got = combined_groups(
        [len(g) for g in groups],
        [np.mean(g) for g in groups],
        [np.std(g, ddof=1) for g in groups],
    )
    everyone = np.concatenate(groups)
    assert got["n"] == everyone.size
    assert got["mean"] == pytest.approx(everyone.mean(), rel=1e-10, abs=1e-10)
    assert got["sd"] == pytest.approx(everyone.std(ddof=1), rel=1e-10)


@SMALL
@given(st.floats(-20, 20), st.floats(0.1, 10), st.integers(3, 200), st.integers(3, 200))
def test_every_statistic_of_a_difference_gives_the_same_deviation(gap, sd, n1, n2):
    """Do SE, interval, t and P of one and the same t test lead to one and the same SD?"""
    if abs(gap) < 0.05:
        return
    se = sd * math.sqrt(1 / n1 + 1 / n2)
    df = n1 + n2 - 2
    reach = float(stats.t.ppf(0.975, df)) * se
    t = gap / se
    p = float(2 * stats.t.sf(abs(t), df))
    for given_ in ({"se": se}, {"low": gap - reach, "high": gap + reach}, {"t": t}, {"p": p}):
        if given_.get("p", 1) < 1e-200:
            continue
        found = pooled_sd_from_difference(gap, n1, n2, **given_)
        assert found["sd"] == pytest.approx(sd, rel=1e-6)


@pytest.mark.parametrize("method", QUANTILE_METHODS)
@pytest.mark.parametrize("which", ["quartiles", "range", "both"])
def test_quantiles_of_a_normal_sample_give_its_mean_and_deviation(method, which):
    """Do the expected order statistics of 1,000 normal values lead back to 10 and 2, within 2 %?

    Blom's plotting positions, which the methods are built on, are approximations.
    """
    n = 1000
    at = [(1 - 0.375) / (n + 0.25), 0.25, 0.75, (n - 0.375) / (n + 0.25)]
    low, q1, q3, high = stats.norm.ppf(at, 10, 2)
    given_ = {"quartiles": {"q1": q1, "q3": q3}, "range": {"minimum": low, "maximum": high}}
    quantiles = given_.get(which) or given_["quartiles"] | given_["range"]
    got = mean_from_quantiles(n, 10.0, method=method, **quantiles)
    assert got["mean"] == pytest.approx(10.0, rel=0.002)
    assert got["sd"] == pytest.approx(2.0, rel=0.05)
    assert got.assumptions


@pytest.mark.parametrize(
    ("method", "mean", "sd"),
    [
        # n = 50; 1, 4, 6, 10, 20 put into the printed formulas; Bland's mean by hand,
        # (1 + 8 + 12 + 20 + 20)/8.
        ("wan", 7.625, 19 / (4 * WIDE) + 6 / (4 * NARROW)),
        ("luo", None, 19 / (4 * WIDE) + 6 / (4 * NARROW)),
        (
            "shi",
            None,
            19 / ((2 + 0.14 * 50**0.6) * WIDE) + 6 / ((2 + 2 / (0.07 * 50**0.6)) * NARROW),
        ),
    ],
)
def test_the_formulas_with_quartiles_and_range(method, mean, sd):
    """Are the printed formulas computed as they stand in the papers?"""
    got = mean_from_quantiles(50, 6, q1=4, q3=10, minimum=1, maximum=20, method=method)
    w1, w2 = 2.2 / (2.2 + 50**0.75), 0.7 - 0.72 / 50**0.55
    luo = w1 * 10.5 + w2 * 7 + (1 - w1 - w2) * 6
    assert got["mean"] == pytest.approx(luo if mean is None else mean, rel=1e-12)
    assert got["sd"] == pytest.approx(sd, rel=1e-10)


@pytest.mark.parametrize(
    ("law", "name"),
    [
        (stats.lognorm(0.6, scale=5), "log-normal"),
        (stats.gamma(2.5, scale=3), "gamma"),
        (stats.weibull_min(1.7, scale=8), "Weibull"),
        (stats.norm(50, 6), "normal"),
    ],
)
def test_quantile_estimation_finds_the_distribution(law, name):
    """Do exact quantiles of a distribution give its mean and SD, and its name as the assumption?"""
    n = 100
    low, q1, median, q3, high = law.ppf([1 / n, 0.25, 0.5, 0.75, 1 - 1 / n])
    got = mean_from_quantiles(n, median, q1=q1, q3=q3, minimum=low, maximum=high, method="mcgrath")
    assert name in got.assumptions[0]
    assert got["mean"] == pytest.approx(law.mean(), rel=1e-4)
    assert got["sd"] == pytest.approx(law.std(), rel=1e-4)


def test_the_routes_to_a_hazard_ratio_agree():
    """Do O - E with V, the interval and the P value of one trial give the same log HR and SE?"""
    log_hr, v = math.log(0.7), 40.0
    se = 1 / math.sqrt(v)
    first = log_hr_from_log_rank(60 + log_hr * v, 60, v)
    z = 1.959963984540054
    second = log_hr_from_interval(0.7, math.exp(log_hr - z * se), math.exp(log_hr + z * se))
    p = float(2 * stats.norm.sf(abs(log_hr) / se))
    third = log_hr_from_events(p, favours_treated=True, events_treated=80, events_control=80)
    fourth = log_hr_from_events(p, favours_treated=True, events=160)
    for found in (first, second, third, fourth):
        assert found["log_hr"] == pytest.approx(log_hr, rel=1e-10)
        assert found["se"] == pytest.approx(se, rel=1e-10)
        assert found.assumptions
        assert "Tierney" in found.method


def test_arms_are_joined_and_shared_controls_split():
    """Are counts added, a control of 40 with 10 events halved, and is SE times root n the SD?"""
    assert combined_counts([3, 5], [20, 30]).values == {"events": 8.0, "n": 50.0}
    assert split_control(40, 2, events=10).values == {"n": 20.0, "events": 5.0}
    assert sd_from_se(0.5, 36)["sd"] == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mean_from_quantiles(20, 5), "quartiles"),
        (lambda: mean_from_quantiles(20, 5, q1=6, q3=8), "rise"),
        (lambda: mean_from_quantiles(20, 5, q1=4, q3=8, method="hozo"), "Unknown conversion"),
        (lambda: pooled_sd_from_difference(1.0, 9, 9), "one of se"),
        (lambda: pooled_sd_from_difference(0.0, 9, 9, p=0.5), "no standard error"),
        (lambda: change_score(1, 1, 1, 1, correlation=1.2), "between -1 and 1"),
        (lambda: correlation_of_change(1, 1, 9), "No correlation"),
        (lambda: split_control(3, 4), "cannot be split"),
        (lambda: log_hr_from_events(0.0, favours_treated=True, events=9), "strictly between"),
        (lambda: log_hr_from_events(0.1, favours_treated=True), "events of both groups"),
        (lambda: log_hr_from_interval(0.5, 0.7, 0.9), "outside"),
        (lambda: sd_from_se(-1, 5), "positive"),
    ],
)
def test_impossible_input_is_refused(call, message):
    """Is a number that cannot be, or one that is missing, named?"""
    with pytest.raises(MetaInputError, match=message):
        call()
