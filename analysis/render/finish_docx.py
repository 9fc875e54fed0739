"""Corrects the Word file that pandoc or Quarto wrote: tables, alternative texts, fixed bytes."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

from .docx_zip import write_docx
from .reference_docx import CELL_STYLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_DOCUMENT = "word/document.xml"
_CORE = "docProps/core.xml"
# Pandoc puts every entry of the front matter here, in an order that changes from run to run.
_CUSTOM = "docProps/custom.xml"
_NO_PROPERTIES = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>'
)
# Twentieths of a point.
_AFTER_TABLE = "200"


def finish_docx(path: Path, alternatives: Mapping[str, str]) -> None:
    """Set right in a Word file what pandoc and Quarto leave undone.

    A cross-referenced item of Quarto sits in a layout table of one cell, where a header row cannot
    repeat: it is taken out. Rows do not break across pages, cells have their own small style, and
    every picture has its alternative text.

    Parameters
    ----------
    path
        The Word file; it is replaced.
    alternatives
        Alternative texts by the name of the picture's file without ending, in the order of the
        paper.
    """
    from lxml import etree

    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        tree = etree.fromstring(archive.read(_DOCUMENT))
        core = etree.fromstring(archive.read(_CORE))
    _unwrap_layout_tables(tree)
    for table in tree.iter(f"{_W}tbl"):
        _finish_table(table)
    _space_after_tables(tree)
    _describe_pictures(tree, list(alternatives.values()))
    write_docx(
        content,
        path,
        {_DOCUMENT: _xml(tree), _CORE: _xml(_without_dates(core)), _CUSTOM: _NO_PROPERTIES},
    )


def _xml(tree: Any) -> bytes:
    from lxml import etree

    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _without_dates(core: Any) -> Any:
    """Take out when the file was made: pandoc writes 1970 where no clock is wanted."""
    for element in list(core):
        if element.tag.startswith("{http://purl.org/dc/terms/}"):
            core.remove(element)
    return core


def _unwrap_layout_tables(tree: Any) -> None:
    for table in list(tree.iter(f"{_W}tbl")):
        cells = list(table.iterfind(f"{_W}tr/{_W}tc"))
        if len(cells) != 1:
            continue
        holds_item = cells[0].find(f"{_W}tbl") is not None or any(cells[0].iter(_PICTURE))
        if not holds_item:
            continue
        for block in list(cells[0]):
            if block.tag != f"{_W}tcPr" and not _is_empty_paragraph(block):
                table.addprevious(block)
        table.getparent().remove(table)


def _is_empty_paragraph(block: Any) -> bool:
    return block.tag == f"{_W}p" and block.find(f".//{_W}r") is None


def _finish_table(table: Any) -> None:
    from lxml import etree

    for row in table.iterfind(f"{_W}tr"):
        properties = row.find(f"{_W}trPr")
        if properties is None:
            properties = etree.Element(f"{_W}trPr")
            row.insert(0, properties)
        if properties.find(f"{_W}cantSplit") is None:
            # The schema wants cantSplit before tblHeader.
            properties.insert(0, etree.Element(f"{_W}cantSplit"))
    for paragraph in table.iter(f"{_W}p"):
        style = next(_styles(paragraph), None)
        if style is not None and style.get(f"{_W}val") == "Compact":
            style.set(f"{_W}val", CELL_STYLE.replace(" ", ""))


def _space_after_tables(tree: Any) -> None:
    """Keep the text that follows a table away from its last line."""
    from lxml import etree

    for table in tree.iterfind(f"{_W}body/{_W}tbl"):
        after = table.getnext()
        if after is None or after.tag != f"{_W}p":
            continue
        properties = after.find(f"{_W}pPr")
        if properties is None:
            properties = etree.Element(f"{_W}pPr")
            after.insert(0, properties)
        if properties.find(f"{_W}spacing") is None:
            spacing = etree.SubElement(properties, f"{_W}spacing")
            spacing.set(f"{_W}before", _AFTER_TABLE)


def _styles(paragraph: Any) -> Iterator[Any]:
    yield from paragraph.iterfind(f"{_W}pPr/{_W}pStyle")


def _describe_pictures(tree: Any, texts: list[str]) -> None:
    pictures = list(tree.iter(_PICTURE))
    if len(pictures) != len(texts):
        return
    for number, (picture, text) in enumerate(zip(pictures, texts, strict=True), start=1):
        picture.set("descr", text)
        picture.set("name", f"Figure picture {number}")
        picture.attrib.pop("title", None)
