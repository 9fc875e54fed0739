"""Ovid's plain text: a number, then the name of each field on a line and its text below it."""

from __future__ import annotations

import re

from analysis.update.searching.citation_line import from_ovid
from analysis.update.searching.export_record import (
    AUTHOR_SEPARATOR,
    ExportRecord,
    Parsed,
    broken,
    first_filled,
    first_year,
)
from analysis.update.searching.tagged import Block, blocks, lines_of, outside, tags_of

_BEGIN = re.compile(r"^(?:<\d+>|\d+\.)\s*$")
# Names stand at the margin, their texts are indented.
_TAG = re.compile(r"^([A-Z][A-Za-z/() -]{1,60}?)\s*$()")
_LISTS = frozenset({"Authors", "Author", "Authors Full Name", "Authors Full Name."})


def parse(text: str, file: str) -> Parsed:
    """Read an export in Ovid's format *Text*.

    Raises
    ------
    DataProblems
        If it holds no record.
    """
    lines = lines_of(text)
    found = blocks(lines, lambda line: _BEGIN.match(line) is not None)
    records = [_record(block) for block in found]
    whole = [record for record in records if record.fields["title"]]
    if not whole:
        broken(
            file,
            1,
            "No record begins in this file: a line `<1>` with the line `Title` below is missing.",
            "Export the records again, best as RIS.",
        )
    strange = list(range(found[0].line - 1))
    return Parsed(records, tuple(outside(lines, strange)))


def _record(block: Block) -> ExportRecord:
    tags = tags_of(block.lines[1:], _TAG, _LISTS)
    # The line of a name holds no text itself.
    tags = {name: [text for text in texts if text] for name, texts in tags.items()}
    source = first_filled(tags, "Source")
    place = from_ovid(source)
    fields = {
        "title": first_filled(tags, "Title"),
        "authors": _authors(tags),
        "year": first_year(
            (place.get("year", ""), *(first_filled(tags, n) for n in _YEARS), source)
        ),
        "source_title": place.get("source_title", "")
        or first_filled(tags, "Journal Name", "Journal", "NLM Journal Name"),
        "volume": place.get("volume", ""),
        "issue": place.get("issue", ""),
        "pages": place.get("pages", ""),
        "doi": first_filled(tags, "Digital Object Identifier", "DOI"),
        "pmid": _pmid(tags),
        "abstract": first_filled(tags, "Abstract"),
        "language": first_filled(tags, "Language"),
        "report_type": AUTHOR_SEPARATOR.join(tags.get("Publication Type", ())),
    }
    return ExportRecord(block.line, fields, block.raw, block.raw)


_YEARS = ("Year of Publication", "Publication Year", "Date of Publication")


def _authors(tags: dict[str, list[str]]) -> str:
    """Give the names: each on a line, or `Doe J. Roe RB.` in one."""
    for name in ("Authors Full Name", "Authors", "Author"):
        told = [text.rstrip(".") for text in tags.get(name, ()) if text]
        if len(told) == 1 and "," not in told[0]:
            told = [part.strip() for part in re.split(r"\.\s+(?=[A-Z])", told[0])]
        if told:
            return AUTHOR_SEPARATOR.join(told)
    return ""


def _pmid(tags: dict[str, list[str]]) -> str:
    number = first_filled(tags, "PMID", "PubMed ID")
    told = first_filled(tags, "Unique Identifier")
    # MEDLINE's own records are numbered as PubMed numbers them; Embase's numbers are longer.
    return number or (told if re.fullmatch(r"\d{5,8}", told) else "")
