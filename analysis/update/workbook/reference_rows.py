"""The rows of the sheet `references`: their forms, and the text they become."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.update.workbook.bibliography import canonical
from analysis.update.workbook.places import found_at
from analysis.update.workbook.plan import REFERENCES, Sheet
from schemas.tables.fields import ID_FORM, ID_PATTERN
from schemas.vocabulary import list_hint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.update.workbook.reading import Book, SheetRow, SheetRows

_DOI = re.compile(r"10\.\d{4,9}/[^\s{}\\%]*[^\s.,;:{}\\%]")
# "van der Doe JA" and "Doe J.-P.": the initials stand behind.
_FAMILY_INITIALS = re.compile(r"([^\W\d_][^\d,;]*?)\s+((?:[A-ZÀ-Ý]\.?-?){1,4})")
_PMID = re.compile(r"\d{1,8}")
_YEAR = re.compile(r"(19|20)\d{2}")


def settle_references(book: Book, sheet: Sheet) -> None:
    """Check the forms of the sheet `references` and write its rows as they will be read back.

    Parameters
    ----------
    book
        What was read; its rows and problems are changed.
    sheet
        The plan of the sheet.
    """
    filled = book.sheets.get(REFERENCES)
    if filled is None:
        return
    settled: list[SheetRow] = []
    for row in filled.rows:
        cells = {column: row.cells.get(column, "") for column in sheet.columns}
        _settle_authors(book, filled, row.number, cells)
        if not any(cells.values()) or row.remove == "yes":
            settled.append(row)
            continue
        found = list(_problems(sheet, cells, filled.unread, row.number))
        # The other cells are used all the same, so that one slip does not bring other messages.
        usable = cells | {column: "" for column, _, _ in found if column != "citation_key"}
        try:
            usable = canonical(usable)
        except ValueError:
            what = "The authors cannot be taken apart into names."
            hint = "Write Zhou, Jian; Bai, Li: one comma in each name, semicolons between."
            found.append(("authors", what, hint))
            usable = canonical(usable | {"authors": ""})
        for column, what, hint in found:
            place = filled.place(row.number, column)
            value = cells[column] or None
            book.found.append(
                found_at(book.name, place, f"reference-{column}", what, hint, value=value)
            )
            filled.unread.add((row.number, column))
        if re.match(ID_PATTERN, usable["citation_key"]):
            settled.append(replace(row, cells=usable))
    filled.rows = settled


def _settle_authors(book: Book, filled: SheetRows, number: int, cells: dict[str, str]) -> None:
    """Write authors as PubMed prints them with a comma in each name, and say so."""
    written = cells["authors"]
    names = pubmed_names(written)
    if names is None:
        return
    cells["authors"] = names
    what = f"{written} was read as {names}."
    hint = "Look whether that is right."
    if names.endswith("; others"):
        hint = 'The list ends with "et al.": add the others if the journal wants them.'
    place = filled.place(number, "authors")
    rule = "workbook-read-as"
    book.found.append(found_at(book.name, place, rule, what, hint, severity="warning"))


def pubmed_names(text: str) -> str | None:
    """Read `Giaccone G, Kim C, et al.`: family names with initials, and commas between them.

    Returns
    -------
    str or None
        `Giaccone, G; Kim, C; others`; None for a text of another form.
    """
    plain = re.sub(r"\s+(?:and|und|&)\s+", ", ", text.strip().rstrip("."))
    names = [name.strip() for name in re.split(r"[,;]", plain) if name.strip()]
    others = bool(names) and names[-1].casefold().rstrip(".") in {"et al", "others", "u.a"}
    persons = [_FAMILY_INITIALS.fullmatch(name) for name in names[: len(names) - others]]
    if not persons or not all(persons):
        return None
    found = [f"{person[1]}, {person[2]}" for person in persons if person is not None]
    return "; ".join([*found, *(["others"] if others else [])])


def _problems(
    sheet: Sheet, cells: dict[str, str], unread: set[tuple[int, str]], row: int
) -> Iterator[tuple[str, str, str]]:
    for field in sheet.fields:
        if field.required and not cells[field.name] and (row, field.name) not in unread:
            yield field.name, "The cell is empty, but must be filled.", field.description + "."
    kind, key, doi = cells["type"], cells["citation_key"], cells["doi"]
    if key and not re.match(ID_PATTERN, key):
        yield "citation_key", "This name cannot be used.", f"Write {ID_FORM}: Zhou2025."
    if kind and not re.fullmatch("[a-z]+", kind):
        yield "type", "This is not in the closed list.", list_hint(kind, sheet.field("type").closed)
    if doi and not _DOI.fullmatch(doi):
        within = _DOI.search(doi)
        alone = f"Write the DOI alone: {within[0]}." if within else "It begins with 10."
        yield "doi", "This DOI does not have the right form.", alone
    if cells["pmid"] and not _PMID.fullmatch(cells["pmid"]):
        yield "pmid", "This is not a number of PubMed.", "Write its digits alone: 40349716."
    if cells["year"] and not _YEAR.fullmatch(cells["year"]):
        yield "year", "This is not a year.", "Write four digits: 2025."
    if "@" in cells["authors"]:
        yield "authors", "There is an @ in the authors.", "Write the names alone."
