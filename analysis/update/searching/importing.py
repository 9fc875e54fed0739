"""An export taken into the review: kept as it came, its records added, duplicates found."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.storage.changeset import replace_files, writing
from analysis.storage.table_files import table_path
from analysis.update.searching.cleaning import clean
from analysis.update.searching.export_record import listed_lines
from analysis.update.searching.exports import FORMATS, Export, read_export
from analysis.update.searching.merge_log import kept_records, number_of
from analysis.update.searching.registers import REGISTRATION
from analysis.update.searching.search_tables import FILE_SEPARATOR, SearchTables, refuse
from schemas.cells import refuse_any
from schemas.csv_text import content_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from analysis.update.searching.deduplication import Deduplication, Doubt
    from analysis.update.searching.search_tables import Row

FOLDER = "searches"
# Shares of the time at which an export is read, its records cleaned, and compared; measured.
_READ, _CLEANED, _COMPARED = 0.3, 0.65, 0.9
_STEP = 250  # records between two reports of progress


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did.

    Attributes
    ----------
    search_id
        Search to which the records belong.
    already
        True when the file had been imported before: then nothing was changed.
    format, encoding
        How the file was read.
    records
        Records in the file.
    within, across
        Those that repeat a record of the same search, and of an earlier one.
    doubts
        Pairs with a new record that a person should look at.
    retracted
        Earlier merges that a new record made doubtful.
    trials
        New reports of trials that other records report too.
    query_of
        Search whose query was taken over, None when the query was given.
    notes
        What else is worth knowing.
    """

    search_id: str
    already: bool
    format: str = ""
    encoding: str = ""
    records: int = 0
    within: int = 0
    across: int = 0
    doubts: tuple[Doubt, ...] = ()
    retracted: tuple[Row, ...] = ()
    trials: int = 0
    query_of: str | None = None
    notes: tuple[str, ...] = field(default=())


def import_export(
    root: Path,
    path: Path,
    database: str,
    day: str,
    *,
    query: str | None = None,
    kind: str | None = None,
    asked: str = "auto",
    progress: Callable[[float, str], None] = lambda share, step: None,
) -> ImportReport:
    """Add the records of an export to the review.

    Parameters
    ----------
    root
        The review's folder.
    path
        The export; it is copied to data/searches/ byte for byte.
    database, day
        Where and when (YYYY-MM-DD) the search was run.
    query
        The search as it was typed; None takes that of the last search of the same database.
    kind
        A key of `SEARCH_KINDS`; None takes that of the last search of the same database, else
        `register` for an export of registrations alone, `database` for any other.
    asked
        Format of the file, or `auto`.
    progress
        Told again and again which share of the work is done, 0 to 1, and what is being done.

    Returns
    -------
    ImportReport

    Raises
    ------
    DataProblems
        If the file is broken, or the query is not known. Then nothing is changed.
    """
    data = _read(path)
    told = hashlib.sha256(data).hexdigest()
    with writing(root):
        tables = SearchTables.read(root)
        before = [row for row in tables.searches if told in row["sha256"]]
        known = next((row for row in before if not _repeats(row, database, day)), None)
        if known is not None:
            return ImportReport(known["search_id"], already=True)
        progress(0.0, "reading")
        export = read_export(data, path.name, asked)
        search, query_of = _search(tables, database, day, query, kind, _usual_kind(export))
        kept_file = _free_name(root, search["search_id"], FORMATS[export.format][2])
        notes = export.notes + _count(tables, search, export) + _same_file(before, search)
        fresh = _add_records(tables, search, export, progress)
        for column, value in (("file", f"{FOLDER}/{kept_file}"), ("sha256", told)):
            search[column] = FILE_SEPARATOR.join(part for part in (search[column], value) if part)
        progress(_CLEANED, "comparing")
        result = tables.settle()
        progress(_COMPARED, "writing")
        replace_files(root, {f"data/{FOLDER}/{kept_file}": data, **tables.contents(root)})
    progress(1.0, "done")
    return _report(tables, search, export, fresh, result, query_of, notes)


def _repeats(row: Row, database: str, day: str) -> bool:
    """Tell whether a later search of the same database may have given the same file again."""
    return row["database"].casefold() == " ".join(database.split()).casefold() and (
        row["search_date"] < day
    )


def _same_file(before: list[Row], search: Row) -> tuple[str, ...]:
    if not before:
        return ()
    said = f"It is the same file as that of {before[-1]['search_id']}: the search found nothing new"
    remove = f"review search remove {search['search_id']}"
    return (f"{said}. If it was not run again, take it out: {remove}",)


def _read(path: Path) -> bytes:
    try:
        return content_of(path)
    except OSError as error:
        what = f"The file cannot be opened ({error.strerror or 'unknown reason'})."
        refuse(str(path.name), None, what, "Look whether the name is right.")


