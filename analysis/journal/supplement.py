"""The supplement as one Word file and one PDF, with a title, contents and references of its own."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any, Final

from analysis.manuscript.word_xml import W, style_of

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.journal.context import Submission

_DOCUMENT: Final = "word/document.xml"
_CONTENTS: Final = "Contents"
_LIST_LINE: Final = "tableoffigures"
_HEADING: Final = "Heading1"


def write_supplement(submission: Submission, folder: Path) -> list[Path]:
    """Write the supplement in the formats that the journal takes.

    Its tables and figures have the numbers of the whole paper, and what it cites stands at its
    own end.

    Parameters
    ----------
    submission
        The review on its way to a journal.
    folder
        The package, inside the review's folder: Typst reads nothing outside.

    Returns
    -------
    list of Path
        The files; empty where the paper has nothing supplementary.
    """
    if not supplementary(submission):
        return []
    from analysis.journal.rendering import render_part
    from analysis.render.provenance_marks import mark

    written = []
    for form in submission.journal.supplement.formats:
        name = f"{submission.journal.file_names.supplement}.{form}"
        target = submission.place(folder, name)
        render_part(submission, "supplement", form, target)
        if form == "docx":
            _finish_word(submission, target)
        if not submission.blinded:
            mark(target, form, submission.provenance)
        written.append(target)
    return written


def supplementary(submission: Submission) -> list[str]:
    """Give the ids of the tables and figures of the supplement, in the order of the text."""
    return [
        name
        for name, label in submission.labels.items()
        if name in submission.items and not label.split()[-1].isdecimal()
    ]


def _finish_word(submission: Submission, path: Path) -> None:
    from lxml import etree

    from analysis.journal.word_files import clean
    from analysis.render.finish_docx import finish_docx
    from analysis.storage.docx_zip import write_docx

    finish_docx(path, submission.items)
    with zipfile.ZipFile(path) as archive:
        tree = etree.fromstring(archive.read(_DOCUMENT))
    _contents_first(tree.find(f"{W}body"))
    content = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    write_docx(path.read_bytes(), path, {_DOCUMENT: content})
    clean(path)


def _contents_first(body: Any) -> None:
    """Move the list of tables and figures from the end to the head, as contents."""
    lines = [block for block in body if style_of(block).lower() == _LIST_LINE]
    first = next((block for block in body if style_of(block) == _HEADING), None)
    if not lines or first is None:
        return
    heading = lines[0].getprevious()
    words = list(heading.iter(f"{W}t"))
    words[0].text = _CONTENTS
    for word in words[1:]:
        word.text = ""
    # An empty paragraph that breaks the page goes before the supplement's first heading.
    for block in (heading, *lines):
        first.addprevious(block)
