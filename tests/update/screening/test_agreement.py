"""Is agreement computed as in the literature, and only from blinded pairs of decisions?"""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.update.screening.agreement import agreements, cohens_kappa
from schemas.screening_log import screening_log
from schemas.screening_verdicts import Decision
from tests.update.screening.samples import choices


def test_kappa_of_a_published_example() -> None:
    # statpsych, help of ci.kappa (github.com/dgbonett/statpsych), which cites Fleiss JL, Paik MC.
    # Statistical Methods for Rates and Proportions, 3rd ed, 2003: ci.kappa(.05, 31, 12, 4, 58)
    # gives Cohen's kappa 0.6756757, limits 0.5317210 and 0.8196303.
    found = cohens_kappa(((31, 12), (4, 58)))
    assert found is not None
    assert found.estimate == pytest.approx(0.6756757, abs=5e-8)
    assert found.low == pytest.approx(0.5317210, abs=5e-8)
    assert found.high == pytest.approx(0.8196303, abs=5e-8)


def test_kappa_by_its_definition() -> None:
    # p_o = 70/100; p_e = .5 * .6 + .5 * .4 = .5; kappa = .2 / .5.
    found = cohens_kappa(((40, 10), (20, 30)))
    assert found is not None
    assert found.estimate == pytest.approx(0.4)


@pytest.mark.parametrize("table", [((0, 0), (0, 0)), ((0, 0), (0, 7)), ((9, 0), (0, 0))])
def test_kappa_is_not_defined_without_variety(table: tuple[tuple[int, ...], ...]) -> None:
    assert cohens_kappa(table) is None


COUNTS = st.integers(0, 60)
TABLES = st.tuples(*[st.tuples(*[COUNTS] * 3)] * 3)


@settings(max_examples=50, deadline=None)
@given(TABLES)
def test_kappa_of_any_table_lies_where_it_must(table: tuple[tuple[int, ...], ...]) -> None:
    found = cohens_kappa(table)
    turned = cohens_kappa(tuple(zip(*table, strict=True)))
    if found is None or turned is None:
        assert found is turned
        return
    assert -1 <= found.low <= found.estimate <= found.high <= 1
    assert math.isclose(found.estimate, turned.estimate, abs_tol=1e-12)
    all_agree = all(n == 0 for i, row in enumerate(table) for j, n in enumerate(row) if i != j)
    assert (abs(found.estimate - 1) < 1e-12) == all_agree


def test_only_pairs_that_are_both_in_count_and_only_before_the_arbiter() -> None:
    stage = "title_abstract"
    decisions = [
        Decision("R1", stage, "AB", "include"),
        Decision("R1", stage, "CD", "include"),
        Decision("R2", stage, "AB", "include"),
        Decision("R2", stage, "CD", "exclude"),
        Decision("R2", stage, "EF", "include"),
        Decision("R3", stage, "AB", "exclude"),
        Decision("R4", stage, "AB", "exclude"),
        Decision("R4", stage, "CD", "exclude"),
        Decision("R5", stage, "AB", "unsure"),
        Decision("R5", stage, "CD", "unsure"),
        Decision("R1", "full_text", "AB", "not retrieved"),
        Decision("R1", "full_text", "CD", "include"),
    ]
    records = {f"R{i}": "s" for i in range(1, 6)}
    (found,) = agreements(screening_log(records, ["R4"], {}, decisions, choices()), choices())
    assert (found.stage, found.first, found.second) == (stage, "AB", "CD")
    assert found.table == ((1, 1, 0), (0, 0, 0), (0, 0, 1))
    assert (found.agreed, found.records) == (2, 3)
