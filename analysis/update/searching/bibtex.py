"""BibTeX, as Web of Science, Scopus and reference managers write it."""

from __future__ import annotations

import re
from typing import Any

from analysis.update.searching.export_record import AUTHOR_SEPARATOR, ExportRecord, broken
from analysis.update.searching.tagged import Block, blocks, lines_of

_BEGIN = re.compile(r"^\s*@\s*(\w+)\s*[{(]")
_CITED = frozenset({"cited-references", "references"})
_NOT_ENTRIES = frozenset({"comment", "preamble"})
_TYPES = {
    "article": "journal article",
    "inproceedings": "conference paper",
    "conference": "conference paper",
    "book": "book",
    "incollection": "book chapter",
    "phdthesis": "thesis",
    "unpublished": "unpublished work",
}


def parse(text: str, file: str) -> list[ExportRecord]:
    """Read a BibTeX file; two entries may have the same key, as exports of Scopus do.

    Raises
    ------
    DataProblems
        If it holds no entry, or one that cannot be read.
    """
    found = blocks(lines_of(text), lambda line: _BEGIN.match(line) is not None)
    abbreviations = "\n".join(block.raw for block in found if _kind(block) == "string")
    entries = [block for block in found if _kind(block) not in (*_NOT_ENTRIES, "string")]
    if not entries:
        broken(
            file,
            1,
            "No entry begins in this file: a line such as `@article{…` is missing.",
            "Export the records again in the format BibTeX.",
        )
    return [_record(block, abbreviations, file) for block in entries]


def _kind(block: Block) -> str:
    match = _BEGIN.match(block.lines[0])
    return match[1].lower() if match is not None else ""


def _record(block: Block, abbreviations: str, file: str) -> ExportRecord:
    from pybtex import errors
    from pybtex.database.input.bibtex import Parser, UndefinedMacro
    from pybtex.exceptions import PybtexError

    parser = Parser()
    with errors.capture() as captured:
        try:
            parser.parse_string(abbreviations + "\n" + block.raw)
        except PybtexError as error:
            captured.append(error)
    # A month that is not one of BibTeX's own abbreviations takes nothing from the record.
    serious = [error for error in captured if not isinstance(error, UndefinedMacro)]
    entries = list(parser.data.entries.values())
    if serious or len(entries) != 1:
        detail = str(serious[0]).splitlines()[0].rstrip(".") if serious else "it holds no field"
        broken(
            file,
            block.line,
            f"The entry that begins here cannot be read: {detail}.",
            "Look for a missing bracket or comma, or export the records again as RIS.",
        )
    given = {str(name).lower(): str(value) for name, value in entries[0].fields.items()}
    own = "\n".join(value for name, value in given.items() if name not in _CITED)
    return ExportRecord(block.line, _fields(entries[0], given), block.raw, own)


def _fields(entry: Any, given: dict[str, str]) -> dict[str, str]:
    plain = {name: plain_text(value) for name, value in given.items()}

    def first(*names: str) -> str:
        return next((plain[name] for name in names if plain.get(name)), "")

    return {
        "title": first("title"),
        "authors": AUTHOR_SEPARATOR.join(
            plain_text(_name(person)) for person in entry.persons.get("author", ())
        ),
        "year": first("year", "date"),
        "source_title": first("journal", "journaltitle", "booktitle", "series"),
        "volume": first("volume"),
        "issue": first("number", "issue"),
        "pages": first("pages", "article-number", "art_number", "eid").replace("--", "-"),
        # Underscores and percent signs in a DOI are not LaTeX; Web of Science doubles the braces.
        "doi": given.get("doi", "").replace("\\", "").strip("{} "),
        "pmid": first("pmid", "pubmed_id", "pubmed-id"),
        "abstract": first("abstract"),
        "language": first("language", "langid"),
        "report_type": first("document_type", "type") or _TYPES.get(entry.type.lower(), ""),
    }


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
        plain = str(Text.from_latex(re.sub(r"(?<!\\)%", r"\\%", text)))
    except (PybtexError, ValueError):  # not LaTeX that can be read: the words are still there
        plain = text.replace("{", "").replace("}", "")
    return plain.replace("\\$", "$")
