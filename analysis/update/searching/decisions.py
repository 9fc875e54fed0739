"""What a person decides about records: merged, taken apart, grouped by study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.storage.changeset import replace_files, writing
from analysis.storage.table_files import read_table, table_path
from analysis.update.searching.deduplication import Doubt, deduplicate
from analysis.update.searching.merge_log import (
    BY_PERSON,
    OVERRULED,
    PROGRAM,
    Row,
    kept_records,
    number_of,
)
from analysis.update.searching.search_tables import SearchTables, refuse
from analysis.update.searching.trial_numbers import registry
from schemas.vocabulary import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

A_PERSON = "a person"
_MERGES = table_path("record_merges")
_STUDIES = table_path("record_studies")


@dataclass(frozen=True, slots=True)
class Separation:
    """What `undo` did.

    Attributes
    ----------
    separate
        The record, and those that had been merged into it.
    others
        The records that it is never merged with again.
    """

    separate: tuple[str, ...]
    others: tuple[str, ...]


def undo(root: Path, record_id: str, *, by: str = A_PERSON, note: str = "") -> Separation:
    """Take a merge back: the record stands for itself again, with what was merged into it.

    Raises
    ------
    DataProblems
        If there is no such record, or it is merged into none.
    """
    _check_person(by)
    with writing(root):
        tables = SearchTables.read(root)
        name = tables.record(record_id)["record_id"]
        kept = kept_records(tables.record_merges)
        if name not in kept:
            children = sorted((child for child, end in kept.items() if end == name), key=number_of)
            refuse(
                _MERGES,
                name,
                "This record is kept: it is not merged into another one.",
                f"Merged into it: {', '.join(children)}. Undo the one that is another report."
                if children
                else "`review search merges` lists the merges.",
            )
        everyone = {child for child, end in kept.items() if end == kept[name]} | {kept[name]}
        separate = _below(name, tables.record_merges)
        others = sorted(everyone - separate, key=number_of)
        for row in tables.record_merges:
            if row["record_id"] == name and not row["undone"]:
                row |= {"undone": BY_PERSON, "decided_by": by, "note": note or row["note"]}
        known = {(row["record_id"], row["kept_id"]): row for row in tables.record_merges}
        for member in sorted(separate, key=number_of):
            for other in others:
                before = known.get((member, other)) or known.get((other, member))
                if before is None:
                    tables.record_merges.append(_row(member, other, "taken apart", by, note, True))
                elif before["undone"]:
                    before |= {"undone": BY_PERSON, "decided_by": by}
        tables.settle()
        replace_files(root, tables.contents(root))
    return Separation(tuple(sorted(separate, key=number_of)), tuple(others))


def merge(
    root: Path, record_id: str, kept_id: str, *, by: str = A_PERSON, note: str = ""
) -> tuple[str, str]:
    """Merge a record into another one by hand.

    Returns
    -------
    merged, kept
        The record that no longer stands for itself, and the one that stands for both.

    Raises
    ------
    DataProblems
        If one of them does not exist, or they are one report already.
    """
    _check_person(by)
    with writing(root):
        tables = SearchTables.read(root)
        name, other = (tables.record(given)["record_id"] for given in (record_id, kept_id))
        kept = kept_records(tables.record_merges)
        merged, into = kept.get(name, name), kept.get(other, other)
        if merged == into:
            refuse(_MERGES, name, f"{name} and {other} are one report already.", "Nothing to do.")
        sets = [{end, *(child for child in kept if kept[child] == end)} for end in (merged, into)]
        for row in tables.record_merges:
            ends = set(_pair(row))
            if row["undone"] == BY_PERSON and all(ends & members for members in sets):
                row["undone"] = OVERRULED
        reason = "by hand" if merged == name else f"by hand: {name} is the same report"
        fresh = _row(merged, other, reason, by, note, False)
        before = next((row for row in tables.record_merges if _pair(row) == (merged, other)), None)
        if before is None:
            tables.record_merges.append(fresh)
        else:
            before |= fresh
        tables.settle()
        replace_files(root, tables.contents(root))
    return merged, into


def possible(root: Path) -> tuple[tuple[Doubt, Row, Row], ...]:
    """List the pairs that a person should look at, the likeliest first, with their records."""
    tables = SearchTables.read(root)
    rows = {row["record_id"]: row for row in tables.records}
    doubts = deduplicate(tables.records, tables.record_merges).doubts
    return tuple((doubt, rows[doubt.pair[0]], rows[doubt.pair[1]]) for doubt in doubts)


def group(
    root: Path, record_ids: Sequence[str], study: str, *, by: str = A_PERSON, note: str = ""
) -> tuple[str, ...]:
    """Say that records report a study.

    Parameters
    ----------
    study
        A registration, or a `study_id` of studies.csv or awaiting_extraction.csv.

    Returns
    -------
    tuple of str
        The kept records that now belong to it.

    Raises
    ------
    DataProblems
        If a record or the study is not known.
    """
    _check_person(by)
    with writing(root):
        tables = SearchTables.read(root)
        _check_study(root, study)
        kept = kept_records(tables.record_merges)
        found = [tables.record(given)["record_id"] for given in record_ids]
        names = tuple(dict.fromkeys(kept.get(name, name) for name in found))
        rows = [
            row
            for row in tables.record_studies
            if row["record_id"] not in names
            or (row["decided_by"] != PROGRAM and row["study"] not in ("", study))
        ]
        rows += [
            {"record_id": name, "study": study, "decided_by": by, "note": note} for name in names
        ]
        tables.record_studies = rows
        tables.settle()
        replace_files(root, tables.contents(root))
    return names


def ungroup(root: Path, record_id: str, *, by: str = A_PERSON, note: str = "") -> str:
    """Say that a record reports none of the studies that it was given; gives its kept record."""
    _check_person(by)
    with writing(root):
        tables = SearchTables.read(root)
        found = tables.record(record_id)["record_id"]
        name = kept_records(tables.record_merges).get(found, found)
        if not any(row["record_id"] == name and row["study"] for row in tables.record_studies):
            refuse(
                _STUDIES,
                name,
                "This record belongs to no study.",
                "`review search studies` lists the studies with their reports.",
            )
        rows = [row for row in tables.record_studies if row["record_id"] != name]
        rows.append({"record_id": name, "study": "", "decided_by": by, "note": note})
        tables.record_studies = rows
        tables.settle()
        replace_files(root, tables.contents(root))
    return name


def _below(name: str, rows: Sequence[Row]) -> set[str]:
    """Give a record with all that were merged into it."""
    found = {name}
    while True:
        more = {
            row["record_id"] for row in rows if not row["undone"] and row["kept_id"] in found
        } - found
        if not more:
            return found
        found |= more


def _pair(row: Row) -> tuple[str, str]:
    return row["record_id"], row["kept_id"]


def _row(name: str, other: str, reason: str, by: str, note: str, undone: bool) -> Row:
    return {
        "record_id": name,
        "kept_id": other,
        "reason": reason,
        "score": "",
        "decided_by": by,
        "undone": BY_PERSON if undone else "",
        "note": note,
    }


def _check_person(by: str) -> None:
    if by.strip().casefold() in ("", PROGRAM):
        refuse(_MERGES, by, "This is not the name of a person.", "Give your name with --by.")


def _check_study(root: Path, study: str) -> None:
    names = [
        row["study_id"]
        for table in ("studies", "awaiting_extraction")
        for row in read_table(root, table)[1]
    ]
    if study not in names and not registry(study):
        refuse(
            _STUDIES,
            study,
            "This is neither a study of this review nor a registration that is known here.",
            f"{did_you_mean(study, names)}Write the study_id, or a number such as NCT01234567.",
        )
