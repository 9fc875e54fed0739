"""The rows of a sheet joined with those of its table: added, changed, removed, or the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.update.workbook.numbers import same_number
from analysis.update.workbook.places import Found, found_at
from analysis.update.workbook.writing import row_mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.update.workbook.plan import Sheet
    from analysis.update.workbook.reading import SheetRow, SheetRows

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell of an existing row: what stood there and what stands there now."""

    table: str
    row: str
    column: str
    before: str
    after: str


@dataclass(slots=True)
class Merged:
    """A table after merging.

    Attributes
    ----------
    sheet
        Its plan.
    rows
        All rows in order, with the row of the workbook that each came from, None if from none.
    before
        The rows as they were, by position; None at the position of a row that is new.
    added, removed
        Rows.
    changes
        Cells of existing rows.
    """

    sheet: Sheet
    rows: list[tuple[dict[str, str], int | None]]
    before: list[dict[str, str] | None] = field(default_factory=list)
    added: list[dict[str, str]] = field(default_factory=list)
    removed: list[dict[str, str]] = field(default_factory=list)
    changes: list[CellChange] = field(default_factory=list)

    @property
    def is_changed(self) -> bool:
        """Whether anything differs from before."""
        return bool(self.added or self.removed or self.changes)

    @property
    def rows_changed(self) -> int:
        """Number of existing rows with changed cells."""
        return len({change.row for change in self.changes})

    def remove(self, position: int) -> None:
        """Take a row out."""
        self.removed.insert(0, self.rows.pop(position)[0])
        self.before.pop(position)


def merge(
    book: str, sheet: Sheet, existing: Sequence[Mapping[str, str]], filled: SheetRows | None
) -> tuple[Merged, list[Found]]:
    """Merge a sheet into its table.

    Parameters
    ----------
    book
        Name of the workbook, for messages.
    sheet
        Plan of the sheet.
    existing
        Rows of the table, as text.
    filled
        The sheet as it was filled in; None when the workbook does not have it.

    Returns
    -------
    merged, found
        The table, and what is wrong; nothing is removed without a mark in the sheet.
    """
    merger = _Merger(book, sheet, existing, filled)
    if filled is not None:
        merger.merge()
    return merger.merged, merger.found


def key_of(sheet: Sheet, row: Mapping[str, str]) -> Key:
    """Give the cells that identify a row."""
    return tuple(row.get(column, "") for column in sheet.key)


def row_name(sheet: Sheet, row: Mapping[str, str]) -> str:
    """Name a row by the filled cells of its key, as messages do."""
    return ", ".join(part for part in key_of(sheet, row) if part)


def same_cell(sheet: Sheet, column: str, one: str, other: str) -> bool:
    """Say whether two cells say the same, numbers however they are written."""
    return one == other or (sheet.field(column).kind != "text" and same_number(one, other))


