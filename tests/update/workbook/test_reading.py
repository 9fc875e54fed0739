"""What happens with workbooks as people really send them?"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.update.workbook.opening import open_workbook
from analysis.update.workbook.plan import plan_sheets
from analysis.update.workbook.reading import Book, read_book
from analysis.update.workbook.writing import read_choices
from schemas.problems import DataProblems
from tests.update.workbook.conftest import EDITION, Form

MakeForm = Callable[..., Form]
SHEETS = plan_sheets(read_choices(EDITION))


def book_of(form: Form) -> Book:
    return read_book(form.save(), SHEETS)


def told(book: Book) -> list[tuple[str, str]]:
    return [(found.problem.rule, found.problem.severity) for found in book.found]


def test_a_renamed_sheet_is_known_by_its_columns(form: MakeForm) -> None:
    filled = form().example()
    filled.book["quality_jbi"].title = "JBI by Anna"
    book = book_of(filled)
    assert told(book) == [("workbook-sheet-renamed", "warning")]
    assert book.sheets["quality_jbi"].rows[0].cells["q1"] == "yes"


def test_added_and_missing_sheets_are_said(form: MakeForm) -> None:
    filled = form().example()
    filled.book.create_sheet("Sheet1")["A1"] = "my calculations"
    filled.book.create_sheet("Sheet2")
    del filled.book["ongoing_trials"]
    book = book_of(filled)
    assert told(book) == [("workbook-sheet-added", "warning")]
    assert any("ongoing_trials is not in the workbook" in note for note in book.notes)


def test_columns_may_stand_in_any_order(form: MakeForm) -> None:
    filled = form().example()
    filled.book["outcomes"].move_range("A1:A10", cols=20)
    book = book_of(filled)
    assert told(book) == []
    assert book.sheets["outcomes"].rows[0].cells["study_id"] == "Example2026"


def test_a_misspelt_column_with_values_is_an_error(form: MakeForm) -> None:
    filled = form().example()
    filled.cell("outcomes", 1, "events").value = "evens"
    found = {each.problem.rule: each.problem for each in book_of(filled).found}
    assert 'Did you mean "events"?' in found["workbook-column"].hint
    assert found["workbook-column"].severity == "error"


def test_a_column_that_lost_its_name_is_an_error(form: MakeForm) -> None:
    filled = form().example()
    filled.cell("outcomes", 1, "events").value = None
    rules = told(book_of(filled))
    assert ("workbook-column", "error") in rules
    assert ("workbook-column-missing", "warning") in rules


def test_an_added_column_is_a_warning(form: MakeForm) -> None:
    filled = form().example()
    page = filled.book["outcomes"]
    page.cell(1, 30).value, page.cell(2, 30).value = "my remark", "look again"
    book = book_of(filled)
    assert told(book) == [("workbook-column", "warning")]


def test_a_title_above_the_column_names(form: MakeForm) -> None:
    filled = form().example()
    filled.book["outcomes"].insert_rows(1)
    filled.book["outcomes"]["A1"] = "Extraction by Anna"
    book = book_of(filled)
    assert [row.number for row in book.sheets["outcomes"].rows] == [3, 4]


def test_merged_cells_are_refused_and_hidden_rows_read(form: MakeForm) -> None:
    filled = form().example()
    filled.book["outcomes"].merge_cells("A2:B3")
    filled.book["adverse_events"].row_dimensions[2].hidden = True
    filled.book["studies"].column_dimensions["A"].hidden = True
    book = book_of(filled)
    rules = told(book)
    assert ("workbook-merged", "error") in rules
    assert rules.count(("workbook-hidden", "warning")) == 2
    assert book.sheets["adverse_events"].rows[0].cells["events"] == "3"


def test_a_format_at_the_end_of_the_sheet_is_no_million_rows(form: MakeForm) -> None:
    filled = form().example()
    filled.book["outcomes"].cell(1_048_576, 1).number_format = "0.00"
    assert len(book_of(filled).sheets["outcomes"].rows) == 2


def test_comments_of_extractors_are_said_not_to_be_read(form: MakeForm) -> None:
    from openpyxl.comments import Comment

    filled = form().example()
    filled.cell("outcomes", 2, "events").comment = Comment("see also page 4", "Anna")
    assert any("comments on cells are not read (1" in note for note in book_of(filled).notes)


def changed_zip(path: Path, parts: dict[str, bytes]) -> Path:
    """Replace or add parts of a workbook."""
    content = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, parts.pop(name, old.read(name)))
        for name, part in parts.items():
            new.writestr(name, part)
    return path


BILLION = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>
<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&b;</t></si></sst>"""


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old format .xls"),
        ("table.csv", b"study_id,n\nA,1\n", "not an Excel workbook"),
        ("empty.xlsx", b"", "The file is empty"),
        ("broken.xlsx", b"PK\x03\x04 broken", "damaged"),
        ("~$new.xlsx", b"Anna", "lock file of Excel"),
    ],
)
def test_other_files_are_named_for_what_they_are(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataProblems, match=said):
        open_workbook(tmp_path / name)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DataProblems, match="no such file"):
        open_workbook(tmp_path / "new.xlsx")


