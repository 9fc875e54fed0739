"""Everything that stands in the files of a package, also where nobody looks.

Texts of Word, PDF and web files, their properties, the authors of comments and changes, tags of
pictures, names of files, and what lies in archives, to any depth.
"""

from __future__ import annotations

import io
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

from analysis.storage.foreign_files import Archive, UnusableFile, pdf_pages, xml_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pypdf import PageObject

# Lines and curves of a drawing (ISO 32000-1, table 59): most of a page with a vector figure.
_PATHS = re.compile(
    rb"(?:-?[\d.]+\s+){2}[ml]\b|(?:-?[\d.]+\s+){4}(?:re|v|y)\b|(?:-?[\d.]+\s+){6}c\b"
)
# A reference list names authors by right; a property names who made the file.
Part = Literal["text", "references", "data", "property", "maker", "name"]

_ARCHIVES = {".zip", ".docx", ".xlsx", ".pptx", ".epub", ".odt"}
_PICTURES = {".png", ".tif", ".tiff", ".jpg", ".jpeg"}
_DATA = {".csv", ".tsv", ".bib", ".ris", ".json", ".yml", ".yaml", ".nbib"}
_REFERENCE_FILES = {".bib", ".ris", ".nbib"}
_WEB = {".html", ".htm", ".xhtml"}
_MARKUP = {".xml", ".svg", ".rels", ".opf", ".ncx"}
_TEXTS = {".txt", ".md", ".eps", ".ps", ".py", ".r", ".do", ".qmd", ".css", ".typ", ""}
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Properties of a file that name a person, a computer or an institution.
_MAKERS = {"creator", "lastmodifiedby", "manager", "company", "author", "artist", "for", "by-line"}
# Exif and TIFF tags with text that a person or a camera wrote (TIFF 6.0; Exif 2.3; Windows).
_TAGS = {
    270: "image description",
    315: "artist",
    316: "host computer",
    33432: "copyright",
    700: "XMP",
    33723: "IPTC",
    37510: "user comment",
    40091: "title",
    40092: "comment",
    40093: "author",
    42032: "camera owner",
}
_EPS_MAKER = re.compile(r"^%%(For|Author|Copyright):\s*(.*)$", re.MULTILINE)
# Archives in archives in archives: deeper is a mistake or an attack.
_DEEPEST = 4
_LARGEST = 200_000_000


@dataclass(frozen=True, slots=True)
class Content:
    """A text in a file.

    Attributes
    ----------
    file
        Name inside the package.
    where
        The place in the file: a part of an archive, a page, a property.
    part
        What kind of place it is. ``maker`` is a property that says who made the file.
    text
        What stands there.
    """

    file: str
    where: str
    part: Part
    text: str


def contents_of(folder: Path, files: list[Path]) -> Iterator[Content]:
    """Give all texts of files, also those that are not seen when a file is opened.

    Parameters
    ----------
    folder
        The package.
    files
        Files in it.
    """
    for path in files:
        name = path.relative_to(folder).as_posix()
        yield Content(name, "name of the file", "name", name)
        yield from _contents(name, "", path.name, path.read_bytes(), 0)


def _contents(file: str, inside: str, name: str, content: bytes, depth: int) -> Iterator[Content]:
    kind = PurePosixPath(name).suffix.lower()
    if kind in _ARCHIVES:
        yield from _of_archive(file, inside, content, depth)
    elif kind == ".pdf":
        yield from _of_pdf(file, inside, content)
    elif kind in _PICTURES:
        yield from _of_picture(file, inside, content)
    elif kind in _WEB:
        yield from _of_page(file, inside, content)
    elif kind in _MARKUP:
        yield from _of_xml(file, inside, content)
    elif kind in _DATA or kind in _TEXTS:
        text = content.decode("utf-8", "replace")
        part: Part = "data" if kind in _DATA else "text"
        yield Content(file, inside, "references" if kind in _REFERENCE_FILES else part, text)
        for match in _EPS_MAKER.finditer(text if kind in (".eps", ".ps") else ""):
            yield Content(file, _at(inside, match[1]), "maker", match[2].strip())
    # Whatever else it is: words that stand in the bytes are found.
    if kind not in _DATA | _TEXTS | _ARCHIVES | _WEB | _MARKUP:
        yield from _of_bytes(file, inside, content)


def _at(inside: str, where: str) -> str:
    return f"{inside}, {where}" if inside else where


def _of_archive(file: str, inside: str, content: bytes, depth: int) -> Iterator[Content]:
    try:
        if depth >= _DEEPEST:
            raise UnusableFile("It is packed too often.")
        archive = Archive(content)
        wanted = [p.filename for p in archive.parts if not p.is_dir() and p.file_size <= _LARGEST]
        unpacked = list(archive.read_all(wanted))
    except UnusableFile:
        yield from _of_bytes(file, inside, content)
        return
    if archive.comment:
        comment = archive.comment.decode("utf-8", "replace")
        yield Content(file, _at(inside, "comment of the archive"), "property", comment)
    for name, part in unpacked:
        within = _at(inside, name)
        yield Content(file, within, "name", name)
        yield from _contents(file, within, name, part, depth + 1)


def _tree(content: bytes) -> Any:
    try:
        return xml_tree(content, comments=True)
    except UnusableFile:
        return None


