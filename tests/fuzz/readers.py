"""Every reader of files that people send, with files to begin from."""

from __future__ import annotations

import gzip
import io
import json
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis.audit.findings import UnreadableFile
from analysis.storage.foreign_files import UnusableFile
from schemas.problems import DataProblems
from tests.conftest import ROOT

# What a reader may say; anything else is a fault.
REFUSALS = (DataProblems, UnreadableFile, UnusableFile)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RIS = (
    b"TY  - JOUR\nTI  - A title\nAU  - Example, A.\nPY  - 2026\nVL  - 1\nDO  - 10.5555/a\nER  - \n"
)
_NBIB = b"PMID- 1\nTI  - A title\nFAU - Example, A\nDP  - 2026 Jan\nAID - 10.5555/a [doi]\n"
_BIBTEX = (
    b"@article{key, title = {A {T}itle}, author = {Example, A}, year = 2026, doi = {10.5/a}}\n"
)
_ENDNOTE = (
    b"<xml><records><record><titles><title>A title</title></titles><contributors><authors>"
    b"<author>Example, A</author></authors></contributors><dates><year>2026</year></dates>"
    b"</record></records></xml>"
)
_POOL = b"study,events,n\nA,1,10\nB,5,20\nC,9,31\n"
_CLAIMS = (
    b"claim_id,outcome,estimate,unit,ci_low,ci_high,events,n,k\n"
    b"c1,ORR,33.8,percent,20.1,47.5,15,45,3\n"
)
_TEXT = b"The response rate was 33.8% (95% CI 26.1 to 41.5; I2 = 45%, P = 0.12), 15/45 (33.3%).\n"
_CASES = json.dumps(
    [{"id": "a", "kind": "rma", "measure": "GEN", "args": {}, "data": {"yi": [1, 2], "vi": [1, 1]}}]
).encode()


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads a file, and files that it can read.

    Attributes
    ----------
    read
        Called with a path that holds the file.
    ending
        Of the file's name.
    seeds
        Sound files.
    """

    read: Callable[[Path], object]
    ending: str
    seeds: tuple[bytes, ...]


def _archive(*parts: tuple[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts:
            archive.writestr(name, text)
    return buffer.getvalue()


@cache
def _workbook() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["study", "events"])
    sheet.append(["A", 1])
    sheet.merge_cells("A3:B3")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@cache
def _pdf() -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _word() -> bytes:
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc>'
    body = (
        '<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr>'
        '<w:ins w:author="A" w:date="2026-01-10T00:00:00Z">'
        "<w:r><w:rPr><w:b/></w:rPr><w:t>Text</w:t></w:r></w:ins></w:p>"
        f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>"
    )
    return _archive(
        ("word/document.xml", f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>')
    )


def _feedback(path: Path) -> object:
    from analysis.journal.feedback.word_document import read_paragraphs, read_parts

    return read_paragraphs(read_parts(path))


def _workbook_of(path: Path) -> object:
    from analysis.update.workbook.opening import open_workbook

    return open_workbook(path)


def _yaml(path: Path) -> object:
    from schemas.protocol_file import read_protocol

    return read_protocol(path)


def _front_matter(path: Path) -> object:
    from schemas.paper_settings import read_front_matter

    return read_front_matter(path.parent, path.read_bytes().decode("utf-8", "replace"))


def _table(path: Path) -> object:
    from schemas.reading import read_file

    return read_file(path, path.name, ["study", "events", "n"])


def _references(path: Path) -> object:
    from schemas.references import read_references

    return read_references(path)


def _search(path: Path) -> object:
    from analysis.update.searching.exports import read_export

    return read_export(path.read_bytes(), path.name, "auto")


def _registry(path: Path) -> object:
    from analysis.update.registry.export_file import read_export

    return read_export(path)


def _cases(path: Path) -> object:
    from analysis.meta.cases import run_cases
    from analysis.pool.case_files import read_cases

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # as the command does
        return [
            json.dumps(answer, ensure_ascii=False, allow_nan=False).encode()
            for answer in run_cases(read_cases(str(path)))
        ]


def _audit(path: Path) -> object:
    from analysis.audit.report import render_text
    from analysis.audit.run import audit_file

    return render_text(audit_file(path)).encode()


def _provenance(path: Path) -> object:
    from analysis.storage.provenance import read_provenance

    return read_provenance(path)


def _pdf_text(path: Path) -> object:
    from analysis.storage.foreign_files import pdf_pages

    with pdf_pages(path) as reader:
        return [page.extract_text() for page in reader.pages]


_PROTOCOL = (ROOT / "tests/edition-1.0/data/protocol.yml").read_bytes()
_FRONT = (
    b"title: A title\nauthor:\n  - name: A\n    orcid: x\nkeywords: [a, b]\nlang: en\ncsl: a.csl\n"
)
_TRIALS = (ROOT / "tests/update/registry/examples/studies.json").read_bytes()

READERS: dict[str, Reader] = {
    "protocol": Reader(
        _yaml, "yml", (_PROTOCOL[:1500], b"a: &a [1]\nb: [*a, *a]\nc: 2026-01-10\n")
    ),
    "front matter": Reader(_front_matter, "yml", (_FRONT,)),
    "table": Reader(_table, "csv", (_POOL, b'study;events;n\n"A;1";1;2\n')),
    "references": Reader(_references, "bib", (_BIBTEX,)),
    "search": Reader(
        _search, "txt", (_RIS, _NBIB, _BIBTEX, _ENDNOTE, b"Title,Year\nA title,2026\n")
    ),
    "registry": Reader(
        _registry, "json", (_TRIALS[:4000], b"[]", b"NCT Number,Title\nNCT00000001,A\n")
    ),
    "cases": Reader(_cases, "json", (_CASES, gzip.compress(_CASES, mtime=0))),
    "claims": Reader(_audit, "csv", (_CLAIMS,)),
    "text": Reader(_audit, "txt", (_TEXT,)),
    "feedback": Reader(_feedback, "docx", (_word(),)),
    "workbook": Reader(_workbook_of, "xlsx", (_workbook(),)),
    "provenance": Reader(_provenance, "docx", (_archive(("docProps/core.xml", "x")), b"x=1")),
    "pdf": Reader(_pdf_text, "pdf", (_pdf(),)),
}


def attempt(name: str, content: bytes, folder: Path) -> bool:
    """Let a reader read; true if it could, false if it refused with a message.

    Raises
    ------
    Exception
        Whatever else comes out of it: a fault.
    """
    reader = READERS[name]
    path = folder / f"file.{reader.ending}"
    path.write_bytes(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of libraries, about damaged files
            reader.read(path)
    except REFUSALS as refusal:
        str(refusal).encode()  # a message that cannot be printed is none
        return False
    return True
