"""Does the Word file open in LibreOffice and keep its text, tables and pictures?"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest

from tests.render.office import needs_office, needs_widths, pages_of
from tests.render.paper_text import squeezed

pytestmark = [pytest.mark.rendered, pytest.mark.xdist_group("rendered"), needs_office]


@pytest.fixture(scope="module")
def pages(rendered: Path, tmp_path_factory: pytest.TempPathFactory) -> list[pypdf.PageObject]:
    return pages_of(rendered / "_output/paper.docx", tmp_path_factory.mktemp("office"))


def test_the_abstract_numbers_survive(rendered: Path, pages: list[pypdf.PageObject]) -> None:
    results = json.loads((rendered / "_output/results.json").read_text(encoding="utf-8"))
    text = squeezed("".join(page.extract_text() for page in pages))
    for name in ("orr", "dcr", "pfs", "os"):
        assert squeezed(results["values"][f"{name}.estimate"]["text"]) in text


@needs_widths
def test_title_abstract_and_notice_stand_on_the_first_page(pages: list[pypdf.PageObject]) -> None:
    first = squeezed(pages[0].extract_text())
    assert "Anlotinibcombinationtherapy" in first
    assert "Background" in first
    # The notice in one piece, to its last words.
    assert "Notforclinicaluse" in first
    assert "sourceofeachone" in first


@needs_widths
def test_no_word_of_a_table_breaks_inside(rendered: Path, pages: list[pypdf.PageObject]) -> None:
    # Words that end where their line ends are whole in the text; broken ones are in two pieces.
    shown = " ".join(page.extract_text() for page in pages)
    cells = [
        cell.text
        for table in docx.Document(str(rendered / "_output/paper.docx")).tables
        for row in table.rows
        for cell in row.cells
    ]
    words = {word for text in cells for word in re.findall(r"[A-Za-z]{8,}", text)}
    assert len(words) > 200
    assert sorted(word for word in words if word not in shown) == []


def test_all_pictures_are_there(rendered: Path, pages: list[pypdf.PageObject]) -> None:
    # LibreOffice lists the pictures with every page: the same object counts once. They are not
    # decoded, which would take minutes; a soft mask is not a picture of its own.
    found = set()
    for page in pages:
        objects: Any = page["/Resources"]
        for reference in objects.get("/XObject", {}).values():
            found.add(reference.indirect_reference.idnum)
    pictures = docx.Document(str(rendered / "_output/paper.docx")).inline_shapes
    assert len(found) == len(pictures)
