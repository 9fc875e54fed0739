"""Reads a table as its readers do: rows of text, and the notes below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import html as lxml_html

from analysis.paper.tables.fragment import table_fragment

if TYPE_CHECKING:
    from analysis.paper.tables.assembly import Table


def rows(table: Table) -> list[list[str]]:
    """Return the text of every row, lines of a cell separated by a bar."""
    root = lxml_html.fromstring(table_fragment(table))
    for line_break in root.iter("br"):
        line_break.tail = f"|{line_break.tail or ''}"
    return [
        [cell.text_content().replace("\N{NO-BREAK SPACE}", " ") for cell in row.iter("th", "td")]
        for row in root.iter("tr")
    ]


def row(table: Table, name: str) -> list[str]:
    """Return the only row whose first cell begins with this name."""
    (found,) = [found for found in rows(table) if found[0].startswith(name) and len(found) > 1]
    return found


def groups(table: Table) -> list[str]:
    """Return the names of the groups of rows."""
    root = lxml_html.fromstring(table_fragment(table))
    return [cell.text_content() for cell in root.iter("th") if cell.get("scope") == "rowgroup"]


def notes(table: Table) -> str:
    """Return what stands below a table."""
    root = lxml_html.fromstring(table_fragment(table))
    return " ".join(cell.text_content() for cell in root.findall("tfoot/tr/td"))
