"""Table of the sentences that read differently than in the version before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.paper.tables.assembly import Column, Line, assemble
from analysis.paper.tables.cells import text
from analysis.paper.tables.changes import FIRST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from great_tables import GT

    from analysis.synthesis.results import Synthesis
    from analysis.synthesis.versions import SentenceChange

SAME = "Every sentence reads as before."
_COLUMNS = (
    Column("part", "Where"),
    Column("before", "Before"),
    Column("after", "Now"),
)


def build(synthesis: Synthesis, sentences: Sequence[SentenceChange]) -> GT:
    """Build the table, a sentence a row, in the order of the paper."""
    body = [
        Line((text(sentence.part.capitalize()), text(sentence.before), text(sentence.after)))
        for sentence in sentences
    ]
    first = synthesis.history is None or synthesis.history.changes is None
    note = (
        "Sentences that tell of the version itself are left out. A sentence alone on its side came "
        "or went."
    )
    return assemble(_COLUMNS, body, [note] if body else [], FIRST if first else SAME)
