"""Risk of bias of the studies in each pool, and what it does to the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.manuscript.value import escape, join_words
from analysis.paper.passages.passage import Passage, in_brackets, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.paper.passages.passage import Material


def passages(material: Material) -> Iterator[Passage]:
    """Write what each pool's studies were judged, and by which tools the review judges."""
    unpooled = (entry.outcome for entry in material.synthesis.narratives)
    for outcome in (*material.synthesis.outcomes, *unpooled):
        told = material.says(f"{outcome.id}.quality.sentence")
        yield Passage(f"{outcome.id}-quality", told)
    yield Passage("quality-tools", _tools(material))


def _tools(material: Material) -> str:
    tools = material.synthesis.quality_tools.values()
    table = material.reference("quality_support")
    if not tools:
        planned = join_words(
            escape(material.data.quality_tools[name].label)
            for name in material.protocol.quality_tools
        )
        with_them = f" with {planned}" if material.protocol.quality_tools else ""
        return f"No study has been judged{with_them} yet{in_brackets(table)}."
    supports = f"What supports each judgement is listed in {table}." if table else ""
    results = [tool for tool in tools if tool.per_outcome]
    # Figure and table of the judgements are results: the methods would refer to them too early.
    return sentences(
        f"The studies were judged with {material.value('quality.tools')}.",
        "A judgement is of a result: one study may be judged differently for different outcomes."
        if results
        else "",
        supports,
    )
