"""Every cell on which two extractors disagree, and how often they agree."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.update.reconciliation.matching import Matches, match_rows
from analysis.update.workbook.merging import row_name, same_cell
from analysis.update.workbook.plan import REMOVE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analysis.update.screening.agreement import Kappa
    from analysis.update.workbook.plan import Sheet
    from analysis.update.workbook.reading import Book, SheetRow

    _Pair = tuple[SheetRow, SheetRow]

NOTE = "note"
_JUDGED = ("quality", "quality_jadad", "quality_jbi")
# Columns of quality.csv whose values depend on the tool.
_OPEN = ("answer", "judgement")
_NOT_A_JUDGEMENT = frozenset({"evidence"})
# One study has about ten items; the interval of κ from fewer judgements says nothing.
_FEWEST_JUDGEMENTS = 10


@dataclass(frozen=True, slots=True)
class Side:
    """What one extractor wrote: the value, the row of the workbook, and where it was read."""

    value: str
    row: int
    source: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One cell with two values."""

    table: str
    row: str
    column: str
    a: Side
    b: Side


@dataclass(frozen=True, slots=True)
class OnlyIn:
    """A row that stands in one workbook only; the hint names a similar one of the other."""

    table: str
    row: str
    book: str
    number: int
    hint: str


@dataclass(slots=True)
class Count:
    """Cells that at least one extractor filled, and those on which both agree."""

    compared: int = 0
    agreed: int = 0

    @property
    def share(self) -> float | None:
        """Share of agreed cells; None without cells."""
        return self.agreed / self.compared if self.compared else None


@dataclass(slots=True)
class Comparison:
    """Two workbooks compared.

    Attributes
    ----------
    a, b
        Names of the files.
    disagreements, only
        What has to be decided.
    matches
        The rows by table.
    counts
        Agreement by table and column, over rows that both have.
    kappas
        Agreement beyond chance of the judgements in a quality table, with their number; in
        quality.csv by tool, because what agrees by chance depends on the answers there are.
    notes
        What is worth knowing.
    """

    a: str
    b: str
    disagreements: list[Disagreement] = field(default_factory=list)
    only: list[OnlyIn] = field(default_factory=list)
    matches: dict[str, Matches] = field(default_factory=dict)
    counts: dict[tuple[str, str], Count] = field(default_factory=dict)
    kappas: dict[str, tuple[int, Kappa | None]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def total(self) -> Count:
        """All columns of all tables together."""
        counts = self.counts.values()
        return Count(sum(c.compared for c in counts), sum(c.agreed for c in counts))

    @property
    def rows_in_both(self) -> int:
        """Number of rows that both workbooks have."""
        return sum(len(found.pairs) for found in self.matches.values())


def compare(a: Book, b: Book, sheets: Mapping[str, Sheet]) -> Comparison:
    """Compare two workbooks cell by cell.

    Parameters
    ----------
    a, b
        Workbooks that were read without errors.
    sheets
        What `plan.plan_sheets` gives.
    """
    found = Comparison(a.name, b.name)
    for table, sheet in sheets.items():
        rows = [book.sheets[table].rows if table in book.sheets else [] for book in (a, b)]
        matches = match_rows(sheet, *rows)
        found.matches[table] = matches
        for one, two in matches.pairs:
            _compare_rows(found, sheet, one, two)
        for book, only in (("A", matches.only_a), ("B", matches.only_b)):
            found.only += [
                OnlyIn(table, row_name(sheet, row.cells), book, row.number, hint)
                for row, hint in only
            ]
        for name, pairs in _by_tool(sheet, matches).items():
            found.kappas[name] = _judgements(sheet, pairs)
    return found


def agree(sheet: Sheet, column: str, one: str, other: str) -> bool:
    """Say whether two cells say the same.

    Numbers may be written differently; prose may differ in capitals, spaces and a last full stop.
    """
    if column == REMOVE:
        return (one == "yes") == (other == "yes")
    if same_cell(sheet, column, one, other):
        return True
    if sheet.field(column).is_exact:
        return False
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip(".")


def source_of(row: SheetRow) -> str:
    """Say where an extractor read a row."""
    return ", ".join(p for c in ("source", "location") if (p := row.cells.get(c, "")))


def both_values(
    sheet: Sheet, one: SheetRow, two: SheetRow
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Give each column with what both extractors wrote, the mark for removal at the end."""
    for column in sheet.columns:
        yield column, (one.cells.get(column, ""), two.cells.get(column, ""))
    yield REMOVE, (one.remove, two.remove)


def _compare_rows(found: Comparison, sheet: Sheet, one: SheetRow, two: SheetRow) -> None:
    for column, values in both_values(sheet, one, two):
        same = agree(sheet, column, *values)
        if column not in {*sheet.key, REMOVE, NOTE} and any(values):
            count = found.counts.setdefault((sheet.name, column), Count())
            count.compared += 1
            count.agreed += same
        # Two remarks are both kept; there is nothing to decide.
        if not same and column != NOTE:
            sides = (
                Side(value, row.number, source_of(row))
                for value, row in zip(values, (one, two), strict=True)
            )
            name = row_name(sheet, one.cells)
            found.disagreements.append(Disagreement(sheet.name, name, column, *sides))


def _by_tool(sheet: Sheet, matches: Matches) -> dict[str, list[_Pair]]:
    """Put the rows about quality that both extractors have together by their tool."""
    found: dict[str, list[_Pair]] = {}
    for pair in matches.pairs if sheet.name in _JUDGED else ():
        tool = pair[0].cells.get("tool", "") if sheet.name == "quality" else ""
        found.setdefault(f"{sheet.name}, {tool}" if tool else sheet.name, []).append(pair)
    return found


def _judgements(sheet: Sheet, pairs: Sequence[_Pair]) -> tuple[int, Kappa | None]:
    """Compute κ over all items of a tool that both extractors judged."""
    import numpy as np

    from analysis.update.screening.agreement import cohens_kappa

    items = [f for f in sheet.fields if f.closed and f.name not in {*sheet.key, *_NOT_A_JUDGEMENT}]
    answers = list(dict.fromkeys(answer for item in items for answer in item.closed))
    if sheet.name == "quality":
        items = [f for f in sheet.fields if f.name in _OPEN]
        rows = [row for pair in pairs for row in pair]
        answers = sorted({value for f in items for r in rows if (value := r.cells.get(f.name))})
    table = [[0] * len(answers) for _ in answers]
    for one, two in pairs:
        for item in items:
            pair = one.cells.get(item.name, ""), two.cells.get(item.name, "")
            if all(answer in answers for answer in pair):
                table[answers.index(pair[0])][answers.index(pair[1])] += 1
    judged = sum(map(sum, table))
    # The test of κ = 0, which is not used, divides by zero where few judgements are compared.
    with np.errstate(all="ignore"):
        kappa = cohens_kappa(tuple(map(tuple, table))) if judged >= _FEWEST_JUDGEMENTS else None
    return judged, kappa
