"""The log of merges: what is added and taken back when the sets of records change.

Each row that holds ties a record to one that it repeats, so the rows are a forest: following
`kept_id` leads from any record to the one that is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.update.searching.partition import Pair, pair

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from analysis.update.searching.comparison import Match

PROGRAM = "program"
BY_PERSON = "person"
AMBIGUOUS = "ambiguous"
OVERRULED = "overruled"

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class LogChange:
    """A new state of the log.

    Attributes
    ----------
    rows
        All rows of record_merges.csv.
    added, retracted
        Those that are new, and those that a later record made doubtful.
    """

    rows: tuple[Row, ...]
    added: tuple[Row, ...]
    retracted: tuple[Row, ...]


def number_of(record_id: str) -> int:
    """Give the number in a record's id; R00012 is 12."""
    return int(record_id[1:])


def kept_records(rows: Iterable[Mapping[Any, Any]]) -> dict[str, str]:
    """Follow the log to its ends.

    Parameters
    ----------
    rows
        Rows of record_merges.csv; an empty `undone` is an empty text or None.

    Returns
    -------
    dict
        From every merged record to the one that is kept; a record that is kept is not in it.
    """
    parent = {row["record_id"]: row["kept_id"] for row in rows if not row["undone"]}
    kept = {}
    for name in parent:
        end = name
        seen = set()
        while end in parent and end not in seen:
            seen.add(end)
            end = parent[end]
        kept[name] = end
    return kept


def together(rows: Iterable[Row]) -> list[Pair]:
    """Give the pairs that a person merged."""
    return [
        pair(row["record_id"], row["kept_id"])
        for row in rows
        if not row["undone"] and row["decided_by"] != PROGRAM
    ]


def apart(rows: Iterable[Row]) -> list[Pair]:
    """Give the pairs that a person took apart."""
    return [pair(row["record_id"], row["kept_id"]) for row in rows if row["undone"] == BY_PERSON]


def update_log(
    rows: Sequence[Row], sets: Mapping[str, frozenset[str]], matches: Mapping[Pair, Match]
) -> LogChange:
    """Make the log say what the sets say, changing as few rows as possible.

    Parameters
    ----------
    rows
        The log so far.
    sets
        From each record to its set.
    matches
        Why records are alike.
    """
    log = [dict(row) for row in rows]
    retracted = []
    for row in log:
        if not row["undone"] and sets[row["record_id"]] != sets[row["kept_id"]]:
            row["undone"] = AMBIGUOUS
            retracted.append(row)
    parent = {row["record_id"]: row["kept_id"] for row in log if not row["undone"]}
    places = {(row["record_id"], row["kept_id"]): row for row in log}
    added = []
    for names in sorted(matches, key=lambda names: _order(names, matches[names])):
        match = matches[names]
        if not match.certain or sets[names[0]] != sets[names[1]]:
            continue
        row = _tie(names, match, parent)
        if row is None:
            continue
        parent[row["record_id"]] = row["kept_id"]
        before = places.get((row["record_id"], row["kept_id"]))
        if before is None:
            log.append(row)
        else:  # it was doubtful for a while
            before.update(row)
        added.append(row)
    return LogChange(tuple(log), tuple(added), tuple(retracted))


def _order(names: Pair, match: Match) -> tuple[int, bool, float, int]:
    """Take older records first, and the stronger reason where there are several."""
    first, second = sorted(number_of(name) for name in names)
    return second, not match.by_identifier, -(match.score or 0), first


def _end(name: str, parent: Mapping[str, str]) -> str:
    while name in parent:
        name = parent[name]
    return name


def _tie(names: Pair, match: Match, parent: Mapping[str, str]) -> Row | None:
    """Write the row that ties two trees of the log, None when they are one already."""
    ends = {name: _end(name, parent) for name in names}
    if ends[names[0]] == ends[names[1]]:
        return None
    # The record that came first is kept.
    kept, merged = sorted(names, key=lambda name: number_of(ends[name]))
    through = "" if ends[merged] == merged else f"through {merged}: "
    return {
        "record_id": ends[merged],
        "kept_id": kept,
        "reason": through + match.reason,
        "score": "" if match.score is None else f"{match.score:.1f}".removesuffix(".0"),
        "decided_by": PROGRAM,
        "undone": "",
        "note": "",
    }
