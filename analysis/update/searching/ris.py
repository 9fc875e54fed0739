"""RIS, as Embase, Scopus, Web of Science, Cochrane and reference managers write it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.update.searching.export_record import (
    AUTHOR_SEPARATOR,
    ExportRecord,
    broken,
    first_filled,
    page_range,
)
from analysis.update.searching.tagged import Block, blocks, lines_of, ris_tags

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEGIN = re.compile(r"^TY  -")
_END = re.compile(r"^ER  -")
_PMID = re.compile(r"\b(?:PMID|PubMed(?: ID)?|Medline)\b[\s:]*(\d{5,9})\b", re.IGNORECASE)
_PMID_ADDRESS = re.compile(r"pubmed(?:\.ncbi\.nlm\.nih\.gov)?/(\d{5,9})\b")
# A remark that says nothing else first, as Zotero writes it.
_PMID_REMARK = re.compile(r"PMID:\s*(\d{5,9})\b")
_BARE_PMID = re.compile(r"\d{7,9}")
# The number of the record itself in the address of a library's link resolver (Ovid).
_PMID_RESOLVER = re.compile(r"info:pmid/(\d{5,9})\b")
# Tags in which each database writes the number in PubMed without saying so. NLM is the provider
# that EndNote names for a record of PubMed; Ovid writes the number as its own `ID`.
_PMID_TAGS = (
    ("scopus", "C2"),
    ("embase", "C5"),
    ("medline", "AN"),
    ("medline", "ID"),
    ("pubmed", "AN"),
    ("nlm", "AN"),
)
# Where a record may name its own PubMed number: remarks and lists of references name others, too.
_PMID_PLACES = ("AN", "C1", "C2", "C3", "C5", "ID", "PM", "U1", "U2", "UR", "L1", "L2", "L3", "LK")
_REMARKS = ("M1", "M2", "N1")
_OVID_MEDLINE = re.compile(r"ovid\S*[?&]D=(?:med|ppez|prem|pmnm)", re.IGNORECASE)
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
        "pmid": _pmid(tags, block.raw),
        "abstract": first_filled(tags, "AB", "N2"),
        "language": first_filled(tags, "LA"),
        "report_type": first_filled(tags, "M3") or _TYPES.get(first_filled(tags, "TY"), ""),
    }
    return ExportRecord(block.line, fields, block.raw, "\n".join(_own(tags)))


def _own(tags: dict[str, list[str]]) -> Iterator[str]:
    """Give the texts of a record without its references (Scopus: N1, Ovid's PsycInfo: M1)."""
    for name, values in tags.items():
        for text in values:
            listed = name in _REMARKS and (
                text.startswith("References:") or "doi.org/" in text or "pubmed" in text.lower()
            )
            if name != "CR" and not listed:
                yield text


def _doi_address(tags: dict[str, list[str]]) -> str:
    """Find the DOI that some exports give only as an address."""
    for name in ("UR", "L2", "LK", "L3"):
        for text in tags.get(name, ()):
            if "doi.org/10." in text:
                return text
    return ""


def _pmid(tags: dict[str, list[str]], raw: str) -> str:
    database = " ".join(first_filled(tags, name) for name in ("DB", "DP")).lower()
    if not database and any(_OVID_MEDLINE.search(text) for text in tags.get("L2", ())):
        database = "medline"
    for name, tag in _PMID_TAGS:
        told = first_filled(tags, tag)
        if name in database and _BARE_PMID.fullmatch(told):
            return told
    resolver = _PMID_RESOLVER.search(raw)
    if resolver is not None:
        return resolver[1]
    for name in _PMID_PLACES:
        for text in tags.get(name, ()):
            match = _PMID.search(text) or _PMID_ADDRESS.search(text)
            if match is not None:
                return match[1]
    told = [_PMID_REMARK.match(text) for name in _REMARKS for text in tags.get(name, ())]
    remark = next((match[1] for match in told if match is not None), "")
    return remark or first_filled(tags, "PM")
