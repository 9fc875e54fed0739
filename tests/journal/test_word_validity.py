"""Would Word open every Word file of a package? Judged by a validator that is not ours.

Word refuses a file whose parts stand in another order than its schema wants, which LibreOffice and
python-docx read without a word. openxml-audit has the schemas and rules of Microsoft's Open XML
SDK: order of elements, repeated ids, relationships without a target, types of content, styles that
are named and not there.
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import docx
import pytest
from openxml_audit import OpenXmlValidator

from analysis.journal.manuscript_word import write_manuscript
from analysis.journal.title_page import write_title_page
from analysis.manuscript.reference_docx import WordLayout, write_reference_docx
from analysis.storage.docx_zip import write_docx

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from analysis.journal.context import Submission
    from analysis.journal.package import SubmissionReport

pytestmark = pytest.mark.xdist_group("submission")
# Everything that the package of the sample journal has not.
OTHERWISE = {
    "tables": "end",
    "figures": "legends",
    "title_page": "first_page",
    "headings_numbered": True,
    "layout": {"spacing": "one_and_half", "line_numbers": "page", "paper": "letter"},
}


@pytest.fixture(scope="module")
def validator() -> OpenXmlValidator:
    return OpenXmlValidator()


def faults(validator: OpenXmlValidator, path: Path) -> list[str]:
    return [f"{e.part_uri}: {e.description}" for e in validator.validate(path).errors]


def test_every_word_file_of_a_package_is_valid(
    package: SubmissionReport, validator: OpenXmlValidator
) -> None:
    files = sorted(package.folder.rglob("*.docx"))
    assert len(files) > 9
    found = {path.name: faults(validator, path) for path in files}
    assert not {name: told for name, told in found.items() if told}


def test_a_manuscript_that_is_arranged_otherwise_is_valid(
    submission_for: Callable[..., Submission], validator: OpenXmlValidator, tmp_path: Path
) -> None:
    submission = submission_for(draft=False, **OTHERWISE)
    files = [*write_manuscript(submission, tmp_path), *write_title_page(submission, tmp_path)]
    assert files
    assert not [told for path in files for told in faults(validator, path)]


def test_pages_with_a_running_head_are_valid(validator: OpenXmlValidator, tmp_path: Path) -> None:
    path = tmp_path / "pages.docx"
    write_reference_docx(path, WordLayout(running_head="Example", line_numbers="continuous"))
    assert faults(validator, path) == []


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        # The style behind the alignment; a part that is not there. A style that is not there is
        # never written (tests/storage/test_docx_zip.py).
        (
            "word/document.xml",
            b'<w:pStyle w:val="Title"/>',
            b'<w:jc w:val="left"/><w:pStyle w:val="Title"/>',
        ),
        ("word/_rels/document.xml.rels", b"styles.xml", b"nowhere.xml"),
    ],
)
def test_the_validator_finds_what_word_refuses(
    validator: OpenXmlValidator, tmp_path: Path, part: str, old: bytes, new: bytes
) -> None:
    path = tmp_path / "broken.docx"
    write_reference_docx(path)
    document = docx.Document(str(path))
    document.add_paragraph("Example", style="Title")
    document.save(str(path))
    with zipfile.ZipFile(path) as archive:
        content = archive.read(part)
    assert old in content
    write_docx(path.read_bytes(), path, {part: content.replace(old, new)})
    assert faults(validator, path)