def test_other_zips(tmp_path: Path) -> None:
    for name, parts, said in (
        (
            "text.ods",
            {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"},
            "OpenDocument",
        ),
        ("new.numbers", {"Index/Document.iwa": b"x"}, "Numbers"),
        (
            "strict.xlsx",
            {
                "[Content_Types].xml": b"<a/>",
                "xl/workbook.xml": b'<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>',
            },
            "Strict Open XML",
        ),
        (
            "paper.docx",
            {"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"},
            "not an Excel",
        ),
        ("odd.xlsx", {"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<a/>"}, "damaged"),
    ):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for part, content in parts.items():
                archive.writestr(part, content)
        with pytest.raises(DataProblems, match=said):
            open_workbook(tmp_path / name)


def test_macros_entities_and_bombs_are_refused(
    form: MakeForm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is nothing run, expanded or unpacked that only an attacker would write?"""
    for parts, said in (
        ({"xl/vbaProject.bin": b"macro"}, "macros"),
        ({"xl/sharedStrings.xml": BILLION}, "XML that no spreadsheet writes"),
        ({f"xl/media/{n}.xml": b"" for n in range(2001)}, "unpacks to more"),
    ):
        path = changed_zip(form().save(), dict(parts))
        with pytest.raises(DataProblems, match=said):
            open_workbook(path)
    # The real limit is 200 MB; to write so much would make the test slow.
    monkeypatch.setattr("analysis.update.workbook.opening._LARGEST_UNPACKED", 2_000_000)
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<a/>")
        with archive.open("xl/sharedStrings.xml", "w") as part:
            for _ in range(3):
                part.write(b" " * 1_000_000)
    assert bomb.stat().st_size < 10_000
    with pytest.raises(DataProblems, match="unpacks to more"):
        open_workbook(bomb)


def test_links_to_other_workbooks_are_not_followed(form: MakeForm) -> None:
    path = changed_zip(form().save(), {"xl/externalLinks/externalLink1.xml": b"<a/>"})
    assert any("not followed" in note for note in open_workbook(path)[1])


def test_a_workbook_that_is_still_open_is_said(form: MakeForm) -> None:
    path = form().save()
    (path.parent / f"~${path.name}").write_bytes(b"Anna")
    assert any("not saved yet" in note for note in open_workbook(path)[1])


def test_none_of_the_sheets_is_known(form: MakeForm) -> None:
    filled = form()
    filled.book.create_sheet("Sheet1")["A1"] = "x"
    for name in SHEETS:
        del filled.book[name]
    assert ("workbook-no-sheet", "error") in told(book_of(filled))
