"""Do sums of sets leave what trying everything leaves, and is the fewest evidence doubted?"""

from __future__ import annotations

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.audit.whole_numbers import Cap, Evidence, Sum, as_set, doubted, members, settle

NUMBERS = st.sets(st.integers(1, 9), min_size=1, max_size=5)


@settings(max_examples=200, deadline=None)
@given(
    st.sets(st.integers(1, 25), min_size=1, max_size=6), st.lists(NUMBERS, min_size=2, max_size=4)
)
def test_one_sum(whole, parts):
    """Are the sets after one sum those of all combinations that add up?"""
    rule = Sum(0, tuple(range(1, len(parts) + 1)))
    fitting = [(sum(c), *c) for c in product(*parts) if sum(c) in whole]
    left = settle([as_set(whole), *map(as_set, parts)], [], [rule])
    if not fitting:
        assert left is None
    else:
        assert left is not None
        assert [set(members(numbers)) for numbers in left] == [
            set(column) for column in zip(*fitting, strict=True)
        ]


@settings(max_examples=150, deadline=None)
@given(st.lists(NUMBERS, min_size=4, max_size=4), st.integers(2, 20))
def test_a_cap(groups, limit):
    """Does a cap remove only numbers that no combination within the limit has?"""
    rule = Cap(((0, 1), (2, 3)), limit)
    fitting = [c for c in product(*groups) if max(c[:2]) + max(c[2:]) <= limit]
    left = settle(list(map(as_set, groups)), [], [rule])
    assert (left is None) == (not fitting)
    if left is not None:
        for i, numbers in enumerate(left):
            assert {c[i] for c in fitting} == set(members(numbers))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), NUMBERS), min_size=1, max_size=7))
def test_the_fewest_are_doubted(stated):
    """Are the solutions all the smallest sets without which the rest can stand?"""
    rules = [Sum(0, (1, 2)), Sum(0, (3, 4))]
    start = [as_set(range(1, 30))] * 5
    evidence = [Evidence(i, as_set(numbers)) for i, numbers in stated]

    def stands(dropped: tuple[int, ...]) -> bool:
        kept = [piece for i, piece in enumerate(evidence) if i not in dropped]
        return settle(start, kept, rules) is not None

    found = doubted(start, evidence, rules)
    size = len(found[0])
    every = [frozenset(c) for c in combinations(range(len(evidence)), size) if stands(c)]
    assert set(found) == set(every)
    if size:
        assert not any(stands(c) for c in combinations(range(len(evidence)), size - 1))
