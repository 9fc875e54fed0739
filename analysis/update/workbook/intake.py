"""Reads a filled workbook into a review: merged, checked, and written all at once or not at all."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.update.workbook.bibliography import Bibliography, read_bibliography, with_changes
from analysis.update.workbook.merging import CellChange, Merged, merge
from analysis.update.workbook.places import Found, errors
from analysis.update.workbook.plan import REFERENCES, plan_sheets
from analysis.update.workbook.reading import Book, read_book
from analysis.update.workbook.reference_rows import settle_references
from analysis.update.workbook.replacing import end_waiting, replace_reconstructed, stand_ins
from analysis.update.workbook.writing import read_choices
from schemas import check_review
from schemas.references import REFERENCES_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from analysis.update.workbook.plan import Sheet
    from schemas import CheckReport
    from schemas.problems import Problem


@dataclass(frozen=True, slots=True)
class TableSummary:
    """What happens to one table: rows added, rows changed, rows removed."""

    table: str
    added: int
    changed: int
    removed: int


@dataclass(frozen=True, slots=True)
class Intake:
    """What came of reading a workbook.

    Attributes
    ----------
    book
        Name of the workbook.
    written
        Whether the review was changed.
    found
        Problems and warnings that the workbook brings, in its own words.
    earlier
        Errors that stood in the review before.
    tables, changes
        What is added, changed and removed.
    removed
        Names of the removed rows by table.
    notes
        What else is worth knowing.
    rows
        Number of rows in the workbook.
    """

    book: str
    written: bool
    found: tuple[Found, ...]
    earlier: tuple[Problem, ...] = ()
    tables: tuple[TableSummary, ...] = ()
    changes: tuple[CellChange, ...] = ()
    removed: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    rows: int = 0

    @property
    def refused(self) -> bool:
        """Whether an error keeps the workbook out."""
        return bool(errors(self.found))


def read_workbook(
    root: Path,
    path: Path,
    *,
    replaces: Collection[str] = (),
    dry_run: bool = False,
    check: Callable[[Path], CheckReport] = check_review,
    progress: Callable[[float, str], None] = lambda share, step: None,
) -> Intake:
    """Read a workbook into the review.

    Parameters
    ----------
    root
        The project's folder.
    path
        The workbook.
    replaces
        Ids of reconstructed studies that studies of the workbook replace.
    dry_run
        Say what would happen, and change nothing.
    check
        Gives all problems of the review in a folder; by default those of its tables.
    progress
        Told which share of the work is done, 0 to 1, and what is being done.

    Returns
    -------
    Intake
        With an error in `found`, nothing was changed.

    Raises
    ------
    DataProblems
        If the file is no workbook, if `replaces` cannot be done, if a table of the review cannot
        be read, or if another command is writing.
    """
    from analysis.storage.changeset import replace_files, writing

    protocol = read_choices(root)
    sheets = plan_sheets(protocol, root)
    kind = ("design", *(subgroup.column for subgroup in protocol.subgroups))
    progress(0.0, "reading the workbook")
    book = read_book(path, sheets)
    progress(0.4, "comparing it with the tables")
    settle_references(book, sheets[REFERENCES])
    with nullcontext() if dry_run else writing(root):
        merged, columns, bibliography = _merge_all(root, book, sheets)
        notes = replace_reconstructed(merged, replaces, kind)
        waiting = end_waiting(merged)
        contents, references = _files(merged, columns, bibliography)
        progress(0.6, "checking what the review would be")
        earlier = _check(root, book, merged, contents, references, check)
        progress(1.0, "done")
        notes += [f"{name} does not wait for extraction any more." for name in waiting]
        if not replaces:
            notes += _about_stand_ins(stand_ins(merged, kind, _first_search(root)))
        if errors(book.found) or dry_run or not contents:
            return _intake(book, merged, earlier, notes)
        replace_files(root, contents)
    return _intake(book, merged, earlier, notes, written=True)


def _merge_all(
    root: Path, book: Book, sheets: Mapping[str, Sheet]
) -> tuple[dict[str, Merged], dict[str, list[str]], Bibliography]:
    from analysis.storage.table_files import read_table

    bibliography = read_bibliography(root, sheets[REFERENCES].columns)
    existing: dict[str, list[dict[str, str]]] = {REFERENCES: list(bibliography.rows)}
    columns: dict[str, list[str]] = {}
    for name in sheets:
        if name != REFERENCES:
            columns[name], existing[name] = read_table(root, name)
    merged: dict[str, Merged] = {}
    for name, sheet in sheets.items():
        merged[name], found = merge(book.name, sheet, existing[name], book.sheets.get(name))
        book.found += found
    return merged, columns, bibliography


def _files(
    merged: Mapping[str, Merged], columns: Mapping[str, list[str]], bibliography: Bibliography
) -> tuple[dict[str, bytes], dict[str, range]]:
    """Give the files that change, and the lines of the references that are written."""
    from analysis.storage.table_files import table_bytes, table_path

    contents: dict[str, bytes] = {}
    for name in columns:
        if merged[name].is_changed:
            rows = [row for row, _ in merged[name].rows]
            # A table written before a column was thought of gets it when a row fills it.
            added = {column for row in rows for column, cell in row.items() if cell}
            names = [*columns[name], *sorted(added - set(columns[name]))]
            kept = [{column: row.get(column, "") for column in names} for row in rows]
            contents[table_path(name)] = table_bytes(names, kept)
    references = merged[REFERENCES]
    if not references.is_changed:
        return contents, {}
    changed = {
        before["citation_key"]: (row, [c for c in row if row[c] != before[c]])
        for (row, _), before in zip(references.rows, references.before, strict=True)
        if before is not None and row != before
    }
    removed = [row["citation_key"] for row in references.removed]
    text, lines = with_changes(bibliography, references.added, changed, removed)
    contents[REFERENCES_FILE] = text.encode()
    return contents, lines


def _check(
    root: Path,
    book: Book,
    merged: Mapping[str, Merged],
    contents: Mapping[str, bytes],
    references: Mapping[str, range],
    check: Callable[[Path], CheckReport],
) -> tuple[Problem, ...]:
    """Add to the workbook's problems what the merged review brings; give the earlier errors."""
    from analysis.update.workbook.staging import Translation, check_staged

    if not contents:
        return ()
    brought, earlier = check_staged(root, contents, check)
    rows = {
        row["citation_key"]: number for row, number in merged[REFERENCES].rows if number is not None
    }
    translation = Translation(book, merged, references, rows)
    found = [translation.found(problem) for problem in brought]
    book.found += [each for each in found if not _is_consequence(book, each)]
    return earlier


