"""From the bytes of an export to its text: databases, Excel and old programs write differently."""

from __future__ import annotations

import codecs

from analysis.update.searching.export_record import broken

_NOT_TEXT = {
    b"PK\x03\x04": "an Excel workbook or a zip file",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a compressed file",
}
_AGAIN = "Export the records again as RIS, or save the table as CSV UTF-8."


def decode(data: bytes, file: str) -> tuple[str, str]:
    """Read an export as text.

    Parameters
    ----------
    data
        Content of the file.
    file
        Its name for messages.

    Returns
    -------
    text, encoding
        The encoding is named for the report of the import.

    Raises
    ------
    DataProblems
        If the file is empty or is not text.
    """
    for start, name in _NOT_TEXT.items():
        if data.startswith(start):
            broken(file, None, f"This is {name}, not an export of records.", _AGAIN)
    text, encoding = _text(data, file)
    if "\n" not in text:  # the line ends of old Macintosh programs, which Excel still offers
        text = text.replace("\r", "\n")
    if not text.strip():
        broken(file, None, "The file is empty.", "Export the records again.")
    return text, encoding


def _text(data: bytes, file: str) -> tuple[str, str]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _is_bare_utf16(data):
        name = "utf-16" if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-16-le"
        try:
            return data.decode(name), "UTF-16"
        except UnicodeDecodeError:
            broken(file, None, "The file breaks off within a letter.", "Download it again.")
    if b"\x00" in data:
        line = data[: data.index(b"\x00")].count(b"\n") + 1
        broken(file, line, "This line is not text.", f"The file is damaged. {_AGAIN}")
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        # Strict pairs of high bytes: Western text with single accents is never taken for it.
        return data.decode("gb2312"), "GB 2312"
    except UnicodeDecodeError:
        # The five bytes without a letter in cp1252 become a mark instead of stopping the import.
        return data.decode("cp1252", "replace"), "Windows-1252"


def _is_bare_utf16(data: bytes) -> bool:
    """Say whether most second bytes of the beginning are 0, as in UTF-16 without its mark."""
    seconds = data[1:400:2]
    return b"\n\x00" in data and seconds.count(0) > 0.8 * len(seconds)
