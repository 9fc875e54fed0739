"""RIS, as Embase, Scopus, Web of Science, Cochrane and reference managers write it."""

from __future__ import annotations

import re

from analysis.searching.export_record import (
    AUTHOR_SEPARATOR,
    ExportRecord,
    broken,
    first_filled,
    page_range,
)
from analysis.searching.tagged import Block, blocks, lines_of, ris_tags

_BEGIN = re.compile(r"^TY  -")
_END = re.compile(r"^ER  -")
_PMID = re.compile(r"\b(?:PMID|PubMed(?: ID)?|Medline)\b[\s:]*(\d{5,9})\b", re.IGNORECASE)
_PMID_ADDRESS = re.compile(r"pubmed(?:\.ncbi\.nlm\.nih\.gov)?/(\d{5,9})\b")
_BARE_PMID = re.compile(r"\d{7,9}")
# Tags in which each database writes the number in PubMed without saying so.
_PMID_TAGS = (("scopus", "C2"), ("embase", "C5"), ("medline", "AN"), ("pubmed", "AN"))
_TYPES = {
    "JOUR": "journal article",
    "JFULL": "journal article",
    "EJOUR": "journal article",
    "CONF": "conference paper",
    "CPAPER": "conference paper",
    "ABST": "abstract",
    "BOOK": "book",
    "CHAP": "book chapter",
    "THES": "thesis",
    "RPRT": "report",
    "UNPB": "unpublished work",
}


def parse(text: str, file: str) -> list[ExportRecord]:
    """Read an RIS file.

    Raises
    ------
    DataProblems
        If it holds no record, or breaks off within the last one.
    """
    found = blocks(lines_of(text), lambda line: _BEGIN.match(line) is not None)
    if not found:
        broken(
            file,
            1,
            "No record begins in this file: a line `TY  - …` is missing.",
            "Export the records again in the format RIS.",
        )
    closed = [any(_END.match(line) for line in block.lines) for block in found]
    # Some programs close no record at all; if only the last one is open, the rest is missing.
    if not closed[-1] and any(closed[:-1]):
        broken(
            file,
            found[-1].line,
            "The last record begins here and has no end (`ER  -`): the file breaks off.",
            "Download the export again, so that no record is lost.",
        )
    return [_record(block) for block in found]


def _record(block: Block) -> ExportRecord:
    tags = ris_tags(block)
    fields = {
        "title": first_filled(tags, "TI", "T1", "CT", "BT"),
        "authors": AUTHOR_SEPARATOR.join([*tags.get("AU", ()), *tags.get("A1", ())]),
        "year": first_filled(tags, "PY", "Y1", "DA"),
        "source_title": first_filled(tags, "JF", "T2", "JO", "JA", "J2"),
        "volume": first_filled(tags, "VL"),
        "issue": first_filled(tags, "IS"),
        "pages": page_range(*(first_filled(tags, *names) for names in (["SP"], ["EP"], ["C7"]))),
        "doi": first_filled(tags, "DO", "DI") or _doi_address(tags),
        "pmid": _pmid(tags),
        "abstract": first_filled(tags, "AB", "N2"),
        "language": first_filled(tags, "LA"),
        "report_type": first_filled(tags, "M3") or _TYPES.get(first_filled(tags, "TY"), ""),
    }
    return ExportRecord(block.line, fields, block.raw)


def _doi_address(tags: dict[str, list[str]]) -> str:
    """Find the DOI that some exports give only as an address."""
    for name in ("UR", "L2", "LK", "L3"):
        for text in tags.get(name, ()):
            if "doi.org/10." in text:
                return text
    return ""


def _pmid(tags: dict[str, list[str]]) -> str:
    database = first_filled(tags, "DB", "DP").lower()
    for name, tag in _PMID_TAGS:
        told = first_filled(tags, tag)
        if name in database and _BARE_PMID.fullmatch(told):
            return told
    for name, values in tags.items():
        if name in ("AB", "N2", "TI", "T1"):
            continue
        for text in values:
            match = _PMID.search(text) or _PMID_ADDRESS.search(text)
            if match is not None:
                return match[1]
    return first_filled(tags, "PM")
