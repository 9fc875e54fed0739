"""The search, the flow of records, the studies and the trials that go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.words import agreeing
from analysis.paper.passages.passage import Passage, in_brackets, sentences
from analysis.paper.passages.results import covered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.paper.passages.passage import Material


def passages(material: Material) -> Iterator[Passage]:
    """Write search, screening, flow, studies, quality, what waits and what goes on."""
    yield Passage("search", _search(material))
    yield Passage("flow", _flow(material))
    yield Passage("studies", _studies(material))
    yield Passage("quality", _quality(material))
    yield Passage("awaiting", _awaiting(material))
    yield Passage("ongoing", _ongoing(material))
    yield Passage("left-out", _left_out(material))


def _search(material: Material) -> str:
    table = material.reference("searches")
    if not material.synthesis.searches:
        return ""
    return sentences(
        f"{material.value('search.statement')}.",
        f"{table} gives the query for each database." if table else "",
    )


def _flow(material: Material) -> str:
    if not material.synthesis.flow:
        return ""
    figure = in_brackets(material.reference("flow"))
    why = material.values["flow.excluded_reasons"].text != "none"
    reasons = material.value("flow.excluded_reasons") if why else ""
    read = [entry for entry in (reasons, material.reference("excluded")) if entry]
    return sentences(
        f"{material.value('flow.search')} identified {material.value('flow.identification')}, and "
        f"{material.value('flow.assessment')}{figure}.",
        f"Of these, {material.value('flow.exclusion')}{in_brackets('; '.join(read))}, and "
        f"{material.value('flow.inclusion')}.",
        material.says("flow.statement"),
    )


def _studies(material: Material) -> str:
    if not material.synthesis.studies:
        return ""
    table = in_brackets(material.reference("baseline"))
    return f"{covered(material).removesuffix('.')}{table}."


def _quality(material: Material) -> str:
    where = dict.fromkeys(
        f"@{item.id}"
        for item in material.protocol.display
        if item.kind == "quality" and item.id in material.shown
    )
    if not material.values["quality.rated"].raw:
        return ""
    rated, every = material.values["quality.rated"].raw, material.values["studies.included"].raw
    shown, total = in_brackets("; ".join(where)), material.value("studies.included")
    if rated == every:
        lead = "The quality of the one study" if every == 1 else f"Quality in all {total} studies"
        return f"{lead} was rated{shown}."
    some = material.value("quality.rated")
    return f"Quality was rated in {some} of the {total} studies{shown}."


def _awaiting(material: Material) -> str:
    table = material.reference("awaiting")
    if not material.synthesis.awaiting:
        return ""
    one = len(material.synthesis.awaiting) == 1
    lead = (
        "One report awaits extraction"
        if one
        else f"There are {material.value('awaiting.count')} reports that await extraction"
    )
    return f"{lead} ({table})." if table else f"{lead}: {material.value('awaiting.list')}."


def _ongoing(material: Material) -> str:
    table = material.reference("ongoing")
    if not material.synthesis.ongoing or not table:
        return ""
    return f"{table} lists registered trials without results, with the status that was last seen."


def _left_out(material: Material) -> str:
    table = material.reference("left_out")
    if not material.values["left_out.count"].raw:
        if any(entry.overall.left_out for entry in material.synthesis.outcomes):
            others = f"{table} lists results of which another one of the same study was taken"
            return (
                f"No study with an estimate was left out of the pools. {others}." if table else ""
            )
        # Of outcomes nothing was left out; of adverse events it may have been.
        what = "what was not pooled of adverse events, with the reason"
        return f"{table} lists {what}." if table else ""
    many = material.values["left_out.count"].raw
    each = agreeing(many, "", " for each")
    reason = f"; {table} gives the reason{each}" if table else ""
    return (
        f"There {agreeing(many, 'was')} {material.value('left_out.count')} outcome "
        f"{agreeing(many, 'estimate')} that could not be pooled{reason}."
    )