def _search(
    tables: SearchTables,
    database: str,
    day: str,
    query: str | None,
    kind: str | None,
    usual: str,
) -> tuple[Row, str | None]:
    """Find the row of this search or add one; say whose query was taken over."""
    name, typed = " ".join(database.split()), None if query is None else query.strip()
    for value in (name, typed or ""):
        problem = refuse_any(value)
        if problem is not None or not name:
            what = problem[1] if problem else "The name of the database is empty."
            refuse(table_path("searches"), value, what, "Write it in plain words.")
    same = [row for row in tables.searches if row["database"].casefold() == name.casefold()]
    for row in same:
        if row["search_date"] == day and typed in (None, "", row["query"]):
            return row, None
    last = max(same, key=lambda row: row["search_date"], default=None)
    if not typed and last is None:
        refuse(
            table_path("searches"),
            name,
            "This database has not been searched before, so its query is not known.",
            'Give it with --query "…" or --query-file FILE: the paper prints every query.',
        )
    row = {
        **dict.fromkeys(tables.columns["searches"], ""),
        "search_id": _search_id(tables, name, day),
        "database": name if last is None else last["database"],
        "kind": kind or (last["kind"] if last is not None else "") or usual,
        "search_date": day,
        "query": typed or (last["query"] if last is not None else ""),
    }
    tables.searches.append(row)
    return row, None if typed or last is None else last["search_id"]


def _usual_kind(export: Export) -> str:
    """Say what kind of source an export comes from: a register when it holds registrations only."""
    kinds = {record.fields.get("report_type") for record in export.records}
    return "register" if kinds == {REGISTRATION} else "database"


def _search_id(tables: SearchTables, database: str, day: str) -> str:
    plain = unicodedata.normalize("NFKD", database).encode("ascii", "ignore").decode().lower()
    stem = f"{day}-{re.sub(r'[^a-z0-9]+', '-', plain).strip('-') or 'search'}"
    known = {row["search_id"] for row in tables.searches}
    return _free(stem, known)


def _free_name(root: Path, search_id: str, ending: str) -> str:
    folder = root / "data" / FOLDER
    known = {path.stem for path in folder.iterdir()} if folder.is_dir() else set()
    return f"{_free(search_id, known)}.{ending}"


def _free(stem: str, known: set[str]) -> str:
    number = 2
    name = stem
    while name in known:
        name, number = f"{stem}-{number}", number + 1
    return name


def _count(tables: SearchTables, search: Row, export: Export) -> tuple[str, ...]:
    """Write how many records the search found: what was typed before gives way to the export."""
    name = search["search_id"]
    before = sum(row["search_id"] == name for row in tables.records)
    told, now = search["records"], str(before + len(export.records))
    search["records"] = now
    if not told or told == now or before:
        return ()
    return (f"searches.csv said {told} records, the export has {now}: it now says {now}.",)


def _add_records(
    tables: SearchTables, search: Row, export: Export, progress: Callable[[float, str], None]
) -> list[Row]:
    name = search["search_id"]
    last = max((number_of(row["record_id"]) for row in tables.records), default=0)
    before = sum(row["search_id"] == name for row in tables.records)
    fresh: list[Row] = []
    for number, record in enumerate(export.records, start=1):
        if number % _STEP == 0:
            done = number / len(export.records)
            progress(_READ + (_CLEANED - _READ) * done, f"record {number}")
        numbers = {"record_id": f"R{last + number:05d}", "search_id": name}
        fresh.append({**numbers, "position": str(before + number), **clean(record)})
    tables.records.extend(fresh)
    return fresh


def _unread(export: Export, fresh: list[Row]) -> Iterator[str]:
    """Say where a year or number stands in the export that the tables cannot hold."""
    for column, word in (("year", "year"), ("doi", "DOI"), ("pmid", "PubMed number")):
        lost = [
            (record.line, " ".join(record.fields[column].split()))
            for record, row in zip(export.records, fresh, strict=True)
            if record.fields.get(column, "").strip() and not row[column]
        ]
        if lost:
            where = listed_lines([line for line, _ in lost], 0)
            yield f"{where}: no {word} in what the record has for it, “{lost[0][1][:60]}”."


def _report(
    tables: SearchTables,
    search: Row,
    export: Export,
    fresh: list[Row],
    result: Deduplication,
    query_of: str | None,
    notes: tuple[str, ...],
) -> ImportReport:
    new = {row["record_id"] for row in fresh}
    searches = {row["record_id"]: row["search_id"] for row in tables.records}
    kept = kept_records(tables.record_merges)
    within = sum(searches[kept[name]] == search["search_id"] for name in new if name in kept)
    merged = sum(name in kept for name in new)
    untitled = sum(not row["title"] for row in fresh)
    if untitled:
        notes += (f"{untitled} records have no title in the export.",)
    notes += tuple(_unread(export, fresh))
    for column, word in (("authors", "authors"), ("year", "a year"), ("source_title", "a journal")):
        if fresh and not any(row[column] for row in fresh):
            notes += (f"No record has {word}: look at the names of columns or tags in the file.",)
    if len(new) > 1 and within == len(new):
        again = f"take the search out with `review search remove {search['search_id']}`"
        notes += (f"This search had all these records. If the export came twice, {again}.",)
    study_of = {row["record_id"]: row["study"] for row in tables.record_studies if row["study"]}
    reports = Counter(study_of.values())
    return ImportReport(
        search["search_id"],
        already=False,
        format=FORMATS[export.format][0],
        encoding=export.encoding,
        records=len(fresh),
        within=within,
        across=merged - within,
        doubts=tuple(doubt for doubt in result.doubts if new & set(doubt.pair)),
        retracted=result.log.retracted,
        trials=sum(name in new and reports[study] > 1 for name, study in study_of.items()),
        query_of=query_of,
        notes=notes,
    )
