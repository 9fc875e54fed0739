"""Pairs of records that are worth comparing: all pairs of 20 000 records would be 200 million."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from analysis.update.searching.comparison import LISTED, SHORTEST_TITLE, TYPED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from analysis.update.searching.titles import Traits

# A title that so many records share ("Abstracts") is compared within one first author only.
_MANY = 40
# A DOI of so many differing titles is that of a whole supplement; it says nothing about a record.
WHOLE_ISSUE = 5
_BEGINNING = 24


def candidates(records: Sequence[Traits]) -> Iterator[tuple[int, int]]:
    """Give pairs of places in `records` that may be the same report, each pair once.

    Records are compared when they share a DOI, a PubMed number or the whole title; when the
    first author is the same, the years are at most one apart and the titles are alike; and, where
    author or year is missing, when the titles begin alike. The pairs do not depend on the order.
    """
    seen: set[tuple[int, int]] = set()
    for pair in _all_pairs(records):
        ordered = (min(pair), max(pair))
        if ordered not in seen:
            seen.add(ordered)
            yield ordered


def _all_pairs(records: Sequence[Traits]) -> Iterator[tuple[int, int]]:
    yield from _same_doi(records)
    yield from _groups(_by(records, lambda record: record.pmid))
    for places in _by(records, lambda record: record.letters).values():
        if len(places) <= _MANY:
            yield from _pairs(places)
        else:
            yield from _groups(_by_author(records, places))
    yield from _same_author(records)
    yield from _incomplete(records)


def _same_doi(records: Sequence[Traits]) -> Iterator[tuple[int, int]]:
    for places in _by(records, lambda record: record.doi).values():
        titles = {records[place].letters for place in places}
        if len(titles) <= WHOLE_ISSUE:
            yield from _pairs(places)
        else:
            yield from _alike(records, places, places, TYPED)


def _same_author(records: Sequence[Traits]) -> Iterator[tuple[int, int]]:
    families = _by(records, lambda record: record.family if record.letters else "")
    for places in families.values():
        years: dict[int, list[int]] = defaultdict(list)
        for place in places:
            year = records[place].year
            if year is not None:
                years[year].append(place)
        for year, here in years.items():
            yield from _alike(records, here, here, LISTED)
            yield from _alike(records, here, years.get(year + 1, []), LISTED)


def _incomplete(records: Sequence[Traits]) -> Iterator[tuple[int, int]]:
    beginnings = _by(records, lambda record: record.letters[:_BEGINNING])
    for places in beginnings.values():
        without = [p for p in places if records[p].year is None or not records[p].family]
        if without:
            yield from _alike(records, without, places, LISTED)


def _alike(
    records: Sequence[Traits], first: list[int], second: list[int], least: float
) -> Iterator[tuple[int, int]]:
    """Give the pairs whose titles are at least so much alike."""
    if not first or not second or (first is second and len(first) < 2):
        return
    import numpy as np
    from rapidfuzz import fuzz, process

    # In strips, so that a block of many thousands does not need a table of all its pairs.
    width = 500
    titles = [records[place].letters for place in second]
    for start in range(0, len(first), width):
        strip = first[start : start + width]
        scores = process.cdist(
            [records[place].letters for place in strip],
            titles,
            scorer=fuzz.ratio,
            score_cutoff=least,
            dtype=np.float32,
        )
        for row, column in np.argwhere(scores >= least):
            a, b = strip[int(row)], second[int(column)]
            if a != b and min(len(records[a].letters), len(records[b].letters)) > 0:
                yield a, b


def _by(records: Sequence[Traits], key: object) -> Mapping[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for place, record in enumerate(records):
        value = key(record)  # type: ignore[operator]
        if value:
            groups[value].append(place)
    return groups


def _by_author(records: Sequence[Traits], places: Iterable[int]) -> Mapping[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for place in places:
        record = records[place]
        if record.family and record.year is not None and len(record.letters) >= SHORTEST_TITLE:
            groups[f"{record.family} {record.year}"].append(place)
    return groups


def _groups(groups: Mapping[str, list[int]]) -> Iterator[tuple[int, int]]:
    for places in groups.values():
        yield from _pairs(places)


def _pairs(places: list[int]) -> Iterator[tuple[int, int]]:
    for number, first in enumerate(places):
        for second in places[number + 1 :]:
            yield first, second
