"""Does rejecting all tracked changes give the old paper, and accepting all of them the new one?

The old paper is the real one; the new one is the same file with a changed number, caption, cell,
picture, an added row and a removed paragraph.
"""

from __future__ import annotations

import copy
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image

from analysis.storage.docx_zip import write_docx
from analysis.versions.redline import Marked, Redline, compare, count_marks
from analysis.versions.redline import redline as make
from schemas.problems import DataProblems
from tests.versions.word_revisions import W, paragraphs, resolve

AUTHOR, DAY = "Example Group", "2026-01-10"

pytestmark = [pytest.mark.rendered, pytest.mark.xdist_group("rendered")]


def _words(paragraph: Any) -> list[Any]:
    return [text for text in paragraph.iterfind(f"{W}r/{W}t") if (text.text or "").strip()]


def _changed(tree: Any) -> None:
    body = tree.findall(f"{W}body/{W}p")
    # The number of patients in edition 1.0.
    number = next(text for paragraph in body for text in _words(paragraph) if text.text == "863")
    number.text = "870"
    caption = next(p for p in body if p.find(f".//{W}instrText") is not None and _words(p))
    _words(caption)[-1].text += " More words."
    table = max(tree.iter(f"{W}tbl"), key=lambda found: len(found.findall(f"{W}tr")))
    rows = table.findall(f"{W}tr")
    [text for text in rows[5].iter(f"{W}t") if text.text][-1].text = "another cell"
    added = copy.deepcopy(rows[8])
    for text in added.iter(f"{W}t"):
        text.text = "new row"
    rows[8].addnext(added)
    # Another paragraph than those changed already: each edit is one of its own.
    plain = [
        p
        for p in body
        if {child.tag for child in p} <= {f"{W}pPr", f"{W}r"}
        and p is not caption
        and number not in _words(p)
    ]
    gone = max(plain, key=lambda paragraph: len("".join(paragraph.itertext())))
    gone.getparent().remove(gone)


@pytest.fixture(scope="module")
def pair(rendered: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, bytes]:
    old = rendered / "_output/paper.docx"
    new = tmp_path_factory.mktemp("redline") / "paper.docx"
    with zipfile.ZipFile(old) as archive:
        tree = etree.fromstring(archive.read("word/document.xml"))
        picture = next(name for name in archive.namelist() if name.endswith(".png"))
        image = Image.open(io.BytesIO(archive.read(picture))).convert("RGB")
    _changed(tree)
    buffer = io.BytesIO()
    image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(buffer, "png")
    document = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    write_docx(old.read_bytes(), new, {"word/document.xml": document, picture: buffer.getvalue()})
    return old, new, compare(old, new, AUTHOR, DAY, "paper.docx")


@pytest.fixture(scope="module")
def marked(pair: tuple[Path, Path, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("marked") / "redline.docx"
    path.write_bytes(pair[2])
    return path


def test_rejecting_gives_the_old_paper_and_accepting_the_new(
    pair: tuple[Path, Path, bytes], marked: Path
) -> None:
    old, new, _ = pair
    assert paragraphs(old) != paragraphs(new)
    assert paragraphs(marked, "old") == paragraphs(old)
    assert paragraphs(marked, "new") == paragraphs(new)


def test_only_what_changed_is_marked(pair: tuple[Path, Path, bytes]) -> None:
    found = count_marks(pair[2])
    assert (found.rows_inserted, found.rows_deleted) == (1, 0)
    assert (found.pictures_inserted, found.pictures_deleted) == (1, 1)
    assert 3 <= found.inserted <= 30
    assert 3 <= found.deleted <= 12


def test_a_table_is_marked_cell_by_cell(marked: Path) -> None:
    with zipfile.ZipFile(marked) as archive:
        tree = etree.fromstring(archive.read("word/document.xml"))
    changed = []
    for row in tree.iter(f"{W}tr"):
        if row.find(f"{W}trPr/{W}ins") is not None:
            continue
        cells = [
            cell
            for cell in row.findall(f"{W}tc")
            if next(cell.iter(f"{W}ins", f"{W}del"), None) is not None
        ]
        changed += [("".join(text.text or "" for text in c.iter(f"{W}t"))) for c in cells]
    # One cell was edited; its neighbours are as they were.
    assert len(changed) == 1
    assert "another cell" in changed[0]


def test_fields_bookmarks_and_pages_are_still_there(
    pair: tuple[Path, Path, bytes], marked: Path
) -> None:
    def counts(path: Path, keep: str | None = None) -> dict[str, int]:
        with zipfile.ZipFile(path) as archive:
            tree = etree.fromstring(archive.read("word/document.xml"))
        if keep:
            resolve(tree, keep)
        names = ("instrText", "fldChar", "sectPr", "tbl", "hyperlink")
        return {name: sum(1 for _ in tree.iter(f"{W}{name}")) for name in names}

    old, new, _ = pair
    assert counts(marked, "old") == counts(old)
    assert counts(marked, "new") == counts(new)


def test_every_change_carries_the_name_and_the_day_and_no_clock(
    pair: tuple[Path, Path, bytes], marked: Path
) -> None:
    with zipfile.ZipFile(marked) as archive:
        tree = etree.fromstring(archive.read("word/document.xml"))
    said = {
        (entry.get(f"{W}author"), entry.get(f"{W}date"))
        for entry in tree.iter(f"{W}ins", f"{W}del")
    }
    assert said == {(AUTHOR, f"{DAY}T00:00:00Z")}
    assert compare(pair[0], pair[1], AUTHOR, DAY, "paper.docx") == pair[2]


def test_equal_papers_have_no_changes(pair: tuple[Path, Path, bytes]) -> None:
    found = count_marks(compare(pair[0], pair[0], AUTHOR, DAY, "paper.docx"))
    assert found == Marked(0, 0, 0, 0, 0, 0, 0)
    told = Redline(pair[0], "1.0", AUTHOR, DAY, found).text
    assert "reads as in version 1.0" in told


def test_a_file_that_is_no_word_file_is_told(
    tmp_path: Path, pair: tuple[Path, Path, bytes]
) -> None:
    broken = tmp_path / "paper.docx"
    broken.write_text("no zip", encoding="utf-8")
    with pytest.raises(DataProblems, match="cannot be compared"):
        compare(broken, pair[1], AUTHOR, DAY, "versions/1.0/paper.docx")


def test_without_a_version_or_its_word_file_nothing_is_rendered(tmp_path: Path) -> None:
    with pytest.raises(DataProblems, match="No version has been released yet"):
        make(tmp_path, None)
    assert not list(tmp_path.iterdir())
