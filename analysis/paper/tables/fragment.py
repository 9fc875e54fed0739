"""A great_tables table as the bare HTML table that every output format reads.

Only what survives in HTML, Typst, Word, JATS and LaTeX alike is kept: rows, spans, alignment,
column widths, a few inline marks, links, and citations, which the document's own engine resolves.
great_tables' stylesheet, ids, classes and wrapper would be lost in some formats and break others.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from lxml import html as lxml_html

if TYPE_CHECKING:
    from great_tables import GT
    from lxml.html import HtmlElement

_INLINE: Final = frozenset({"br", "strong", "em", "sup", "sub", "code"})
# Wrappers of great_tables that only carry a class.
_UNWRAPPED: Final = frozenset({"span", "div", "p"})
# Only what is written here and cannot end an attribute: a link must not become anything else.
_ADDRESS: Final = re.compile(r"https://[A-Za-z0-9.-]+/[A-Za-z0-9._~/%()-]*")
_CITATION: Final = re.compile(r"\[@[A-Za-z0-9_:.-]+\]")
_WIDTH: Final = re.compile(r"width:\s*(\d+(?:\.\d+)?)%")
_ROW: Final = ' scope="row"'
_ALIGNMENTS: Final = {"gt_left": "left", "gt_center": "center", "gt_right": "right"}


def table_fragment(gt: GT) -> str:
    """Return a table as one ``<table>`` element.

    Parameters
    ----------
    gt : GT
        With widths in percent for all columns.

    Returns
    -------
    str
        Deterministic HTML: ``colgroup``, ``thead``, a ``tbody`` for each group of rows with the
        group's name as its first row, and the notes in ``tfoot``. No id, class, style sheet or
        caption. A row of which only the first cell is filled is one cell over the whole width.

    Raises
    ------
    ValueError
        If the table has an element that would not survive in every format, or lacks widths.
    """
    root = lxml_html.fromstring(gt.as_raw_html())
    table = root if root.tag == "table" else root.find(".//table")
    if table is None:
        raise ValueError("great_tables gave no table")
    widths = [_WIDTH.search(col.get("style") or "") for col in table.iter("col")]
    if not widths or None in widths:
        raise ValueError("every column of the table needs a width in percent")
    columns = len(widths)
    parts = ["<table>", "<colgroup>"]
    parts += [f'<col style="width:{width[1]}%">' for width in widths if width is not None]
    parts += ["</colgroup>", "<thead>"]
    for row in table.iterfind("./thead/tr"):
        parts += ["<tr>", *[_cell(cell, "th", ' scope="col"') for cell in row], "</tr>"]
    parts += ["</thead>", *_body(table, columns)]
    notes = [cell for row in table.iterfind("./tfoot/tr") for cell in row]
    if notes:
        rows = [f'<tr><td colspan="{columns}">{_content(note)}</td></tr>' for note in notes]
        parts += ["<tfoot>", *rows, "</tfoot>"]
    parts.append("</table>")
    return _without_shortcodes("\n".join(parts))


def has_data(fragment: str) -> bool:
    """Tell whether a table has a row of data, or only says that there is none."""
    return f"<th{_ROW}" in fragment


def _body(table: HtmlElement, columns: int) -> list[str]:
    # A group's name at the head of a tbody of its own is a heading in every format; between the
    # rows of one tbody it would be taken for data.
    parts = ["<tbody>"]
    for row in table.iterfind("./tbody/tr"):
        if "gt_group_heading_row" in (row.get("class") or ""):
            if parts[-1] != "<tbody>":
                parts += ["</tbody>", "<tbody>"]
            name = _content(row[0])
            parts.append(
                f'<tr><th colspan="{columns}" scope="rowgroup" style="text-align:left">'
                f"<strong>{name}</strong></th></tr>"
            )
            continue
        first, *others = row
        if others and not any(_content(cell) for cell in others):
            parts.append(
                f'<tr><td colspan="{columns}" style="text-align:left">{_content(first)}</td></tr>'
            )
            continue
        parts += ["<tr>", _cell(first, "th", _ROW)]
        parts += [*[_cell(cell, "td", "") for cell in others], "</tr>"]
    return [*parts, "</tbody>"]


def _cell(cell: HtmlElement, tag: str, attributes: str) -> str:
    for span in ("colspan", "rowspan"):
        if (value := cell.get(span, "1")) != "1":
            attributes += f' {span}="{int(value)}"'
    classes = (cell.get("class") or "").split()
    for name, align in _ALIGNMENTS.items():
        if name in classes:
            attributes += f' style="text-align:{align}"'
    return f"<{tag}{attributes}>{_content(cell)}</{tag}>"


def _content(element: HtmlElement) -> str:
    """Serialise what is inside an element, keeping inline marks and citations only."""
    parts = [_escaped(element.text)]
    for child in element:
        parts += [_inline(child), _escaped(child.tail)]
    return "".join(parts).strip()


def _inline(element: HtmlElement) -> str:
    tag = element.tag
    citation = element.get("data-qmd")
    if tag == "span" and citation is not None:
        if not _CITATION.fullmatch(citation):
            raise ValueError(f"{citation!r} is not a citation")
        return f'<span data-qmd="{citation}"></span>'
    if tag == "br":
        return "<br>"
    if tag == "a" and _ADDRESS.fullmatch(address := element.get("href") or ""):
        return f'<a href="{address}">{_content(element)}</a>'
    if tag in _INLINE:
        return f"<{tag}>{_content(element)}</{tag}>"
    if tag in _UNWRAPPED:
        return _content(element)
    name = tag if isinstance(tag, str) else "a comment"
    raise ValueError(f"{name} does not survive in every format and cannot stand in a table")


def _escaped(text: str | None) -> str:
    return html.escape(text or "", quote=False)


def _without_shortcodes(text: str) -> str:
    """Break up what Quarto would take for a shortcode; it looks for them in raw HTML too."""
    return text.replace("{{", "&#123;&#123;")
