"""Which row of one workbook is which row of the other."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.update.workbook.merging import key_of, row_name

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from analysis.update.workbook.plan import Sheet
    from analysis.update.workbook.reading import SheetRow

# Two keys of at least this similarity are worth a look: it joins "appetite decreased" with
# "decreased appetite" and Li2026 with LiX2026.
_ALIKE = 80.0


@dataclass(frozen=True, slots=True)
class Matches:
    """Rows of two sheets.

    Attributes
    ----------
    pairs
        Rows that are the same one, in the order of the first workbook.
    only_a, only_b
        Rows that stand in one workbook only, each with a hint where the other has a similar one.
    """

    pairs: tuple[tuple[SheetRow, SheetRow], ...]
    only_a: tuple[tuple[SheetRow, str], ...]
    only_b: tuple[tuple[SheetRow, str], ...]


def match_rows(sheet: Sheet, a: Sequence[SheetRow], b: Sequence[SheetRow]) -> Matches:
    """Match the rows of two sheets: by the row of the data they are, by key, by folded key.

    Parameters
    ----------
    sheet
        Plan of the sheet; its key identifies a row.
    a, b
        Rows of the two workbooks.
    """
    left_a, left_b = list(a), list(b)
    pairs: list[tuple[SheetRow, SheetRow]] = []

    def folded_key(row: SheetRow) -> Hashable:
        return tuple(_folded(part) for part in key_of(sheet, row.cells))

    same: list[Callable[[SheetRow], Hashable]] = [
        lambda row: row.mark or None,
        lambda row: key_of(sheet, row.cells),
        folded_key,
    ]
    for name in same:
        by_name_a, by_name_b = _unique(left_a, name), _unique(left_b, name)
        found = [(row, by_name_b[key]) for key, row in by_name_a.items() if key in by_name_b]
        pairs += found
        done_a, done_b = {id(row) for row, _ in found}, {id(row) for _, row in found}
        left_a = [row for row in left_a if id(row) not in done_a]
        left_b = [row for row in left_b if id(row) not in done_b]
    pairs.sort(key=lambda pair: pair[0].number)
    return Matches(
        tuple(pairs),
        tuple((row, _hint(sheet, row, left_b, "B")) for row in left_a),
        tuple((row, _hint(sheet, row, left_a, "A")) for row in left_b),
    )


def _folded(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _unique(
    rows: Iterable[SheetRow], name: Callable[[SheetRow], Hashable]
) -> dict[Hashable, SheetRow]:
    named: dict[Hashable, list[SheetRow]] = defaultdict(list)
    for row in rows:
        if (key := name(row)) is not None and key:
            named[key].append(row)
    return {key: found[0] for key, found in named.items() if len(found) == 1}


def _hint(sheet: Sheet, row: SheetRow, others: Sequence[SheetRow], book: str) -> str:
    from rapidfuzz import fuzz

    own = key_of(sheet, row.cells)
    best, other = 0.0, None
    for candidate in others:
        key = key_of(sheet, candidate.cells)
        score = fuzz.token_sort_ratio(" ".join(own).casefold(), " ".join(key).casefold())
        if score > best:
            best, other = score, candidate
    if other is None or best < _ALIKE:
        return ""
    key = key_of(sheet, other.cells)
    parts = zip(sheet.key, own, key, strict=True)
    differing = [column for column, one, two in parts if one != two]
    name = row_name(sheet, other.cells)
    return f"Row {other.number} of {book} ({name}) differs only in {' and '.join(differing)}."