class _Merger:
    def __init__(
        self,
        book: str,
        sheet: Sheet,
        existing: Sequence[Mapping[str, str]],
        filled: SheetRows | None,
    ) -> None:
        self.book = book
        self.sheet = sheet
        self.filled = filled
        self.existing = [dict(row) for row in existing]
        self.by_key = {key_of(sheet, row): i for i, row in enumerate(self.existing)}
        self.by_mark = {row_mark(sheet, row): i for i, row in enumerate(self.existing)}
        self.found: list[Found] = []
        self.merged = Merged(
            sheet, [(row, None) for row in self.existing], [dict(row) for row in self.existing]
        )
        self.going: set[int] = set()

    def report(
        self, row: SheetRow, rule: str, what: str, hint: str, column: str | None = None
    ) -> None:
        assert self.filled is not None  # noqa: S101 - rows come from a sheet
        place = self.filled.place(row.number, column)
        value = row.cells.get(column or "") or None
        self.found.append(found_at(self.book, place, rule, what, hint, value=value))

    def merge(self) -> None:
        assert self.filled is not None  # noqa: S101 - see above
        rows = [row for row in self.filled.rows if not self._is_emptied(row)]
        originals = self._originals(rows)
        first: dict[Key, int] = {}
        for row in rows:
            key = key_of(self.sheet, row.cells)
            if row.remove == "yes":
                position = originals.get(row.number, self.by_key.get(key))
                if position is not None:
                    self.going.add(position)
                continue
            if key in first and any(key):
                names = " and ".join(self.sheet.key)
                what = f"Row {first[key]} of this sheet is the same {names} already."
                column = next(c for c in reversed(self.sheet.key) if row.cells.get(c))
                self.report(row, "workbook-row-twice", what, "Keep one of the two rows.", column)
                continue
            first[key] = row.number
            self._merge_row(row, key, originals.get(row.number))
        for position in sorted(self.going, reverse=True):
            self.merged.remove(position)

    def _is_emptied(self, row: SheetRow) -> bool:
        """Refuse a row of the data whose cells were all deleted; an unused row is skipped."""
        assert self.filled is not None  # noqa: S101 - see above
        if any(row.cells.values()) or row.remove == "yes":
            return False
        refused = any(number == row.number for number, _ in self.filled.unread)
        if row.mark in self.by_mark and not refused:
            name = row_name(self.sheet, self.existing[self.by_mark[row.mark]])
            self.report(
                row,
                "workbook-row-emptied",
                f"The cells of {name} were emptied, but the row stays in the data.",
                "To take it out write yes in its column remove.",
            )
        return True

    def _originals(self, rows: Sequence[SheetRow]) -> dict[int, int]:
        """Say which row of the data each marked row is; a copied row is a new one."""
        sharing: dict[str, list[SheetRow]] = defaultdict(list)
        for row in rows:
            if row.mark in self.by_mark:
                sharing[row.mark].append(row)
        found: dict[int, int] = {}
        for mark, group in sharing.items():
            position = self.by_mark[mark]
            key = key_of(self.sheet, self.existing[position])
            own = [row for row in group if key_of(self.sheet, row.cells) == key]
            if own:
                found[own[0].number] = position
            elif len(group) == 1:
                found[group[0].number] = position
            else:
                name = row_name(self.sheet, self.existing[position])
                what = f"Several rows were copied from {name}, and none of them still has its key."
                hint = "Restore one of them, so that it is clear which are new."
                self.report(group[0], "workbook-row-copied", what, hint, self.sheet.key[0])
        return found

    def _merge_row(self, row: SheetRow, key: Key, original: int | None) -> None:
        position = original if original is not None else self.by_key.get(key)
        if position is None:
            if row.mark and self._key_is_lost(row):
                return
            new = {column: row.cells.get(column, "") for column in self.sheet.columns}
            self.merged.rows.append((new, row.number))
            self.merged.before.append(None)
            self.merged.added.append(new)
            return
        assert self.filled is not None  # noqa: S101 - see above
        old = self.existing[position]
        new = dict(old)
        differing = [
            column
            for column in self.sheet.columns
            if column in self.filled.letters
            and (row.number, column) not in self.filled.unread
            and not same_cell(self.sheet, column, old.get(column, ""), row.cells[column])
        ]
        if differing and original is None and row.mark:
            what = "The row in data/ was changed after this workbook was written."
            hint = "Have it written again, and enter the correction there."
            self.report(row, "workbook-outdated", what, hint, differing[0])
            return
        for column in differing:
            before, after = old.get(column, ""), row.cells[column]
            if not after and original is None:
                what = (
                    f"{row_name(self.sheet, old)} is in the review already, with "
                    f"{before} here; the empty cell would delete it."
                )
                hint = (
                    "Write the value, or have the row written for correction: "
                    "review workbook write new.xlsx --study ID."
                )
                self.report(row, "workbook-would-empty", what, hint, column)
                continue
            new[column] = after
            name = row_name(self.sheet, old)
            self.merged.changes.append(CellChange(self.sheet.name, name, column, before, after))
        self.merged.rows[position] = (new, row.number)

    def _key_is_lost(self, row: SheetRow) -> bool:
        """Refuse a row of the data that is not there any more; a copy of such a row is new."""
        assert self.filled is not None  # noqa: S101 - see above
        marks = Counter(other.mark for other in self.filled.rows)
        if row.mark in self.by_mark or marks[row.mark] > 1:
            return False
        what = "The row in data/ was changed or removed after this workbook was written."
        hint = "Have it written again. If the row is new, enter it below the others."
        self.report(row, "workbook-outdated", what, hint, self.sheet.key[0])
        return True
