"""On which page of a rendered file a heading, table or figure stands."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import tempfile
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from analysis.manuscript.word_xml import W
from analysis.storage.docx_zip import write_docx

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pypdf

# Bookmarks become named places in the PDF, which say more than a search for words.
_FILTER: Final = (
    'pdf:writer_pdf_Export:{"ExportBookmarksToPDFDestination":{"type":"boolean","value":"true"}}'
)
_DOCUMENT: Final = "word/document.xml"
_SECONDS: Final = 240
_SPACE = re.compile(r"\s+")
_PICTURE = re.compile(r"word/media/.*\.png$")
# ISO 32000-1, 9.4.1.
_TEXT_OBJECT = re.compile(rb"\bBT\b.*?\bET\b", re.DOTALL)


@dataclass(frozen=True, eq=False)
class Pages:
    """The pages of a file.

    Attributes
    ----------
    program
        Who laid them out: another program may break them elsewhere.
    content
        The PDF.
    """

    program: str
    content: bytes

    @cached_property
    def named(self) -> Mapping[str, int]:
        """Page by id of a heading, table or figure, as far as the file names them."""
        found = {}
        for name, place in self._reader.named_destinations.items():
            page = self._reader.get_destination_page_number(place)
            if page is not None and page >= 0:
                found[name.lstrip("/")] = page + 1
        return found

    def page_of(self, name: str, label: str) -> int | None:
        """Find a place.

        Parameters
        ----------
        name
            Its id.
        label
            As a reader finds it: ``Table 2``, ``2.1 Search strategy``.

        Returns
        -------
        int or None
            Counted from 1; None if it is not in the file.
        """
        if name in self.named:
            return self.named[name]
        # A caption has a sign behind its number, a mention in the text hardly ever.
        is_float = re.fullmatch(r"(?:Table|Figure) S?\d+", label) is not None
        words = r"\s".join(map(re.escape, label.split()))
        pattern = re.compile(words + (r"\s?[:.]\s" if is_float else ""))
        for number, text in enumerate(self._texts, start=1):
            if pattern.search(text):
                return number
        return None

    @cached_property
    def _reader(self) -> pypdf.PdfReader:
        import pypdf

        return pypdf.PdfReader(io.BytesIO(self.content))

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        return tuple(_SPACE.sub(" ", _words_of(page)) for page in self._reader.pages)


def _words_of(page: pypdf.PageObject) -> str:
    """Read a page without its drawings, whose thousands of lines take half a second each."""
    from pypdf.generic import DecodedStreamObject, NameObject

    contents = page.get_contents()
    if contents is None:
        return ""
    words = DecodedStreamObject()
    words.set_data(b"\n".join(_TEXT_OBJECT.findall(contents.get_data())))
    page[NameObject("/Contents")] = words
    return page.extract_text()


def pages_of_word(path: Path) -> Pages | None:
    """Lay a Word file out with LibreOffice; None where that is not installed or fails."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        return None
    with tempfile.TemporaryDirectory(prefix="pages-") as name:
        folder = Path(name)
        copy = folder / path.name
        _mark_paragraphs(path, copy)
        # A profile of its own: one that is open in a window would take the command over.
        command = [
            office,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--convert-to", _FILTER, "--outdir", name, str(copy)),
        ]
        try:
            subprocess.run(command, capture_output=True, check=True, timeout=_SECONDS)
        except (subprocess.SubprocessError, OSError):
            return None
        pdf = folder / f"{path.stem}.pdf"
        return Pages("LibreOffice", pdf.read_bytes()) if pdf.is_file() else None


def _mark_paragraphs(path: Path, copy: Path) -> None:
    """Copy a Word file, with every bookmark inside the paragraph that it begins before.

    LibreOffice forgets a bookmark that begins or ends directly behind a table. Pictures are as
    large on the page whatever they show, so a dot stands for each.
    """
    from lxml import etree
    from PIL import Image

    dot = io.BytesIO()
    Image.new("1", (1, 1)).save(dot, "PNG")
    with zipfile.ZipFile(path) as archive:
        tree = etree.fromstring(archive.read(_DOCUMENT))
        names = [name for name in archive.namelist() if _PICTURE.match(name)]
    ends = {mark.get(f"{W}id"): mark for mark in tree.iter(f"{W}bookmarkEnd")}
    for start in tree.findall(f"{W}body/{W}bookmarkStart"):
        block = next(start.itersiblings(f"{W}p", f"{W}tbl"), None)
        end = ends.get(start.get(f"{W}id"))
        if block is not None and block.tag == f"{W}p" and end is not None:
            block.insert(int(block.find(f"{W}pPr") is not None), start)
            block.append(end)
    content = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    changed = {_DOCUMENT: content} | dict.fromkeys(names, dot.getvalue())
    write_docx(path.read_bytes(), copy, changed)
