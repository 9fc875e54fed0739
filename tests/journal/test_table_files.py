"""Is every table an editable Word file that holds what the manuscript holds, and nothing else?"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pytest
from lxml import etree

from analysis.journal.table_files import numbered_tables, write_tables
from analysis.manuscript.word_xml import W, text_of
from tests.render.word_reading import too_wide

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.journal.context import Submission

pytestmark = pytest.mark.xdist_group("submission")


@pytest.fixture(scope="module")
def submission(submission_for: Callable[..., Submission]) -> Submission:
    return submission_for(tables="separate", file_names={"table": "Table {n}"})


@pytest.fixture(scope="module")
def tables(submission: Submission, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_tables(submission, tmp_path_factory.mktemp("tables"))


def test_each_table_has_a_file_by_its_number(submission: Submission, tables: list[Path]) -> None:
    numbers = [number for _, number in numbered_tables(submission)]
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert [path.name for path in tables] == [f"draft-Table {n}.docx" for n in numbers]


def test_caption_above_one_native_table_notes_below(tables: list[Path]) -> None:
    for number, path in enumerate(tables, start=1):
        document: Any = docx.Document(str(path))
        (table,) = document.tables
        assert len(table.rows) > 3
        blocks = [block for block in document.element.body if block.tag != f"{W}sectPr"]
        place = next(i for i, block in enumerate(blocks) if block.tag == f"{W}tbl")
        assert text_of(blocks[0]).startswith(f"Table {number}:")
        below = [text_of(block) for block in blocks[place + 1 :]]
        assert all(below)
        # What was a row of notes is none any more.
        assert len(set(table.rows[-1]._tr.iterchildren(f"{W}tc"))) > 1 or not below
        assert table.rows[0]._tr.find(f"{W}trPr/{W}tblHeader") is not None
        for row in table.rows:
            assert row._tr.find(f"{W}trPr/{W}cantSplit") is not None


def test_no_word_is_wider_than_its_column(tables: list[Path]) -> None:
    for path in tables:
        assert too_wide(path) == []


def test_nothing_leads_out_of_the_file_and_no_number_is_counted(tables: list[Path]) -> None:
    for path in tables:
        with zipfile.ZipFile(path) as archive:
            tree = etree.fromstring(archive.read("word/document.xml"))
            assert not [name for name in archive.namelist() if "media/" in name]
        # A field that counts would make every table the first.
        codes = [code.text or "" for code in tree.iter(f"{W}instrText")]
        assert not [code for code in codes if "SEQ" in code or "REF" in code]
        begins = tree.findall(f".//{W}fldChar[@{W}fldCharType='begin']")
        ends = tree.findall(f".//{W}fldChar[@{W}fldCharType='end']")
        assert len(begins) == len(ends)
        names = {mark.get(f"{W}name") for mark in tree.iter(f"{W}bookmarkStart")}
        anchors = {link.get(f"{W}anchor") for link in tree.iter(f"{W}hyperlink")} - {None}
        assert anchors <= names


def test_wide_tables_lie_and_others_stand(submission: Submission, tables: list[Path]) -> None:
    wide = [submission.items[name]["landscape"] for name, _ in numbered_tables(submission)]
    assert any(wide)
    assert not all(wide)
    for path, lies in zip(tables, wide, strict=True):
        (section,) = docx.Document(str(path)).sections
        assert section.page_width
        assert section.page_height
        assert (section.page_width > section.page_height) is bool(lies)


def test_cells_are_those_of_the_paper(submission: Submission, tables: list[Path]) -> None:
    """Every study of the data stands in the table of studies."""
    numbered = zip(tables, numbered_tables(submission), strict=True)
    path = next(path for path, (name, _) in numbered if name == "tbl-baseline")
    (table,) = docx.Document(str(path)).tables
    text = " ".join(cell.text for cell in table.column_cells(0))
    labels = submission.data.studies["label"]
    assert len(labels) > 10
    assert all(label in text for label in labels)
