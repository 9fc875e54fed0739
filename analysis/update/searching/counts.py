"""The numbers that PRISMA asks of the searches: identified, duplicates, what is left."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.update.searching.merge_log import kept_records, number_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemas.review_data import ReviewData


@dataclass(frozen=True, slots=True)
class SearchCount:
    """What one search found.

    Attributes
    ----------
    search_id, database, kind, date
        The search.
    told
        Records found according to searches.csv; None when not reported.
    imported
        Records in records.csv.
    duplicates
        Those of them that repeat a record of this search or of an earlier one.
    """

    search_id: str
    database: str
    kind: str
    date: str
    told: int | None
    imported: int
    duplicates: int

    @property
    def unique(self) -> int:
        """Records that this search was the first to find."""
        return self.imported - self.duplicates


@dataclass(frozen=True, slots=True)
class RecordCounts:
    """What several searches found together; only imported searches are counted."""

    searches: tuple[SearchCount, ...]

    @property
    def identified(self) -> int:
        """Records identified, duplicates among them."""
        return sum(search.imported for search in self.searches)

    @property
    def duplicates(self) -> int:
        """Records removed before screening because they repeat another one."""
        return sum(search.duplicates for search in self.searches)

    @property
    def unique(self) -> int:
        """Records left to be screened."""
        return self.identified - self.duplicates

    @property
    def by_database(self) -> dict[tuple[str, str], int]:
        """Records identified in each source: from kind and database to number."""
        found: Counter[tuple[str, str]] = Counter()
        for search in self.searches:
            found[search.kind, search.database] += search.imported
        return dict(found)


def count_records(
    searches: Iterable[Mapping[Any, Any]],
    records: Iterable[Mapping[Any, Any]],
    merges: Iterable[Mapping[Any, Any]],
    only: Iterable[str] | None = None,
) -> RecordCounts:
    """Count what the searches found.

    Parameters
    ----------
    searches, records, merges
        Rows of searches.csv, records.csv and record_merges.csv; an empty cell is None or "".
    only
        Ids of the searches to count, such as those of an update; None counts all. A record that an
        earlier search had found is a duplicate all the same.

    Returns
    -------
    RecordCounts
        In the order of searches.csv.
    """
    found = {str(row["record_id"]): str(row["search_id"]) for row in records}
    kept = kept_records(merges)
    sets: dict[str, list[str]] = defaultdict(list)
    for name in found:
        sets[kept.get(name, name)].append(name)
    # Whatever record a person chose to keep, the first search that found the report counts it.
    first = {min(members, key=number_of) for members in sets.values()}
    imported = Counter(found.values())
    repeated = Counter(search for name, search in found.items() if name not in first)
    chosen = None if only is None else set(only)
    return RecordCounts(
        tuple(
            SearchCount(
                row["search_id"],
                row["database"],
                row["kind"] or "database",
                row["search_date"],
                int(row["records"]) if row["records"] not in (None, "") else None,
                imported[row["search_id"]],
                repeated[row["search_id"]],
            )
            for row in searches
            if chosen is None or row["search_id"] in chosen
        )
    )


def counts_of(data: ReviewData, only: Iterable[str] | None = None) -> RecordCounts:
    """Count what the searches of a loaded review found; as `count_records`."""
    from schemas.frame_records import records

    return count_records(
        records(data.searches), records(data.records), records(data.record_merges), only
    )
