"""Does a damaged or hostile file end in one message, whatever command is given it?

Each case once ended in a traceback, in hours of work or in gigabytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.cli import main
from tests.conftest import ROOT, copy_review

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RIS = "TY  - JOUR\nTI  - A title\nAU  - Example, A.\nPY  - 2026\nVL  - 1}, evil={1\nER  - \n"


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_review(tmp_path_factory.mktemp("hostile") / "review")


@pytest.fixture(scope="module")
def form(review: Path) -> bytes:
    path = review.parent / "form.xlsx"
    assert CliRunner().invoke(main, ["--root", str(review), "workbook", str(path)]).exit_code == 0
    return path.read_bytes()


def _changed(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == part else data)
    return buffer.getvalue()


def _with_range(element: str) -> Callable[[bytes], bytes]:
    return lambda data: re.sub(rb"(</sheetData>)", rb"\1" + element.encode(), data, count=1)


SHEET = "xl/worksheets/sheet2.xml"
SPREAD = {
    "merged": '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>',
    "columns": '<mergeCells count="1"><mergeCell ref="A:XFD"/></mergeCells>',
    "spelt": '<mergeCells count="1"><mergeCell ref="A1:XFD104857&#54;"/></mergeCells>',
    "link": '<hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>',
}


@pytest.mark.parametrize("kind", SPREAD)
def test_a_range_over_the_whole_sheet_is_refused_at_once(
    kind: str, form: bytes, review: Path
) -> None:
    path = review.parent / f"{kind}.xlsx"
    path.write_bytes(_changed(form, SHEET, _with_range(SPREAD[kind])))
    done = _run(review, "workbook", "read", str(path), "--dry-run")
    assert f"{kind}.xlsx" in done
    assert "more cells than any form" in done


def test_a_damaged_workbook_is_called_damaged(form: bytes, review: Path) -> None:
    content = bytearray(form)
    with zipfile.ZipFile(io.BytesIO(form)) as archive:
        part = max(archive.infolist(), key=lambda each: each.compress_size)
        start = part.header_offset + 30 + len(part.filename)
    for place in range(start + 200, start + 220):
        content[place] ^= 0xFF
    path = review.parent / "damaged.xlsx"
    path.write_bytes(bytes(content))
    for command in (
        ("workbook", "read", str(path), "--dry-run"),
        ("screen", "read", str(path)),
        ("reconcile", str(path), str(path)),
    ):
        assert "damaged" in _run(review, *command)


def _word(body: str, *, damage: bool = False) -> bytes:
    text = f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", text)
    content = bytearray(buffer.getvalue())
    if damage:
        start = 30 + len("word/document.xml")
        for place in range(start, start + 20):
            content[place] ^= 0xFF
    return bytes(content)


def test_a_word_file_with_comments_within_its_xml_is_read() -> None:
    from analysis.journal.feedback.word_document import read_paragraphs
    from analysis.storage.foreign_files import xml_tree

    body = "<w:p><w:r><w:rPr><!-- odd --><w:b/></w:rPr><w:t>Text</w:t></w:r></w:p>"
    table = (
        '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="²"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>'
    )
    with zipfile.ZipFile(io.BytesIO(_word(body + table))) as archive:
        tree = xml_tree(archive.read("word/document.xml"))
    found = read_paragraphs({"word/document.xml": tree})
    assert found[0].new == "Text"


# Named: an archive holds the time it was made, so its bytes are no name.
@pytest.mark.parametrize(
    "content",
    [_word("<w:p/>", damage=True), _word("<w:p>" * 400)],
    ids=["damaged", "deep"],
)
def test_a_damaged_word_file_is_one_message(content: bytes, tmp_path: Path) -> None:
    from analysis.journal.feedback.word_document import read_parts
    from schemas.problems import DataProblems

    path = tmp_path / "damaged.docx"
    path.write_bytes(content)
    with pytest.raises(DataProblems, match=r"damaged\.docx"):
        read_parts(path)


def test_xml_without_end_is_refused(review: Path) -> None:
    path = review.parent / "deep.xml"
    deep = "<style>" * 5_000 + "x" + "</style>" * 5_000
    path.write_text(f"<xml><records><record><title>{deep}</title></record></records></xml>")
    command = ("search", "import", str(path), "--database", "PubMed", "--date", "2026-01-10")
    assert "nested without end" in _run(review, *command, "--query", "q")


@pytest.mark.parametrize(
    "text",
    [f'[{{"id": {"9" * 5000}}}]', '[{"id": "\\ud800"}]', "[" * 100_000],
    ids=["digits", "surrogate", "depth"],
)
def test_json_beyond_all_measure_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "cases.json"
    path.write_text(text, encoding="utf-8")
    assert "cases.json" in _run(ROOT, "meta", str(path))


@pytest.mark.parametrize("size", ["1e28", "1e30", "-3e200"])
def test_numbers_of_any_size_are_written(size: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"study,yi,vi\nA,{size},1\nB,{size},1\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["pool", str(path)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    assert "e+" in done.output or "x.csv" in done.output


def test_a_count_of_ten_digits_needs_no_set_as_large(tmp_path: Path) -> None:
    path = tmp_path / "k.csv"
    path.write_text(
        "claim_id,outcome,estimate,unit,events,n,k\nc1,ORR,33.8,percent,5,15,99999999999\n",
        encoding="utf-8",
    )
    done = CliRunner().invoke(main, ["audit", str(path)])
    assert isinstance(done.exception, SystemExit | None), done.output


def test_braces_of_a_record_stay_out_of_the_reference_list(tmp_path: Path) -> None:
    root = copy_review(tmp_path / "review")
    path = tmp_path / "evil.ris"
    path.write_text(_RIS, encoding="utf-8")
    command = ("search", "import", str(path), "--database", "X", "--date", "2026-01-10")
    done = CliRunner().invoke(main, ["--root", str(root), *command, "--query", "q"])
    assert done.exit_code == 0, done.output
    done = CliRunner().invoke(main, ["--root", str(root), "search", "reference", "R00001"])
    assert done.exit_code == 0, done.output
    assert 'volume = "1), evil=(1"' in (root / "manuscript/references.bib").read_text("utf-8")


def _run(root: Path, *arguments: str) -> str:
    """Run a command that is to refuse with a message, and give the message."""
    done = CliRunner().invoke(main, ["--root", str(root), *arguments])
    assert isinstance(done.exception, SystemExit), (done.output, done.exc_info)
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    return done.output
