"""Table of the studies' quality: each study by each tool that it was judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.paper.quality_text import by_tool, level_of, levels_used, name_of, not_assessed, whole
from analysis.paper.tables.assembly import Column, Line, assemble, visible, without_unread
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
    heads, places = _arranged(shown)
    columns = (
        Column("study", "Study"),
        *(Column(f"i{place}", text(head), "center") for place, head in enumerate(heads)),
        *([Column("whole", _whole_heading(shown), "center")] if shown else []),
    )
    body = [
        _line(rating, tool, name_of(tool, outcome), places[tool.id], len(heads))
        for tool, outcome, found in groups
        for rating in found
    ]
    columns, body = without_unread(columns, body, {"whole"}, NOT_APPLICABLE)
    notes = [
        _signs_note(synthesis, body),
        *(_tool_note(tool) for tool in shown),
        text(not_assessed(synthesis)),
        DAGGER_NOTE if DAGGER in visible(columns, body) else "",
    ]
    nothing = "No study has been included." if not synthesis.studies else "No study was assessed."
    return assemble(columns, body, notes if synthesis.studies or body else [], nothing)


def _arranged(tools: list[QualityTool]) -> tuple[list[str], dict[str, list[int]]]:
    """Give the heads of the columns, and for each tool the columns of its items.

    Variants of one tool, which share domains, have a column for each domain; the items of other
    tools stand side by side in their order.
    """
    domains = [[(item.short, item.label) for item in tool.shown] for tool in tools]
    kin = any(set(one) & set(other) for i, one in enumerate(domains) for other in domains[:i])
    if not kin:
        most = max((len(found) for found in domains), default=0)
        heads = [_heading(tools, place) for place in range(most)]
        return heads, {tool.id: list(range(len(tool.shown))) for tool in tools}
    merged: list[tuple[str, str]] = []
    for found in domains:
        after = 0
        for domain in found:
            if domain not in merged:
                merged.insert(after, domain)
            after = merged.index(domain) + 1
    return [short for short, _ in merged], {
        tool.id: [merged.index(domain) for domain in found]
        for tool, found in zip(tools, domains, strict=True)
    }


def _heading(tools: list[QualityTool], place: int) -> str:
    """Name the items that stand in one column: one name if the tools agree, or else each."""
    names = dict.fromkeys(tool.shown[place].short for tool in tools if place < len(tool.shown))
    return "/".join(names) if 0 < len(names) <= 2 else str(place + 1)


def _whole_heading(tools: list[QualityTool]) -> str:
    judged = any(tool.overall.scale is not None for tool in tools)
    scored = any(tool.overall.rule == "points" for tool in tools)
    if judged and scored:
        return "Overall or score"
    return "Overall" if judged else "Score"


def _line(rating: Rating, tool: QualityTool, group: str, places: list[int], width: int) -> Line:
    name = study_name(rating.label, rating.citation_key, reconstructed=rating.reconstructed)
    levels = [level_of(tool, item.id, rating.answers.get(item.id)) for item in tool.shown]
    # A tool has nothing in the columns of items that are another's alone.
    cells = [""] * width
    for place, level in zip(places, levels, strict=True):
        cells[place] = NOT_READ if level is None else text(level.sign)
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
