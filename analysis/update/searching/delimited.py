"""Tables of databases and reference managers, their columns known by name.

Names as in exports of PubMed, Embase, Web of Science, Scopus, Cochrane (CENTRAL), EBSCOhost,
Zotero, Rayyan, Covidence, Lens, Dimensions, OpenAlex, Publish or Perish, SpringerLink,
ClinicalTrials.gov and ICTRP; compared without capitals, signs and the s of a plural, so that what
a spreadsheet or R made of them is known too. A column that is not known is named.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.update.searching.citation_line import from_embase, from_pubmed
from analysis.update.searching.column_names import COLUMN_NAMES, plain_name
from analysis.update.searching.export_record import (
    AUTHOR_SEPARATOR,
    ExportRecord,
    Parsed,
    broken,
    first_year,
    listed_lines,
    page_range,
)
from analysis.update.searching.registers import REGISTRATION
from schemas.csv_text import BrokenCsv, csv_rows
from schemas.vocabulary import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

_BY_FIELD = {field: tuple(map(plain_name, names)) for field, names in COLUMN_NAMES.items()}
_KNOWN = {name: field for field, names in _BY_FIELD.items() for name in names}
_CITED = frozenset(map(plain_name, ("references", "cited references", "cr")))
# Read besides the fields: a remark of Zotero, PubMed's place of publication, and the numbers of
# trials, which are looked for in the whole record.
_READ_TOO = frozenset(map(plain_name, ("extra", "citation", "nct number", "trialid", "trial id")))
_DATABASE_NAMES = (
    *("scopus", "web of science", "wos", "pubmed", "medline", "embase", "crossref", "openalex"),
    *("google scholar", "cochrane", "central", "cinahl", "psycinfo", "lens", "dimensions"),
)
_DATABASES = frozenset(map(plain_name, _DATABASE_NAMES))
# Signs of a register: the column of its numbers, and what the records are called.
_REGISTERS = {plain_name("nct number"): "ClinicalTrials.gov", plain_name("trialid"): "ICTRP"}
# SpringerLink writes authors without a sign between them: "Jane DoeRichard B. Roe".
_RUN_TOGETHER = plain_name("item title")
_SEAM = re.compile(r"(?<=[a-zà-öø-ÿ])(?<!\bMc)(?<!\bMac)(?<!\b[DL]e)(?<!\bDi)(?=[A-ZÀ-ÖØ-Þ])")
# A remark of Zotero that begins with the number.
_EXTRA_PMID = re.compile(r"^PMID:\s*(\d{1,9})\b", re.MULTILINE)
# Embase writes the search, a line of hyphens and an empty line above the names of the columns.
_LINES_ABOVE = 60
# The last line of a table that counts its lines: "Total: 12 records", "n = 12".
_A_TOTAL = re.compile(
    r"(?:grand |sub)?(?:total|sum|count|n|number)(?: number)?(?: of)?"
    r"(?: (?:record|result|article|item)s?)?\s*[:=]?\s*\d[\d.,]*"
    r"(?: (?:record|result|article|item)s?)?",
    re.IGNORECASE,
)
# What some programs write for the form of a file where others name the kind of work.
_FORMS_OF_FILES = frozenset(("pdf", "html", "doc", "docx", "epub", "full text"))
# One of these and another known one: less is not a table of records.
_NEEDED_COLUMNS = 2
_DELIMITERS = (",", "\t", ";")


def looks_delimited(text: str) -> bool:
    """Say whether the first line names columns of records."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    return _delimiter(first) is not None or _is_upright(first)


def parse(text: str, file: str) -> Parsed:
    """Read a table with a line of column names, or Embase's form with a field in each line.

    Raises
    ------
    DataProblems
        If the columns are not known, or a row does not fit them.
    """
    above, first, text = _from_header(text)
    delimiter = _delimiter(first)
    if delimiter is None and _is_upright(first):
        return Parsed(_upright(_rows(text, ",", file, above)))
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
    rows = _rows(text, delimiter, file, above, quoted=delimiter != "\t" or '"' in first)
    return _table(rows, file)


def _from_header(text: str) -> tuple[int, str, str]:
    """Find the names of the columns.

    Returns
    -------
    above, header, table
        How many lines stand above it, the line itself (the first line with text where none names
        columns), and the text from there on.
    """
    lines = text.split("\n")
    for number, line in enumerate(lines[:_LINES_ABOVE]):
        if _delimiter(line) is not None or _is_upright(line):
            return number, line, "\n".join(lines[number:])
    return 0, next((line for line in lines if line.strip()), ""), text


def _delimiter(header: str) -> str | None:
    """Find the sign under which most columns are known."""
    counts = {sign: len(_columns(_cells(header, sign))) for sign in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda sign: counts[sign])
    titled = any(_KNOWN.get(plain_name(cell)) == "title" for cell in _cells(header, best))
    return best if counts[best] >= _NEEDED_COLUMNS and titled else None


def _is_upright(first: str) -> bool:
    cells = _cells(first, ",")
    return len(cells) > 1 and plain_name(cells[0]) == "title" and len(_columns(cells)) == 1


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        rows = csv_rows(line.strip("\r\ufeff"), delimiter, strict=False)
    except BrokenCsv:  # a carriage return within, or a cell without end: no line of a table
        return []
    return rows[0][1] if rows else []


