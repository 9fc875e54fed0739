"""The parts of a Word file by what they are, whatever they are called and in whichever namespace.

Word for the web writes `word/document2.xml`; where a part is, only the relationships say (ECMA-376
part 2, 9.3). Strict Open XML (ISO/IEC 29500) has other namespaces for the same elements.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LINK = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
#: Under which name each part is kept, by the last word of the type of its relationship.
_KEPT_AS = {
    "officeDocument": "word/document.xml",
    "styles": "word/styles.xml",
    "comments": "word/comments.xml",
    "commentsExtended": "word/commentsExtended.xml",
    "footnotes": "word/footnotes.xml",
    "endnotes": "word/endnotes.xml",
}
# Strict and transitional addresses of what is read here.
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing",
        b"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)


def is_read(name: str) -> bool:
    """Say whether a part may be one of the document or tell where they are."""
    return name.endswith((".xml", ".rels")) and not name.startswith(("customXml/", "docProps/"))


def transitional(content: bytes) -> bytes:
    """Give a part with the namespaces of transitional Open XML."""
    for strict, usual in _STRICT:
        content = content.replace(strict, usual)
    return content


def document_parts(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the parts of the document under the names that Word itself gives them.

    Parameters
    ----------
    parts
        Trees by name in the file.

    Returns
    -------
    dict
        Of `word/document.xml`, its styles, comments with their answers, footnotes and endnotes
        those that the file has.
    """
    found = dict(_links(parts, ""))
    main = found.get("officeDocument", "word/document.xml")
    found |= {kind: name for kind, name in _links(parts, main) if kind in _KEPT_AS}
    kept = {_KEPT_AS[kind]: parts[name] for kind, name in found.items() if kind in _KEPT_AS}
    # A file without relationships is damaged; its parts may have their usual names all the same.
    return {name: parts[name] for name in _KEPT_AS.values() if name in parts} | kept


def _links(parts: Mapping[str, Any], of: str) -> Iterator[tuple[str, str]]:
    """Give kind and name of the parts to which one is related; the empty name is the file."""
    folder, name = posixpath.split(of)
    tree = parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    for link in tree.iter(_LINK) if tree is not None else ():
        target = link.get("Target", "")
        absolute = target[1:] if target.startswith("/") else posixpath.join(folder, target)
        place = posixpath.normpath(absolute)
        if link.get("TargetMode") != "External" and place in parts:
            yield link.get("Type", "").rpartition("/")[2], place
