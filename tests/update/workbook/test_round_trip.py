"""Does any text survive the way through a workbook, and do random edits never harm a table?"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.storage.table_files import table_bytes
from analysis.update.workbook.cell_text import put_text, stored_text
from analysis.update.workbook.merging import key_of, merge
from analysis.update.workbook.packing import workbook_bytes
from analysis.update.workbook.plan import plan_sheets
from analysis.update.workbook.reading import SheetRow, SheetRows
from analysis.update.workbook.writing import read_choices, row_mark
from tests.update.workbook.conftest import EDITION

SHEET = plan_sheets(read_choices(EDITION))["adverse_events"]

# XML 1.0 holds no surrogates and no control characters but tab and line ends.
LETTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
TEXTS = st.text(st.one_of(LETTERS, st.sampled_from("=+-@'\t\n\r_x0041")), min_size=1, max_size=40)


@settings(max_examples=25, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=30))
def test_any_text_comes_back_the_same(texts: list[str]) -> None:
    """Also one that begins like a formula, or looks like an escaped character: _x0041_."""
    book: Any = openpyxl.Workbook()
    page = book.worksheets[0]
    texts = [*texts, "_x0041_", "=1+1", " a ", "x_x000D_y"]
    for row, text in enumerate(texts, start=1):
        put_text(page.cell(row, 1), text)
    again: Any = openpyxl.load_workbook(io.BytesIO(workbook_bytes(book))).worksheets[0]
    for row, text in enumerate(texts, start=1):
        cell = again.cell(row, 1)
        assert cell.data_type == "s"
        expected = text.replace("\r\n", "\n").replace("\r", "\n")
        assert stored_text(str(cell.value)) == expected


def test_what_no_file_can_hold_is_replaced_visibly() -> None:
    page: Any = openpyxl.Workbook().worksheets[0]
    put_text(page["A1"], "a\x00b")
    assert page["A1"].value == "a\N{REPLACEMENT CHARACTER}b"


WORDS = st.sampled_from(["", "A", "B", 'a "quoted", word', "line\nfeed", "5", "5.0", "=1"])
TABLE_ROWS = st.lists(
    st.fixed_dictionaries(dict.fromkeys(SHEET.columns, WORDS)), max_size=6, unique_by=str
)
FORM_ROWS = st.lists(
    st.tuples(
        st.fixed_dictionaries(dict.fromkeys(SHEET.columns, WORDS)),
        st.integers(0, 8),
        st.sampled_from(["", "", "no", "yes"]),
    ),
    max_size=8,
)


def filled_sheet(
    existing: Sequence[dict[str, str]], edits: Sequence[tuple[dict[str, str], int, str]]
) -> SheetRows:
    """Rows as somebody may leave them: typed anew, or carrying the mark of any row of the data."""
    letters = dict.fromkeys(SHEET.columns, "A")
    sheet = SheetRows("adverse_events", letters, 1)
    for number, (cells, origin, remove) in enumerate(edits, start=2):
        mark = row_mark(SHEET, existing[origin]) if origin < len(existing) else ""
        sheet.rows.append(SheetRow(number, cells, mark, remove))
    return sheet


@settings(max_examples=80, deadline=None)
@given(TABLE_ROWS, FORM_ROWS)
def test_random_edits_never_harm_a_table(
    existing: list[dict[str, str]], edits: list[tuple[dict[str, str], int, str]]
) -> None:
    """Every row is old, changed as told, added or removed by a mark; the file stays a table."""
    by_key = {key_of(SHEET, row): row for row in existing}
    existing = list(by_key.values())
    merged, found = merge("new.xlsx", SHEET, existing, filled_sheet(existing, edits))
    assert len(merged.rows) == len(existing) + len(merged.added) - len(merged.removed)
    marked = sum(remove == "yes" for _, _, remove in edits)
    assert len(merged.removed) <= marked
    touched = {number for _, number in merged.rows if number is not None}
    untouched = [row for row, number in merged.rows if number is None]
    assert all(row in existing for row in untouched)
    if not edits:
        assert [row for row, _ in merged.rows] == existing
    assert touched <= set(range(2, len(edits) + 2))
    text = table_bytes(list(SHEET.columns), [row for row, _ in merged.rows]).decode()
    again = list(csv.DictReader(io.StringIO(text, newline="")))
    assert again == [row for row, _ in merged.rows]
    # What was merged without a problem is there: a second reading of unmarked rows adds nothing.
    if not found:
        plain = [(cells, 99, "") for cells, origin, remove in edits if remove != "yes"]
        once, problems = merge("new.xlsx", SHEET, existing, filled_sheet(existing, plain))
        if not problems:
            rows = [row for row, _ in once.rows]
            twice, _ = merge("new.xlsx", SHEET, rows, filled_sheet(rows, plain))
            assert not twice.is_changed
