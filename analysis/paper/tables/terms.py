"""Table of the words that reports use for an adverse event, and the term they are pooled under."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.paper.tables.assembly import Column, Line, assemble, visible
from analysis.paper.tables.cells import abbreviations_note, sentence, text

if TYPE_CHECKING:
    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.results import Synthesis

_COLUMNS: Final = (Column("term", "Standard term"), Column("reported", "As reported"))


def build(synthesis: Synthesis) -> Table:
    """Build the table, a standard term a row, both in alphabetical order."""
    reported: dict[str, list[str]] = {}
    for words, term in synthesis.terms:
        reported.setdefault(term, []).append(words)
    body = [
        Line((text(term), sentence("; ".join(sorted(reported[term], key=str.casefold)))))
        for term in sorted(reported, key=str.casefold)
    ]
    notes = [abbreviations_note(visible(_COLUMNS, body), synthesis.abbreviations)]
    return assemble(_COLUMNS, body, notes, "No adverse event has been extracted.")
