"""Searches, their records, which of them are the same report, and which tell of one study."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING

from schemas.checks.identity import registrations
from schemas.identifiers import REGISTRIES
from schemas.places import inside
from schemas.vocabulary import did_you_mean

if TYPE_CHECKING:
    from schemas.checks.context import Context, Row


def check_searches(context: Context) -> None:
    """Check that what the tables of the search name exists, and that merges lead somewhere."""
    if not context.knows("searches", "search_id"):
        return
    _check_exports(context)
    _check_records(context)
    if context.knows("records", "record_id"):
        known = set(context.tables["records"].frame["record_id"].dropna())
        _check_merges(context, known)
        _check_studies(context, known)


def _check_exports(context: Context) -> None:
    """Check that the kept exports are there and are what was imported."""
    for row in context.rows("searches", "file", "sha256"):
        files = _parts(row, "file")
        sums = _parts(row, "sha256")
        if len(files) != len(sums):
            row.report(
                "search-files",
                "sha256",
                f"There are {len(files)} files and {len(sums)} sums.",
                "`review search import` writes both. Restore the row, or import the export again.",
            )
            continue
        for file, told in zip(files, sums, strict=True):
            _check_export(context, row, file, told)


def _check_export(context: Context, row: Row, file: str, told: str) -> None:
    if context.root is None:
        return
    path = inside(context.root / "data", file)
    if path is None:
        row.report(
            "search-file-place",
            "file",
            "This file is not in the folder data/.",
            "Exports are kept in data/searches/; `review search import` puts them there.",
        )
        return
    if not path.is_file():
        row.report(
            "search-file-missing",
            "file",
            f"The export data/{file} is missing.",
            "Put it back from your backup or version control: the records go back to it.",
        )
        return
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        row.report(
            "search-file-unreadable",
            "file",
            f"The export data/{file} cannot be opened ({error.strerror or 'unknown reason'}).",
            "Look at who may read it.",
        )
        return
    if found != told:
        row.report(
            "search-file-changed",
            "file",
            f"The export data/{file} is no longer what was imported.",
            "Put the original back. Exports are kept as they came from the database.",
        )


def _check_records(context: Context) -> None:
    searches = {row.text("search_id") or "": row for row in context.rows("searches", "search_id")}
    found: Counter[str] = Counter()
    places: dict[tuple[str, int], int] = {}
    for row in context.rows("records", "search_id"):
        name, position = row.text("search_id"), row.count("position")
        if name is None:
            continue
        found[name] += 1
        if name not in searches:
            row.report(
                "search-unknown",
                "search_id",
                "There is no search of this name in data/searches.csv.",
                did_you_mean(name, [known for known in searches if known])
                + "Correct the name, or import the export with `review search import`.",
            )
        elif position is not None:
            line = places.setdefault((name, position), row.line)
            if line != row.line:
                row.report(
                    "record-repeated",
                    "position",
                    f"Line {line} is the same record of this search.",
                    "Delete one of the two rows.",
                )
    for name, row in searches.items():
        told = row.count("records")
        if name in found and told is not None and told != found[name]:
            row.report(
                "search-records",
                "records",
                f"The search found {told} records, data/records.csv has {found[name]} of them.",
                "Look whether rows were deleted there, or import the rest of the export.",
            )


def _check_merges(context: Context, known: set[str]) -> None:
    kept: dict[str, str] = {}
    rows: dict[str, Row] = {}
    for row in context.rows("record_merges", "record_id", "kept_id"):
        name, other = row.text("record_id"), row.text("kept_id")
        for column in ("record_id", "kept_id"):
            _check_record(row, column, known)
        if name is None or other is None or row.has("undone"):
            continue
        if name in kept:
            row.report(
                "merge-repeated",
                "record_id",
                f"This record was already merged into {kept[name]} in line {rows[name].line}.",
                "Keep one of the two rows: a record repeats one other.",
            )
            continue
        kept[name], rows[name] = other, row
    for name, row in rows.items():
        seen = {name}
        current = kept[name]
        while current in kept and current not in seen:
            seen.add(current)
            current = kept[current]
        if current == name:
            row.report(
                "merge-circle",
                "kept_id",
                "These merges run in a circle: no record is kept.",
                f"Mark one of the rows as undone: {', '.join(sorted(seen))}.",
            )


def _check_studies(context: Context, known: set[str]) -> None:
    names = {
        row.text("study_id")
        for table in ("studies", "awaiting_extraction")
        for row in context.rows(table, "study_id")
    }
    names |= {name for row in context.rows("ongoing_trials") for name in registrations(row)}
    for row in context.rows("record_studies", "record_id", "study"):
        _check_record(row, "record_id", known)
        study = row.text("study")
        if study is None or study in names:
            continue
        if not any(re.fullmatch(pattern, study) for pattern, _ in REGISTRIES.values()):
            row.report(
                "record-study-unknown",
                "study",
                "This is neither a study of this review nor a registration that is known here.",
                did_you_mean(study, [name for name in names if name])
                + "Write the study_id or the number of the registration.",
                "warning",
            )


def _check_record(row: Row, column: str, known: set[str]) -> None:
    name = row.text(column)
    if name is not None and name not in known:
        row.report(
            "record-unknown",
            column,
            "There is no record of this number in data/records.csv.",
            "Correct the number, or delete the row.",
        )


def _parts(row: Row, column: str) -> list[str]:
    return [part.strip() for part in (row.text(column) or "").split(";") if part.strip()]
