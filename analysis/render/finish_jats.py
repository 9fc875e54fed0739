"""Corrects the JATS file: labels apart from captions, alternative texts, kinds of references."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from analysis.render.jats_files import name_files
from analysis.render.jats_front import complete_front
from analysis.render.jats_sections import arrange_sections
from analysis.render.jats_validity import ARCHIVING, PUBLISHING, VERSION
from analysis.render.output_stamps import FIGURE_FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from analysis.render.jats_front import PaperFacts

_HREF = "{http://www.w3.org/1999/xlink}href"
_LABEL = re.compile(r"^\s*((?:Figure|Table)[\s\u00a0]+S?\d+)\s*[:.]\s*")
# The parts of a figure.
_PART = re.compile(r"^\s*(\([a-z]\))\s*")
# How the list of the literature is called where more than one section holds nothing.
_LITERATURE = ("References", "Reference list", "Bibliography", "Literature", "Literature cited")
# What a reference leads to, by the element that it names.
_REFERENCE_TYPES = {
    "fig": "fig",
    "fig-group": "fig",
    "table-wrap": "table",
    "disp-formula": "disp-formula",
    "sec": "sec",
    "ref": "bibr",
    "app": "app",
}


def finish_jats(
    path: Path,
    alternatives: Mapping[str, str],
    facts: PaperFacts | None = None,
    files: Sequence[str] = (),
) -> dict[str, str]:
    """Set right in a JATS file what pandoc and Quarto leave undone.

    Parameters
    ----------
    path
        The JATS file; it is replaced.
    alternatives
        Alternative texts by the name of the picture's file without ending.
    facts
        Authors, keywords and licence, where they are known.
    files
        Where the CSV and XLSX files lie that hold all rows of what the paper shows in part.

    Returns
    -------
    dict
        The pictures it refers to, which belong into ``figures/`` beside it: from their name there
        to the name that the engine wrote, relative to ``manuscript/``.
    """
    from lxml import etree

    parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)
    tree = etree.parse(path, parser)
    _unwrap_tables(tree)
    _group_figures(tree)
    for item in tree.iter("fig", "fig-group", "table-wrap"):
        _label(item)
    pictures: dict[str, str] = {}
    for graphic in tree.iter("graphic", "inline-graphic"):
        origin = graphic.get(_HREF, "")
        name = _free_name(origin, pictures)
        pictures[name] = origin
        graphic.set(_HREF, f"{FIGURE_FOLDER}/{name}")
        text = alternatives.get(PurePosixPath(name).stem)
        if text and graphic.find("alt-text") is None:
            element = etree.SubElement(graphic, "alt-text")
            element.text = text
    article = tree.getroot()
    _title_boxes(article)
    _unwrap_values(article)
    for part in article.iterfind("./front//abstract//sec"):
        # Nothing leads there, and a heading of the text may have the same words.
        part.attrib.pop("id", None)
    _label_sections(article.find("body"), ())
    _name_pages(article)
    _drop_empty(article)
    _title_references(article)
    _references_to_back(article)
    arrange_sections(article)
    _name_tables(article)
    if files:
        name_files(article, files)
    _type_references(article)
    if facts is not None:
        complete_front(article, facts)
    article.set("dtd-version", VERSION)
    path.write_bytes(
        etree.tostring(
            article,
            xml_declaration=True,
            encoding="UTF-8",
            doctype=(PUBLISHING if facts and facts.journal else ARCHIVING).doctype,
        )
    )
    return pictures


def _free_name(origin: str, taken: Mapping[str, str]) -> str:
    """Give the file name of a picture; of two folders, each may have one of the same name."""
    path = PurePosixPath(unquote(origin))
    name, number = path.name, 1
    while taken.get(name, origin) != origin:
        number += 1
        name = f"{path.stem}-{number}{path.suffix}"
    return name


def _unwrap_tables(tree: Any) -> None:
    """Let a table be no figure: Quarto puts everything that is numbered into one."""
    for figure in list(tree.iter("fig")):
        wrap, caption = figure.find("table-wrap"), figure.find("caption")
        if wrap is None or not figure.get("id") or figure.find("graphic") is not None:
            continue
        wrap.set("id", figure.get("id"))
        if caption is not None and wrap.find("caption") is None:
            wrap.insert(0, caption)
        wrap.tail = figure.tail
        figure.getparent().replace(figure, wrap)


def _label_sections(parent: Any, numbers: tuple[int, ...]) -> None:
    """Take the number off a section's title: Quarto writes it there, as text.

    Only the number that a section has by its place is one: "2 arms" may begin a title, too.
    """
    count = 0
    for section in () if parent is None else parent.findall("sec"):
        title = section.find("title")
        if title is None:
            continue
        own = ".".join(map(str, (*numbers, count + 1)))
        found = re.match(rf"\s*{re.escape(own)}\.?[\s\u00a0]+", title.text or "")
        if section.find("label") is not None:
            count += 1
        elif found:
            count += 1
            title.text = (title.text or "")[found.end() :]
            _put_label(section, own)
        _label_sections(section, (*numbers, count))


def _unwrap_values(article: Any) -> None:
    """Leave of a value what it says: here its name is lost, and the element says nothing."""
    for wrapper in list(article.iter("named-content")):
        if wrapper.get("content-type") == "value":
            _unwrap(wrapper)


def _unwrap(element: Any) -> None:
    parent, before = element.getparent(), element.getprevious()
    place = parent.index(element)
    text = element.text or ""
    tail = element.tail or ""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + tail
    else:
        text += tail
    for child in reversed(element):
        parent.insert(place, child)
    parent.remove(element)
    if before is None:
        parent.text = (parent.text or "") + text
    else:
        before.tail = (before.tail or "") + text


def _references_to_back(article: Any) -> None:
    """Take the list of the literature out of the last section, where Quarto leaves it."""
    from lxml import etree

    listed = next(article.iter("ref-list"), None)
    if listed is None or listed.getparent().tag == "back":
        return
    back = article.find("back")
    if back is None:
        back = etree.SubElement(article, "back")
    back.insert(0, listed)


def _title_boxes(article: Any) -> None:
    """Let the bold line that a callout begins with be the title of its box."""
    from lxml import etree

    for box in article.iter("boxed-text"):
        first = box.find("p")
        if box.get("content-type") is None or first is None or box.index(first) != 0:
            continue
        if [child.tag for child in first] == ["bold"] and not (first.text or "").strip():
            caption = etree.Element("caption")
            (title,) = first
            title.tag, title.tail = "title", None
            caption.append(title)
            caption.tail = first.tail
            box.replace(first, caption)


def _title_references(article: Any) -> None:
    """Give the list of the literature the title under which Quarto leaves nothing."""
    listed = next(article.iter("ref-list"), None)
    if listed is None or listed.findtext("title"):
        return
    for title in listed.findall("title"):  # pandoc's own, without words
        listed.remove(title)
    empty = [s for s in article.iter("sec") if {child.tag for child in s} <= {"label", "title"}]
    named = [s for s in empty if "".join(s.find("title").itertext()).strip() in _LITERATURE]
    if len(named or empty) != 1:
        return
    (section,) = named or empty
    if section.get("id") and listed.get("id") is None:
        listed.set("id", section.get("id"))
    listed.insert(0, section.find("title"))
    section.getparent().remove(section)


def _group_figures(tree: Any) -> None:
    """Let a figure that holds others be a group of them: JATS knows no figure in a figure."""
    for figure in list(tree.iter("fig")):
        if next(figure.iterdescendants("fig"), None) is not None:
            figure.tag = "fig-group"


def _label(item: Any) -> None:
    caption = item.find("caption")
    if caption is None or item.find("label") is not None:
        return
    first = next((element for element in caption.iter() if (element.text or "").strip()), None)
    is_part = item.getparent().tag == "fig-group"
    match = None if first is None else (_PART if is_part else _LABEL).match(first.text)
    if first is None or match is None:
        return
    first.text = first.text[match.end() :]
    _put_label(item, match[1])


def _name_tables(article: Any) -> None:
    """Let the id name the table with its caption, as it does with figures."""
    for wrap in article.iter("table-wrap"):
        table = wrap.find("table")
        if wrap.get("id") is None and table is not None and table.get("id") is not None:
            wrap.set("id", table.attrib.pop("id"))


def _type_references(article: Any) -> None:
    """Say of each reference what it leads to, and number the list of the literature."""
    kinds = {element.get("id"): element.tag for element in article.iter() if element.get("id")}
    labels: dict[str, str] = {}
    for link in article.iter("xref"):
        target = link.get("rid", "")
        kind = _REFERENCE_TYPES.get(kinds.get(target, ""))
        if kind and link.get("ref-type") is None:
            link.set("ref-type", kind)
        if kind == "bibr":
            labels.setdefault(target, "".join(link.itertext()).strip())
    # Where citations are names and years, the list has no numbers.
    if labels and all(text.isdecimal() for text in labels.values()):
        _number_references(article, {target: int(text) for target, text in labels.items()})


def _number_references(article: Any, printed: Mapping[str, int]) -> None:
    """Bring the list of the literature into the order of its numbers in the text, and number it.

    Quarto leaves it in the order of the bibliography's file. A reference that stands only within a
    range, as 3 does in "2–4", has no link that tells its number: one of them is the number that is
    left, of several only the place is kept.
    """
    entries = list(article.iter("ref"))
    names = [entry.get("id") for entry in entries]
    left = sorted(set(range(1, len(names) + 1)) - set(printed.values()))
    unknown = [name for name in names if name not in printed]
    if len(left) != len(unknown):
        return
    known = [printed[name] for name in names if name in printed]
    in_order = known == sorted(known)
    numbers = {**printed, **dict(zip(unknown, left, strict=True))}
    before = entries[0].getprevious()
    parent = entries[0].getparent()
    start = 0 if before is None else parent.index(before) + 1
    entries.sort(key=lambda entry: numbers[entry.get("id")])
    for place, entry in enumerate(entries, start=start):
        parent.insert(place, entry)
        certain = in_order or entry.get("id") in printed or len(unknown) == 1
        if certain and entry.find("label") is None:
            _put_label(entry, str(numbers[entry.get("id")]))


def _put_label(item: Any, text: str) -> None:
    from lxml import etree

    label = etree.Element("label")
    label.text = text
    item.insert(0, label)


def _name_pages(article: Any) -> None:
    """Give a work without pages its number in the volume: pandoc writes it as pages to nowhere."""
    for last in list(article.iter("lpage")):
        if (last.text or "").strip():
            continue
        first = last.getprevious()
        last.getparent().remove(last)
        if first is not None and first.tag == "fpage" and not (first.text or "").isdecimal():
            first.tag = "elocation-id"


def _drop_empty(article: Any) -> None:
    """Remove what the template writes about a journal that is not known, and empty paragraphs.

    Quarto leaves such a paragraph where Word and PDF have a page break.
    """
    for tag in ("journal-id", "issn", "publisher-name", "publisher", "journal-title-group"):
        for element in list(article.iter(tag)):
            if len(element) == 0 and not (element.text or "").strip():
                element.getparent().remove(element)
    for paragraph in article.xpath("//body/p[not(node())] | //sec/p[not(node())]"):
        paragraph.getparent().remove(paragraph)
    for tag in ("journal-meta", "permissions", "kwd-group", "history", "back"):
        for element in list(article.iter(tag)):
            if len(element) == 0:
                element.getparent().remove(element)
