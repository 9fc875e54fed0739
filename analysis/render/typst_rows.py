"""Rows of Typst's tables that must not stand alone at the end of a page."""

from __future__ import annotations

import re

# A row of one bold cell: the heading of the rows below it, as pandoc writes it.
_GROUP = re.compile(
    r"^( +)(table\.cell\((?:align: \w+, )?colspan: \d+\)\[#strong\[.*\]\]),$", re.MULTILINE
)


def keep_group_rows(source: str) -> str:
    """Turn the headings of groups of rows into those of Typst, which stay with the next row.

    Parameters
    ----------
    source
        A document as pandoc writes it for Typst.

    Returns
    -------
    str
        The same document. Such a heading is not repeated on the next page.
    """
    return _GROUP.sub(r"\1table.header(level: 2, repeat: false, \2),", source)
