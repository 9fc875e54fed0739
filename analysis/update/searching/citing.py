"""A record becomes an entry of the reference list, so that nobody has to write BibTeX."""

from __future__ import annotations

import re
import string
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.storage.changeset import replace_files, writing
from analysis.update.searching.export_record import AUTHOR_SEPARATOR
from analysis.update.searching.search_tables import SearchTables, refuse
from analysis.update.searching.showing import completed
from schemas.problems import DataProblems
from schemas.references import REFERENCES_FILE, read_references

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.update.searching.search_tables import Row

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_DOI = re.compile(r"""\bdoi\s*=\s*[{"]\s*(?:https?://(?:dx\.)?doi\.org/)?([^}"\s]+)""", re.I)
_PMID = re.compile(r"""\bpmid\s*=\s*[{"]?\s*(\d+)""", re.IGNORECASE)
# Words that a citation style must not write in small letters: PD-1, mRECIST, II, hepatitis B.
_CAPITALS = re.compile(
    r"(?<![\w{])(?=[\w-]*[A-Z])(?:[A-Z](?![a-z])[\w-]*|[a-z0-9][\w-]*[A-Z][\w-]*)"
)


@dataclass(frozen=True, slots=True)
class Cited:
    """A new entry of the reference list.

    Attributes
    ----------
    key
        Its citation key.
    entry
        The entry as BibTeX.
    """

    key: str
    entry: str


def cite(root: Path, record_id: str, key: str | None = None) -> Cited:
    """Append the entry of a record to manuscript/references.bib.

    Parameters
    ----------
    root
        The review's folder.
    record_id
        The record; empty fields are filled from its duplicates.
    key
        Citation key; None makes one of the first author and the year, such as Zhou2025, with a
        letter where that is taken.

    Returns
    -------
    Cited

    Raises
    ------
    DataProblems
        If the report is in the list already, the key is taken or not a key, or the record has
        neither authors nor title.
    """
    with writing(root):
        record = completed(SearchTables.read(root), record_id)
        path = root / REFERENCES_FILE
        before = read_references(path)
        if not before.readable or before.problems:
            raise DataProblems(before.problems)
        text = path.read_bytes().decode("utf-8-sig")
        _refuse_known(text, record)
        chosen = _key(record, {name.casefold() for name in before.keys}, key)
        entry = bibtex(chosen, record)
        end = "\r\n" if "\r\n" in text else "\n"
        gap = "" if text.endswith(("\n\n", "\r\n\r\n")) or not text else end
        gap = gap if text.endswith("\n") or not text else end + end
        fresh = text + gap + entry.replace("\n", end)
        replace_files(root, {REFERENCES_FILE: fresh.encode()})
    return Cited(chosen, entry)


def bibtex(key: str, record: Row) -> str:
    """Write a record as an entry of BibTeX.

    Parameters
    ----------
    key
        Its citation key.
    record
        Columns of records.csv.
    """
    from pybtex.database import BibliographyData, Entry

    meeting = "conference" in record["report_type"].lower()
    kind = "article" if record["source_title"] else "misc"
    fields = {
        "title": _CAPITALS.sub(lambda match: "{" + match[0] + "}", _braceless(record["title"])),
        "journal": _braceless(record["source_title"]),
        "year": _braceless(record["year"]),
        "volume": _braceless(record["volume"]),
        "number": _braceless(record["issue"]),
        "pages": re.sub(r"(?<=\w)[-–](?=\w)", "--", _braceless(record["pages"]), count=1),
        "doi": _braceless(record["doi"]),
        "pmid": _braceless(record["pmid"]),
        "note": "Conference abstract" if meeting else "",
    }
    kept = {name: value for name, value in fields.items() if value}
    entry = Entry(kind, fields=kept, persons={"author": _persons(record["authors"])})
    written = BibliographyData({key: entry}).to_string("bibtex").replace("\r\n", "\n")
    # A DOI is no LaTeX, and pybtex leaves the sign with which LaTeX begins mathematics.
    written = re.sub(r"(?<!\\)\$", r"\\$", written)
    doi = re.compile(r'(?m)^( +doi = ").*(",?)$')
    written = doi.sub(lambda match: match[1] + fields["doi"] + match[2], written)
    return written.strip("\n") + "\n"


def _persons(authors: str) -> list[Any]:
    from pybtex.database import Person

    found = []
    for name in authors.split(AUTHOR_SEPARATOR):
        family, _, given = (_braceless(part).strip() for part in name.partition(","))
        if given:
            found.append(Person(last="{" + family + "}" if " " in family else family, first=given))
        elif family:
            # A group or a name whose parts are not told: printed as it stands.
            found.append(Person(last="{" + family + "}" if " " in family else family))
    return found


def _braceless(text: str) -> str:
    return text.replace("{", "(").replace("}", ")").replace("\\", "/")


def _refuse_known(text: str, record: Row) -> None:
    for name, pattern, value in (("DOI", _DOI, record["doi"]), ("PMID", _PMID, record["pmid"])):
        for match in pattern.finditer(text):
            if value and match[1].lower() == value:
                line = text.count("\n", 0, match.start()) + 1
                refuse(
                    REFERENCES_FILE,
                    value,
                    f"A report with this {name} is in the reference list already: line {line}.",
                    "Use the key of that entry.",
                )
    if not record["title"] and not record["authors"]:
        refuse(
            "data/records.csv",
            record["record_id"],
            "This record has neither title nor authors.",
            "Look at the report itself and add its entry by hand.",
        )


def _key(record: Row, taken: set[str], asked: str | None) -> str:
    if asked is not None:
        if not _KEY.fullmatch(asked):
            what, hint = "This cannot be a citation key.", "Write letters and digits: Zhou2025."
            refuse(REFERENCES_FILE, asked, what, hint)
        if asked.casefold() in taken:
            what = "This citation key is taken."
            hint = "Choose another one, or leave --key out."
            refuse(REFERENCES_FILE, asked, what, hint)
        return asked
    stem = _plain(record["authors"].split(",")[0].split(AUTHOR_SEPARATOR)[0])
    stem = stem or _plain(record["title"].split(" ")[0]) or "Record"
    stem = stem if stem[0].isalpha() else f"R{stem}"
    letters = ["", *string.ascii_lowercase]
    names = (f"{stem}{record['year']}{a}{b}" for a in letters for b in letters)
    return next(name for name in names if name.casefold() not in taken)


def _plain(text: str) -> str:
    """Write a name without accents, spaces and signs."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]", "", ascii_text)
