"""RIS, as Embase, Scopus, Web of Science, Cochrane and reference managers write it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.update.searching.export_record import (
    AUTHOR_SEPARATOR,
    ExportRecord,
    Parsed,
    broken,
    first_filled,
    first_year,
    page_range,
)
from analysis.update.searching.tagged import Block, lines_of, outside, tags_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# The first and the last line of a record; "ER - positive tumours" is neither.
_ENDS = re.compile(r"^(?:TY([ \t]*)-[ \t]*\w+|ER([ \t]*)-)\s*$")
_SMALL_TYPE = re.compile(r"^ty[ \t]*-", re.MULTILINE)
_SMALL_TAG = re.compile(r"^([a-z][a-z0-9])(?=[ \t]*-)", re.MULTILINE)
_BLANKS = 2  # as the format wants them before the hyphen
# The tags in use; where a file writes fewer blanks, "IL-6" at the beginning of a line is none.
_TAGS = (
    "TY ER A1 A2 A3 A4 AB AD AN AU AV BT C1 C2 C3 C4 C5 C6 C7 C8 CA CL CN CP CT CY DA DB DI DO DP "
    "ED EP ET ID IS J1 J2 JA JF JO KW L1 L2 L3 L4 LA LB LK M1 M2 M3 N1 N2 NO NV OP PB PM PY RN RP "
    "SE SN SO SP ST T1 T2 T3 TA TI TT U1 U2 U3 U4 U5 UR VL VO Y1 Y2"
)
_TITLES = ("TI", "T1", "CT", "BT", "TT")
_PMID = re.compile(r"\b(?:PMID|PubMed(?: ID)?|Medline)\b[\s:]*(\d{5,9})\b", re.IGNORECASE)
_PMID_ADDRESS = re.compile(r"pubmed(?:\.ncbi\.nlm\.nih\.gov)?/(\d{5,9})\b")
# A remark that says nothing else first, as Zotero writes it.
_PMID_REMARK = re.compile(r"PMID:\s*(\d{5,9})\b")
_DOI_TOLD = re.compile(r"doi\b[\s:]*10\.\d|https?://(?:dx\.)?doi\.org/10\.", re.IGNORECASE)
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


def parse(text: str, file: str) -> Parsed:
    """Read an RIS file: a record is what stands before a line `ER`, wherever its `TY` is.

    Raises
    ------
    DataProblems
        If it holds no record, or breaks off within the last one.
    """
    if _SMALL_TYPE.search(text):
        text = _SMALL_TAG.sub(lambda match: match[1].upper(), text)
    lines = lines_of(text)
    tag = _tag_of(lines)
    found, strange = _cut(lines, tag)
    records = [_record(block, tag) for block in found]
    whole = [record for record in records if record is not None]
    if not whole:
        broken(
            file,
            1,
            "No record begins in this file: a line `TY  - …` is missing.",
            "Export the records again in the format RIS.",
        )
    # Some programs close no record at all; if only the last one is open, the rest is missing.
    if not found[-1].closed and any(block.closed for block in found):
        broken(
            file,
            found[-1].line,
            "The last record begins here and has no end (`ER  -`): the file breaks off.",
            "Download the export again, so that no record is lost.",
        )
    for block, record in zip(found, records, strict=True):
        if record is None:
            strange += range(block.line - 1, block.line - 1 + len(block.lines))
    return Parsed(whole, tuple(outside(lines, sorted(strange))))


def _tag_of(lines: list[str]) -> re.Pattern[str]:
    """Learn from `TY` and `ER` how many blanks stand before the hyphens of this file."""
    ends = [match for line in lines if (match := _ENDS.match(line))]
    blanks = [len(match[1] or match[2] or "") for match in ends]
    least = min(blanks, default=1)
    names = "[A-Z][A-Z0-9]" if least >= _BLANKS else "|".join(_TAGS.split())
    return re.compile(rf"^({names})[ \t]{{{min(least, _BLANKS)},}}-(.*)$")


def _cut(lines: list[str], tag: re.Pattern[str]) -> tuple[list[Block], list[int]]:
    """Cut a file into records; also give the places of the lines in none of them."""
    found: list[Block] = []
    strange: list[int] = []
    start: int | None = None
    typed = False
    for number, line in enumerate(lines):
        match = tag.match(line)
        if match is None:
            if start is None:
                strange.append(number)
            continue
        name = match[1]
        if name == "TY" and typed and start is not None:
            found.append(Block(start + 1, lines[start:number], closed=False))
            start = None
        if name == "TY" and start is not None and _is_apart(lines[start:number], tag):
            strange += range(start, number)
            start = None
        if start is None and name != "ER":
            start, typed = number, False
        typed = typed or name == "TY"
        if name == "ER" and start is not None:
            found.append(Block(start + 1, lines[start : number + 1]))
            start = None
    if start is not None:
        found.append(Block(start + 1, lines[start:], closed=False))
    return found, strange


def _is_apart(lines: list[str], tag: re.Pattern[str]) -> bool:
    """Whether lines above a `TY` are no part of its record, such as Ovid's search strategy."""
    found = [tag.match(line) for line in lines]
    titled = any(match is not None and match[1] in _TITLES for match in found)
    return not titled and None in found


def _record(block: Block, tag: re.Pattern[str]) -> ExportRecord | None:
    """Read a record; None for tags that have neither a type nor a title, or only a type."""
    tags = tags_of(block.lines, tag)
    told = any(text for name in tags if name not in ("TY", "ER") for text in tags[name])
    if not told or ("TY" not in tags and not first_filled(tags, *_TITLES)):
        return None
    kind = next((text for text in tags.get("M3", ()) if not _DOI_TOLD.match(text)), "")
    dates = [text for name in ("PY", "Y1", "DA", "C6", "EY", "DP") for text in tags.get(name, ())]
    fields = {
        "title": first_filled(tags, *_TITLES),
        "authors": AUTHOR_SEPARATOR.join([*tags.get("AU", ()), *tags.get("A1", ())]),
        "year": first_year(dates),
        "source_title": first_filled(tags, "JF", "T2", "JO", "JA", "J2", "SO"),
        "volume": first_filled(tags, "VL", "VO"),
        "issue": first_filled(tags, "IS"),
        "pages": page_range(*(first_filled(tags, *names) for names in (["SP"], ["EP"], ["C7"]))),
        "doi": first_filled(tags, "DO", "DI") or _doi_address(tags),
        "pmid": _pmid(tags, block.raw),
        "abstract": first_filled(tags, "AB", "N2"),
        "language": first_filled(tags, "LA"),
        "report_type": kind or _TYPES.get(first_filled(tags, "TY"), ""),
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
    # Older programs had no tag for it.
    told = (text for name in ("M3", "N1", "M1") for text in tags.get(name, ()))
    return next((text for text in told if _DOI_TOLD.match(text)), "")


def _pmid(tags: dict[str, list[str]], raw: str) -> str:
    database = " ".join(first_filled(tags, name) for name in ("DB", "DP")).lower().strip()
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
