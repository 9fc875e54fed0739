"""Adverse events: the commonest of each grade, and those too few studies report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.grades import counted
from analysis.paper.harms_text import measured
from analysis.paper.passages.passage import Passage, sentences
from analysis.paper.values.pools import grade_slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.paper.passages.passage import Material


def passages(material: Material) -> Iterator[Passage]:
    """Write the adverse events, empty where the review has none."""
    yield Passage("harms", _harms(material) if material.protocol.adverse_events else "")


def _harms(material: Material) -> str:
    events = material.synthesis.adverse_events
    told = [
        sentence
        for grade in material.protocol.grades
        if any(event.grade == grade and event.pooled for event in events)
        for sentence in _of_grade(material, grade)
    ]
    table = material.reference("adverse_events")
    figure = material.reference("adverse_event_forest")
    where = " and ".join(filter(None, (table, figure)))
    if not events:
        return ""
    listed = any(not event.pooled for event in events)
    return sentences(
        *told,
        f"Studies, heterogeneity and model of each event are in {where}."
        if where and told
        else f"Too few studies report the same event at the same grade to pool any ({where})."
        if where
        else "",
        f"Reported by too few studies to be pooled: {material.value('ae.not_pooled')}."
        if listed
        else "",
    )


def _of_grade(material: Material, grade: str) -> Iterator[str]:
    """Give the terms of a grade with their results, and what intervals say of two groups."""
    name = grade_slug(grade)
    named = material.value(f"ae.named_{name}")
    word = grade != "any" and not counted(grade)
    named = f"{named} adverse events" if word else f"adverse events of {named}"
    commonest = material.value(f"ae.commonest_{name}")
    compared = material.says(f"ae.compared_{name}") if "ae.comparison" in material.values else ""
    if not compared:
        yield f"In order of frequency, the pooled {named} were {commonest}."
        return
    what = measured(material.synthesis.adverse_events).several
    yield (
        f"The pooled {what} of {named}, {material.value('ae.comparison')}, were, "
        f"in order of frequency: {commonest}."
    )
    yield f"Of the {named}, {compared}."
