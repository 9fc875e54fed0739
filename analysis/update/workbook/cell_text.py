"""Text of cells as a workbook stores it, so that none of it is ever a formula."""

from __future__ import annotations

import re
from typing import Any

# Office Open XML writes a character that XML cannot hold as _xHHHH_ (ECMA-376, ST_Xstring); what
# looks so and is meant as letters has its first underscore escaped.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SIGNS_OF_FORMULAS = "=+-@\t'"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def put_text(cell: Any, text: str) -> None:
    """Write a text as text, whatever it begins with.

    Parameters
    ----------
    cell
        A cell of a sheet that is being written.
    text
        Anything; a character that no file can hold becomes the replacement character.
    """
    escaped = _ESCAPED.sub(lambda match: f"_x005F_{match[0][1:]}", text)
    cell.value = _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", escaped).replace("\r", "_x000D_")
    # openpyxl takes a text that begins with = for a formula unless told otherwise.
    cell.data_type = "s"
    if text[:1] and text[0] in _SIGNS_OF_FORMULAS:
        # The same as typing an apostrophe before it: editing the cell keeps it a text.
        cell.quotePrefix = True


def stored_text(value: str) -> str:
    """Give the text that a stored string stands for, with line feeds as line ends."""
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value)
    return text.replace("\r\n", "\n").replace("\r", "\n")
