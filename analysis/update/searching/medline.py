"""NBIB, the format in which PubMed sends MEDLINE records."""

from __future__ import annotations

import re
from typing import Any

from analysis.update.searching.export_record import AUTHOR_SEPARATOR, ExportRecord, broken
from analysis.update.searching.tagged import Block, blocks, lines_of

_BEGIN = re.compile(r"^PMID- *\d")
_LINE = re.compile(r"^(?:([A-Z]{2,4}) *-| {4,6}) ?")
# nbib refuses a whole record for a date or number of unexpected form, and reading dates is slow.
# It is given only what the table takes; everything else stays in the kept export.
_WANTED = frozenset(
    ("PMID", "TI", "BTI", "FAU", "AU", "CN", "JT", "TA", "DP",
     "VI", "IP", "PG", "LID", "AID", "AB", "LA", "PT")
)  # fmt: skip
_IDENTIFIER = re.compile(r"^(?:LID|AID) *- .* \[[A-Za-z-]+\]$")


def parse(text: str, file: str) -> list[ExportRecord]:
    """Read an NBIB file.

    Raises
    ------
    DataProblems
        If it holds no record, or a line that belongs to no field.
    """
    found = blocks(lines_of(text), lambda line: _BEGIN.match(line) is not None)
    if not found:
        broken(
            file,
            1,
            "No record begins in this file: a line `PMID- …` is missing.",
            "In PubMed: Send to, Citation manager.",
        )
    return [_record(block, file) for block in found]


def _record(block: Block, file: str) -> ExportRecord:
    import nbib
    from nbib.exceptions import MalformedLine, UnknownTagFormat

    try:
        (found,) = nbib.read("\n".join(_wanted_lines(block, file)))
    except (MalformedLine, UnknownTagFormat, ValueError) as error:
        detail = str(error).splitlines()[0]
        broken(
            file,
            block.line,
            f"The record that begins here cannot be read: {detail}",
            "Export it again from PubMed: Send to, Citation manager.",
        )
    return ExportRecord(block.line, _fields(found), block.raw, block.raw)


def _wanted_lines(block: Block, file: str) -> list[str]:
    """Give the lines of the fields that are used, each tag padded to four places."""
    tags = {match[1] for line in block.lines if (match := _LINE.match(line)) and match[1]}
    kept: list[str] = []
    wanted = False
    for number, line in enumerate(block.lines, start=block.line):
        if not line.strip():
            continue
        match = _LINE.match(line)
        if match is None:
            broken(
                file,
                number,
                "This line belongs to no field of a record.",
                "The file is damaged or was changed. Export it again from PubMed.",
                line,
            )
        tag, content = match[1], line[match.end() :]
        if tag is None:
            if wanted:
                kept.append(f"      {content.strip()}")
            continue
        wanted = tag in _WANTED and (tag not in ("LID", "AID") or bool(_IDENTIFIER.match(line)))
        # Old records have no full names, books no title of an article; nbib needs both.
        if tag == "AU" and "FAU" not in tags:
            tag = "FAU"
        if tag == "BTI" and "TI" not in tags:
            tag = "TI"
        if wanted:
            kept.append(f"{tag:<4}- {content.strip()}")
    return [*kept, ""]


def _fields(found: dict[str, Any]) -> dict[str, str]:
    authors = [
        author.get("author", "") or author.get("author_abbreviated", "")
        for author in found.get("authors", ())
    ]
    return {
        "title": found.get("title", ""),
        "authors": AUTHOR_SEPARATOR.join(authors) or found.get("corporate_author", ""),
        "year": str(found.get("publication_date", "")),
        "source_title": found.get("journal", "") or found.get("journal_abbreviated", ""),
        "volume": found.get("journal_volume", ""),
        "issue": found.get("journal_issue", ""),
        "pages": found.get("pages", ""),
        "doi": found.get("doi", ""),
        "pmid": str(found.get("pubmed_id", "")),
        "abstract": found.get("abstract", ""),
        "language": found.get("language", ""),
        "report_type": AUTHOR_SEPARATOR.join(found.get("publication_types", ())),
    }
