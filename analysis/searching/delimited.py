"""Tables of PubMed, Embase, Web of Science, Scopus and Cochrane, their columns known by name."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from analysis.searching.export_record import (
    AUTHOR_SEPARATOR,
    ExportRecord,
    broken,
    page_range,
)
from schemas.vocabulary import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Names of columns in small letters, the better source first.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "article title", "document title", "primary title", "ti"),
    "authors": (
        "author full names",
        "authors",
        "author(s)",
        "author names",
        "author",
        "af",
        "au",
    ),
    "year": ("publication year", "year", "py", "yr", "date of publication", "early access date"),
    "source_title": (
        "source title",
        "journal/book",
        "journal",
        "journal title",
        "publication title",
        "source",
        "so",
    ),
    "volume": ("volume", "vl"),
    "issue": ("issue", "issue number", "is"),
    "pages": ("pages", "page range"),
    "first_page": ("page start", "first page", "start page", "beginning page", "bp"),
    "last_page": ("page end", "last page", "end page", "ending page", "ep"),
    "article": ("art. no.", "article number", "ar"),
    "doi": ("doi", "di"),
    "pmid": ("pmid", "pubmed id", "medline pmid", "pm"),
    "abstract": ("abstract", "ab"),
    "language": (
        "language of original document",
        "article language",
        "language of article",
        "language",
        "la",
    ),
    "report_type": ("document type", "publication type", "study type", "dt", "report_type"),
}
_KNOWN = {name: field for field, names in _NAMES.items() for name in names}
_KNOWN |= {field: field for field in ("source_title", "report_type")}
# One of these and another known one: less is not a table of records.
_NEEDED_COLUMNS = 2
_DELIMITERS = (",", "\t", ";")
# Full texts of abstracts are longer than csv's own limit of 131 072 characters only in error.
_LONGEST_CELL = 1_000_000


def looks_delimited(text: str) -> bool:
    """Say whether the first line names columns of records."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    return _delimiter(first) is not None or _is_upright(first)


def parse(text: str, file: str) -> list[ExportRecord]:
    """Read a table with a line of column names, or Embase's form with a field in each line.

    Raises
    ------
    DataProblems
        If the columns are not known, or a row does not fit them.
    """
    if text.split("\n", 1)[0].strip().lower() in ("sep=,", "sep=;", "sep=\\t"):
        text = "\n" + text.split("\n", 1)[-1]
    first = next((line for line in text.split("\n") if line.strip()), "")
    delimiter = _delimiter(first)
    if delimiter is None and _is_upright(first):
        return _upright(_rows(text, ",", file))
    if delimiter is None:
        broken(
            file,
            1,
            "The columns of this table are not known.",
            f"{_nearest(first)}A table of records needs at least Title and one of Authors, Year, "
            "DOI in its first line. Or export the records again as RIS.",
            first.strip(),
        )
    # Web of Science's tab-delimited text has quotation marks that mean nothing.
    rows = _rows(text, delimiter, file, quoted=delimiter != "\t" or '"' in first)
    return _table(rows, file)


def _delimiter(header: str) -> str | None:
    """Find the sign under which most columns are known."""
    counts = {sign: len(_columns(_cells(header, sign))) for sign in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda sign: counts[sign])
    titled = any(_KNOWN.get(_plain(cell)) == "title" for cell in _cells(header, best))
    return best if counts[best] >= _NEEDED_COLUMNS and titled else None


def _is_upright(first: str) -> bool:
    cells = _cells(first, ",")
    return len(cells) > 1 and _plain(cells[0]) == "title" and len(_columns(cells)) == 1


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line.strip("\r\ufeff")], delimiter=delimiter), [])
    except csv.Error:  # a carriage return within, or a cell without end: no line of a table
        return []


def _plain(name: str) -> str:
    return name.strip().strip('"').lower()


def _columns(cells: Sequence[str]) -> dict[int, str]:
    return {place: _plain(cell) for place, cell in enumerate(cells) if _plain(cell) in _KNOWN}


def _nearest(header: str) -> str:
    cells = [_plain(cell) for cell in _cells(header, ",")]
    return next((hint for cell in cells if (hint := did_you_mean(cell, _KNOWN))), "")


def _rows(
    text: str, delimiter: str, file: str, *, quoted: bool = True
) -> list[tuple[int, list[str]]]:
    previous = csv.field_size_limit(_LONGEST_CELL)
    quoting = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, strict=True
    )
    rows: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for cells in reader:
            rows.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        unclosed = "unexpected end" in str(error)
        broken(
            file,
            start,
            "A quotation mark opens in this row and is never closed: the file breaks off."
            if unclosed
            else "This row cannot be taken apart into cells.",
            "Download the export again; if you saved it with a spreadsheet, use the original.",
        )
    finally:
        csv.field_size_limit(previous)
    return rows


def _table(rows: list[tuple[int, list[str]]], file: str) -> list[ExportRecord]:
    filled = [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]
    (header_line, header), *body = filled
    if not body:
        broken(file, header_line, "The table has column names and no record.", "Export it again.")
    found = []
    for line, cells in body:
        extra = any(cell.strip() for cell in cells[len(header) :])
        if extra or len(cells) < len(header) - 1:
            broken(
                file,
                line,
                f"This row has {len(cells)} cells, the table has {len(header)} columns.",
                "The file was changed or breaks off. Use the export as it was downloaded.",
            )
        named = [
            (header[place].strip(), cell)
            for place, cell in enumerate(cells[: len(header)])
            if cell.strip()
        ]
        found.append(_record(line, named))
    return found


def _upright(rows: list[tuple[int, list[str]]]) -> list[ExportRecord]:
    """Read the form in which each line is a field and a record begins with its title."""
    found: list[tuple[int, list[tuple[str, str]]]] = []
    for line, cells in rows:
        name, *values = [cell.strip() for cell in cells] or [""]
        if not name:
            continue
        if _plain(name) == "title":
            found.append((line, []))
        joined = AUTHOR_SEPARATOR.join(value for value in values if value)
        found[-1][1].append((name, joined))
    return [_record(line, named) for line, named in found]


def _record(line: int, named: list[tuple[str, str]]) -> ExportRecord:
    cells: dict[str, str] = {}
    for name, value in named:
        cells.setdefault(_plain(name), value)
    found = {
        field: next((cells[name] for name in (*names, field) if cells.get(name)), "")
        for field, names in _NAMES.items()
    }
    pages = found.pop("pages")
    first, last, article = (found.pop(name) for name in ("first_page", "last_page", "article"))
    found["pages"] = pages or page_range(first, last, article)
    raw = "\n".join(f"{name}: {value}" for name, value in named)
    return ExportRecord(line, found, raw)
