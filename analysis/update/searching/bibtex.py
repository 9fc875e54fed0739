"""BibTeX, as Web of Science, Scopus and reference managers write it.

Read by a reader of its own: databases write names of fields with blanks, keys with commas or none,
fields twice and entries without a comma, each of which a reader of correct BibTeX refuses. An entry
that cannot be read is set aside and named; the others are read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.update.searching.export_record import (
    AUTHOR_SEPARATOR,
    ExportRecord,
    Parsed,
    broken,
    first_year,
)
from analysis.update.searching.tagged import Block, blocks, lines_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_BEGIN = re.compile(r"^\s*@\s*(\w+)\s*[{(]")
# The name of a field, perhaps of two words (Scopus: `funding_text 1`), before its value.
_FIELD = re.compile(r"([A-Za-z][\w.:+/-]*(?:[ \t]+[\w.-]+)*)\s*=\s*(?=[{\"\w#])")
_BARE = re.compile(r"[^\s,{}\"#]+")
_DRESS = re.compile(
    r"\\(?:text(?:it|bf|rm|sc|tt|sf|up|md|normal|superscript|subscript)|emph|math\w{2,4}|ensuremath"
    r"|mbox|url|path|protect|uppercase|underline|it|bf|em|rm|sc)(?![A-Za-z])\s*"
)
_DOI_ADDRESS = re.compile(r"doi\.org/10\.|^\s*doi\b[\s:]*10\.", re.IGNORECASE)
_CITED = frozenset({"cited-references", "references"})
_NOT_ENTRIES = frozenset({"comment", "preamble", "string"})
_TYPES = {
    "article": "journal article",
    "inproceedings": "conference paper",
    "conference": "conference paper",
    "book": "book",
    "incollection": "book chapter",
    "phdthesis": "thesis",
    "unpublished": "unpublished work",
}


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry: its fields in small letters, the first of a repeated one, and what is wrong."""

    kind: str
    fields: Mapping[str, str]
    wrong: str = ""
    closed: bool = True


def parse(text: str, file: str) -> Parsed:
    """Read a BibTeX file; two entries may have the same key, as exports of Scopus do.

    Raises
    ------
    DataProblems
        If it holds no entry that can be read, or breaks off within the last one.
    """
    found = blocks(lines_of(text), lambda line: _BEGIN.match(line) is not None)
    macros: dict[str, str] = {}
    for block in found:
        if _kind(block) == "string":
            macros |= _entry(block, macros).fields
    entries = [(b, _entry(b, macros)) for b in found if _kind(b) not in _NOT_ENTRIES]
    if not entries:
        broken(
            file,
            1,
            "No entry begins in this file: a line such as `@article{…` is missing.",
            "Export the records again in the format BibTeX.",
        )
    hint = "Look for a missing bracket, or export the records again as RIS."
    damaged = [(block, entry.wrong) for block, entry in entries if entry.wrong]
    if len(damaged) == len(entries):
        block, wrong = damaged[0]
        broken(file, block.line, f"The entry that begins here cannot be read: {wrong}.", hint)
    last, entry = entries[-1]
    if not entry.wrong and not entry.closed:
        what = "The last entry begins here and has no closing bracket: the file breaks off."
        broken(file, last.line, what, "Download the export again, so that no record is lost.")
    notes = tuple(
        f"The entry in line {block.line} cannot be read and was set aside: {wrong}. {hint}"
        for block, wrong in damaged
    )
    return Parsed([_record(block, entry) for block, entry in entries if not entry.wrong], notes)


def _kind(block: Block) -> str:
    match = _BEGIN.match(block.lines[0])
    return match[1].lower() if match is not None else ""


def _entry(block: Block, macros: Mapping[str, str]) -> _Entry:
    """Read the fields of an entry; what stands before the first one is its key."""
    text = block.raw
    begin = _BEGIN.match(text)
    place = 0 if begin is None else begin.end()
    fields: dict[str, str] = {}
    while (match := _FIELD.search(text, place)) is not None:
        # Between two fields stands a comma or nothing; a bracket ends the entry.
        if fields and text[place : match.start()].strip(" \t\r\n,"):
            break
        name = " ".join(match[1].lower().split())
        value, place = _value(text, match.end(), macros)
        if value is None:
            return _Entry(_kind(block), {}, f"the text of {name} has no end")
        fields.setdefault(name, value)
    closed = bool(re.search(r"[})]", text[place:]))
    return _Entry(_kind(block), fields, "" if fields else "it holds no field", closed)