def _of_xml(file: str, inside: str, content: bytes) -> Iterator[Content]:
    tree = _tree(content)
    if tree is None:
        yield Content(file, inside, "text", content.decode("utf-8", "replace"))
        return
    is_property = "docProps/" in inside
    for node in tree.iter():
        if not isinstance(node.tag, str):
            yield Content(file, _at(inside, "comment"), "property", node.text or "")
            continue
        tag = node.tag.rpartition("}")[2]
        text = (node.text or "").strip()
        if is_property and text:
            part: Part = "maker" if tag.lower() in _MAKERS else "property"
            yield Content(file, _at(inside, tag), part, text)
        for key, value in node.attrib.items():
            attribute = key.rpartition("}")[2]
            if key == f"{_W}author" or (attribute == "author" and "people.xml" in inside):
                yield Content(file, _at(inside, f"author of {tag}"), "maker", value)
            elif attribute in ("descr", "title", "name", "alt", "href", "Target", "content"):
                yield Content(file, _at(inside, attribute), "property", value)
    if not is_property:
        yield from _running_text(file, inside, tree)


def _running_text(file: str, inside: str, tree: Any) -> Iterator[Content]:
    """Give paragraphs as wholes: a name may be split over several runs."""
    paragraphs = list(tree.iter(f"{_W}p"))
    if not paragraphs:
        listed = next(tree.iter("ref-list", "{*}ref-list"), None)
        if listed is not None:
            yield Content(file, inside, "references", " ".join(listed.itertext()))
            listed.getparent().remove(listed)
        yield Content(file, inside, "text", " ".join(tree.itertext()))
        return
    for paragraph in paragraphs:
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        name = "" if style is None else style.get(f"{_W}val", "")
        shown = "".join(t.text or "" for t in paragraph.iter(f"{_W}t", f"{_W}delText"))
        if shown.strip():
            is_reference = name.lower().startswith("bibliography")
            yield Content(file, inside, "references" if is_reference else "text", shown)


def _of_page(file: str, inside: str, content: bytes) -> Iterator[Content]:
    from lxml import html

    tree = html.document_fromstring(content or b"<p></p>")
    for node in tree.iter("meta"):
        name = (node.get("name") or node.get("property") or "").lower()
        part: Part = "maker" if name in ("author", "dc.creator", "citation_author") else "property"
        yield Content(file, _at(inside, f"meta {name}"), part, node.get("content") or "")
    for listed in tree.xpath('//*[@id="refs" or @id="references"]'):
        yield Content(file, inside, "references", listed.text_content())
        listed.drop_tree()
    for node in tree.iter("script", "style"):
        node.text = None
    yield Content(file, inside, "text", tree.text_content())


def _of_pdf(file: str, inside: str, content: bytes) -> Iterator[Content]:
    found: list[Content] = []
    with suppress(UnusableFile), pdf_pages(content) as reader:
        for key, value in (reader.metadata or {}).items():
            part: Part = "maker" if key.strip("/").lower() in _MAKERS else "property"
            found.append(Content(file, _at(inside, key.strip("/")), part, str(value)))
        for number, page in enumerate(reader.pages, start=1):
            found.append(Content(file, _at(inside, f"page {number}"), "text", _page_text(page)))
        # XMP may be compressed, so that it is not seen in the bytes.
        packet = reader.root_object.get("/Metadata")
        if packet is not None:
            text = packet.get_object().get_data().decode("utf-8", "replace")
            found.append(Content(file, _at(inside, "XMP"), "property", text))
    yield from found


def _page_text(page: PageObject) -> str:
    """Read the text of a page without reading its drawings, which takes seconds a page."""
    from pypdf.generic import DecodedStreamObject, NameObject

    contents = page.get_contents()
    if contents is not None:
        text_only = DecodedStreamObject()
        text_only.set_data(_PATHS.sub(b"", contents.get_data()))
        page[NameObject("/Contents")] = text_only
    return page.extract_text()


def _of_picture(file: str, inside: str, content: bytes) -> Iterator[Content]:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content)) as picture:
            tags = dict(picture.getexif()) | dict(getattr(picture, "tag_v2", {}))
            notes = {str(key): value for key, value in picture.info.items()}
    except (UnidentifiedImageError, OSError, ValueError):
        return
    for number, name in _TAGS.items():
        if number in tags and (text := _text(tags[number])):
            part: Part = "maker" if name in ("artist", "author", "camera owner") else "property"
            yield Content(file, _at(inside, name), part, text)
    for name, value in notes.items():
        if isinstance(value, str | bytes) and name not in ("exif", "icc_profile"):
            part = "maker" if name.lower() in _MAKERS else "property"
            if text := _text(value):
                yield Content(file, _at(inside, name), part, text)


def _text(value: object) -> str:
    if isinstance(value, bytes):
        # Windows writes its tags in UTF-16, everybody else in UTF-8.
        encoding = "utf-16-le" if b"\0" in value[:4] else "utf-8"
        value = value.decode(encoding, "replace")
    return str(value).strip("\0 ")


def _of_bytes(file: str, inside: str, content: bytes) -> Iterator[Content]:
    for encoding in ("utf-8", "utf-16-le"):
        yield Content(file, _at(inside, "bytes"), "data", content.decode(encoding, "ignore"))
