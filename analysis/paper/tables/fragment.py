"""A table as the bare HTML table that every output format reads.

Only what survives in HTML, Typst, Word, JATS and LaTeX alike is kept: rows, alignment, column
widths, a few inline marks, links, and citations, which the document's own engine resolves. Anything
else would be lost in some formats and break others.
"""

from __future__ import annotations

import html
import re
from itertools import groupby
from typing import TYPE_CHECKING, Final

from lxml import html as lxml_html

from analysis.paper.tables.column_widths import column_widths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from analysis.paper.tables.assembly import Column, Line, Table

_INLINE: Final = frozenset({"br", "strong", "em", "sup", "sub", "code"})
# Only what is written here and cannot end an attribute: a link must not become anything else.
_ADDRESS: Final = re.compile(r"https://[A-Za-z0-9.-]+/[A-Za-z0-9._~/%()-]*")
_CITATION: Final = re.compile(r"\[@[A-Za-z0-9_:.-]+\]")
_ROW: Final = ' scope="row"'


def table_fragment(table: Table) -> str:
    """Return a table as one ``<table>`` element.

    Parameters
    ----------
    table : Table

    Returns
    -------
    str
        Deterministic HTML: ``colgroup``, ``thead``, a ``tbody`` for each group of rows with the
        group's name as its first row, and the notes in ``tfoot``. No id, class, style sheet or
        caption. A row of which only the first cell is filled is one cell over the whole width.

    Raises
    ------
    ValueError
        If the table has an element that would not survive in every format.
    """
    columns = table.columns
    widths = column_widths([column.heading for column in columns], [x.cells for x in table.body])
    heads = [_cell(column, column.heading, "th", ' scope="col"') for column in columns]
    parts = ["<table>", "<colgroup>", *(f'<col style="width:{width}%">' for width in widths)]
    parts += ["</colgroup>", "<thead>", "<tr>", *heads, "</tr>", "</thead>"]
    for group, lines in groupby(table.body, key=lambda line: line.group):
        parts += ["<tbody>", *_heading(group, len(columns))]
        for line in lines:
            parts += _row(columns, line)
        parts.append("</tbody>")
    if table.notes:
        notes = (f'<td colspan="{len(columns)}">{_content(note)}</td>' for note in table.notes)
        parts += ["<tfoot>", *(f"<tr>{note}</tr>" for note in notes), "</tfoot>"]
    parts.append("</table>")
    return _without_shortcodes("\n".join(parts))


def has_data(fragment: str) -> bool:
    """Tell whether a table has a row of data, or only says that there is none."""
    return f"<th{_ROW}" in fragment


def _heading(group: str | None, columns: int) -> list[str]:
    # A group's name at the head of a tbody of its own is a heading in every format; between the
    # rows of one tbody it would be taken for data.
    if group is None:
        return []
    cell = f'<th colspan="{columns}" scope="rowgroup" style="text-align:left">'
    return [f"<tr>{cell}<strong>{_escaped(group).strip()}</strong></th></tr>"]


def _row(columns: Sequence[Column], line: Line) -> list[str]:
    first, *others = line.cells
    if not any(map(_content, others)):
        content = _content(first)
        return [f'<tr><td colspan="{len(columns)}" style="text-align:left">{content}</td></tr>']
    cells = [_cell(columns[0], first, "th", _ROW)]
    cells += [_cell(each, cell, "td", "") for each, cell in zip(columns[1:], others, strict=True)]
    return ["<tr>", *cells, "</tr>"]


def _cell(column: Column, cell: str, tag: str, attributes: str) -> str:
    return f'<{tag}{attributes} style="text-align:{column.align}">{_content(cell)}</{tag}>'


def _content(cell: str) -> str:
    """Give what is in a cell, keeping inline marks and citations only."""
    if "<" not in cell and "&" not in cell:
        return _escaped(cell).strip()
    return _inside(lxml_html.fragment_fromstring(cell, create_parent="div"))


def _inside(element: HtmlElement) -> str:
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
        return f'<a href="{address}">{_inside(element)}</a>'
    if tag in _INLINE:
        return f"<{tag}>{_inside(element)}</{tag}>"
    name = tag if isinstance(tag, str) else "a comment"
    raise ValueError(f"{name} does not survive in every format and cannot stand in a table")


def _escaped(text: str | None) -> str:
    return html.escape(text or "", quote=False)


def _without_shortcodes(text: str) -> str:
    """Break up what Quarto would take for a shortcode; it looks for them in raw HTML too."""
    return text.replace("{{", "&#123;&#123;")
