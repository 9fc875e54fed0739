"""Tells whether a table is better on a landscape page, and gives it the widths of one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import html as lxml_html

from analysis.paper.tables.column_widths import LYING, UPRIGHT, column_widths, lines_needed

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Word has larger type: what fits there side by side on an upright page.
_WORD: Final = 105
# A landscape page must save a tenth of the paper.
_GAIN: Final = 0.9
_WIDTHS: Final = re.compile(r"<colgroup>.*?</colgroup>", re.DOTALL)


def laid(fragment: str) -> str | None:
    """Set a table for a landscape page, where that takes less paper than an upright one.

    A landscape page interrupts the text and leaves the page before it short. So a table lies only
    if its words do not fit side by side on an upright page, or if it takes clearly less
    paper that way.

    Parameters
    ----------
    fragment : str
        As `analysis.paper.tables.fragment.table_fragment` gives it.

    Returns
    -------
    str or None
        The table with other widths; None if it is better upright.
    """
    table = lxml_html.fromstring(fragment)
    width = len(list(table.iter("col")))
    rows = [[_inner(cell) for cell in row] for row in table.iter("tr") if len(row) == width]
    if len(rows) < 2:
        return None
    headings, body = rows[0], rows[1:]
    lying = lines_needed(headings, body, LYING)
    fits = lines_needed(headings, body, _WORD) < float("inf")
    # A landscape page has as many lines fewer as its lines are longer.
    if fits and lines_needed(headings, body, UPRIGHT) * UPRIGHT * _GAIN <= lying * LYING:
        return None
    columns = "\n".join(
        f'<col style="width:{share}%">' for share in column_widths(headings, body, LYING)
    )
    return _WIDTHS.sub(f"<colgroup>\n{columns}\n</colgroup>", fragment, count=1)


def _inner(cell: HtmlElement) -> str:
    text = lxml_html.tostring(cell, encoding="unicode", with_tail=False)
    return text[text.index(">") + 1 : text.rindex("<")]
