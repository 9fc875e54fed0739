"""Reads the finished files back as plain text, as their readers' programs would."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import docx
import pypdf
from lxml import etree, html


def plain(text: str) -> str:
    """Fold white space, no-break spaces included, and undo ligatures and hyphenation."""
    for ligature, letters in (("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬀ", "ff"), ("ﬃ", "ffi"), ("ﬄ", "ffl")):
        text = text.replace(ligature, letters)
    return re.sub(r"\s+", " ", text.replace("\u00ad", "").replace("\u00a0", " ")).strip()


def of_html(folder: Path) -> str:
    tree = html.parse(str(folder / "paper.html"), html.HTMLParser(encoding="utf-8"))
    body = tree.getroot().find("body")
    assert body is not None
    # A reader sees neither the script nor the facts that it reads. The letters of pictures are no
    # part of the text in the other formats.
    for element in list(body.iter("script", "svg")):
        element.drop_tree()
    return plain(" ".join(body.itertext()))


def of_pdf(folder: Path) -> str:
    reader = pypdf.PdfReader(folder / "paper.pdf")
    pages = [page.extract_text().split("\n") for page in reader.pages]
    # A sentence runs on over the running head and the number of the page.
    heads = {page[0] for page in pages[1:]}
    if len(heads) == 1:
        pages = [page[1:] if page[0] in heads else page for page in pages]
    pages = [page[:-1] if re.fullmatch(r"\d+ / \d+", page[-1].strip()) else page for page in pages]
    text = "\n".join(line for page in pages for line in page)
    # A word divided at the end of a line ends in a hyphen there.
    return plain(re.sub(r"(\w)-\n(\w)", r"\1\2", text))


def of_docx(folder: Path) -> str:
    document = docx.Document(str(folder / "paper.docx"))
    tag = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    paragraphs = []
    counts = [0] * 6
    for paragraph in document.element[0].iter(f"{tag}p"):
        style = paragraph.find(f"{tag}pPr/{tag}pStyle")
        named = "" if style is None else style.get(f"{tag}val", "")
        heading = re.match(r"Heading([1-6])$", named)
        if heading:
            paragraphs.append(_number(paragraph, int(heading[1]), counts))
        parts = [
            "\t" if node.tag == f"{tag}tab" else node.text or ""
            for node in paragraph.iter(f"{tag}t", f"{tag}tab", f"{tag}br")
        ]
        paragraphs.append("".join(parts))
    return plain("\n".join(paragraphs))


def _number(paragraph: Any, level: int, counts: list[int]) -> str:
    """Count a heading that is in a list, as Word does."""
    if not paragraph.xpath("./w:pPr/w:numPr/w:numId"):
        return ""
    counts[level - 1] += 1
    counts[level:] = [0] * (6 - level)
    return ".".join(map(str, counts[:level]))


def of_jats(folder: Path) -> str:
    return plain(" ".join(etree.parse(folder / "paper.xml").getroot().itertext()))


READERS = {"html": of_html, "pdf": of_pdf, "docx": of_docx, "jats": of_jats}


def squeezed(text: str) -> str:
    """Leave out all white space and hyphens, where a program may break a line as it likes."""
    # Typographic apostrophes are what pandoc makes of typed ones.
    return re.sub(r"[\s\u00a0\u00ad-]", "", text.replace("’", "'"))


def first_difference(one: str, other: str) -> tuple[str, str]:
    """Give what follows the place at which two texts part."""
    pairs = zip(one, other, strict=False)
    place = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
    return one[max(0, place - 40) : place + 200], other[max(0, place - 40) : place + 200]
