"""Corrects the Word file that pandoc or Quarto wrote: tables, alternative texts, fixed bytes."""

from __future__ import annotations

import re
import zipfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from analysis.manuscript.reference_docx import CELL_STYLE
from analysis.manuscript.word_xml import (
    DRAWING,
    W,
    element,
    embolden,
    is_one_cell,
    properties_of,
    set_property,
    style_of,
    text_of,
)
from analysis.render.word_captions import number_captions
from analysis.render.word_gathering import gather_large
from analysis.render.word_headings import number_headings
from analysis.render.word_references import add_lists, link_references
from analysis.render.word_sections import fit_tables, turn_pages
from analysis.render.word_widths import cell_font
from analysis.storage.docx_zip import write_docx

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from analysis.render.word_captions import WordCaption

_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}cNvPr"
_INLINE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}inline"
_DOCUMENT = "word/document.xml"
_STYLES = "word/styles.xml"
_NUMBERING = "word/numbering.xml"
_CORE = "docProps/core.xml"
# Pandoc puts every entry of the front matter here, in an order that changes from run to run.
_CUSTOM = "docProps/custom.xml"
_NO_PROPERTIES = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>'
)
# Styles with a distance of their own.
_KEEPS_AWAY = re.compile(r"Heading|\w+Caption$")
# Twentieths of a point.
_AFTER_TABLE = "200"


def finish_docx(path: Path, items: Mapping[str, Any], *, lists: bool = True) -> None:
    """Set right in a Word file what pandoc and Quarto leave undone.

    A cross-referenced item of Quarto sits in a layout table of one cell, where a header row cannot
    repeat: it is taken out. Captions, cross-references and the list of tables and figures become
    fields, headings count themselves, wide tables get landscape pages, rows do not break across
    pages, cells have their own small style, and every picture has its alternative text.

    Parameters
    ----------
    path
        The Word file; it is replaced.
    items
        The content of ``items.json``.
    lists
        Whether a list of tables and figures stands before the text, and what needs a page of its
        own behind it; a journal's file has its own order.
    """
    from lxml import etree

    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        tree = etree.fromstring(archive.read(_DOCUMENT))
        core = etree.fromstring(archive.read(_CORE))
        styles = etree.fromstring(archive.read(_STYLES))
        numbering = etree.fromstring(archive.read(_NUMBERING))
    _unwrap_layout_tables(tree)
    _join_properties(tree)
    for table in tree.iter(f"{W}tbl"):
        if _is_panel(table):
            _style_panel(table)
        else:
            _finish_table(table)
    captions = number_captions(tree)
    link_references(tree, captions)
    wide = {name for name, item in items.items() if item.get("landscape")}
    if lists:
        gather_large(tree, captions, wide)
        add_lists(tree, captions)
    counted = number_headings(tree, numbering)
    _style_figures(captions)
    turn_pages(tree, captions, wide)
    fit_tables(tree, cell_font(styles, CELL_STYLE.replace(" ", "")))
    _space_after_tables(tree)
    _describe_pictures(tree, items)
    changed = {_DOCUMENT: _xml(tree), _CORE: _xml(_without_dates(core)), _CUSTOM: _NO_PROPERTIES}
    if counted:
        changed[_NUMBERING] = _xml(numbering)
    write_docx(content, path, changed)


def _xml(tree: Any) -> bytes:
    from lxml import etree

    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _without_dates(core: Any) -> Any:
    """Take out when the file was made: pandoc writes 1970 where no clock is wanted."""
    for entry in list(core):
        if entry.tag.startswith("{http://purl.org/dc/terms/}"):
            core.remove(entry)
    return core