def _is_consequence(book: Book, found: Found) -> bool:
    """Say whether a problem may only follow from a cell of its row that was refused."""
    place = found.place
    if place is None or place.row is None:
        return False
    filled = next(rows for rows in book.sheets.values() if rows.title == place.sheet)
    refused = {column for row, column in filled.unread if row == place.row}
    about_its_form = found.problem.rule.startswith(("cell-", "date-", "doi-"))
    return bool(refused) and (place.column in refused or not about_its_form)


def _first_search(root: Path) -> str:
    """Give the year of the first search, empty when no search has a date."""
    from analysis.storage.table_files import read_table

    days = [row["search_date"] for row in read_table(root, "searches")[1] if row["search_date"]]
    return min(days, default="")[:4]


def _about_stand_ins(found: Mapping[str, list[str]]) -> list[str]:
    return [
        f"Is {study} one of the studies that the reconstructed rows stand for? Then its patients "
        f"count twice: read the workbook again with --replaces and one of {', '.join(alike)}."
        for study, alike in found.items()
    ]


def _intake(
    book: Book,
    merged: Mapping[str, Merged],
    earlier: tuple[Problem, ...],
    notes: Collection[str] = (),
    *,
    written: bool = False,
) -> Intake:
    from analysis.update.workbook.merging import row_name

    tables = tuple(
        TableSummary(name, len(one.added), one.rows_changed, len(one.removed))
        for name, one in merged.items()
        if one.is_changed
    )
    return Intake(
        book=book.name,
        written=written,
        found=tuple(dict.fromkeys(book.found)),
        earlier=earlier,
        tables=tables,
        changes=tuple(change for one in merged.values() for change in one.changes),
        removed=tuple(
            (name, row_name(one.sheet, row)) for name, one in merged.items() for row in one.removed
        ),
        notes=(*book.notes, *notes),
        rows=sum(len(filled.rows) for filled in book.sheets.values()),
    )
