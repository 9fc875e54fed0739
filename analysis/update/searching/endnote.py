"""XML of EndNote, PubMed and ICTRP, read without entities or anything else that could do harm."""

from __future__ import annotations

import html
import io
import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape as xml_escape  # writes text, reads none

from analysis.update.searching.export_record import (
    AUTHOR_SEPARATOR,
    ExportRecord,
    Parsed,
    broken,
    listed_lines,
)
from analysis.update.searching.pubmed_xml import pubmed_fields
from analysis.update.searching.registers import ictrp_fields

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_RECORD = re.compile(r"<(?:record|PubmedArticle|PubmedBookArticle|Trial)[\s>]")
# A declaration, and the bare name of PubMed's document type, which brings no entities.
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>|<!DOCTYPE\s+Pubmed\w+\s+(?:PUBLIC|SYSTEM)[^<>\[\]]*>")
_WHOLE = re.compile(
    r"<(?P<name>record|PubmedArticle|PubmedBookArticle|Trial)(?:\s[^<>]*)?>.*?</(?P=name)\s*>",
    re.DOTALL,
)
_WEB_PAGE = re.compile(r"\s*(?:<!DOCTYPE html|<html)\b", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ENTITY = re.compile(r"&([A-Za-z]\w*);")
_NO_ENTITY = re.compile(r"&(?!#\d+;|#x[0-9a-fA-F]+;|[A-Za-z]\w*;)")
_NO_TAG = re.compile(r"<(?![A-Za-z_/!?])")
_OF_XML = frozenset(("amp", "lt", "gt", "quot", "apos"))
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

    # The text is decoded already; a declared encoding would be applied a second time.
    plain = _DECLARED.sub(lambda match: "\n" * match[0].count("\n"), text)
    notes: list[str] = []
    try:
        found = _read(plain, file)
    except ParseError as error:
        found = _read_in_parts(plain, file, error.position[0], notes)
    if not found:
        if _WEB_PAGE.match(plain):
            what = "This is a web page, such as one that asks to sign in, and no export."
            broken(file, None, what, "Open it in a browser to see, and export the records again.")
        broken(file, None, "This XML holds no record of EndNote, PubMed or ICTRP.", _AGAIN)
    return Parsed(found, tuple(notes))


def _read(plain: str, file: str, above: int = 0) -> list[ExportRecord]:
    """Read every record of an XML text that begins below so many lines.

    Raises
    ------
    ParseError
        If it is not well-formed.
    DataProblems
        If it is nested without end or declares entities.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    starts = [above + plain.count("\n", 0, m.start()) + 1 for m in _RECORD.finditer(plain)]
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
    except DefusedXmlException:
        broken(
            file,
            None,
            "This XML declares entities of its own, which exports of databases do not.",
            f"Such a file can do harm; nothing was read. {_AGAIN}",
        )
    return found


def _read_in_parts(plain: str, file: str, line: int, notes: list[str]) -> list[ExportRecord]:
    """Read a broken file record by record; signs that should be escaped are, and are named.

    Raises
    ------
    DataProblems
        If no record can be read, or the file breaks off within one.
    """
    from xml.etree.ElementTree import ParseError

    found: list[ExportRecord] = []
    mended: list[int] = []
    aside: list[int] = []
    end = 0
    for match in _WHOLE.finditer(plain):
        above = plain.count("\n", 0, match.start())
        end = match.end()
        whole = _mended(match[0])
        try:
            read = _read(whole, file, above)
        except ParseError:
            aside.append(above + 1)
            continue
        found += read
        if whole != match[0]:
            mended.append(above + 1)
    if not found or _RECORD.search(plain, end):
        broken(file, line, "The XML is broken in this line.", _AGAIN)
    if mended:
        where = listed_lines(mended, 0)
        notes.append(f"{where}: the XML has signs such as & or < that it must not have; read so.")
    if aside:
        where = listed_lines(aside, 0)
        notes.append(f"{where}: the XML of this record is broken; it was set aside. {_AGAIN}")
    return found


def _mended(text: str) -> str:
    """Escape signs of a record that XML does not allow, and write out the names of HTML."""
    text = _CONTROL.sub("", text)
    text = _ENTITY.sub(lambda m: m[0] if m[1] in _OF_XML else xml_escape(html.unescape(m[0])), text)
    return _NO_TAG.sub("&lt;", _NO_ENTITY.sub("&amp;", text))


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