def _unwrap_layout_tables(tree: Any) -> None:
    for table in list(tree.iter(f"{W}tbl")):
        cells = list(table.iterfind(f"{W}tr/{W}tc"))
        if len(cells) != 1:
            continue
        if next(cells[0].iter(f"{W}tbl", DRAWING), None) is None:
            continue
        _align_as_before(cells[0])
        between = table.getnext()
        if between is not None and _is_empty_paragraph(between):
            # Pandoc keeps two tables apart; what is taken out of one keeps itself apart.
            following = between.getnext()
            if following is not None and following.tag == f"{W}tbl":
                between.getparent().remove(between)
        for block in list(cells[0]):
            if block.tag != f"{W}tcPr" and not _is_empty_paragraph(block):
                table.addprevious(block)
        table.getparent().remove(table)


def _align_as_before(cell: Any) -> None:
    """Take from the paragraphs of a layout table's cell the alignment of that cell.

    Pandoc writes it into every paragraph, behind the alignment that a table inside gives its own:
    two of them are no valid file, and LibreOffice takes the last.
    """
    found = [(p, p.findall(f"{W}jc")) for p in cell.iter(f"{W}pPr")]
    outer = [marks for p, marks in found if p.getparent().getparent() is cell]
    twice = any(len(marks) > 1 for _, marks in found)
    around = bool(outer) and all(m and m[-1].get(f"{W}val") == "center" for m in outer)
    if not (twice or around):
        return
    for properties, marks in found:
        if marks and marks[-1].get(f"{W}val") == "center":
            properties.remove(marks[-1])


def _join_properties(tree: Any) -> None:
    """Leave a caption of Quarto its style: what else it brings is no valid file."""
    for block in tree.iter(f"{W}p"):
        every = block.findall(f"{W}pPr")
        if len(every) < 2:
            continue
        named = [style for found in every for style in found.findall(f"{W}pStyle")]
        for found in every[1:]:
            block.remove(found)
        every[0][:] = named[-1:]


def _is_panel(table: Any) -> bool:
    """Tell whether a table only sets pictures side by side."""
    cells = list(table.iterfind(f"{W}tr/{W}tc"))
    filled = [cell for cell in cells if next(cell.iter(DRAWING), None) is not None]
    return bool(filled) and all(cell in filled or not text_of(cell).strip() for cell in cells)


def _style_panel(table: Any) -> None:
    """Keep the pictures of a panel together, and with the caption below."""
    properties = table.find(f"{W}tblPr")
    style = properties.find(f"{W}tblStyle")
    if style is None:
        style = element("tblStyle")
        properties.insert(0, style)
    style.set(f"{W}val", "Panel")
    for row in table.iterfind(f"{W}tr"):
        _keep_whole(row)
    for block in table.iter(f"{W}p"):
        if _is_picture(block):
            properties_of(block)[:] = [element("pStyle", val="CaptionedFigure")]
        set_property(block, element("keepNext"))


def _keep_whole(row: Any) -> Any:
    """Let no page end inside a row; give the row's properties."""
    properties = row.find(f"{W}trPr")
    if properties is None:
        properties = element("trPr")
        # Exceptions to the table's own properties stand before those of the row.
        row.insert(1 if row.find(f"{W}tblPrEx") is not None else 0, properties)
    if properties.find(f"{W}cantSplit") is None:
        # The schema wants cantSplit before tblHeader.
        properties.insert(0, element("cantSplit"))
    return properties


def _is_empty_paragraph(block: Any) -> bool:
    return block.tag == f"{W}p" and block.find(f".//{W}r") is None


def _finish_table(table: Any) -> None:
    for row in table.iterfind(f"{W}tr"):
        properties = _keep_whole(row)
        if properties.find(f"{W}tblHeader") is not None:
            # In every run: LibreOffice does not take it from the table's style.
            for run in row.iter(f"{W}r"):
                embolden(run)
    for row in _leading_rows(table):
        for paragraph in row.iter(f"{W}p"):
            set_property(paragraph, element("keepNext"))
    for row in _group_labels(table):
        _rule_above(row)
    for paragraph in table.iter(f"{W}p"):
        style = next(_styles(paragraph), None)
        if style is not None and style.get(f"{W}val") == "Compact":
            style.set(f"{W}val", CELL_STYLE.replace(" ", ""))


