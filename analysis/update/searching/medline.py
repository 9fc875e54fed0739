"""NBIB, the format in which PubMed and ERIC send records, and Ovid's records with such tags."""

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

# PubMed begins a record with its number, ERIC with its own name.
_BEGINS = (re.compile(r"^PMID *- *\d"), re.compile(r"^OWN *- *ERIC\b"))
_TAG = re.compile(r"^([A-Z][A-Z0-9]{1,4}) *- ?(.*)$")
_WITHIN = re.compile(r"^\s+\S")
_DOI = re.compile(r"^(\S+) \[doi\]$")
_DOI_ADDRESS = re.compile(r"doi\.org/(10\.\S+)")
_PREFERRED = ("FAU", "AU")


def parse(text: str, file: str) -> Parsed:
    """Read an NBIB file.

    Raises
    ------
    DataProblems
        If it holds no record.
    """
    lines = lines_of(text)
    begin = next((sign for sign in _BEGINS if any(map(sign.match, lines))), None)
    if begin is None:
        broken(
            file,
            1,
            "No record begins in this file: a line `PMID- …` is missing.",
            "In PubMed: Send to, Citation manager.",
        )
    found = blocks(lines, lambda line: begin.match(line) is not None)
    strange = [*range(found[0].line - 1), *(n for block in found for n in _loose(block))]
    return Parsed([_record(block) for block in found], tuple(outside(lines, strange)))


def _loose(block: Block) -> list[int]:
    """Give the places in the file of the lines that are in no field: neither tag nor indented."""
    return [
        block.line - 1 + number
        for number, line in enumerate(block.lines)
        if line.strip() and not _TAG.match(line) and not _WITHIN.match(line)
    ]


def _record(block: Block) -> ExportRecord:
    kept = [line for line in block.lines if _TAG.match(line) or _WITHIN.match(line)]
    tags = tags_of(kept, _TAG)
    # Old records have no full names, books no title of an article.
    authors = next((tags[name] for name in _PREFERRED if tags.get(name)), tags.get("CN", []))
    fields = {
        "title": first_filled(tags, "TI", "BTI"),
        "authors": AUTHOR_SEPARATOR.join(authors),
        "year": first_year(first_filled(tags, name) for name in ("DP", "DEP", "EDAT")),
        "source_title": first_filled(tags, "JT", "TA"),
        "volume": first_filled(tags, "VI"),
        "issue": first_filled(tags, "IP"),
        "pages": first_filled(tags, "PG"),
        "doi": _doi(tags),
        "pmid": first_filled(tags, "PMID"),
        "abstract": first_filled(tags, "AB"),
        "language": AUTHOR_SEPARATOR.join(tags.get("LA", ())),
        "report_type": AUTHOR_SEPARATOR.join(tags.get("PT", ())),
    }
    return ExportRecord(block.line, fields, block.raw, block.raw)


def _doi(tags: dict[str, list[str]]) -> str:
    told = [text for name in ("LID", "AID") for text in tags.get(name, ())]
    found = [match[1] for sign in (_DOI, _DOI_ADDRESS) for t in told if (match := sign.search(t))]
    return next(iter(found), "")
