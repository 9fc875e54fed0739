"""The names of the columns and the rows of a table of statistics, however it was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.audit.columns import estimate_heading
from analysis.audit.findings import UnreadableFile
from schemas.csv_text import BrokenCsv, csv_rows
from schemas.found_tables import below_title, one_heading

if TYPE_CHECKING:
    from schemas.csv_text import Records


def table_rows(text: str, name: str) -> tuple[list[str], Records]:
    """Give the names of the columns, none of them twice, and the rows that hold something.

    Parameters
    ----------
    text : str
        The file's content.
    name : str
        Its name, for messages.

    Raises
    ------
    UnreadableFile
        If it is empty or cannot be taken apart into cells.
    """
    filled = [row for row in _rows(text, name) if any(cell.strip() for cell in row[1])]
    above: list[str] = []
    found = one_heading(list(below_title(filled, above)), above, _with_its_arm)
    return _distinct([cell.strip() for cell in found[0][1]] if found else []), found[1:]


def _with_its_arm(name: str, above: str) -> str:
    """Say of an estimate whose it is, `Crude` or `Adjusted`; a P belongs to the one before it."""
    return f"{above} {name}" if estimate_heading(name) else name


def _rows(text: str, name: str) -> Records:
    """Split a table into lines of cells, by the delimiter that its header has most of."""
    if not text.strip():
        raise UnreadableFile(f"{name}: the file is empty.")
    lines = text.lstrip("\ufeff\r\n \t")
    first = lines.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        return csv_rows(lines, delimiter)
    except BrokenCsv as error:
        what = f"{name}, line {error.line}: not a table of cells. {error.what}"
        raise UnreadableFile(what) from error


def _distinct(headers: list[str]) -> list[str]:
    """Set headings that stand twice apart by blanks, which mean nothing in a name."""
    seen: dict[str, int] = {}
    made: list[str] = []
    for header in headers:
        made.append(header + " " * seen.get(header, 0))
        seen[header] = seen.get(header, 0) + 1
    return made
