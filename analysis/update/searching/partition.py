"""From pairs of records to sets of records that are one report each.

The sets depend on which records there are and on what persons decided, not on the order in which
the records came: a record that fits two reports, which are known to differ, is merged into neither,
even if it came when only one of the two was there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from analysis.update.searching.comparison import Match
    from analysis.update.searching.titles import Traits

Pair = tuple[str, str]


def pair(first: str, second: str) -> Pair:
    """Name two records independently of their order."""
    return (first, second) if first <= second else (second, first)


@dataclass(slots=True)
class _Cluster:
    """Records that are one report, with the identifiers that they have."""

    members: set[str]
    dois: set[str] = field(default_factory=set)
    pmids: set[str] = field(default_factory=set)


def partition(
    records: Sequence[Traits],
    matches: Mapping[Pair, Match],
    together: Iterable[Pair],
    apart: Iterable[Pair],
) -> dict[str, frozenset[str]]:
    """Find the sets of records that are one report.

    Parameters
    ----------
    records
        All records.
    matches
        What `compare` says of pairs of them.
    together, apart
        Pairs that a person merged, and pairs that a person took apart. They outweigh the rest.

    Returns
    -------
    dict
        From each record to its set; a record that repeats none is alone in its set.
    """
    separate = {pair(*names) for names in apart}
    clusters = {
        record.record_id: _Cluster(
            {record.record_id},
            {record.doi} if record.doi else set(),
            {record.pmid} if record.pmid else set(),
        )
        for record in records
    }
    for first, second in together:
        _join(clusters, first, second)
    certain = [names for names, match in matches.items() if match.certain and names not in separate]
    for by_identifier in (True, False):
        edges = [names for names in certain if matches[names].by_identifier == by_identifier]
        _join_all(clusters, edges, separate)
    sets = {id(cluster): frozenset(cluster.members) for cluster in clusters.values()}
    return {name: sets[id(cluster)] for name, cluster in clusters.items()}


def _join_all(clusters: dict[str, _Cluster], edges: list[Pair], separate: set[Pair]) -> None:
    """Join clusters along the edges, except where that would join what is known to differ."""
    links: dict[int, set[int]] = {}
    by_number = {id(cluster): cluster for cluster in clusters.values()}
    for first, second in edges:
        a, b = id(clusters[first]), id(clusters[second])
        if a != b:
            links.setdefault(a, set()).add(b)
            links.setdefault(b, set()).add(a)
    for group in _connected(links, links.keys()):
        contested = {
            a
            for a in group
            if any(_differ(by_number[a], by_number[b], separate) for b in group if a != b)
        }
        for part in _connected(links, group - contested):
            neighbours = {other for number in part for other in links[number]} & contested
            # What touches two that differ could belong to either: a person decides.
            joined = part | neighbours if len(neighbours) == 1 else part
            names = [min(by_number[number].members) for number in sorted(joined)]
            for name in names[1:]:
                _join(clusters, names[0], name)


def _connected(links: Mapping[int, set[int]], within: Iterable[int]) -> list[set[int]]:
    """Give the connected parts of a graph among these nodes."""
    left = set(within)
    parts = []
    while left:
        part: set[int] = set()
        new = {left.pop()}
        while new:
            part |= new
            new = {other for number in new for other in links[number]} & left
            left -= new
        parts.append(part)
    return parts


def _differ(a: _Cluster, b: _Cluster, separate: set[Pair]) -> bool:
    """Say whether two clusters are known not to be one report."""
    if a.dois and b.dois and not a.dois & b.dois:
        return True
    if a.pmids and b.pmids and not a.pmids & b.pmids:
        return True
    return bool(separate) and any(
        pair(first, second) in separate for first in a.members for second in b.members
    )


def _join(clusters: dict[str, _Cluster], first: str, second: str) -> None:
    one, other = clusters[first], clusters[second]
    if one is other:
        return
    one.members |= other.members
    one.dois |= other.dois
    one.pmids |= other.pmids
    for name in other.members:
        clusters[name] = one
