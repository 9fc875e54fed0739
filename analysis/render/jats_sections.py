"""Puts the sections of a JATS file where archives look for them, and says what each of them is."""

from __future__ import annotations

import re
from typing import Any

# What a section is called, and its `sec-type`: those that JATS itself proposes (tag library 1.3,
# attribute sec-type), and those that JATS4R recommends for statements.
_TYPES = (
    (r"introduction|background", "intro"),
    (r"(?:materials and )?methods", "methods"),
    (r"results", "results"),
    (r"discussion", "discussion"),
    (r"conclusions?", "conclusions"),
    (r"data(?: and code)? (?:availability|sharing).*|availability of data.*", "data-availability"),
    (r"(?:competing|conflicts? of|declarations? of) interests?", "COI-statement"),
    (r"ethics.*", "ethics-statement"),
    (r"funding", "financial-disclosure"),
    (r"(?:author )?contributions.*|contributions of.*", "author-contribution"),
    (r"(?:trial )?registration.*", "registration"),
)
_STATEMENTS = re.compile(r"declarations?|statements?|acknowledge?ments?|other information", re.I)
_SUPPLEMENT = re.compile(r"supplement|appendi", re.I)
# What makes up a section without content.
_HEAD = {"label", "title"}


def arrange_sections(article: Any) -> None:
    """Give sections their types, and take statements and supplement to the back of the article.

    A section that holds nothing but its title is left out: the document type allows it, archives
    do not.

    Parameters
    ----------
    article
        Root of the JATS file; the list of the literature stands in its ``back``.
    """
    from lxml import etree

    body = article.find("body")
    if body is None:
        return
    _drop_empty_sections(body)
    for section in article.iter("sec"):
        kind = _type_of(_title(section))
        if kind and section.get("sec-type") is None:
            section.set("sec-type", kind)
    back = article.find("back")
    if back is None:
        back = etree.SubElement(article, "back")
    statements = _taken(body, _STATEMENTS)
    appendices = _taken(body, _SUPPLEMENT)
    for place, section in enumerate(statements):
        back.insert(place, section)
    if appendices:
        group = etree.SubElement(back, "app-group")
        for section in appendices:
            section.tag = "app"
            section.attrib.pop("sec-type", None)
            group.append(section)
    if len(back) == 0:
        article.remove(back)


def _title(section: Any) -> str:
    title = section.find("title")
    return "" if title is None else " ".join("".join(title.itertext()).split())


def _type_of(title: str) -> str | None:
    found = (kind for pattern, kind in _TYPES if re.fullmatch(pattern, title, re.IGNORECASE))
    return next(found, None)


def _taken(body: Any, pattern: re.Pattern[str]) -> list[Any]:
    """Take out the sections at the top that are called so and carry no number."""
    found = [
        section
        for section in body.findall("sec")
        if section.find("label") is None and pattern.match(_title(section))
    ]
    for section in found:
        body.remove(section)
    return found


def _drop_empty_sections(body: Any) -> None:
    # From the innermost: a section of empty ones is empty, too.
    for section in reversed(list(body.iter("sec"))):
        if {child.tag for child in section} <= _HEAD:
            section.getparent().remove(section)
