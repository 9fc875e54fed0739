"""Sets of whole numbers that must add up, and which piece of evidence to doubt if they cannot.

A set of numbers is one Python integer whose bit *i* says whether *i* belongs to it: sums of sets
are shifts. Doubt follows consistency-based diagnosis (Reiter 1987, Artif Intell 32:57): the fewest
pieces of evidence without which the rest can stand together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_MOST_DOUBTED = 4


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one printed statement says about one unknown number.

    Attributes
    ----------
    unknown
        Its index.
    numbers
        The set that the statement leaves.
    """

    unknown: int
    numbers: int


@dataclass(frozen=True, slots=True)
class Sum:
    """The parts add up to the whole."""

    whole: int
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cap:
    """The largest unknown of each group, added up, stays within a limit."""

    groups: tuple[tuple[int, ...], ...]
    limit: int


def as_set(numbers: Iterable[int]) -> int:
    """Make a set from numbers that are not negative."""
    made = 0
    for value in numbers:
        made |= 1 << value
    return made


def members(numbers: int) -> Iterator[int]:
    """Go through a set, smallest first."""
    while numbers:
        lowest = numbers & -numbers
        yield lowest.bit_length() - 1
        numbers ^= lowest


def least(numbers: int) -> int:
    """Smallest member of a set that is not empty."""
    return (numbers & -numbers).bit_length() - 1


def most(numbers: int) -> int:
    """Largest member of a set that is not empty."""
    return numbers.bit_length() - 1


def settle(
    start: Sequence[int], evidence: Iterable[Evidence], rules: Sequence[Sum | Cap]
) -> list[int] | None:
    """Leave of each unknown what evidence and rules allow; None if nothing is left of one.

    Sums are followed to the last number; so whatever is removed is impossible, but several unknowns
    that can each keep a number might still not do so together.
    """
    left = list(start)
    for piece in evidence:
        left[piece.unknown] &= piece.numbers
    if not all(left):
        return None
    while True:
        before = list(left)
        for rule in rules:
            possible = _sum(left, rule) if isinstance(rule, Sum) else _cap(left, rule)
            if not possible:
                return None
        if left == before:
            return left


def doubted(
    start: Sequence[int], evidence: Sequence[Evidence], rules: Sequence[Sum | Cap]
) -> list[frozenset[int]]:
    """Find the smallest sets of evidence without which the rest can stand.

    Returns
    -------
    list of frozenset of int
        Indices into `evidence`, every solution of the smallest size; one empty set if nothing
        contradicts. Where four pieces are too few, one solution that doubts whole contradictions.
    """
    level: set[frozenset[int]] = {frozenset()}
    for _ in range(_MOST_DOUBTED + 1):
        solved: list[frozenset[int]] = []
        deeper: set[frozenset[int]] = set()
        for dropped in sorted(level, key=sorted):
            kept = [i for i in range(len(evidence)) if i not in dropped]
            core = _core(start, evidence, rules, kept)
            if core is None:
                solved.append(dropped)
            else:
                deeper |= {dropped | {i} for i in core}
        if solved:
            return solved
        level = deeper
    dropped: frozenset[int] = frozenset()
    everything = range(len(evidence))
    while core := _core(start, evidence, rules, [i for i in everything if i not in dropped]):
        dropped |= frozenset(core)
    return [dropped]


def _core(
    start: Sequence[int],
    evidence: Sequence[Evidence],
    rules: Sequence[Sum | Cap],
    kept: list[int],
) -> list[int] | None:
    """Shrink contradicting evidence until every piece is needed; None if it does not contradict."""
    if settle(start, [evidence[i] for i in kept], rules) is not None:
        return None
    core = list(kept)
    for i in kept:
        fewer = [j for j in core if j != i]
        if settle(start, [evidence[j] for j in fewer], rules) is None:
            core = fewer
    return core


def _sum(left: list[int], rule: Sum) -> bool:
    largest = most(left[rule.whole])
    mask = (1 << (largest + 1)) - 1
    # Sums of everything before and after each part give the sum of all others.
    before = [1]
    for part in rule.parts:
        before.append(_added(before[-1], left[part], mask))
    after = 1
    for i in range(len(rule.parts) - 1, -1, -1):
        part = rule.parts[i]
        others = _added(before[i], after, mask)
        after = _added(after, left[part], mask)
        left[part] &= _subtracted(left[rule.whole], others)
        if not left[part]:
            return False
    left[rule.whole] &= before[-1]
    return left[rule.whole] != 0


def _cap(left: list[int], rule: Cap) -> bool:
    needed = [max(least(left[i]) for i in group) for group in rule.groups]
    for group, own in zip(rule.groups, needed, strict=True):
        room = rule.limit - sum(needed) + own
        for i in group:
            left[i] &= (1 << (room + 1)) - 1 if room >= 0 else 0
            if not left[i]:
                return False
    return True


def _added(first: int, second: int, mask: int) -> int:
    made = 0
    for start, length in _runs(second & mask):
        # A run of numbers is added by doubling, so sets without an end cost next to nothing.
        spread, covered = first, 1
        while covered < length:
            step = min(covered, length - covered)
            spread |= spread << step
            covered += step
        made |= spread << start
    return made & mask


def _subtracted(whole: int, others: int) -> int:
    made = 0
    for start, length in _runs(others):
        spread, covered = whole, 1
        while covered < length:
            step = min(covered, length - covered)
            spread |= spread >> step
            covered += step
        made |= spread >> start
    return made


def _runs(numbers: int) -> Iterator[tuple[int, int]]:
    """Go through a set by runs of neighbours: first number and how many."""
    at = 0
    while numbers:
        gap = least(numbers)
        numbers >>= gap
        length = least(~numbers)
        yield at + gap, length
        numbers >>= length
        at += gap + length


def components(unknowns: int, rules: Sequence[Sum | Cap]) -> list[frozenset[int]]:
    """Part the unknowns into sets that no rule connects."""
    parts = [frozenset((i,)) for i in range(unknowns)]
    for rule in rules:
        if isinstance(rule, Sum):
            linked = {rule.whole, *rule.parts}
        else:
            linked = {i for group in rule.groups for i in group}
        joined = frozenset().union(*(part for part in parts if part & linked))
        parts = [part for part in parts if not part & linked]
        parts.append(joined)
    return sorted(parts, key=min)


def weakest(solutions: Sequence[frozenset[int]], telling: Sequence[bool]) -> list[frozenset[int]]:
    """Keep the solutions that doubt as little telling evidence as possible.

    Parameters
    ----------
    solutions : sequence of frozenset of int
        As `doubted` gives them.
    telling : sequence of bool
        Whether each piece of evidence would hardly fit by chance.
    """

    def cost(solution: frozenset[int]) -> int:
        return sum(telling[i] for i in solution)

    fewest = min(map(cost, solutions), default=0)
    return [solution for solution in solutions if cost(solution) == fewest]
