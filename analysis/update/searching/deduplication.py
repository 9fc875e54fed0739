"""All records compared, their sets found and the log brought up to date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis.update.searching.candidates import candidates
from analysis.update.searching.comparison import Match, compare
from analysis.update.searching.merge_log import LogChange, apart, number_of, together, update_log
from analysis.update.searching.partition import Pair, pair, partition
from analysis.update.searching.titles import Traits, traits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.update.searching.merge_log import Row

_FITS_ANOTHER = "but one of them fits another report too"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two records that may be one report: a person decides.

    Attributes
    ----------
    pair
        The kept record of each, the older one first.
    match
        Why they are alike, and what speaks against it.
    """

    pair: Pair
    match: Match


@dataclass(frozen=True, slots=True)
class Deduplication:
    """What a comparison of all records gave.

    Attributes
    ----------
    log
        The log of merges.
    sets
        From each record to the set of records that are one report.
    doubts
        What is left to a person, sorted.
    """

    log: LogChange
    sets: Mapping[str, frozenset[str]]
    doubts: tuple[Doubt, ...]


def deduplicate(records: Sequence[Mapping[str, str]], log: Sequence[Row]) -> Deduplication:
    """Compare all records and bring the log up to date.

    Parameters
    ----------
    records
        Rows of records.csv.
    log
        Rows of record_merges.csv. What persons decided there holds.
    """
    compared = [traits(record) for record in records]
    matches = all_matches(compared)
    separate = {pair(*names) for names in apart(log)}
    sets = partition(compared, matches, together(log), separate)
    change = update_log(log, sets, matches)
    return Deduplication(change, sets, _doubts(matches, sets, separate))


def all_matches(records: Sequence[Traits]) -> dict[Pair, Match]:
    """Compare the pairs that are worth it."""
    found = {}
    for first, second in candidates(records):
        match = compare(records[first], records[second])
        if match is not None:
            found[pair(records[first].record_id, records[second].record_id)] = match
    return found


def _doubts(
    matches: Mapping[Pair, Match], sets: Mapping[str, frozenset[str]], separate: set[Pair]
) -> tuple[Doubt, ...]:
    """Keep one doubt for each two sets: the strongest one."""
    found: dict[Pair, Match] = {}
    for names, match in matches.items():
        first, second = sets[names[0]], sets[names[1]]
        if first == second or any(pair(a, b) in separate for a in first for b in second):
            continue
        # A certain match is left to a person when one of the two fits another report as well.
        doubtful = replace(match, reason=f"{match.reason}; {_FITS_ANOTHER}", certain=False)
        shown = doubtful if match.certain else match
        older, newer = sorted((_oldest(first), _oldest(second)), key=number_of)
        if _strength(shown) > _strength(found.get((older, newer))):
            found[older, newer] = shown
    ordered = sorted(found.items(), key=lambda item: _strength(item[1]), reverse=True)
    return tuple(Doubt(names, match) for names, match in ordered)


def _oldest(members: frozenset[str]) -> str:
    return min(members, key=number_of)


def _strength(match: Match | None) -> tuple[bool, float, str]:
    return (
        (False, -1.0, "")
        if match is None
        else (
            match.by_identifier,
            match.score or 0.0,
            match.reason,
        )
    )
