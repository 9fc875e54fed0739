"""Does the written workbook help the extractor, and can nothing in it be run?"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from openpyxl.utils import column_index_from_string

from analysis.update.workbook.cell_text import put_text
from analysis.update.workbook.packing import workbook_bytes
from analysis.update.workbook.plan import LISTS, README, REFERENCES, plan_sheets
from analysis.update.workbook.writing import read_choices, write_workbook
from schemas.problems import DataProblems
from schemas.protocol import Protocol
from schemas.tables import table_schemas
from tests.schemas.test_certainty import PLAN
from tests.schemas.two_arms import PROTOCOL
from tests.update.workbook.conftest import EDITION, Form

SHEETS = tuple(plan_sheets(read_choices(EDITION)))
# The signs after which a spreadsheet takes a text for a formula (OWASP, CSV injection).
INJECTIONS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", '=HYPERLINK("http://x.example","x")']


def validations(book: Any, sheet: str) -> dict[str, Any]:
    names = {cell.column_letter: cell.value for cell in book[sheet][1]}
    found = {}
    for validation in book[sheet].data_validations.dataValidation:
        found[names[str(validation.sqref).split(":")[0].rstrip("0123456789")]] = validation
    return found


def offered(book: Any, validation: Any) -> list[object]:
    cells = str(validation.formula1).removeprefix(f"{LISTS}!").replace("$", "")
    return [row[0].value for row in book[LISTS][cells]] if ":" in cells else []


def test_every_table_has_a_sheet_with_all_its_columns(form: Callable[..., Form]) -> None:
    """Does a new column of a schema or of the protocol reach the workbook?"""
    book = form().book
    # Arms, contrasts and certainty belong to reviews of another kind.
    assert book.sheetnames == [README, *SHEETS, LISTS]
    assert {"studies", "outcomes", "quality"} <= set(book.sheetnames)
    for table, schema in table_schemas(read_choices(EDITION)).items():
        if table in SHEETS:
            names = [cell.value for cell in book[table][1]]
            assert names == [*schema.columns, "remove", "row_in_data"]


def test_closed_lists_are_drop_downs_that_refuse_other_words(form: Callable[..., Form]) -> None:
    book = form().book
    outcome = validations(book, "outcomes")["outcome"]
    assert offered(book, outcome) == ["ORR", "DCR", "PFS", "OS"]  # data/protocol.yml
    assert outcome.showErrorMessage
    therapy = validations(book, "studies")["therapy"]
    assert offered(book, therapy) == ["ICI", "TACE", "RT"]


def test_drop_downs_know_the_studies_and_accept_new_ones(form: Callable[..., Form]) -> None:
    book = form().book
    study = validations(book, "outcomes")["study_id"]
    assert {"ChenS2023", "R01", "Zhou2025"} <= set(offered(book, study))
    assert not study.showErrorMessage


def test_numbers_have_the_limits_of_the_schema(form: Callable[..., Form]) -> None:
    percent = validations(form().book, "outcomes")["percent_reported"]
    assert (percent.type, percent.formula1, percent.formula2) == ("decimal", "0", "100")
    count = validations(form().book, "outcomes")["n"]
    assert (count.type, count.formula1) == ("whole", "1")


def test_headers_are_locked_and_cells_below_are_not(form: Callable[..., Form]) -> None:
    for kind in ("empty", "all"):
        book = form(kind).book
        for table in SHEETS:
            page = book[table]
            assert page.protection.sheet
            assert page.protection.password is None
            assert page.freeze_panes == "B2"
            assert all(cell.protection.locked for cell in page[1])
            assert not page.column_dimensions["A"].protection.locked
            assert not any(
                cell.protection.locked for row in page["A2:C9"] for cell in row if cell.value
            )


def test_every_column_is_explained_and_dates_are_text(form: Callable[..., Form]) -> None:
    """Is 2020-08 safe from becoming Aug-20, and does a click say what belongs into a cell?"""
    book = form().book
    page = book["studies"]
    for cell in page[1]:
        assert cell.comment is not None
    shown = validations(book, "studies")
    assert "2020-08" in shown["enrolment_start"].prompt
    columns = {cell.value: cell.column_letter for cell in page[1]}
    # Neighbours that look alike share one entry, under the letter of the first.
    texts = set()
    for dimension in page.column_dimensions.values():
        if dimension.number_format == "@":
            texts |= set(range(dimension.min, dimension.max + 1))
    number = column_index_from_string
    assert {number(columns[c]) for c in ("enrolment_start", "ecog", "study_id")} <= texts
    assert number(columns["n_arm"]) not in texts


def test_the_same_review_gives_the_same_bytes(tmp_path: Path, contents: dict[str, bytes]) -> None:
    write_workbook(EDITION, tmp_path / "all.xlsx", everything=True)
    assert (tmp_path / "all.xlsx").read_bytes() == contents["all"]


def test_somebodys_work_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "new.xlsx").write_bytes(b"work")
    with pytest.raises(DataProblems, match="somebody's work"):
        write_workbook(EDITION, tmp_path / "new.xlsx")
    assert (tmp_path / "new.xlsx").read_bytes() == b"work"


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("new.csv", {}, "ends with .xlsx"),
        ("new.xlsx", {"studies": ["ChenS2032"]}, "ChenS2023"),
        ("missing/new.xlsx", {}, "cannot be written"),
    ],
)
def test_what_cannot_be_written_is_said(
    tmp_path: Path, name: str, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(DataProblems, match=said):
        write_workbook(EDITION, tmp_path / name, **options)


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_text_becomes_a_formula(text: str) -> None:
    """Does the file hold the text as a text, marked as typed with an apostrophe?"""
    book: Any = openpyxl.Workbook()
    page = book.worksheets[0]
    put_text(page["A1"], text)
    content = workbook_bytes(book)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert b'quotePrefix="1"' in archive.read("xl/styles.xml")
    cell = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]["A1"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_the_whole_form_holds_no_formula_macro_or_link(contents: dict[str, bytes]) -> None:
    for content in contents.values():
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                assert "vba" not in name.lower()
                assert "externalLink" not in name
                if name.startswith("xl/worksheets/sheet"):
                    assert b"<f>" not in archive.read(name)


def test_criteria_of_all_outcomes_are_one_list() -> None:
    field = plan_sheets(read_choices(EDITION))["outcomes"].field("criteria")
    assert field.closed == ("RECIST 1.1", "RECIST", "mRECIST", "iRECIST")


def test_a_review_of_two_arms_has_the_sheets_of_its_kind() -> None:
    """Can arms, printed comparisons and ratings be entered where a review has them?"""
    data = yaml.safe_load(PROTOCOL + PLAN)
    sheets = list(plan_sheets(Protocol.model_validate(data)))
    assert sheets[:5] == [REFERENCES, "studies", "arms", "outcomes", "contrasts"]
    assert "certainty" in sheets
    assert "adverse_events" not in sheets
