"""Table of the full texts that were read and excluded, by reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.formatting import count
from analysis.tables.assembly import Column, Line, assemble, visible
from analysis.tables.cells import NOT_REPORTED, abbreviations_note, sentence

if TYPE_CHECKING:
    from great_tables import GT

    from analysis.results import FlowStage, Synthesis

_STAGE: Final = "full texts excluded"
_COLUMNS: Final = (Column("reason", "Reason", 75), Column("reports", "Full texts", 25, "right"))


def build(synthesis: Synthesis) -> GT:
    """Build the table, a reason a row, with their sum where every number is known."""
    stages = [stage for stage in synthesis.flow if stage.stage == _STAGE]
    body = [_line(stage) for stage in stages]
    numbers = [stage.records for stage in stages if stage.records is not None]
    if len(stages) > 1 and len(numbers) == len(stages):
        body.append(Line(("<strong>All reasons</strong>", count(sum(numbers)))))
    notes = [
        "The single reports are not listed: the records of this review give them by reason only.",
        abbreviations_note(visible(_COLUMNS, body), {NOT_REPORTED: "not reported"}),
    ]
    nothing = "No exclusion of a full text has been recorded."
    return assemble(_COLUMNS, body, notes if body else [], nothing)


def _line(stage: FlowStage) -> Line:
    reason = "Reason not recorded" if stage.reason is None else sentence(stage.reason)
    return Line((reason, NOT_REPORTED if stage.records is None else count(stage.records)))
