"""One record with everything that is known about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.update.searching.cleaning import unguarded
from analysis.update.searching.exports import FORMATS, read_export
from analysis.update.searching.merge_log import kept_records, number_of
from analysis.update.searching.search_tables import FILE_SEPARATOR, SearchTables, refuse

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.update.searching.search_tables import Row

_ENDINGS = {ending: name for name, (_, _, ending) in FORMATS.items()}


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """A record, where it comes from and what was decided on it.

    Attributes
    ----------
    record, search
        Its row of records.csv, and that of its search.
    file, line, raw
        Where it stands in the kept export, and how; `file` is relative to the review's folder.
    kept
        The record that stands for it; its own id when it is kept.
    merges
        Rows of record_merges.csv that name it, those taken back too.
    studies
        Rows of record_studies.csv about its kept record.
    """

    record: Row
    search: Row
    file: str
    line: int
    raw: str
    kept: str
    merges: tuple[Row, ...]
    studies: tuple[Row, ...]


def show(root: Path, record_id: str) -> ShownRecord:
    """Gather what is known about a record.

    Raises
    ------
    DataProblems
        If there is no such record, or its export is missing.
    """
    tables = SearchTables.read(root)
    record = tables.record(record_id)
    name = record["record_id"]
    search = tables.search(record["search_id"])
    file, line, raw = _raw(root, search, int(record["position"]))
    kept = kept_records(tables.record_merges).get(name, name)
    return ShownRecord(
        record,
        search,
        file,
        line,
        raw,
        kept,
        tuple(row for row in tables.record_merges if name in (row["record_id"], row["kept_id"])),
        tuple(row for row in tables.record_studies if row["record_id"] == kept and row["study"]),
    )


def _raw(root: Path, search: Row, position: int) -> tuple[str, int, str]:
    """Find a record in the kept exports of its search, which are read one after the other."""
    place = position - 1
    shown = None
    for name in filter(None, search["file"].split(FILE_SEPARATOR)):
        path = root / "data" / name
        if not path.is_file():
            hint = "Put it back from your backup or version control."
            refuse(f"data/{name}", None, "The export is missing.", hint)
        export = read_export(path.read_bytes(), f"data/{name}", _ENDINGS[path.suffix[1:]])
        if place < len(export.records):
            found = export.records[place]
            shown = f"data/{name}", found.line, found.raw
            break
        place -= len(export.records)
    if shown is None:
        what = "The kept exports of this search do not hold this record."
        hint = "Run `review check`: it says which file has changed."
        refuse("data/searches.csv", search["search_id"], what, hint)
    return shown


def completed(tables: SearchTables, record_id: str) -> Row:
    """Give the record that stands for a report, its empty cells filled from its duplicates.

    Parameters
    ----------
    tables
        The tables of the searches.
    record_id
        Any record of the report.

    Returns
    -------
    dict
        Columns of records.csv, without the apostrophe that keeps spreadsheets from executing a
        cell.
    """
    kept = kept_records(tables.record_merges)
    name = tables.record(record_id)["record_id"]
    end = kept.get(name, name)
    members = [row for row in tables.records if kept.get(row["record_id"], row["record_id"]) == end]
    members.sort(key=lambda row: (row["record_id"] != end, number_of(row["record_id"])))
    return {
        column: next((unguarded(row[column]) for row in members if row[column]), "")
        for column in members[0]
    }
