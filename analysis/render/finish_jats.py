"""Corrects the JATS file: labels apart from captions, alternative texts, no empty journal."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_HREF = "{http://www.w3.org/1999/xlink}href"
_LABEL = re.compile(r"^\s*((?:Figure|Table)[\s\u00a0]+S?\d+)\s*[:.]\s*")
FIGURE_FOLDER = "figures"


def finish_jats(path: Path, alternatives: Mapping[str, str]) -> list[str]:
    """Set right in a JATS file what pandoc and Quarto leave undone.

    Parameters
    ----------
    path
        The JATS file; it is replaced.
    alternatives
        Alternative texts by the name of the picture's file without ending.

    Returns
    -------
    list of str
        File names of the pictures it refers to, which belong into ``figures/`` beside it.
    """
    from lxml import etree

    parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)
    tree = etree.parse(path, parser)
    for item in tree.iter("fig", "table-wrap"):
        _label(item)
    pictures = []
    for graphic in tree.iter("graphic", "inline-graphic"):
        name = PurePosixPath(graphic.get(_HREF, "")).name
        pictures.append(name)
        graphic.set(_HREF, f"{FIGURE_FOLDER}/{name}")
        text = alternatives.get(PurePosixPath(name).stem)
        if text and graphic.find("alt-text") is None:
            element = etree.SubElement(graphic, "alt-text")
            element.text = text
    _drop_empty(tree.getroot())
    tree.write(path, xml_declaration=True, encoding="UTF-8")
    return pictures


def _label(item: Any) -> None:
    from lxml import etree

    caption = item.find("caption")
    if caption is None or item.find("label") is not None:
        return
    first = next((element for element in caption.iter() if (element.text or "").strip()), None)
    match = None if first is None else _LABEL.match(first.text)
    if first is None or match is None:
        return
    first.text = first.text[match.end() :]
    label = etree.Element("label")
    label.text = match[1]
    item.insert(0, label)


def _drop_empty(article: Any) -> None:
    """Remove what the template writes about a journal that is not known."""
    for tag in ("journal-id", "issn", "publisher-name", "publisher", "journal-title-group"):
        for element in list(article.iter(tag)):
            if len(element) == 0 and not (element.text or "").strip():
                element.getparent().remove(element)
    for tag in ("journal-meta", "permissions", "kwd-group", "back"):
        for element in list(article.iter(tag)):
            if len(element) == 0:
                element.getparent().remove(element)
