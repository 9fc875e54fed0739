"""Table of the studies' quality: each study by each tool that it was judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.paper.quality_text import by_tool, level_of, levels_used, name_of, not_assessed, whole
from analysis.paper.tables.assembly import Column, Line, assemble, visible
from analysis.paper.tables.cells import (
    DAGGER,
    DAGGER_NOTE,
    NOT_APPLICABLE,
    NOT_READ,
    study_name,
    text,
)

if TYPE_CHECKING:
    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.results import Synthesis
    from analysis.synthesis.study_rating import Rating
    from schemas.quality_tool import QualityTool

_POINTS_NOTE: Final = "The score counts the points reached of those possible."
_NO_WHOLE_NOTE: Final = "The checklist has no score."


def build(synthesis: Synthesis) -> Table:
    """Build the table, grouped by tool; who was not assessed stands in a note."""
    groups = by_tool(synthesis)
    tools = list(dict.fromkeys(tool.id for tool, _, _ in groups))
    shown = [synthesis.quality_tools[name] for name in tools]
    most = max((len(tool.shown) for tool in shown), default=1)
    columns = (
        Column("study", "Study"),
        *(Column(f"i{place}", _heading(shown, place), "center") for place in range(most)),
        Column("whole", _whole_heading(shown), "center"),
    )
    body = [
        _line(rating, tool, name_of(tool, outcome), most)
        for tool, outcome, found in groups
        for rating in found
    ]
    notes = [
        _signs_note(synthesis, body),
        *(_tool_note(tool) for tool in shown),
        text(not_assessed(synthesis)),
        DAGGER_NOTE if DAGGER in visible(columns, body) else "",
    ]
    nothing = "No study has been included." if not synthesis.studies else "No study was assessed."
    return assemble(columns, body, notes if synthesis.studies or body else [], nothing)


def _heading(tools: list[QualityTool], place: int) -> str:
    """Name the items that stand in one column: one name if the tools agree, or else each."""
    names = dict.fromkeys(tool.shown[place].short for tool in tools if place < len(tool.shown))
    return text("/".join(names)) if 0 < len(names) <= 2 else str(place + 1)


def _whole_heading(tools: list[QualityTool]) -> str:
    judged = any(tool.overall.scale is not None for tool in tools)
    scored = any(tool.overall.rule == "points" for tool in tools)
    if judged and scored:
        return "Overall or score"
    return "Overall" if judged else "Score"


def _line(rating: Rating, tool: QualityTool, group: str, most: int) -> Line:
    name = study_name(rating.label, rating.citation_key, reconstructed=rating.reconstructed)
    levels = [level_of(tool, item.id, rating.answers.get(item.id)) for item in tool.shown]
    cells = [NOT_READ if level is None else text(level.sign) for level in levels]
    # A tool with fewer items has nothing in the further columns.
    cells += [""] * (most - len(cells))
    said = whole(rating, tool)
    last = NOT_APPLICABLE if said is None else text(said[:1].upper() + said[1:])
    return Line((name, *cells, last), group)


def _signs_note(synthesis: Synthesis, body: list[Line]) -> str:
    meanings = dict.fromkeys(
        f"{text(level.sign)}, {text(level.value)}"
        for tool, _, found in by_tool(synthesis)
        for level in levels_used(tool, found)
    )
    if any(NOT_READ in line.cells[1:] for line in body):
        meanings[f"{NOT_READ}, not assessed"] = None
    return f"{'; '.join(meanings)}." if meanings else ""


def _tool_note(tool: QualityTool) -> str:
    items = "; ".join(f"{text(item.short)}, {text(item.label)}" for item in tool.shown)
    if tool.overall.rule == "points":
        last = f" {_POINTS_NOTE}"
    else:
        last = f" {_NO_WHOLE_NOTE}" if tool.overall.scale is None else ""
    return f"{text(tool.label)}: {items}.{last}"
