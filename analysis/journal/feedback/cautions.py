"""Edits of what is computed: to be answered in the data, not in the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from analysis.journal.feedback.comparison import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.journal.feedback.edits import RawEdit
    from analysis.manuscript.text import Piece, ReadText

_MOST_ROWS = 3


def number_warnings(
    edit: RawEdit, text: ReadText, span: tuple[int, int], values: Mapping[str, Any]
) -> tuple[str, ...]:
    """Warn where an edit changed the words of a computed value.

    A value that was moved, formatted, or taken out with its whole sentence is left alone.

    Parameters
    ----------
    edit
        The change.
    text, span
        Where it stands in the manuscript.
    values
        As ``results.json`` holds them.
    """
    if edit.kind in ("format", "moved away", "moved here", "withdrawn"):
        return ()
    touched = {
        piece.name: piece
        for piece in text.pieces
        if piece.kind == "value" and _changes(piece, text, edit, span)
    }
    return tuple(_warning(piece, text, edit, values.get(name)) for name, piece in touched.items())


def _changes(piece: Piece, text: ReadText, edit: RawEdit, span: tuple[int, int]) -> bool:
    start, end = span
    if start == end:
        return piece.start < start < piece.end
    if start >= piece.end or end <= piece.start:
        return False
    shown = text.text[piece.start : piece.end]
    covered = start <= piece.start and end >= piece.end
    if covered and (not edit.new or canonical(shown) in canonical(edit.new)):
        # It went with its sentence, or still stands there.
        return bool(edit.new) is False and canonical(edit.old) == canonical(shown)
    return True


def _warning(piece: Piece, text: ReadText, edit: RawEdit, value: Any) -> str:
    shown = text.text[piece.start : piece.end]
    told = shown if len(shown) <= 60 else f"{shown[:59]}…"
    words = f"“{told}” is computed: it is the value {piece.name}{_rows(value)}. "
    if edit.new and not re.search(r"\d", shown):
        words += "Other words for it come from data/protocol.yml or the program. "
    return words + f"Change the row, not the text; see: review trace {piece.name}"


def _rows(value: Any) -> str:
    rows = value.get("rows") if isinstance(value, dict) else None
    if not rows:
        return ""
    named = [f"{row['file']} line {row['line']}" for row in rows[:_MOST_ROWS]]
    more = len(rows) - len(named)
    return f", from {', '.join(named)}{f' and {more} more rows' if more else ''}"


def table_warning(item: str | None) -> str:
    """Say that tables are generated."""
    name = f" ({item})" if item else ""
    return f"This table{name} is generated: change the row in data/, not the cell."
