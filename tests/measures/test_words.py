"""Does a measure write, cut and head numbers as the paper shows them, and only a measure?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import analysis
from analysis.measures.registry import MEASURES, measure, recorded_measure

_LADDER = re.compile(
    r"""(?<!for )\b(kind|measure|measured|name|layout)\b\s*(==|!=|in)\s*[{(\["']+(\w+)"""
)


# The audit has kinds of printed numbers, and review pool the engine's names of measures: of those
# that a protocol can name they may share these.
_OTHERS_KINDS = {
    "audit": {"ratio", "difference", "rate", "correlation"},
    "pool": {"ratio", "RR", "OR", "RD", "PETO", "IRR", "proportion"},
}


def test_no_module_outside_the_room_asks_for_a_measure_by_its_name() -> None:
    root = Path(analysis.__file__).parent
    found = [
        f"{path.relative_to(root)}: {match[0]}"
        for path in sorted(root.rglob("*.py"))
        if path.relative_to(root).parts[0] not in {"measures", "meta"}
        for match in _LADDER.finditer(path.read_text(encoding="utf-8"))
        if match[3] in MEASURES.keys() - _OTHERS_KINDS.get(path.relative_to(root).parts[0], set())
    ]
    assert found == []


@pytest.mark.parametrize(
    ("name", "unit", "value", "expected"),
    [
        # 0.0005 of a fraction is 0.05 %: half up gives 0.1, which binary 100 * 0.0005 would too.
        ("proportion", "percent", 0.33895, "33.9%"),
        ("median", "months", 6.85, "6.9 months"),
    ],
)
def test_a_value_stands_with_its_unit(name: str, unit: str, value: float, expected: str) -> None:
    assert measure(name).amount(value, unit) == expected


def test_limits_that_were_not_reached_and_negative_ones_are_readable() -> None:
    assert measure("median").limits(5.1, None) == "5.1–NR"
    assert measure("proportion").limits(-0.012, 0.2) == "−1.2 to 20.0"


def test_columns_are_headed_by_unit_or_name() -> None:
    assert measure("proportion").heading("percent", 0.95) == "% (95% CI)"
    assert measure("median").heading("months", 0.9) == "Months (90% CI)"
    assert measure("proportion").titled("Response", "percent") == "Response, %"


def test_a_distance_between_proportions_is_in_percentage_points() -> None:
    assert measure("proportion").distance(0.0741, "percent") == "7.4 percentage points"
    assert measure("median").distance(1.25, "weeks", decimals=2) == "1.25 weeks"


def test_an_unknown_name_brings_the_nearest() -> None:
    with pytest.raises(KeyError, match="proportion"):
        measure("proportions")


def test_records_of_older_versions_are_read() -> None:
    assert recorded_measure({"kind": "median"}) == "median"
    assert recorded_measure({"measure": "proportion", "kind": "median"}) == "proportion"


def test_values_are_cut_at_what_the_parameter_can_be() -> None:
    assert measure("proportion").possible(1.2) == 1.0
    assert measure("median").possible(-0.1) == 0.0
    assert measure("median").axis_bounds == (0.0, None)
