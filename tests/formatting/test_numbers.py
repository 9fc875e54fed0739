"""How numbers are written: the same in prose, tables and figures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.formatting.numbers import (
    count,
    explained,
    interval,
    lower_first,
    months,
    number,
    p_value,
    percent,
)


@pytest.mark.parametrize(
    ("fraction", "written"),
    [
        (0.3389, "33.9%"),
        (0.0, "0.0%"),
        (1.0, "100.0%"),
        (0.0625, "6.3%"),  # half up: a calculator shows 6.25
        (0.285, "28.5%"),  # 0.285 * 100 is 28.499999999999996 in floating point
        (-0.0001, "0.0%"),
        (-0.0123, "−1.2%"),
    ],
)
def test_percent(fraction: float, written: str) -> None:
    assert percent(fraction) == written


@pytest.mark.parametrize(("fraction", "written"), [(0.123, "12.3%"), (-0.084, "0.0%"), (0, "0.0%")])
def test_explained_heterogeneity_is_never_below_zero(fraction: float, written: str) -> None:
    """Is a negative adjusted R² printed as 0.0%?"""
    assert explained(fraction) == written


def test_numbers_use_the_minus_sign_and_never_minus_zero() -> None:
    assert number(6.913, 1) == "6.9"
    assert number(-1.25, 2) == "−1.25"
    assert number(-0.04, 1) == "0.0"
    assert number(np.float64(2.5), 0) == "3"
    assert months(17.115) == "17.1"


@pytest.mark.parametrize(
    ("p", "written"),
    [
        (0.0004, "P < .001"),
        (0.001, "P = .001"),
        (0.0495, "P = .050"),
        (0.844, "P = .844"),
        (0.99, "P = .990"),
        (0.9901, "P > .99"),
        (1.0, "P > .99"),
        (0.0, "P < .001"),
    ],
)
def test_p_value(p: float, written: str) -> None:
    assert p_value(p) == written


def test_interval() -> None:
    assert interval(0.2653, 0.4125, 100) == "26.5–41.3"
    assert interval(6.227, 7.599, 1) == "6.2–7.6"
    assert interval(5.1, None, 1) == "5.1–NR"
    assert interval(-0.012, 0.045, 100) == "−1.2 to 4.5"
    assert interval(6.227, 7.599, 1, decimals=2) == "6.23–7.60"


def test_counts_take_commas_from_ten_thousand_on() -> None:
    assert count(863) == "863"
    assert count(9999) == "9999"
    assert count(10000) == "10,000"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(value: float) -> None:
    for write in (number, percent, months):
        with pytest.raises(ValueError, match="not a number"):
            write(value)


@pytest.mark.parametrize("p", [-0.01, 1.01, math.nan])
def test_what_is_no_probability_is_refused(p: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        p_value(p)


@given(st.floats(min_value=-1e6, max_value=1e6), st.integers(min_value=0, max_value=6))
def test_what_is_written_lies_within_half_a_unit(value: float, decimals: int) -> None:
    written = number(value, decimals)
    assert not written.startswith("-")
    assert abs(float(written.replace("−", "-")) - value) <= 0.5000001 * 10**-decimals


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("Objective response rate", "objective response rate"),
        ("ECG changes", "ECG changes"),
        ("HbA1c below 7%", "HbA1c below 7%"),
        ("C-reactive protein", "C-reactive protein"),
        ("E. coli infection", "E. coli infection"),
        ("Q fever", "Q fever"),
        ("A new infection", "a new infection"),
        ("Übelkeit", "übelkeit"),
        ("治愈率", "治愈率"),
        ("", ""),
    ],
)
def test_a_label_inside_a_sentence_keeps_its_signs(label: str, written: str) -> None:
    """Is the first letter small, except where it belongs to an abbreviation or a sign?"""
    assert lower_first(label) == written
