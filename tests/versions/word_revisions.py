"""Accepts or rejects every tracked change of a Word file, as Word's own buttons do.

ECMA-376, part 1, 17.13.5: a run inside ``ins`` was inserted, one inside ``del`` deleted; ``ins`` or
``del`` among a paragraph's or row's properties is about its mark or the whole row; ``…Change``
holds the properties from before. Written for the tests only, from the standard and not from the
program that makes the changes.
"""

from __future__ import annotations

import hashlib
import posixpath
import zipfile
from pathlib import Path
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"


def paragraphs(path: Path, keep: str | None = None) -> list[str]:
    """Give the text of every paragraph, cells included; a picture is its hash.

    ``keep`` is ``new`` to accept every change first, ``old`` to reject it, None for a file without
    changes.
    """
    with zipfile.ZipFile(path) as archive:
        tree = etree.fromstring(archive.read("word/document.xml"))
        pictures = _pictures(archive)
    if keep:
        resolve(tree, keep)
    assert keep or next(tree.iter(f"{W}ins", f"{W}del"), None) is None
    return [_text(paragraph, pictures) for paragraph in tree.iter(f"{W}p")]


def resolve(tree: Any, keep: str) -> None:
    """Accept (``new``) or reject (``old``) all changes in a document."""
    kept, gone = (f"{W}ins", f"{W}del") if keep == "new" else (f"{W}del", f"{W}ins")
    for row in list(tree.iter(f"{W}tr")):
        properties = row.find(f"{W}trPr")
        if properties is None:
            continue
        if properties.find(gone) is not None:
            row.getparent().remove(row)
        elif (mark := properties.find(kept)) is not None:
            properties.remove(mark)
    for table in list(tree.iter(f"{W}tbl")):
        if table.find(f"{W}tr") is None:
            table.getparent().remove(table)
    joined = []
    for paragraph in list(tree.iter(f"{W}p")):
        mark = paragraph.find(f"{W}pPr/{W}rPr")
        if mark is None:
            continue
        if mark.find(gone) is not None:
            joined.append(paragraph)
        for entry in (*mark.findall(kept), *mark.findall(gone)):
            mark.remove(entry)
    for entry in [e for e in tree.iter(gone) if e.getparent() is not None]:
        entry.getparent().remove(entry)
    for entry in list(tree.iter(kept)):
        parent, place = entry.getparent(), entry.getparent().index(entry)
        for child in reversed(list(entry)):
            parent.insert(place, child)
        parent.remove(entry)
    for name, plain in (("delText", "t"), ("delInstrText", "instrText")):
        for entry in tree.iter(f"{W}{name}"):
            entry.tag = f"{W}{plain}"
    # A paragraph whose mark went runs on into the next one.
    for paragraph in reversed(joined):
        following = paragraph.getnext()
        if following is not None and following.tag == f"{W}p":
            place = 1 if following.find(f"{W}pPr") is not None else 0
            for child in reversed([c for c in paragraph if c.tag != f"{W}pPr"]):
                following.insert(place, child)
            paragraph.getparent().remove(paragraph)
        elif not _has_content(paragraph):
            paragraph.getparent().remove(paragraph)


def _has_content(paragraph: Any) -> bool:
    return next(paragraph.iter(f"{W}t", f"{W}delText", _BLIP), None) is not None


def _text(paragraph: Any, pictures: dict[str, str]) -> str:
    parts = []
    for entry in paragraph.iter(f"{W}t", f"{W}delText", f"{W}tab", f"{W}br", _BLIP):
        if entry.tag == _BLIP:
            parts.append(f"[picture {pictures[entry.get(_EMBED)]}]")
        elif entry.tag in (f"{W}t", f"{W}delText"):
            parts.append(entry.text or "")
        elif entry.getparent().tag == f"{W}r":
            parts.append(" ")
    return "".join(parts)


def _pictures(archive: zipfile.ZipFile) -> dict[str, str]:
    relations = etree.fromstring(archive.read("word/_rels/document.xml.rels"))
    return {
        entry.get("Id", ""): hashlib.sha256(
            archive.read(posixpath.join("/word", entry.get("Target", "")).removeprefix("/"))
        ).hexdigest()[:12]
        for entry in relations
        if entry.get("Type", "").endswith("/image")
    }
