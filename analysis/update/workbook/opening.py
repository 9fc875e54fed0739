"""Opens a workbook that somebody sends: only a plain .xlsx, nothing in it is run or followed."""

from __future__ import annotations

import io
import re
import warnings
from html import unescape
from typing import TYPE_CHECKING

from analysis.storage.foreign_files import Archive, UnusableFile
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook

_SAVE_AS = 'In Excel: File, Save As, file type "Excel Workbook (.xlsx)".'
# A form with thousands of rows unpacks to a few MB; a file that unpacks to more is no form.
_LARGEST_UNPACKED = 200_000_000
_MOST_CELLS = 3_000_000
_LARGEST_SPREAD = 200_000
# The old Excel format and encrypted files both are OLE containers.
_OLE = b"\xd0\xcf\x11\xe0"
# The other dialect of .xlsx that Excel offers; openpyxl finds no sheet in it.
_STRICT = b"http://purl.oclc.org/ooxml/"
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_ENCODING = re.compile(rb"""^[^<]*<\?xml[^>]*\bencoding\s*=\s*["']([^"']*)""")
_RANGES = re.compile(
    rb"""<(?:\w+:)?(?:mergeCell|hyperlink)\s[^>]*?\bref\s*=\s*["']([^"']{3,99})["']"""
)
_CELLS = re.compile(rb"<(?:\w+:)?(?:c|si|row)[\s>/]")
_RAISED = b'vertAlign val="superscript"'
_HIGH = str.maketrans("0123456789abcdefg", "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍ")


def open_workbook(path: Path) -> tuple[Workbook, list[str]]:
    """Open a workbook.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    workbook, notes
        The workbook with formulas as they are written, not their values; and what stands in it
        that is not read.

    Raises
    ------
    DataProblems
        If it is no readable .xlsx file; the message says what it is instead.
    """
    from openpyxl import load_workbook

    if path.name.startswith("~$"):
        stem = path.name.removeprefix("~$")
        raise _refused(path, "This is the lock file of Excel.", f"Read {stem} itself.")
    _check_kind(path)
    notes = _check_parts(path)
    raised = _has_raised(path)
    locks = (f"~${path.name}", f".~lock.{path.name}#")
    if any((path.parent / lock).exists() for lock in locks):
        notes.append(f"{path.name} seems to be open: what is not saved yet was not read.")
    content = io.BytesIO(path.read_bytes())  # of a damaged file openpyxl would leave a handle open
    try:
        with warnings.catch_warnings():
            # openpyxl warns of what it drops: extensions, pictures. None of that is data.
            warnings.simplefilter("ignore")
            workbook = load_workbook(content, keep_vba=False, keep_links=False, rich_text=raised)
            if raised:
                _write_raised(workbook)
    except Exception as error:
        # A damaged file can fail anywhere in openpyxl; to the user all of it is one mistake.
        what = "The workbook is damaged or was not written by a spreadsheet."
        hint = f"Open it in Excel, and save it again. {_SAVE_AS}"
        raise _refused(path, what, hint) from error
    return workbook, notes


def _has_raised(path: Path) -> bool:
    """Say whether letters of a cell are set high, which its plain text does not show."""
    archive = Archive(path, _LARGEST_UNPACKED)
    texts = [n for n in archive.names if n == "xl/sharedStrings.xml" or "worksheets/" in n]
    return any(_RAISED in archive.read(name) for name in texts)


def _write_raised(workbook: Workbook) -> None:
    """Write letters that are set high as the letters of Unicode that are high themselves."""
    from openpyxl.cell.rich_text import CellRichText, TextBlock

    for page in workbook.worksheets:
        for cell in page._cells.values():
            if isinstance(cell.value, CellRichText):
                parts = (
                    str(part).translate(_HIGH)
                    if isinstance(part, TextBlock) and part.font.vertAlign == "superscript"
                    else str(part)
                    for part in cell.value
                )
                page[cell.coordinate] = "".join(parts)


def _refused(path: Path, what: str, hint: str) -> DataProblems:
    return DataProblems(
        [Problem(path.name, None, None, None, what, hint, "error", "workbook-kind")]
    )


