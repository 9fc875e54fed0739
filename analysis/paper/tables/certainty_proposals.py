"""What the numbers say for each domain of GRADE, beside what people judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.paper.tables.assembly import Column, Line, assemble
from analysis.paper.tables.cells import NOT_READ, text
from schemas.certainty import DOMAINS

if TYPE_CHECKING:
    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.results import Synthesis

_COLUMNS: Final = (
    Column("domain", "Domain"),
    Column("numbers", "What the numbers say"),
    Column("proposed", "By the rule"),
    Column("judged", "As judged"),
)
_NOTE: Final = (
    "Rules read the numbers only; people decide. A dash says that no number speaks of the domain, "
    "or that nobody has judged it."
)


def build(synthesis: Synthesis) -> Table:
    """Build the table, grouped by outcome."""
    body = []
    for outcome in synthesis.rated:
        grade = outcome.grade
        if grade is None:
            continue
        judged = {rating.domain: rating.level for rating in grade.domains}
        for proposal in grade.proposals:
            cells = (
                DOMAINS[proposal.domain].label,
                text(" ".join(proposal.arithmetic)),
                _word(proposal.level),
                _word(judged.get(proposal.domain) if grade.earlier is None else None),
            )
            body.append(Line(cells, outcome.label))
    return assemble(_COLUMNS, body, [_NOTE] if body else [], "No outcome is rated.")


def _word(level: str | None) -> str:
    return NOT_READ if level is None else text(level.capitalize())
