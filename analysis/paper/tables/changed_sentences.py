"""Table of the sentences that read differently than in the version before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.paper.tables.assembly import Column, Line, assemble
from analysis.paper.tables.cells import text
from analysis.paper.tables.changes import FIRST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.results import Synthesis
    from analysis.synthesis.versions import SentenceChange

SAME = "Every sentence reads as before."
_COLUMNS = (
    Column("part", "Where"),
    Column("before", "Before"),
    Column("after", "Now"),
)


# A text that was written anew fills pages that nobody reads; then the rewritten sentences are told,
# and the others counted.
_MOST = 60


def build(synthesis: Synthesis, sentences: Sequence[SentenceChange]) -> Table:
    """Build the table, a sentence a row, in the order of the paper.

    Of more than 60 sentences, those that only came or went are counted and not shown.
    """
    shown = list(sentences)
    if len(shown) > _MOST:
        shown = [each for each in sentences if each.before and each.after]
    body = [
        Line((text(sentence.part.capitalize()), text(sentence.before), text(sentence.after)))
        for sentence in shown
    ]
    first = synthesis.history is None or synthesis.history.changes is None
    notes = ["Sentences that tell of the version itself are left out."] if sentences else []
    if len(shown) == len(sentences):
        notes += ["A sentence alone on its side came or went."] if body else []
    else:
        came = sum(not each.before for each in sentences)
        went = sum(not each.after for each in sentences)
        notes.append(
            "Sentences that came or went are not listed, because there are many: "
            f"{came} came, {went} went. The version with tracked changes shows them."
        )
    return assemble(_COLUMNS, body, [" ".join(notes)] if notes else [], FIRST if first else SAME)
