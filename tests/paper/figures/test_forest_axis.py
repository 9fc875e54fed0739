"""The scale under a forest plot."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.paper.figures.forest_axis import Span, axis_for, log_axis, log_ticks

PROPORTION = (0.0, 100.0)
TIME = (0.0, None)


def test_one_wide_interval_does_not_squash_the_rest() -> None:
    # The progression-free survival of the shipped review: one interval of 1.1 to 27.7 months.
    estimates = [6.9, 6.7, 9.5, 10.2, 6.87, 7.4]
    spans: list[Span] = [
        (5.8, 8.0),
        (5.7, 8.2),
        (4.0, 15.0),
        (3.95, 16.45),
        (5.57, 8.17),
        (1.1, 27.7),
    ]
    axis = axis_for(estimates, spans, bounds=TIME)
    assert (axis.low, axis.high) == (0, 20)


def test_intervals_that_are_all_alike_are_shown_whole() -> None:
    axis = axis_for([30, 40, 50], [(20, 40), (30, 50), (38, 62)], bounds=PROPORTION)
    assert axis.low <= 20
    assert axis.high >= 62


def test_proportions_end_at_nothing_and_at_all() -> None:
    axis = axis_for([0, 100], [(-20, 20), (80, 120)], bounds=PROPORTION)
    assert (axis.low, axis.high) == (0, 100)
    assert axis.labels == ("0", "20", "40", "60", "80", "100")


def test_what_is_pooled_is_always_inside() -> None:
    axis = axis_for([10], [(9, 11)], kept=[2, 40], bounds=TIME)
    assert axis.low <= 2
    assert axis.high >= 40


def test_an_upper_limit_not_reached_leaves_room_beyond_the_estimate() -> None:
    axis = axis_for([17], [(11, None)], bounds=TIME)
    assert axis.low <= 11
    assert axis.high > 17


@pytest.mark.parametrize("value", [0.0, 100.0, 37.5])
def test_a_single_point_has_an_axis(value: float) -> None:
    axis = axis_for([value], [(value, value)], bounds=PROPORTION)
    assert axis.low < axis.high
    assert axis.low <= value <= axis.high
    assert axis.low >= 0
    assert axis.high <= 100


def test_labels_have_as_many_decimals_as_the_step() -> None:
    axis = axis_for([0.2, 0.8], [(0.1, 0.3), (0.7, 0.9)])
    assert len({len(label.split(".")[1]) for label in axis.labels}) == 1
    assert [float(label) for label in axis.labels] == pytest.approx(axis.ticks)


@given(
    st.lists(
        st.tuples(st.floats(0, 1000), st.floats(0, 500), st.floats(0, 500)),
        min_size=1,
        max_size=30,
    ),
    st.integers(3, 10),
)
def test_every_estimate_is_inside_and_the_labels_have_room(
    rows: list[tuple[float, float, float]], most: int
) -> None:
    estimates = [value for value, _, _ in rows]
    spans: list[Span] = [(value - below, value + above) for value, below, above in rows]
    axis = axis_for(estimates, spans, most_ticks=most)
    hair = (axis.high - axis.low) * 1e-6
    assert axis.low <= min(estimates) + hair
    assert axis.high >= max(estimates) - hair
    assert 2 <= len(axis.ticks) <= most
    assert len(set(axis.labels)) == len(axis.labels)


@pytest.mark.parametrize(
    ("ratios", "labels"),
    [
        ([(0.39, 0.12, 1.26), (0.19, 0.08, 0.46)], ("0.05", "0.1", "0.2", "0.5", "1", "2")),
        ([(0.95, 0.9, 1.02), (1.05, 0.98, 1.12)], ("0.9", "1", "1.1", "1.2")),
        ([(0.1, 0.001, 20.0)], ("0.001", "0.01", "0.1", "1", "10", "100")),
    ],
)
def test_a_ratio_has_round_ticks_with_one_among_them(
    ratios: list[tuple[float, float, float]], labels: tuple[str, ...]
) -> None:
    """Are the ticks ratios a reader knows, at the places of their logarithms?"""
    axis = log_axis([middle for middle, _, _ in ratios], [(low, high) for _, low, high in ratios])
    assert axis.labels == labels
    assert axis.ticks == tuple(map(float, labels))
    assert axis.share(1.0) == pytest.approx(
        math.log(axis.low) / (math.log(axis.low) - math.log(axis.high))
    )


def test_an_endless_ratio_does_not_press_the_rest_together() -> None:
    """Does a prediction interval from 1e-17 to 1e16 leave an axis on which studies can be seen?"""
    axis = log_axis([0.9], [(0.2, 4.0)], [1e-17, 1e16])
    # A thousandth to a thousand, rounded outwards to the ticks there is room for.
    assert axis.labels == ("0.0001", "0.01", "1", "100", "10000")
    narrow = log_axis([1.0], [(0.4, 2.7)], [1e-17, 1e16], most_ticks=3)
    assert narrow.labels == ("0.001", "1", "1000")
    infinite = log_axis([1.0], [(0.4, 2.7)], [0.0, math.inf])
    assert infinite == axis


def test_round_ratios_enclose_what_is_to_be_shown() -> None:
    assert log_ticks(0.22, 4.1) == (0.2, 0.5, 1.0, 2.0, 5.0)
    assert 1.0 in log_ticks(0.011, 300.0)
