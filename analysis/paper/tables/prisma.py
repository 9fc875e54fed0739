"""Table of the PRISMA 2020 checklists: where the paper reports each item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.paper.tables.assembly import Column, Line, assemble, without_unread
from analysis.paper.tables.cells import lines, sentence, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.manuscript.checklist import ChecklistItem
    from analysis.paper.tables.assembly import Table

_COLUMNS: Final = (
    Column("item", "Item"),
    Column("topic", "What is to be reported"),
    Column("place", "Reported in"),
    Column("note", "Remark"),
)
_PREFIX: Final = {"main": "", "living": "Living review: ", "abstract": "Abstract: "}
_NOT_REPORTED: Final = "Not reported"


def build(checklist: Sequence[ChecklistItem]) -> Table:
    """Build the table, grouped by the sections of the checklists, that of the abstract last.

    Parameters
    ----------
    checklist : sequence of ChecklistItem
        In the order in which they are to stand.
    """
    body = [_line(item) for kind in _PREFIX for item in checklist if item.checklist == kind]
    columns, body = without_unread(_COLUMNS, body, {"note"}, "")
    notes = ["Items of PRISMA 2020 in words of our own; its statement has the full text."]
    if any(item.checklist == "living" for item in checklist):
        notes.append(
            "Items of PRISMA-LSR are those that could be checked against a source; L marks its own."
        )
    return assemble(columns, body, notes if body else [], "The checklist has not been filled in.")


def _line(item: ChecklistItem) -> Line:
    return Line(
        (
            text(item.item),
            sentence(item.topic),
            lines(text(place) for place in item.places) or _NOT_REPORTED,
            "" if item.note is None else sentence(item.note),
        ),
        _PREFIX[item.checklist] + item.section,
    )