def _check_kind(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except FileNotFoundError:
        raise _refused(path, "There is no such file.", "Look at the name and folder.") from None
    except OSError as error:
        what = f"The file cannot be opened ({error.strerror})."
        raise _refused(path, what, "Is it open in another program?") from None
    if start.startswith(_OLE):
        what = "This is a workbook in the old format .xls, or it has a password."
        raise _refused(path, what, f"Take the password away, and save it again. {_SAVE_AS}")
    if not start:
        raise _refused(path, "The file is empty.", "Is this the right file?")
    if not start.startswith(b"PK\x03\x04"):
        what = "This is not an Excel workbook."
        hint = f"A CSV file is opened in Excel first. {_SAVE_AS}"
        raise _refused(path, what, hint)


def _check_parts(path: Path) -> list[str]:
    try:
        archive = Archive(path, _LARGEST_UNPACKED)
        names = archive.names
        if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:200]:
            hint = f'In LibreOffice: File, Save As, "Excel 2007-365 (.xlsx)". {_SAVE_AS}'
            raise _refused(path, "This is an OpenDocument file (.ods).", hint)
        if any(name.endswith(".iwa") for name in names):
            hint = "In Numbers: File, Export To, Excel."
            raise _refused(path, "This is a file of Numbers.", hint)
        if "[Content_Types].xml" not in names or not any(n.startswith("xl/") for n in names):
            raise _refused(path, "This is not an Excel workbook.", _SAVE_AS)
        if any(name.lower().endswith(".bin") and "vba" in name.lower() for name in names):
            what = "The workbook holds macros, which are never run here."
            raise _refused(path, what, f"Save it without macros. {_SAVE_AS}")
        if "xl/workbook.xml" in names and _STRICT in archive.read("xl/workbook.xml")[:4096]:
            what = 'The workbook was saved as "Strict Open XML Spreadsheet".'
            raise _refused(path, what, _SAVE_AS)
        cells = 0
        for _, content in archive.read_all(names):
            cells += _check_markup(path, content)
            if cells > _MOST_CELLS:
                what = "The file holds more cells than any extraction form."
                raise _refused(path, what, "Have a new form written, and copy the values into it.")
    except UnusableFile as error:
        what = f"The workbook is damaged or was not written by a spreadsheet. {error.what}"
        raise _refused(path, what, "Ask for it again, or open and save it in Excel.") from error
    notes = []
    if any(name.startswith("xl/externalLinks/") for name in names):
        notes.append("The workbook has links to other workbooks; they were not followed.")
    if any(name.startswith(("xl/media/", "xl/charts/")) for name in names):
        notes.append("Pictures and charts in the workbook were not read.")
    return notes


def _check_markup(path: Path, content: bytes) -> int:
    """Refuse what Excel never writes, and what makes a small file endless; count the cells."""
    again = "Open it in Excel, and save it again."
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and content[:2] not in _UTF_16:
        return 0  # a picture
    # Declarations stand before the first element.
    start = content[:4096]
    told = _ENCODING.search(start)
    foreign = told is not None and told[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")
    if any(word in start for word in _DECLARATIONS) or start[:2] in _UTF_16 or foreign:
        raise _refused(path, "The file holds XML that no spreadsheet writes.", again)
    # For each cell of such a range openpyxl makes an object.
    spread = sum(
        _area(unescape(match[1].decode("utf-8", "replace"))) for match in _RANGES.finditer(content)
    )
    if spread > _LARGEST_SPREAD:
        what = "Merged cells or links are spread over more cells than any form has."
        raise _refused(path, what, f"Undo the merge. {again}")
    return len(_CELLS.findall(content))


def _area(reference: str) -> int:
    """Count the cells of ``A1:C3``; whole columns and rows are as large as a sheet."""
    from openpyxl.utils import range_boundaries

    try:
        left, top, right, bottom = range_boundaries(reference)
    except (ValueError, TypeError):
        return 0  # openpyxl refuses it too
    if left is None or top is None or right is None or bottom is None:
        return _LARGEST_SPREAD + 1
    return max(0, right - left + 1) * max(0, bottom - top + 1)
