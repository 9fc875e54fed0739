"""EndNote's XML, read without entities or anything else that a file could make the reader do."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from analysis.update.searching.export_record import AUTHOR_SEPARATOR, ExportRecord, broken

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_RECORD = re.compile(r"<record[\s>]")
_AGAIN = (
    "Export again from EndNote: File, Export, type XML. From PubMed: Send to, Citation manager."
)


def parse(text: str, file: str) -> list[ExportRecord]:
    """Read an EndNote library exported as XML.

    Raises
    ------
    DataProblems
        If it is not well-formed, declares entities, or holds no record.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    # The text is decoded already; a declared encoding would be applied a second time.
    plain = re.sub(r"^\s*<\?xml[^>]*\?>", lambda match: "\n" * match[0].count("\n"), text, count=1)
    starts = [plain.count("\n", 0, match.start()) + 1 for match in _starts(plain)]
    found: list[ExportRecord] = []
    try:
        for _, element in iterparse(io.BytesIO(plain.encode()), events=("end",)):
            if element.tag == "record":
                line = starts[len(found)] if len(found) < len(starts) else 1
                raw = _raw(element)
                found.append(ExportRecord(line, _fields(element), raw, raw))
                element.clear()
    except ParseError as error:
        broken(file, error.position[0], "The XML is broken in this line.", _AGAIN)
    except DefusedXmlException:
        broken(
            file,
            None,
            "This XML declares entities of its own, which an export of EndNote does not.",
            f"Such a file can do harm; nothing was read. {_AGAIN}",
        )
    if not found:
        broken(file, None, "This XML holds no record of EndNote.", _AGAIN)
    return found


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
    return number if from_pubmed and number.isdigit() else ""


def _raw(record: Element) -> str:
    """Write every field of a record on a line: the path of its name, and its text."""
    lines = []

    def walk(element: Element, path: str) -> None:
        children = [child for child in element if child.tag != "style"]
        text = "" if children else _joined(element)
        if text:
            lines.append(f"{path}: {text}")
        for child in children:
            walk(child, f"{path}/{child.tag}" if path else str(child.tag))

    walk(record, "")
    return "\n".join(lines)
