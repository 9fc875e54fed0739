"""Can the numbers be made again from the archive, and do JATS and e-book hold what readers need?"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree
from pypdf import PdfReader

from analysis.journal.archive import write_archive
from analysis.journal.context import WATERMARK
from analysis.journal.epub import write_epub
from analysis.render.jats_validity import jats_problems

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.journal.context import Submission
    from analysis.journal.package import SubmissionReport

pytestmark = pytest.mark.xdist_group("submission")
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def open_archive(
    submission_for: Callable[..., Submission], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    (path,) = write_archive(submission_for(), tmp_path_factory.mktemp("archive"))
    folder = path.parent / "unpacked"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


def test_the_archive_holds_data_program_and_check(open_archive: Path, built: Path) -> None:
    for name in (
        "data/outcomes.csv",
        "data/protocol.yml",
        "manuscript/paper.qmd",
        "manuscript/authors.yml",
        "analysis/__main__.py",
        "analysis/render/filters/crossref.lua",
        "schemas/protocol.py",
        "requirements.lock",
        "independent-check/independent_check.R",
        "results.json",
        "README.txt",
    ):
        assert (open_archive / name).is_file(), name
    names = {path.name for path in open_archive.rglob("*")}
    assert not names & {"_generated", "_output", ".git", ".venv", "__pycache__"}
    for path in (built / "data").iterdir():
        if path.is_file():
            assert (open_archive / "data" / path.name).read_bytes() == path.read_bytes()


def test_the_hashes_are_those_of_the_files(open_archive: Path) -> None:
    lines = (open_archive / "SHA256SUMS.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((open_archive / name).read_bytes()).hexdigest() == digest
    files = [path for path in open_archive.rglob("*") if path.is_file()]
    assert len(files) == len(lines) + 1


def test_the_program_in_the_archive_runs_on_its_data(open_archive: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "analysis", "check"],
        cwd=open_archive,
        env=os.environ | {"PYTHONPATH": str(open_archive), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_archive_is_the_same_every_time(
    submission_for: Callable[..., Submission], tmp_path: Path
) -> None:
    submission = submission_for()
    one, two = (write_archive(submission, tmp_path / name)[0] for name in ("a", "b"))
    assert one.read_bytes() == two.read_bytes()


def test_reviewers_get_the_archive_without_names(package: SubmissionReport) -> None:
    (path,) = package.folder.glob("*data-and-programs.zip")
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert "manuscript/authors.yml" not in names
        assert "CITATION.cff" not in names
        assert b"Exampleton" not in archive.read("manuscript/paper.qmd")
        assert b"hidden for review" in archive.read("manuscript/paper.qmd")
        assert "data/outcomes.csv" in names


def test_the_jats_of_the_package_is_valid_and_names_its_pictures(
    package: SubmissionReport,
) -> None:
    path = package.folder / "editors-only/jats/draft-paper.xml"
    assert jats_problems(path) == ()
    article = etree.parse(path).getroot()
    assert article.findtext(".//contrib/name/surname") == "Exampleton"
    addresses = [x.get("{http://www.w3.org/1999/xlink}href") for x in article.iter("graphic")]
    assert len(addresses) == pictures_of(package.submission)
    assert all((path.parent / str(address)).is_file() for address in addresses)
    tables = [name for name, item in package.submission.items.items() if item["kind"] == "table"]
    assert len(article.findall(".//table-wrap/table/thead")) >= len(tables) > 7
    (wide,) = article.xpath('//table-wrap[@id="tbl-comparison"]')
    titles = [section.findtext("title") for section in wide.iterancestors("sec")]
    assert titles == ["Other treatments", "Discussion"]


def pictures_of(submission: Submission) -> int:
    found = sum(len(item.get("images", ())) for item in submission.items.values())
    assert found > 4
    return found


@pytest.fixture(scope="module")
def book(
    submission_for: Callable[..., Submission], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    (path,) = write_epub(submission_for(), tmp_path_factory.mktemp("book"))
    return path


def chapters(book: Path) -> list[etree._Element]:
    with zipfile.ZipFile(book) as archive:
        names = sorted(name for name in archive.namelist() if "/text/ch" in name)
        return [etree.fromstring(archive.read(name)) for name in names]


def test_the_book_has_title_authors_and_language(book: Path) -> None:
    with zipfile.ZipFile(book) as archive:
        assert archive.read("mimetype") == b"application/epub+zip"
        package = etree.fromstring(archive.read("EPUB/content.opf"))
    text = {name: package.findtext(f".//{{*}}{name}") for name in ("title", "language", "date")}
    assert "living systematic review" in (text["title"] or "")
    # A draft says so on its first page.
    with zipfile.ZipFile(book) as archive:
        page = etree.fromstring(archive.read("EPUB/text/title_page.xhtml"))
    assert WATERMARK in " ".join("".join(page.itertext()).split())
    assert text["language"] == "en-GB"
    assert (text["date"] or "").startswith("2026-11-22")
    creators = [element.text for element in package.iter("{*}creator")]
    assert creators[:2] == ["Ann Bea Exampleton", "Carl Musterfrau"]


def test_pictures_of_the_book_are_described_and_tables_are_tables(
    book: Path, package: SubmissionReport
) -> None:
    pages = chapters(book)
    pictures = [image for page in pages for image in page.iter(f"{XHTML}img")]
    assert len(pictures) == pictures_of(package.submission)
    assert all(len(image.get("alt", "")) > 60 for image in pictures)
    tables = [table for page in pages for table in page.iter(f"{XHTML}table")]
    assert len(tables) > 7
    assert all(table.find(f"{XHTML}caption") is not None for table in tables)
    headings = [heading.text for heading in pages[0].iter(f"{XHTML}h1")]
    assert headings == ["Abstract"]


def test_links_of_the_book_lead_somewhere(book: Path) -> None:
    with zipfile.ZipFile(book) as archive:
        names = [name for name in archive.namelist() if "/text/" in name]
        pages = {Path(name).name: etree.fromstring(archive.read(name)) for name in names}
    ids = {name: {e.get("id") for e in page.iter()} for name, page in pages.items()}
    checked = 0
    for name, page in pages.items():
        for link in page.iter(f"{XHTML}a"):
            address = link.get("href", "")
            if ":" in address:
                continue
            file, _, target = address.partition("#")
            assert target in ids[file or name], address
            checked += 1
    assert checked > 10


def test_the_book_is_the_same_every_time(
    submission_for: Callable[..., Submission], book: Path, tmp_path: Path
) -> None:
    (again,) = write_epub(submission_for(), tmp_path)
    assert again.read_bytes() == book.read_bytes()


@pytest.mark.skipif(shutil.which("epubcheck") is None, reason="needs epubcheck")
def test_epubcheck_finds_nothing(book: Path) -> None:
    program = shutil.which("epubcheck") or ""
    # Debian's is a program for the kernel's jar loader, which containers lack.
    with Path(program).open("rb") as file:
        is_jar = file.read(2) == b"PK"
    # The quick compiler: the program runs for a moment only.
    command = ["java", "-XX:TieredStopAtLevel=1", "-jar", program] if is_jar else [program]
    done = subprocess.run([*command, str(book)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_pdf_claims_no_standard_without_what_it_asks_for(package: SubmissionReport) -> None:
    """Has a PDF that says PDF/UA, which Typst checked, still its tags, language and title?"""
    pages = list(package.folder.rglob("*.pdf"))
    assert pages
    for path in pages:
        content = path.read_bytes()
        # PDF/A was never checked.
        assert b"pdfaid" not in content
        if b"pdfuaid" in content:
            catalog: Any = PdfReader(path).trailer["/Root"]
            assert catalog["/MarkInfo"]["/Marked"]
            assert catalog["/StructTreeRoot"]
            assert catalog["/Lang"]
            assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
            assert b"<dc:title>" in content
