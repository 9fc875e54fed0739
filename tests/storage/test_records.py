"""Do records come back from text as they were, and is anything else refused?"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pytest

from analysis.storage.records import read_records, write_records

HOMES = (__name__.rsplit(".", 1)[0],)


@dataclass(frozen=True, slots=True)
class Pool:
    """A record with another one in it."""

    label: str
    parts: tuple[Any, ...]
    inner: Pool | None = None


@dataclass
class Open:
    """No record: it can be changed."""

    label: str


def test_values_keep_their_kind_and_every_digit() -> None:
    value = {
        "numbers": (0.1 + 0.2, 1.0, 1, True, None, -0.0, 1e-300, math.inf, -math.inf),
        "text": "0.80 – “quoted”\n\u2028\\",
        "list": [1, (2, [])],
        "one": frozenset({"a"}),
        "keys": {1: date(2026, 11, 29), (1, "a"): ()},
        "record": Pool("a", (1.5, Pool("b", ())), Pool("c", ({},))),
    }
    back = read_records(write_records(value), HOMES)
    assert back == value
    # Equality takes 1, 1.0 and True for the same.
    assert repr(back) == repr(value)
    several = frozenset({"a", "b", "c"})  # their order changes from run to run
    assert read_records(write_records(several), HOMES) == several
    assert math.isnan(read_records(write_records(math.nan), HOMES))


@pytest.mark.parametrize(
    "value",
    [np.float64(1.5), Open("a"), {"a": object()}, (b"bytes",), type],
    # Not by what they print: an object names its place in memory.
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_plain_record_cannot_be_written(value: object) -> None:
    with pytest.raises(TypeError, match="cannot be written"):
        write_records(value)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([[["os", "system", ["command"]]], {"record": [0, "true"]}]),
        json.dumps([[["pathlib", "Path", []]], {"record": [0]}]),
        json.dumps([[[__name__, "Open", ["label"]]], {"record": [0, "a"]}]),
        json.dumps([[[__name__, "Pool", ["label"]]], {"record": [0, "a"]}]),
        json.dumps([[[__name__, "pytest", []]], {"record": [0]}]),
        json.dumps([[], {"record": [0, "a"]}]),
        json.dumps([[], {"eval": "1"}]),
        json.dumps([[], {}]),
        "[]",
        "",
    ],
)
def test_a_text_makes_nothing_but_records_of_the_program(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_records(text.encode(), HOMES)
