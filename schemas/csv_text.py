"""Files of text and tables from anywhere, opened with limits: one opener for every command."""

from __future__ import annotations

import csv
import errno
import io
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

#: Rows of a file: the line on which each begins, and its cells.
Records: TypeAlias = list[tuple[int, list[str]]]
#: No export or table of a review is as large; more would fill the memory.
LARGEST_FILE = 400_000_000
# Excel's sheets end at 16,384 columns; an abstract with its full text fits into a cell.
MOST_COLUMNS = 20_000
LONGEST_CELL = 10_000_000


class BrokenCsv(Exception):  # noqa: N818 - named for what the user reads
    """A text that cannot be taken apart into rows and cells.

    Attributes
    ----------
    line
        Where the row begins, counted from 1.
    what
        One sentence that says why.
    """

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line
        self.what = what


def content_of(path: Path, largest: int = LARGEST_FILE) -> bytes:
    """Read a file, but never more than any file of its kind holds.

    Parameters
    ----------
    path
        A file, or what gives bytes without an end, such as a device.
    largest
        Bytes that it may hold.

    Raises
    ------
    OSError
        If it cannot be read, or holds more.
    """
    with path.open("rb") as file:
        content = file.read(largest + 1)
    if len(content) > largest:
        why = f"it holds more than {largest // 1_000_000} MB"
        raise OSError(errno.EFBIG, why, str(path))
    return content


def csv_rows(
    text: str, delimiter: str = ",", *, quoted: bool = True, strict: bool = True
) -> Records:
    """Take a text apart into rows of cells.

    Parameters
    ----------
    text
        With line ends of any kind.
    delimiter
        What separates the cells.
    quoted
        Whether quotation marks keep a cell together.
    strict
        Whether a quotation mark inside a cell is an error.

    Returns
    -------
    list of tuple
        The line on which each row begins, counted from 1, and its cells; also rows without any.

    Raises
    ------
    BrokenCsv
        If quotation marks do not fit together, or a row or a cell is larger than any is.
    """
    for number, line in enumerate(text.splitlines(), start=1):
        if line.count(delimiter) >= MOST_COLUMNS:
            raise BrokenCsv(number, f"The row has more than {MOST_COLUMNS:,} cells.")
    previous = csv.field_size_limit(LONGEST_CELL)
    quoting = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, strict=strict
    )
    rows: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for cells in reader:
            rows.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        raise BrokenCsv(start, _why(str(error))) from None
    finally:
        csv.field_size_limit(previous)
    return rows


def _why(said: str) -> str:
    if "unexpected end" in said:
        return "A quotation mark opens here and is never closed."
    if "expected after" in said:
        return "A quotation mark stands inside a cell, so the end of the cell is not clear."
    if "field limit" in said:
        return f"A cell has more than {LONGEST_CELL:,} characters."
    return "The row cannot be taken apart into cells."