def _columns(cells: Sequence[str]) -> dict[int, str]:
    return {
        place: plain_name(cell) for place, cell in enumerate(cells) if plain_name(cell) in _KNOWN
    }


def _nearest(header: str) -> str:
    cells = [cell.strip().lower() for cell in _cells(header, ",")]
    wanted = [name for names in COLUMN_NAMES.values() for name in names]
    return next((hint for cell in cells if (hint := did_you_mean(cell, wanted))), "")


def _rows(
    text: str, delimiter: str, file: str, above: int, *, quoted: bool = True
) -> list[tuple[int, list[str]]]:
    try:
        rows = csv_rows(text, delimiter, quoted=quoted)
    except BrokenCsv as error:
        hint = "Download the export again; if you saved it with a spreadsheet, use the original."
        broken(file, above + error.line, error.what, hint)
    return [(above + line, cells) for line, cells in rows]


def _table(rows: list[tuple[int, list[str]]], file: str) -> Parsed:
    filled = [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]
    (header_line, header), *body = filled
    if not body:
        broken(file, header_line, "The table has column names and no record.", "Export it again.")
    found: list[ExportRecord] = []
    ragged: list[tuple[int, int]] = []
    strange: list[int] = []
    for line, cells in body:
        told = [cell.strip() for cell in cells if cell.strip()]
        if cells == header or (len(told) == 1 and _A_TOTAL.fullmatch(told[0])):
            strange.append(line)
            continue
        extra = any(cell.strip() for cell in cells[len(header) :])
        if extra or len(cells) < len(header) - 1:
            ragged.append((line, len(cells)))
            continue
        named = [
            (header[place].strip(), cell)
            for place, cell in enumerate(cells[: len(header)])
            if cell.strip()
        ]
        found.append(_record(line, named))
    changed = "The file was changed or breaks off. Use the export as it was downloaded."
    if ragged and (len(ragged) > len(found) or ragged[-1][0] == body[-1][0]):
        line, cells = ragged[0]
        what = f"This row has {cells} cells, the table has {len(header)} columns."
        broken(file, line, what, changed)
    notes: list[str] = []
    if strange:
        where = listed_lines(strange, 0)
        notes.append(f"{where}: the headings again, or a count of the rows; not read as a record.")
    if ragged:
        where = listed_lines([line for line, _ in ragged], 0)
        notes.append(f"{where}: not {len(header)} cells as in the header, set aside. {changed}")
    unread = [name.strip() for name in header if _unread(name)]
    if unread:
        notes.append(f"Columns that were not read (the kept export has them): {', '.join(unread)}.")
    return Parsed(found, notes)


def _unread(name: str) -> bool:
    plain = plain_name(name)
    return bool(plain) and plain not in _KNOWN and plain not in _READ_TOO | _CITED


def _upright(rows: list[tuple[int, list[str]]]) -> list[ExportRecord]:
    """Read the form in which each line is a field and a record begins with its title."""
    found: list[tuple[int, list[tuple[str, str]]]] = []
    for line, cells in rows:
        name, *values = [cell.strip() for cell in cells] or [""]
        if not name:
            continue
        if plain_name(name) == "title":
            found.append((line, []))
        joined = AUTHOR_SEPARATOR.join(value for value in values if value)
        found[-1][1].append((name, joined))
    return [_record(line, named) for line, named in found]


def _record(line: int, named: list[tuple[str, str]]) -> ExportRecord:
    cells: dict[str, str] = {}
    for name, value in named:
        # R writes NA where a table has nothing, pandas nan.
        if value.strip() not in ("NA", "nan", "NaN", "None"):
            cells.setdefault(plain_name(name), value)
    # The column Source of some tables names the database.
    if plain_name(cells.get("source", "")) in _DATABASES:
        del cells["source"]
    found = {
        field: next((cells[name] for name in names if cells.get(name)), "")
        for field, names in _BY_FIELD.items()
    }
    found["year"] = first_year(cells.get(name, "") for name in _BY_FIELD["year"])
    if _RUN_TOGETHER in cells:
        found["authors"] = AUTHOR_SEPARATOR.join(_SEAM.split(found["authors"]))
    if found["report_type"].strip().casefold() in _FORMS_OF_FILES:
        found["report_type"] = ""
    register = next((name for column, name in _REGISTERS.items() if column in cells), "")
    if register:
        found["source_title"] = found["source_title"] or register
        found["report_type"] = REGISTRATION
    pages = found.pop("pages")
    first, last, article = (found.pop(name) for name in ("first_page", "last_page", "article"))
    found["pages"] = pages or page_range(first, last, article)
    if not found["pmid"] and (extra := _EXTRA_PMID.search(cells.get("extra", ""))):
        found["pmid"] = extra[1]
    # PubMed and Embase write the place of publication in one cell, Embase the journal, too.
    told = {**from_pubmed(cells.get("citation", "")), **from_embase(cells.get("source", ""))}
    if found["source_title"] == cells.get("source"):
        found["source_title"] = told.get("source_title") or found["source_title"]
    found |= {name: found[name] or value for name, value in told.items()}
    raw = "\n".join(f"{name}: {value}" for name, value in named)
    own = "\n".join(value for name, value in cells.items() if name not in _CITED)
    return ExportRecord(line, found, raw, own)
