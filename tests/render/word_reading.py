"""Reads of a Word file what its reader, or Word itself, makes of it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

from lxml import etree

from analysis.manuscript.word_xml import W, text_of
from analysis.render.word_widths import cell_font, longest_words

# CT_PPr and CT_TrPr (ECMA-376 part 1, 17.3.1.26 and 17.4.79), as far as this paper has them.
PARAGRAPH_ORDER = "pStyle keepNext keepLines pageBreakBefore numPr pBdr shd tabs spacing ind jc"
SECTION_ORDER = "headerReference footerReference footnotePr endnotePr type pgSz pgMar cols titlePg"
FIELD = re.compile(r"(SEQ|REF|TOC|PAGEREF) (.*)")


def document_of(path: Path) -> Any:
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def fields(tree: Any) -> list[tuple[str, str, str]]:
    """Kind, arguments and shown result of every field; fields inside a list are its result."""
    found, open_fields = [], []
    for node in tree.iter(f"{W}fldChar", f"{W}instrText", f"{W}t"):
        if node.tag == f"{W}fldChar":
            kind = node.get(f"{W}fldCharType")
            if kind == "begin":
                open_fields.append(["", ""])
            elif kind == "end":
                instruction, shown = open_fields.pop()
                match = FIELD.match(instruction.strip())
                if match:
                    found.append((match[1], match[2], shown))
        elif open_fields:
            open_fields[-1][0 if node.tag == f"{W}instrText" else 1] += node.text or ""
    assert not open_fields, "a field has no end"
    return found


def bookmarked(tree: Any) -> dict[str, str]:
    """What stands inside each bookmark of a caption's number."""
    found = {}
    for start in tree.iter(f"{W}bookmarkStart"):
        name = start.get(f"{W}name")
        if name.startswith("_Ref"):
            pieces = []
            for after in start.itersiblings():
                if after.tag == f"{W}bookmarkEnd" and after.get(f"{W}id") == start.get(f"{W}id"):
                    break
                pieces.append(text_of(after))
            found[name] = "".join(pieces)
    return found


def assert_in_order(tree: Any) -> None:
    for properties in tree.iter(f"{W}pPr"):
        assert properties.getparent().index(properties) == 0
        names = [child.tag.removeprefix(W) for child in properties]
        ranks = [(*PARAGRAPH_ORDER.split(), "rPr", "sectPr").index(name) for name in names]
        assert ranks == sorted(set(ranks)), names
    for section in tree.iter(f"{W}sectPr"):
        names = [child.tag.removeprefix(W) for child in section]
        ranks = [SECTION_ORDER.split().index(name) for name in names]
        assert ranks == sorted(ranks), names
    for properties in tree.iter(f"{W}trPr"):
        names = [child.tag.removeprefix(W) for child in properties]
        assert names in (["cantSplit"], ["cantSplit", "tblHeader"]), names


def widths_of(found: Any) -> list[int]:
    return [int(c.get(f"{W}w")) for c in found.iterfind(f"{W}tblGrid/{W}gridCol")]


def too_wide(path: Path) -> list[str]:
    """Words of all tables of a Word file that do not fit the columns of their cell."""
    with zipfile.ZipFile(path) as archive:
        tree = etree.fromstring(archive.read("word/document.xml"))
        font = cell_font(etree.fromstring(archive.read("word/styles.xml")), "TableText")
    found = []
    tables = list(tree.iter(f"{W}tbl"))
    assert tables
    for number, one in enumerate(tables, start=1):
        widths = widths_of(one)
        for columns, word in longest_words(one, font):
            room = sum(widths[place] for place in columns)
            if word.width > room + 1:
                place = f"table {number}, column {columns.start + 1}"
                found.append(f"{place}: {word.text!r} needs {word.width:.0f}, has {room}")
    return found
