"""Writes the line of provenance into the metadata of a rendered paper, for both engines.

One function for each format and nothing else in them, so that a blinded file is one without this
step: the ``<meta>`` of HTML, XMP ``dc:description`` of PDF, the core property ``identifier`` of
Word, and ``custom-meta`` of JATS.
"""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from analysis.storage.docx_zip import write_docx

if TYPE_CHECKING:
    from pathlib import Path

META_NAME = "provenance"
_CORE = "docProps/core.xml"
_DC = "{http://purl.org/dc/elements/1.1/}"
_STREAM = rb"(\d+) 0 obj\s*<<[^>]*/Type\s*/Metadata[^>]*>>\s*stream\r?\n(.*?)\r?\nendstream"
_TRAILER = rb"trailer\s*<<(.*?)>>\s*startxref\s+(\d+)\s+%%EOF\s*$"
_LAST_PROPERTY = b"</rdf:Description>"


def mark(path: Path, form: str, line: str) -> None:
    """Write the line into a file.

    Parameters
    ----------
    path
        A finished paper; it is replaced.
    form
        ``html``, ``pdf``, ``docx`` or ``jats``.
    line
        As :attr:`analysis.storage.provenance.Provenance.line` gives it: ASCII without markup.
    """
    {"html": _html, "pdf": _pdf, "docx": _docx, "jats": _jats}[form](path, line)


def _html(path: Path, line: str) -> None:
    content = path.read_bytes()
    meta = f'<meta name="{META_NAME}" content="{line}">\n'.encode("ascii")
    path.write_bytes(content.replace(b"</head>", meta + b"</head>", 1))


def _pdf(path: Path, line: str) -> None:
    """Append a new version of the metadata, which PDF calls an incremental update.

    ISO 32000-1, 7.5.6. Typst writes its metadata as plain XMP and a classic table of objects; a
    file of another kind gets the line as a comment before a repeated end.
    """
    content = path.read_bytes()
    end = re.search(_TRAILER, content, re.DOTALL)
    if end is None:
        return
    stream = re.search(_STREAM, content, re.DOTALL)
    last = end[2]
    if stream is None or _LAST_PROPERTY not in stream[2] or b"/Prev" in end[1]:
        comment = b"%%%s\nstartxref\n%s\n%%%%EOF\n" % (line.encode("ascii"), last)
        path.write_bytes(content.rstrip() + b"\n" + comment)
        return
    description = (
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{line}</rdf:li></rdf:Alt>'
        "</dc:description>"
    ).encode("ascii")
    xmp = stream[2].replace(_LAST_PROPERTY, description + _LAST_PROPERTY, 1)
    start = content.rstrip() + b"\n"
    dictionary = b"<</Type/Metadata/Subtype/XML/Length %d>>" % len(xmp)
    changed = b"%s 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (stream[1], dictionary, xmp)
    table = b"xref\n0 1\n0000000000 65535 f\r\n%s 1\n%010d 00000 n\r\n" % (stream[1], len(start))
    trailer = b"trailer\n<<%s/Prev %s>>\n" % (end[1], last)
    place = len(start) + len(changed)
    path.write_bytes(start + changed + table + trailer + b"startxref\n%d\n%%%%EOF\n" % place)


def _docx(path: Path, line: str) -> None:
    from lxml import etree

    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        core = etree.fromstring(archive.read(_CORE))
    for old in core.findall(f"{_DC}identifier"):
        core.remove(old)
    etree.SubElement(core, f"{_DC}identifier").text = line
    changed = etree.tostring(core, xml_declaration=True, encoding="UTF-8", standalone=True)
    write_docx(content, path, {_CORE: changed})


def _jats(path: Path, line: str) -> None:
    from lxml import etree

    parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)
    tree = etree.parse(path, parser)
    article = next(tree.iter("article-meta"), None)
    if article is None:
        return
    groups = article.findall("custom-meta-group")
    # The last child that article-meta may have (JATS Publishing 1.2 and 1.3).
    group = groups[-1] if groups else etree.SubElement(article, "custom-meta-group")
    entry = etree.SubElement(group, "custom-meta")
    etree.SubElement(entry, "meta-name").text = META_NAME
    etree.SubElement(entry, "meta-value").text = line
    tree.write(path, xml_declaration=True, encoding="UTF-8")
