"""Each table of the paper as an editable Word file of its own, cut from the finished manuscript."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analysis.manuscript.word_xml import W, element, is_one_cell, paragraph, set_property

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.journal.context import Submission

_DOCUMENT: Final = "word/document.xml"
_CORE: Final = "docProps/core.xml"
_TITLE: Final = "{http://purl.org/dc/elements/1.1/}title"
_MAIN: Final = "tbl-"
_NOTE_STYLE: Final = "Caption Legend"
# Twentieths of a point.
_BELOW_TABLE: Final = "120"
_REFERENCE = re.compile(r"^\s*(?:REF|SEQ|PAGEREF)\s")


def write_tables(submission: Submission, folder: Path) -> list[Path]:
    """Write the tables of the main text, each with its caption above and its notes below.

    Numbers, captions and cells are those of the manuscript: the tables are cut out of it. Those of
    the supplement can be edited in the supplement's own Word file.

    Parameters
    ----------
    submission
        The review on its way to a journal.
    folder
        The package; the files lie in ``tables/``.

    Returns
    -------
    list of Path
        In the order of the text.
    """
    from lxml import etree

    from analysis.journal.word_files import clean
    from analysis.storage.docx_zip import write_docx

    numbered = numbered_tables(submission)
    if not numbered:
        return []
    content = _with_tables_in_place(submission)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        tree = etree.fromstring(archive.read(_DOCUMENT))
        core = etree.fromstring(archive.read(_CORE))
    written = []
    for name, number in numbered:
        file = submission.journal.file_names.table.replace("{n}", number)
        target = submission.place(folder, f"tables/{file}.docx")
        title = core.find(_TITLE)
        if title is not None:
            title.text = submission.labels[name]
        write_docx(
            content,
            target,
            {_DOCUMENT: _xml(_cut(tree, name)), _CORE: _xml(core)},
        )
        clean(target)
        written.append(target)
    return written


def numbered_tables(submission: Submission) -> list[tuple[str, str]]:
    """Give id and number of each table of the main text, in its order."""
    return [
        (name, label.split()[-1])
        for name, label in submission.labels.items()
        if name.startswith(_MAIN) and submission.items.get(name, {}).get("kind") == "table"
    ]


def _with_tables_in_place(submission: Submission) -> bytes:
    """Render the main text with its tables where they are first spoken of, and no pictures."""
    from analysis.journal.rendering import render_part
    from analysis.manuscript.reference_docx import WordLayout, write_reference_docx
    from analysis.render.finish_docx import finish_docx

    journal = submission.journal.model_copy(update={"tables": "in_place", "figures": "legends"})
    layout = WordLayout(font=journal.layout.font, heading_font=journal.layout.font)
    with tempfile.TemporaryDirectory(prefix="tables-") as folder:
        path, reference = Path(folder) / "tables.docx", Path(folder) / "reference.docx"
        write_reference_docx(reference, layout)
        render_part(replace(submission, journal=journal), "main", "docx", path, reference)
        finish_docx(path, submission.items, lists=False)
        return path.read_bytes()


def _cut(tree: Any, name: str) -> Any:
    """Give a document that holds one table, on the page that it has in the whole."""
    cut = deepcopy(tree)
    body = cut.find(f"{W}body")
    start = next(x for x in body.iter(f"{W}bookmarkStart") if x.get(f"{W}name") == name)
    while start.getparent() is not body:
        start = start.getparent()
    kept = []
    for block in start.itersiblings():
        # A wide table has the end of the upright pages between its bookmark and its caption.
        if block.tag in (f"{W}p", f"{W}tbl") and block.find(f"{W}pPr/{W}sectPr") is None:
            kept.append(block)
        if block.tag == f"{W}tbl":
            break
    section = deepcopy(_section_of(kept[-1]))
    notes = list(_notes(kept[-1]))
    body[:] = [*kept, *notes]
    body.append(section)
    _settle(body)
    return cut


def _section_of(table: Any) -> Any:
    for block in table.itersiblings():
        found = block if block.tag == f"{W}sectPr" else block.find(f"{W}pPr/{W}sectPr")
        if found is not None:
            return found
    raise ValueError("a Word file ends without the description of its page")


def _notes(table: Any) -> Iterator[Any]:
    """Turn the last rows of one cell each, which are notes, into paragraphs below the table."""
    rows = table.findall(f"{W}tr")
    notes: list[Any] = []
    # Headings of groups of rows stand in bold and have rows below them; the last rows are notes.
    while len(rows) > 1 and is_one_cell(rows[-1], table):
        row = rows.pop()
        notes = [*row.iterfind(f"{W}tc/{W}p"), *notes]
        table.remove(row)
    for number, note in enumerate(notes):
        made = paragraph(_NOTE_STYLE)
        made.extend(child for child in list(note) if child.tag != f"{W}pPr")
        if number == 0:
            set_property(made, element("spacing", before=_BELOW_TABLE))
        yield made


def _settle(body: Any) -> None:
    """Turn fields and links into the text they show: what they lead to is in another file."""
    names = {mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")}
    for link in list(body.iter(f"{W}hyperlink")):
        anchor = link.get(f"{W}anchor")
        if anchor is not None and anchor not in names:
            for piece in list(link):
                link.addprevious(piece)
            link.getparent().remove(link)
    for block in list(body.iter(f"{W}p")):
        _settle_fields(block)
    ends = {mark.get(f"{W}id") for mark in body.iter(f"{W}bookmarkEnd")}
    starts = {mark.get(f"{W}id") for mark in body.iter(f"{W}bookmarkStart")}
    for mark in list(body.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd")):
        if mark.get(f"{W}id") not in ends & starts:
            mark.getparent().remove(mark)


def _settle_fields(block: Any) -> None:
    """Keep what a field shows. Numbers counted anew would make every table the first."""
    inside = result = False
    for piece in list(block):
        kind = piece.find(f"{W}fldChar")
        mark = None if kind is None else kind.get(f"{W}fldCharType")
        code = piece.findtext(f"{W}instrText")
        if mark == "begin":
            following = piece.getnext()
            words = "" if following is None else following.findtext(f"{W}instrText") or ""
            inside = _REFERENCE.match(words) is not None
            result = False
        if inside and (mark is not None or (code is not None and not result)):
            block.remove(piece)
        if mark == "separate":
            result = True
        elif mark == "end":
            inside = False


def _xml(tree: Any) -> bytes:
    from lxml import etree

    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
