"""Are the sets of one report right, whatever the order, and does the log say what they say?"""

from __future__ import annotations

import random
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.update.searching.deduplication import Deduplication, deduplicate
from analysis.update.searching.merge_log import BY_PERSON, kept_records
from analysis.update.searching.merge_log import Row as LogRow
from tests.update.searching.conftest import Row, record

# Few values, so that records meet in every combination of shared and differing identifiers.
CELLS = st.fixed_dictionaries(
    {
        "title": st.sampled_from(
            [
                "Example trial of drug alpha in patients",
                "Example trial of drug-alpha in pateints",
                "Example trial of drug beta in patients",
                "Erratum: Example trial of drug alpha in patients",
                "Editorial",
                "",
            ]
        ),
        "authors": st.sampled_from(["Example, A", "Muster, M", ""]),
        "year": st.sampled_from(["2023", "2024", ""]),
        "doi": st.sampled_from(["", "", "10.1000/a", "10.1000/b"]),
        "pmid": st.sampled_from(["", "", "99000001", "99000002"]),
        "volume": st.sampled_from(["", "1"]),
        "pages": st.sampled_from(["", "5-9"]),
    }
)


def numbered(cells: Iterable[Row]) -> list[Row]:
    return [record(number, **found) for number, found in enumerate(cells, start=1)]


def sets_of(result: Deduplication) -> set[frozenset[str]]:
    return set(result.sets.values())


def sets_of_log(records: list[Row], log: Iterable[LogRow]) -> set[frozenset[str]]:
    kept = kept_records(log)
    found: dict[str, set[str]] = {}
    for row in records:
        name = row["record_id"]
        found.setdefault(kept.get(name, name), set()).add(name)
    return {frozenset(members) for members in found.values()}


@settings(max_examples=60, deadline=None)
@given(st.lists(CELLS, min_size=2, max_size=9), st.randoms(use_true_random=False), st.data())
def test_order_and_steps_of_import_make_no_difference(
    cells: list[Row], shuffler: random.Random, data: st.DataObject
) -> None:
    """The same records in another order and in several imports: are the sets the same?"""
    at_once = deduplicate(numbered(cells), [])
    order = list(range(len(cells)))
    shuffler.shuffle(order)
    shuffled = numbered(cells[place] for place in order)
    names = {f"R{after:05d}": f"R{before + 1:05d}" for after, before in enumerate(order, start=1)}
    log: list[LogRow] = []
    first = data.draw(st.integers(0, len(cells)))
    for until in (first, len(cells)):
        result = deduplicate(shuffled[:until], log)
        log = list(result.log.rows)
        assert sets_of_log(shuffled[:until], log) == sets_of(result)
    original = {frozenset(names[name] for name in found) for found in sets_of(result)}
    assert original == sets_of(at_once)


@settings(max_examples=60, deadline=None)
@given(st.lists(CELLS, min_size=2, max_size=9))
def test_sets_hold_no_two_identifiers_and_the_log_is_stable(cells: list[Row]) -> None:
    records = numbered(cells)
    result = deduplicate(records, [])
    rows = {row["record_id"]: row for row in records}
    for found in sets_of(result):
        for column in ("doi", "pmid"):
            assert len({rows[name][column] for name in found} - {""}) <= 1
    merged = [row["record_id"] for row in result.log.rows]
    assert len(merged) == len(set(merged))
    # The record that came first is kept.
    assert all(end < name for name, end in kept_records(result.log.rows).items())
    again = deduplicate(records, result.log.rows)
    assert (again.log.rows, again.log.added, again.log.retracted) == (result.log.rows, (), ())


@settings(max_examples=40, deadline=None)
@given(st.lists(CELLS, min_size=3, max_size=8), st.data())
def test_a_pair_taken_apart_is_never_merged_again(cells: list[Row], data: st.DataObject) -> None:
    records = numbered(cells)
    log = [dict(row) for row in deduplicate(records, []).log.rows]
    if not log:
        return
    chosen = data.draw(st.sampled_from(log))
    chosen |= {"undone": BY_PERSON, "decided_by": "Anna"}
    more = numbered([*cells, *data.draw(st.lists(CELLS, max_size=3))])
    sets = deduplicate(more, log).sets
    assert sets[chosen["record_id"]] != sets[chosen["kept_id"]]


def test_record_that_fits_two_articles_is_left_to_a_person() -> None:
    """Preprint and article have one title; a third record without DOI could be either."""
    article, neither = record(1, doi="10.1000/article"), record(2)
    before = deduplicate([article, neither], [])
    assert before.sets["R00002"] == {"R00001", "R00002"}
    preprint = record(3, doi="10.1000/preprint")
    after = deduplicate([article, neither, preprint], before.log.rows)
    assert len(sets_of(after)) == 3
    (row,) = after.log.retracted
    assert (row["record_id"], row["undone"]) == ("R00002", "ambiguous")
    assert {doubt.pair for doubt in after.doubts} == {
        ("R00001", "R00002"),
        ("R00001", "R00003"),
        ("R00002", "R00003"),
    }
    # What a person merged is not taken back by the program.
    by_person = [{**row, "decided_by": "Anna", "undone": ""}]
    decided = deduplicate([article, neither, preprint], by_person)
    assert decided.sets["R00002"] == {"R00001", "R00002"}
    assert decided.log.retracted == ()


def test_record_that_ties_two_that_were_apart() -> None:
    """One has the DOI, one the PubMed number, the third both: is the reason of each told?"""
    title = {"title": ""}
    records = [
        record(1, doi="10.1000/a", **title),
        record(2, pmid="99000001", **title),
        record(3, doi="10.1000/a", pmid="99000001", **title),
    ]
    log = deduplicate(records, []).log.rows
    assert [(row["record_id"], row["kept_id"], row["reason"]) for row in log] == [
        ("R00003", "R00001", "same DOI 10.1000/a"),
        ("R00002", "R00003", "same PubMed number 99000001"),
    ]
    assert kept_records(log) == {"R00002": "R00001", "R00003": "R00001"}


def test_supplement_with_one_doi_stays_many_abstracts() -> None:
    titles = [f"Example abstract about {word} in medicine" for word in ("a1", "b22", "c333", "d4")]
    titles += ["Quite another talk", "One more invented talk", "The last of all these talks"]
    records = [
        record(number, title=title, doi="10.1000/supplement", authors=f"Author{number}, A")
        for number, title in enumerate(titles, start=1)
    ]
    result = deduplicate(records, [])
    assert len(sets_of(result)) == len(titles)
    assert result.doubts == ()  # seven titles under one DOI: it says nothing
