"""Table of what supports each judgement, for the supplement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.paper.quality_text import by_tool, name_of, not_assessed
from analysis.paper.tables.assembly import Column, Line, assemble, visible
from analysis.paper.tables.cells import DAGGER, DAGGER_NOTE, NOT_READ, study_name, text
from schemas.quality_tool import OVERALL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.results import Synthesis
    from analysis.synthesis.study_rating import Rating
    from schemas.quality_tool import QualityTool

_COLUMNS: Final = (
    Column("study", "Study"),
    Column("item", "Item"),
    Column("value", "Judgement"),
    Column("support", "Support"),
)


def build(synthesis: Synthesis) -> Table:
    """Build the table: a row for each item of each study that was judged."""
    body = [
        line
        for tool, outcome, found in by_tool(synthesis)
        for rating in found
        for line in _lines(rating, tool, name_of(tool, outcome))
    ]
    notes = [
        text(not_assessed(synthesis)),
        f"{NOT_READ}, no support recorded."
        if any(line.cells[-1] == NOT_READ for line in body)
        else "",
        DAGGER_NOTE if DAGGER in visible(_COLUMNS, body) else "",
    ]
    nothing = "No study has been included." if not synthesis.studies else "No study was assessed."
    return assemble(_COLUMNS, body, notes if synthesis.studies or body else [], nothing)


def _lines(rating: Rating, tool: QualityTool, group: str) -> Iterator[Line]:
    name = study_name(rating.label, rating.citation_key, reconstructed=rating.reconstructed)
    for item in tool.shown:
        value = rating.answers.get(item.id)
        if value is not None:
            words = f"{item.short}, {item.label}"
            yield _line(name, words, value, rating.supports.get(item.id), group)
            name = ""
    if rating.overall is not None:
        support = rating.supports.get(OVERALL)
        if support is None and rating.overall == rating.by_rule:
            support = f"By the rule of {tool.label}"
        yield _line(name, "Overall", rating.overall, support, group)
    elif rating.score is not None:
        points = f"{rating.score} of {rating.most}"
        yield _line(name, "Score", points, None, group)


def _line(name: str, item: str, value: str, support: str | None, group: str) -> Line:
    said = NOT_READ if support is None else text(support)
    return Line((name, text(item), text(value[:1].upper() + value[1:]), said), group)
