"""EndNote's `.enw` (Refer), as CNKI, Google Scholar and EndNote itself write it."""

from __future__ import annotations

import re

from analysis.update.searching.export_record import (
    AUTHOR_SEPARATOR,
    ExportRecord,
    Parsed,
    broken,
    first_filled,
    first_year,
)
from analysis.update.searching.tagged import Block, blocks, lines_of, outside, tags_of

_TAG = re.compile(r"^%(\S)(?: +|$)(.*)$")
_BEGIN = re.compile(r"^%0\b")


def parse(text: str, file: str) -> Parsed:
    """Read a file of Refer tags; a record begins with `%0`, or after an empty line without it.

    Raises
    ------
    DataProblems
        If it holds no record.
    """
    lines = lines_of(text)
    typed = any(map(_BEGIN.match, lines))

    def begins(line: str, before: str) -> bool:
        return bool(_BEGIN.match(line)) if typed else bool(_TAG.match(line) and not before.strip())

    starts = {number for number, line in enumerate(lines) if begins(line, lines[number - 1])}
    starts |= {0} if not typed and lines and _TAG.match(lines[0]) else set()
    if not starts:
        broken(
            file,
            1,
            "No record begins in this file: a line `%0 Journal Article` is missing.",
            "Export the records again, best as RIS.",
        )
    numbers = iter(range(len(lines)))
    found = blocks(lines, lambda _: next(numbers) in starts)
    strange = list(range(found[0].line - 1))
    return Parsed([_record(block) for block in found], tuple(outside(lines, strange)))


def _record(block: Block) -> ExportRecord:
    tags = tags_of(block.lines, _TAG)
    fields = {
        "title": first_filled(tags, "T"),
        # CNKI closes each name with a semicolon.
        "authors": AUTHOR_SEPARATOR.join(name.rstrip("; ") for name in tags.get("A", ())),
        "year": first_year(first_filled(tags, name) for name in ("D", "8", "7")),
        "source_title": first_filled(tags, "J", "B"),
        "volume": first_filled(tags, "V"),
        "issue": first_filled(tags, "N"),
        "pages": first_filled(tags, "P"),
        "doi": first_filled(tags, "R")
        or next((text for text in tags.get("U", ()) if "doi.org/10." in text), ""),
        "pmid": first_filled(tags, "M") if "pubmed" in block.raw.lower() else "",
        "abstract": first_filled(tags, "X"),
        "language": first_filled(tags, "G"),
        "report_type": first_filled(tags, "9") or first_filled(tags, "0").lower(),
    }
    return ExportRecord(block.line, fields, block.raw, block.raw)
