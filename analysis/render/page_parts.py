"""Rearranges the parts of the web page, of either engine, for the screens it is read on."""

from __future__ import annotations

import base64
import html
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_TITLE_END = "</header>"
_HEADING = re.compile(r"(</?h)([1-5])(?=[\s>])")
_OWN_TITLE = re.compile(r'<h\d[^>]*class="abstract-title".*?</h\d>', re.DOTALL)
_PICTURE = re.compile(r'<img\b[^>]*\bsrc="data:image/svg\+xml;base64,([^"]+)"[^>]*>')
_ROOT = re.compile(r"<svg\b([^>]*)>")
_PROLOGUE = re.compile(r"^.*?(?=<svg\b)", re.DOTALL)
_SIZE = re.compile(r'\s(?:width|height)="[^"]*"')
_NOTES = re.compile(r"<tfoot>(.*?)</tfoot>\s*</table>\s*</div>", re.DOTALL)
_NOTE = re.compile(r'<tr[^>]*>\s*<td colspan="\d+"[^>]*>(.*?)</td>\s*</tr>', re.DOTALL)
_LEFT = re.compile(r'(<t[hd]\b[^>]*?) style="text-align: ?left;?"')
# Pandoc writes the head of a row as data where the rows of one table differ in it.
_HEAD_CELL = re.compile(r'<td\b([^>]*\bscope="(?:row|col)(?:group)?"[^>]*)>(.*?)</td>', re.DOTALL)
_SUPPLEMENTARY = re.compile(r'\sid="(?:stbl|sfig)-')
_MAIN = re.compile(r'\sid="(?:tbl|fig)-')
_SECTION = re.compile(r"<(/?)section\b")
_SECTION_HEAD = re.compile(r"<section\b[^>]*>\s*<h\d[^>]*>.*?</h\d>", re.DOTALL)


def with_parts(page: str, items: Mapping[str, Any]) -> str:
    """Give the page one title, pictures that are text, notes outside what scrolls, and folds.

    Parameters
    ----------
    page
        The page, its figures and tables in the form of :func:`quarto_page.with_floats`.
    items
        The content of ``items.json``.
    """
    page = _LEFT.sub(r"\1", _NOTES.sub(_below_the_table, page))
    page = _HEAD_CELL.sub(r"<th\1>\2</th>", page)
    for name, item in items.items():
        if item.get("images"):
            page = _with_drawings(page, name, [image["alt"] for image in item["images"]])
        if item.get("landscape"):
            page = _widened(page, name)
    return _with_one_title(_with_folded_supplement(page))


def _with_one_title(page: str) -> str:
    """Move all headings but the title down by one: a page has one heading of the first level."""
    start = page.find(_TITLE_END)
    if start < 0:
        return page
    # The abstract's own heading is of the second level in the template.
    own = _OWN_TITLE.search(page, start)
    kept = own.span() if own else (start, start)
    return (
        page[:start]
        + _lowered(page[start : kept[0]])
        + page[slice(*kept)]
        + _lowered(page[kept[1] :])
    )


def _lowered(markup: str) -> str:
    return _HEADING.sub(lambda found: f"{found[1]}{int(found[2]) + 1}", markup)


def _with_drawings(page: str, name: str, texts: list[str]) -> str:
    """Put the generated drawings of a figure into the page as they are, with their letters.

    A reader of the screen hears the description once, with the first of several.
    """
    start = page.find(f' id="{name}"')
    end = page.find("</figure>", start)
    if start < 0 or end < 0:
        return page
    described = iter(
        text if place == 1 else f"Part {place} of {len(texts)}; the first part describes them all."
        for place, text in enumerate(texts, start=1)
    )

    def drawing(found: re.Match[str]) -> str:
        text = next(described, None)
        if text is None:
            return found[0]
        svg = _PROLOGUE.sub("", base64.b64decode(found[1]).decode("utf-8"), count=1)
        label = html.escape(text)

        def root(tag: re.Match[str]) -> str:
            kept = _SIZE.sub("", tag[1])
            return f'<svg class="picture" role="img" aria-label="{label}"{kept}>'

        return _ROOT.sub(root, svg, count=1).strip()

    return page[:start] + _PICTURE.sub(drawing, page[start:end]) + page[end:]


def _widened(page: str, name: str) -> str:
    """Mark a table that is set across a page of its own elsewhere: on a screen it may be wider."""
    start = page.find(f' id="{name}"')
    place = page.find("float float-table", start)
    end = page.find("</figure>", start)
    if start < 0 or not start < place < end:
        return page
    return f"{page[:place]}wide {page[place:]}"


def _below_the_table(found: re.Match[str]) -> str:
    """Put notes below what scrolls, where they are read without scrolling."""
    notes = _NOTE.findall(found[1])
    if len(notes) != found[1].count("<tr"):
        return found[0]
    told = "\n".join(f"<p>{note}</p>" for note in notes)
    return f'</table>\n</div>\n<div class="notes">\n{told}\n</div>'


def _with_folded_supplement(page: str) -> str:
    """Put the supplement into something that a phone can fold; it is open without a script."""
    first = _SUPPLEMENTARY.search(page)
    if not first:
        return page
    start = _outermost_before(page, first.start())
    head = _SECTION_HEAD.match(page, start) if start >= 0 else None
    end = _end_of_section(page, start)
    if head is None or end < 0 or _MAIN.search(page, start, end):
        return page
    return (
        f'{page[: head.end()]}\n<details class="supplement" open>'
        "<summary>Supplementary tables and figures</summary>"
        f"{page[head.end() : end]}</details>\n{page[end:]}"
    )


def _outermost_before(page: str, place: int) -> int:
    """Find where the outermost section around a place begins, -1 if there is none."""
    depth, outermost = 0, -1
    for found in _SECTION.finditer(page, 0, place):
        if not found[1]:
            outermost = found.start() if depth == 0 else outermost
        depth += -1 if found[1] else 1
    return outermost if depth > 0 else -1


def _end_of_section(page: str, start: int) -> int:
    depth = 0
    for found in _SECTION.finditer(page, max(start, 0)):
        depth += -1 if found[1] else 1
        if depth == 0:
            return found.start()
    return -1
