"""Are version numbers read strictly and put in order?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.build.history.number import ORDER, Number, kind_between

PARTS = st.integers(0, 999)


@given(PARTS, PARTS, PARTS)
def test_a_number_is_read_as_it_is_written(major: int, minor: int, patch: int) -> None:
    number = Number(major, minor, patch)
    assert Number.read(str(number)) == number


@pytest.mark.parametrize(
    "text", ["", "1", "1.", "1.0.0.0", "01.0", "1.0 ", "v1.0", "1.0-beta", "١.٠"]
)
def test_anything_else_is_no_number(text: str) -> None:
    assert Number.read(text) is None


@given(PARTS, PARTS, PARTS)
def test_the_next_number_is_higher_and_says_its_kind(major: int, minor: int, patch: int) -> None:
    number = Number(major, minor, patch)
    following = [number.next(kind) for kind in ORDER]
    assert [number, *following] == sorted([number, *following])
    assert [kind_between(number, other) for other in following] == list(ORDER)


def test_numbers_are_ordered_as_numbers() -> None:
    texts = ["1.10", "1.9", "2.0", "1.9.1", "0.99"]
    found = sorted(filter(None, map(Number.read, texts)))
    assert [str(number) for number in found] == ["0.99", "1.9", "1.9.1", "1.10", "2.0"]
    assert Number.read("1.0") == Number.read("1.0.0")
    assert kind_between(None, Number(1, 0, 0)) == "first"
