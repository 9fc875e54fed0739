"""XML of EndNote, PubMed and ICTRP, read without entities or anything else that could do harm."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from analysis.update.searching.export_record import AUTHOR_SEPARATOR, ExportRecord, Parsed, broken
from analysis.update.searching.pubmed_xml import pubmed_fields
from analysis.update.searching.registers import ictrp_fields

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_RECORD = re.compile(r"<(?:record|PubmedArticle|PubmedBookArticle|Trial)[\s>]")
# A declaration, and the bare name of PubMed's document type, which brings no entities.
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>|<!DOCTYPE\s+Pubmed\w+\s+(?:PUBLIC|SYSTEM)[^<>\[\]]*>")
# Of the reader's own calls within each other, and far above what any export nests.
_DEEPEST = 100
_CITED = frozenset({"ReferenceList", "CommentsCorrectionsList"})
_AGAIN = (
    "Export again from EndNote: File, Export, type XML. From PubMed: Send to, Citation manager."
)


def parse(text: str, file: str) -> Parsed:
    """Read an EndNote library exported as XML, PubMed's XML, or that of ICTRP.

    Raises
    ------
    DataProblems
        If it is not well-formed, declares entities, or holds no record.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    # The text is decoded already; a declared encoding would be applied a second time.
    plain = _DECLARED.sub(lambda match: "\n" * match[0].count("\n"), text)
    starts = [plain.count("\n", 0, match.start()) + 1 for match in _starts(plain)]
    found: list[ExportRecord] = []
    try:
        depth = 0
        for event, element in iterparse(io.BytesIO(plain.encode()), events=("start", "end")):
            depth += 1 if event == "start" else -1
            if depth > _DEEPEST:
                line = starts[len(found)] if len(found) < len(starts) else 1
                broken(file, line, "The XML of this record is nested without end.", _AGAIN)
            if event == "end" and element.tag in _FIELDS_OF:
                line = starts[len(found)] if len(found) < len(starts) else 1
                raw = _raw(element)
                fields = _FIELDS_OF[element.tag](element)
                found.append(ExportRecord(line, fields, raw, _raw(element, _CITED)))
                element.clear()
    except ParseError as error:
        broken(file, error.position[0], "The XML is broken in this line.", _AGAIN)
    except DefusedXmlException:
        broken(
            file,
            None,
            "This XML declares entities of its own, which exports of databases do not.",
            f"Such a file can do harm; nothing was read. {_AGAIN}",
        )
    if not found:
        broken(file, None, "This XML holds no record of EndNote, PubMed or ICTRP.", _AGAIN)
    return Parsed(found)


def _starts(text: str) -> list[re.Match[str]]:
    return list(_RECORD.finditer(text))


def _fields(record: Element) -> dict[str, str]:
    kind = record.find("ref-type")
    return {
        "title": _text(record, "titles/title"),
        "authors": AUTHOR_SEPARATOR.join(
            name
            for author in record.iterfind("contributors/authors/author")
            if (name := _joined(author))
        ),
        "year": _text(record, "dates/year"),
        "source_title": _text(record, "periodical/full-title", "titles/secondary-title"),
        "volume": _text(record, "volume"),
        "issue": _text(record, "number"),
        "pages": _text(record, "pages"),
        "doi": _text(record, "electronic-resource-num"),
        "pmid": _pmid(record),
        "abstract": _text(record, "abstract"),
        "language": _text(record, "language"),
        "report_type": _text(record, "work-type")
        or ("" if kind is None else kind.get("name", "").lower()),
    }


def _text(record: Element, *paths: str) -> str:
    for path in paths:
        element = record.find(path)
        text = "" if element is None else _joined(element)
        if text:
            return text
    return ""


def _joined(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _pmid(record: Element) -> str:
    """Take the accession number where the record comes from PubMed."""
    number = _text(record, "accession-num")
    told = " ".join(
        _text(record, name) for name in ("remote-database-name", "remote-database-provider")
    ).lower()
    from_pubmed = "medline" in told or "nlm" in told or "pubmed" in told
    return number if from_pubmed and number.isdecimal() else ""


_FIELDS_OF = {
    "record": _fields,
    "PubmedArticle": pubmed_fields,
    "PubmedBookArticle": pubmed_fields,
    "Trial": ictrp_fields,
}


def _raw(record: Element, without: frozenset[str] = frozenset()) -> str:
    """Write every field of a record on a line: the path of its name, and its text."""
    lines = []

    def walk(element: Element, path: str) -> None:
        children = [c for c in element if c.tag != "style" and c.tag not in without]
        text = "" if children else _joined(element)
        if text:
            lines.append(f"{path}: {text}")
        for child in children:
            walk(child, f"{path}/{child.tag}" if path else str(child.tag))

    walk(record, "")
    return "\n".join(lines)
