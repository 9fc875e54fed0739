"""The search, the flow of records, the studies and the trials that go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.paper.passages.passage import Passage, in_brackets, sentences

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
    if not material.synthesis.searches:
        return ""
    table = material.reference("searches")
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
    several = len(material.synthesis.studies) != 1
    people = (
        f" with {material.value('studies.patients')} {material.people}"
        if material.values["studies.patients"].raw
        else ""
    )
    return (
        f"The review covers {material.value('studies.included')} "
        f"{'studies' if several else 'study'}{people}{table}."
    )


def _quality(material: Material) -> str:
    if not material.values["quality.rated"].raw:
        return ""
    where = dict.fromkeys(
        f"@{item.id}"
        for item in material.protocol.display
        if item.kind == "quality" and item.id in material.shown
    )
    return (
        f"The number of studies with a quality rating was {material.value('quality.rated')} of "
        f"{material.value('studies.included')}{in_brackets('; '.join(where))}."
    )


def _awaiting(material: Material) -> str:
    if not material.synthesis.awaiting:
        return ""
    table = material.reference("awaiting")
    listed = f" are listed in {table}" if table else f": {material.value('awaiting.list')}"
    return f"Reports that await extraction ({material.value('awaiting.count')}){listed}."


def _ongoing(material: Material) -> str:
    table = material.reference("ongoing")
    if not material.synthesis.ongoing or not table:
        return ""
    return f"{table} lists registered trials without results, with the status that was last seen."


def _left_out(material: Material) -> str:
    if not material.values["left_out.count"].raw:
        return ""
    table = material.reference("left_out")
    reason = f"; {table} gives the reason for each" if table else ""
    return (
        "The number of outcome estimates that could not be pooled was "
        f"{material.value('left_out.count')}{reason}."
    )
