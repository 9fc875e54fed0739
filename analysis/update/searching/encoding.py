"""From the bytes of an export to its text: databases, Excel and old programs write differently.

One odd byte decides nothing for the rest: what is valid UTF-8 stays so, and the lines that are not
are read by themselves and named.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from analysis.update.searching.export_record import broken, listed_lines

_NOT_TEXT = {
    b"PK\x03\x04": "an Excel workbook or a zip file",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a compressed file",
}
_AGAIN = "Export the records again as RIS, or save the table as CSV UTF-8."
# The first level of GB 2312: the 3 755 signs of every day, which begin with these letters.
_COMMON_CHINESE = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]")
_RUNS = re.compile(rb"(?:[\xa1-\xf7][\xa1-\xfe])+")
_LETTERS = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_HIGH = re.compile(rb"[\x80-\xff]")
# Text damaged on its way has one now and then; a file of another kind is full of them.
_MOST_ZEROS = 0.02
_LOST = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file.

    Attributes
    ----------
    text
        With line feeds at the ends of its lines.
    encoding
        How most of it was read, for the report of the import.
    notes
        Lines that were read in another way, each with what became of it.
    """

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, file: str) -> Decoded:
    """Read an export as text.

    Parameters
    ----------
    data
        Content of the file.
    file
        Its name for messages.

    Raises
    ------
    DataProblems
        If the file is empty or is not text.
    """
    for start, name in _NOT_TEXT.items():
        if data.startswith(start):
            broken(file, None, f"This is {name}, not an export of records.", _AGAIN)
    found = _text(data, file)
    text = found.text
    if "\n" not in text:  # the line ends of old Macintosh programs, which Excel still offers
        text = text.replace("\r", "\n")
    if not text.strip():
        broken(file, None, "The file is empty.", "Export the records again.")
    return Decoded(text, found.encoding, found.notes)


def _text(data: bytes, file: str) -> Decoded:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _is_bare_utf16(data):
        name = "utf-16" if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-16-le"
        try:
            return Decoded(data.decode(name), "UTF-16")
        except UnicodeDecodeError:
            broken(file, None, "The file breaks off within a letter.", "Download it again.")
    if b"\x00" in data:
        line = data[: data.index(b"\x00")].count(b"\n") + 1
        if data.count(b"\x00") > _MOST_ZEROS * len(data):
            broken(file, line, "This line is not text.", f"The file is damaged. {_AGAIN}")
        rest = _text(data.replace(b"\x00", b""), file)
        note = f"Line {line}: a byte without a meaning (zero) was left out, here or further on."
        return Decoded(rest.text, rest.encoding, (*rest.notes, note))
    try:
        return Decoded(data.decode("utf-8-sig"), "UTF-8")
    except UnicodeDecodeError:
        return _mixed(data)


def _mixed(data: bytes) -> Decoded:
    """Read a file some of whose lines are not UTF-8."""
    lines = data.removeprefix(codecs.BOM_UTF8).split(b"\n")
    odd = [number for number, line in enumerate(lines) if not _is_utf8(line)]
    chinese = _is_chinese([lines[number] for number in odd])
    strange = set(odd)
    mixed = any(not line.isascii() for number, line in enumerate(lines) if number not in strange)
    # Letters of UTF-8 do not come about by chance: one stray byte stands among them.
    mixed = mixed or (not chinese and _is_mostly_utf8(b"\n".join(lines[n] for n in odd)))
    # A line of a file in UTF-8 keeps what is UTF-8 in it; only its odd bytes are something else.
    read = _chinese if chinese else _patched if mixed else _western
    texts = [line.decode() if line.isascii() else "" for line in lines]
    for number, line in enumerate(lines):
        if not line.isascii():
            texts[number] = read(line) if not mixed or number in strange else line.decode()
    name = "GB 2312" if chinese else "Windows-1252"
    notes: list[str] = []
    if mixed:
        notes.append(
            f"{listed_lines(odd)} {'is' if len(odd) == 1 else 'are'} not UTF-8 as the rest of the "
            f"file: read as {name}, for example: {_around(texts[odd[0]], lines[odd[0]])}."
        )
    lost = [number for number, text in enumerate(texts) if _LOST in text]
    if lost:
        notes.append(f"{listed_lines(lost)}: letters that cannot be read became {_LOST}.")
    return Decoded("\n".join(texts), "UTF-8" if mixed else name, tuple(notes))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_mostly_utf8(text: bytes) -> bool:
    return sum(map(len, _LETTERS.findall(text))) > len(_HIGH.findall(text)) / 2


def _western(line: bytes) -> str:
    # The five bytes without a letter in cp1252 become a mark instead of stopping the import.
    return line.decode("cp1252", "replace")


def _chinese(line: bytes) -> str:
    return line.decode("gb2312", "replace")


def _patched(line: bytes) -> str:
    """Read a line as UTF-8 as far as it is, its other bytes as Windows-1252."""
    found: list[str] = []
    while line:
        try:
            return "".join(found) + line.decode()
        except UnicodeDecodeError as error:
            found += [line[: error.start].decode(), _western(line[error.start : error.start + 1])]
            line = line[error.start + 1 :]
    return "".join(found)


def _is_chinese(lines: list[bytes]) -> bool:
    """Say whether lines are Chinese: Western accents that stand in pairs by chance are not.

    Chinese writes several signs in a row, most of them among the common ones; `Größe` and `créée`
    in Windows-1252 give one rare sign each.
    """
    joined = b"\n".join(lines)
    try:
        joined.decode("gb2312")
    except UnicodeDecodeError:
        return False
    runs = _RUNS.findall(joined)
    signs = sum(len(run) // 2 for run in runs)
    in_rows = sum(len(run) // 2 for run in runs if len(run) > 2)
    common = sum(
        bool(_COMMON_CHINESE.fullmatch(run[place : place + 2]))
        for run in runs
        for place in range(0, len(run), 2)
    )
    return in_rows > signs / 2 and common > signs / 2


def _around(text: str, line: bytes) -> str:
    """Show the words about the first letter of a line that is not ASCII."""
    place = next((place for place, byte in enumerate(line) if byte > 0x7F), 0)
    start = max(min(place, len(text)) - 20, 0)
    return f"“{text[start : start + 40].strip()}”"


def _is_bare_utf16(data: bytes) -> bool:
    """Say whether most second bytes of the beginning are 0, as in UTF-16 without its mark."""
    seconds = data[1:400:2]
    return b"\n\x00" in data and seconds.count(0) > 0.8 * len(seconds)