def _value(text: str, place: int, macros: Mapping[str, str]) -> tuple[str | None, int]:
    """Read a value, pieces joined by # among them; None when it does not end."""
    pieces: list[str] = []
    while place < len(text):
        if text[place] in '{"':
            end = _closing(text, place)
            if end is None:
                return None, place
            pieces.append(text[place + 1 : end])
            place = end + 1
        elif (bare := _BARE.match(text, place)) is not None:
            pieces.append(macros.get(bare[0].lower(), bare[0]))
            place = bare.end()
        joined = re.compile(r"\s*#\s*").match(text, place)
        if joined is None:
            break
        place = joined.end()
    return " ".join("".join(pieces).split()), place


def _closing(text: str, place: int) -> int | None:
    """Find the sign that closes the one at a place, brackets within it counted."""
    closes = "}" if text[place] == "{" else '"'
    depth = 0
    for match in re.compile(r"\\.|[{}\"]", re.DOTALL).finditer(text, place + 1):
        sign = match[0]
        if depth == 0 and sign == closes:
            return match.start()
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            return None
    return None


def _record(block: Block, entry: _Entry) -> ExportRecord:
    own = "\n".join(value for name, value in entry.fields.items() if name not in _CITED)
    return ExportRecord(block.line, _fields(entry), block.raw, own)


def _fields(entry: _Entry) -> dict[str, str]:
    given = entry.fields
    plain = {name: plain_text(value) for name, value in given.items() if name not in _CITED}

    def first(*names: str) -> str:
        return next((plain[name] for name in names if plain.get(name)), "")

    return {
        "title": first("title"),
        "authors": AUTHOR_SEPARATOR.join(_names(given.get("author", ""))),
        "year": first_year(plain.get(name, "") for name in ("year", "date")),
        "source_title": first("journal", "journaltitle", "booktitle", "series"),
        "volume": first("volume"),
        "issue": first("number", "issue"),
        "pages": first("pages", "article-number", "art_number", "eid").replace("--", "-"),
        # Underscores and percent signs in a DOI are not LaTeX; Web of Science doubles the braces.
        "doi": (given.get("doi") or _doi_address(given)).replace("\\", "").strip("{} "),
        "pmid": first("pmid", "pubmed_id", "pubmed-id"),
        "abstract": first("abstract"),
        "language": first("language", "langid"),
        "report_type": first("document_type", "type") or _TYPES.get(entry.kind, ""),
    }


def _doi_address(given: Mapping[str, str]) -> str:
    """Find the DOI that stands in an address or a remark only."""
    told = (given.get(name, "") for name in ("url", "ee", "howpublished", "note", "bdsk-url-1"))
    return next((text for text in told if _DOI_ADDRESS.search(text)), "")


def _names(text: str) -> list[str]:
    """Take a list of names apart at its `and`; a name of no known form stays as it is."""
    from pybtex.bibtex.utils import split_name_list
    from pybtex.database import InvalidNameString, Person
    from pybtex.exceptions import PybtexError

    found = []
    for name in split_name_list(text):
        if name.strip("{} ").casefold() == "others":
            continue
        try:
            found.append(plain_text(_name(Person(name))))
        except (InvalidNameString, PybtexError):
            found.append(plain_text(name))
    return found


def _name(person: Any) -> str:
    family = " ".join((*person.prelast_names, *person.last_names))
    given = " ".join((*person.first_names, *person.middle_names))
    return ", ".join(part for part in (family, given, " ".join(person.lineage_names)) if part)


def plain_text(text: str) -> str:
    """Take LaTeX out of a field."""
    if not any(sign in text for sign in "\\{}$~%"):
        return text  # nothing to take out, and the reader of LaTeX is slow
    from pybtex.exceptions import PybtexError
    from pybtex.richtext import Text

    try:
        # An unprotected percent sign begins a comment in LaTeX; databases mean per cent.
        plain = str(Text.from_latex(re.sub(r"(?<!\\)%", r"\\%", _DRESS.sub("", text))))
    except (PybtexError, ValueError):  # not LaTeX that can be read: the words are still there
        plain = text.replace("{", "").replace("}", "")
    return plain.replace("\\$", "$")
