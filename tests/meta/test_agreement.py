"""Do the pages on agreement and speed say what the reference cases and benchmarks say now?"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.bench import performance
from tests.meta.reference_comparison import all_cases
from tests.reference import agreement


def test_the_page_on_agreement_is_up_to_date() -> None:
    """Is docs/agreement.md what `make agreement` would write? If not, run it and read the change.

    Writing it also fails when a case disagrees without a reason, or a reason has lost its case.
    """
    assert agreement.PAGE.read_text(encoding="utf-8") == agreement.page()


def test_every_disagreement_is_a_case_with_a_reason() -> None:
    """Are the cases named as disagreements in the grid, each with more than a word of reason?"""
    known = {case["id"] for case in all_cases()}
    for identity, why in agreement.EXPLAINED.items():
        assert identity in known
        assert len(why) > 30


def test_every_printed_case_is_held_by_a_test() -> None:
    """Is no case of the papers and of Stata only listed, without a test that compares it?"""
    for file in ("published_cases.json", "stata14_cases.json"):
        assert [name for name, tests in agreement.held_by(file).items() if not tests] == []


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        ({"a": 1.0}, {"a": 1.0, "b": 2.0}),
        ({"a": [1.0]}, {"a": [1.0, 2.0]}),
        ({"a": None}, {"a": 1.0}),
        ({"a": 1.0}, {"a": None}),
        ({"a": "left"}, {"a": "right"}),
        (None, {"a": 1.0}),
    ],
)
def test_another_shape_is_no_agreement(got: object, expected: object) -> None:
    """Is a missing, additional or different value found, and not only a different number?"""
    with pytest.raises(agreement.Mismatch):
        agreement.compare(got, expected)


def test_differences_are_counted_and_measured() -> None:
    """Is the largest difference relative for large numbers and absolute for small ones?"""
    numbers, worst = agreement.compare(
        {"a": [1e6 + 1, 0.0], "b": "x"}, {"a": [1e6, 1e-9], "b": "x"}
    )
    assert numbers == 2
    assert worst == pytest.approx(1e-6, rel=1e-3)


def test_the_page_on_speed_has_a_row_for_every_benchmark() -> None:
    """Can the page be made from what the benchmarks are called, and is it there?"""
    source = Path(performance.__file__).with_name("test_bench_meta.py").read_text(encoding="utf-8")
    functions = {
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    # The other tables of the page have parts of their own.
    page = performance.PAGE.read_text(encoding="utf-8")
    alone = page.partition("## The engine alone")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| [^-|][^|]* \|", alone, re.M)
    named = {name.partition("[")[0] for name in performance.ROWS}
    assert named == functions
    assert len(rows) == len(performance.ROWS) + 1
