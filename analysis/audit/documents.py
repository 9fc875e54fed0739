"""A file to audit: a table, a plain text or a PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.audit.findings import UnreadableFile
from analysis.audit.prose_reading import Page, read_prose
from analysis.audit.table_reading import read_table
from schemas.csv_text import content_of

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.audit.claims import Claim
    from analysis.audit.findings import Unparsed

_TABLES = (".csv", ".tsv", ".tab")
_OFFICE = {
    ".xlsx": "Save the sheet as CSV (UTF-8) and audit that file.",
    ".xls": "Save the sheet as CSV (UTF-8) and audit that file.",
    ".ods": "Save the sheet as CSV (UTF-8) and audit that file.",
    ".docx": "Save the document as plain text or PDF and audit that file.",
    ".doc": "Save the document as plain text or PDF and audit that file.",
}


@dataclass(frozen=True, slots=True)
class Document:
    """What was read of a file."""

    claims: tuple[Claim, ...]
    unparsed: tuple[Unparsed, ...]
    is_prose: bool


def read_document(path: Path) -> Document:
    """Read whatever the file's name says it is.

    Raises
    ------
    UnreadableFile
        If it is missing, not text, encrypted, or holds nothing to audit.
    """
    name = path.as_posix()
    suffix = path.suffix.casefold()
    if suffix in _OFFICE:
        raise UnreadableFile(f"{name}: this kind of file is not read. {_OFFICE[suffix]}")
    try:
        content = content_of(path)
    except OSError as error:
        raise UnreadableFile(f"{name}: cannot be opened ({error.strerror}).") from error
    if content.startswith(b"%PDF") or suffix == ".pdf":
        prose = read_prose(_pdf_pages(path))
    else:
        text = _text(content, name)
        if suffix in _TABLES:
            table = read_table(text, name)
            return Document(table.claims, table.unparsed, is_prose=False)
        prose = read_prose([Page("", text)])
    if not prose.claims and not prose.unparsed:
        raise UnreadableFile(
            f"{name}: no statistics were found in the text. Expected are results such as "
            '"33.8% (95% CI: 26.8–40.7, I² = 78.7%, P = .000)"; a scanned PDF has no text.'
        )
    return Document(prose.claims, prose.unparsed, is_prose=True)


def _text(content: bytes, name: str) -> str:
    if b"\x00" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFile(f"{name}: not a text file. A table as CSV, a text or a PDF is read.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    else:
        # What is not UTF-8 mostly comes from a spreadsheet on Windows.
        encodings = ("utf-8-sig", "cp1252", "latin-1")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(f"{name}: the text cannot be decoded. Save it as UTF-8.")


def _pdf_pages(path: Path) -> list[Page]:
    from analysis.storage.foreign_files import UnusableFile, pdf_pages

    name = path.as_posix()
    try:
        with pdf_pages(path) as reader:
            return [
                Page(f"page {i}, ", page.extract_text())
                for i, page in enumerate(reader.pages, start=1)
            ]
    except UnusableFile as error:
        hint = "Open it in a viewer and save it again."
        raise UnreadableFile(f"{name}: {error.what} {hint}") from error