def _leading_rows(table: Any) -> Iterator[Any]:
    """Give the rows that belong on the page of the next one.

    They are headers, headings of groups of rows, and the last row before the notes with all notes
    but the last.
    """
    rows = table.findall(f"{W}tr")
    whole = [is_one_cell(row, table) for row in rows]
    last = max((number for number, spans in enumerate(whole) if not spans), default=len(rows))
    for number, row in enumerate(rows[:-1]):
        is_header = row.find(f"{W}trPr/{W}tblHeader") is not None
        if is_header or whole[number] or number == last:
            yield row


def _group_labels(table: Any) -> Iterator[Any]:
    """Give the rows that are the label of the rows below them; the last of one cell are notes."""
    rows = table.findall(f"{W}tr")
    whole = [is_one_cell(row, table) for row in rows]
    last = max((number for number, spans in enumerate(whole) if not spans), default=-1)
    for number in range(1, last):
        is_header = rows[number].find(f"{W}trPr/{W}tblHeader") is not None
        if whole[number] and not is_header:
            yield rows[number]


def _rule_above(row: Any) -> None:
    """Draw a hairline above a row and none below it."""
    cell = row.find(f"{W}tc")
    properties = cell.find(f"{W}tcPr")
    if properties is None:
        properties = element("tcPr")
        cell.insert(0, properties)
    if properties.find(f"{W}tcBorders") is not None:
        return
    borders = element("tcBorders")
    borders.append(element("top", val="single", sz="4", space="0", color="777777"))
    borders.append(element("bottom", val="nil"))
    # The schema wants the borders behind width, span and merging, before shading and the rest.
    before = [f"{W}{name}" for name in ("cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge")]
    place = sum(child.tag in before for child in properties)
    properties.insert(place, borders)


def _space_after_tables(tree: Any) -> None:
    """Keep the text that follows a table away from its last line."""
    for table in tree.iterfind(f"{W}body/{W}tbl"):
        after = table.getnext()
        # The end of a bookmark stands between, or the beginning of the next.
        while after is not None and after.tag in (f"{W}bookmarkEnd", f"{W}bookmarkStart"):
            after = after.getnext()
        if after is None or after.tag != f"{W}p" or _KEEPS_AWAY.match(style_of(after)):
            continue
        if after.find(f"{W}pPr/{W}spacing") is None:
            set_property(after, element("spacing", before=_AFTER_TABLE))


def _style_figures(captions: Sequence[WordCaption]) -> None:
    """Keep every picture with its caption, by the style that is made for it."""
    for caption in captions:
        block = None if caption.is_table else _before(caption.paragraph)
        while block is not None and block.tag == f"{W}p" and _is_picture(block):
            properties_of(block)[:] = [element("pStyle", val="CaptionedFigure")]
            block = _before(block)


def _before(block: Any) -> Any:
    block = block.getprevious()
    while block is not None and block.tag in (f"{W}bookmarkStart", f"{W}bookmarkEnd"):
        block = block.getprevious()
    return block


def _is_picture(block: Any) -> bool:
    return next(block.iter(DRAWING), None) is not None and not text_of(block).strip()


def _styles(paragraph: Any) -> Iterator[Any]:
    yield from paragraph.iterfind(f"{W}pPr/{W}pStyle")


def _describe_pictures(tree: Any, items: Mapping[str, Any]) -> None:
    images = [image for item in items.values() for image in item.get("images", [])]
    texts = {image["name"]: image["alt"] for image in images}
    for number, picture in enumerate(tree.iter(_INLINE), start=1):
        file = next((inner.get("descr", "") for inner in picture.iter(_PICTURE)), "")
        properties = picture.find(DRAWING)
        text = texts.get(PurePosixPath(file).stem)
        if properties is not None and text is not None:
            properties.set("descr", text)
            properties.set("name", f"Figure picture {number}")
            properties.attrib.pop("title", None)
