"""Outcomes that are brought together without pooling: by which methods, why, and what they say.

In the order that SWiM asks for: Campbell 2020, BMJ 368:l6890.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.manuscript.value import join_words
from analysis.measures.registry import measure
from analysis.paper.passages.passage import Passage, in_brackets, sentences
from analysis.paper.passages.row_rules import row_rules
from analysis.paper.values.narrative import COMBINATIONS, INTERVALS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.paper.passages.passage import Material
    from analysis.synthesis.results import Narrative
    from schemas.protocol_synthesis import Unpooled


def passages(material: Material) -> Iterator[Passage]:
    """Write the method, and the findings of every outcome that is not pooled."""
    yield Passage("methods-synthesis", _method(material))
    for entry in material.synthesis.narratives:
        yield Passage(f"{entry.outcome.id}-results", _result(material, entry))


def finding(material: Material, entry: Narrative) -> str:
    """Give the result of an outcome in one sentence, for abstract and summary."""
    name = entry.outcome.id
    return f"For the {material.value(f'{name}.label')}: {material.value(f'{name}.summary')}."


def brief_method(material: Material) -> str:
    """Say in one sentence, for the abstract, how outcomes were brought together."""
    outcomes = material.protocol.unpooled
    if not outcomes:
        return ""
    ways = [
        way for outcome in outcomes for way in (outcome.synthesis.by if outcome.synthesis else ())
    ]
    words = {
        "direction": "vote counting by direction of effect",
        "p_values": "combination of *P* values",
        "effects": "range and quartiles of the estimates",
    }
    told = join_words(words[way] for way in words if way in ways)
    some = "some outcomes" if material.protocol.pooled else "the results"
    intervals = (
        ""
        if material.protocol.pooled
        else f", with {material.value('protocol.level')} confidence intervals (CI)"
    )
    return f"Without pooling, {some} were brought together by {told}{intervals}."


def _method(material: Material) -> str:
    """Name the methods; outcomes of the same methods and reason share their sentences."""
    alike: dict[tuple[Unpooled, str], list[str]] = {}
    for outcome in material.protocol.unpooled:
        if outcome.synthesis is not None:
            alike.setdefault((outcome.synthesis, outcome.synthesis.why), []).append(outcome.id)
    told = []
    for (ways, _), names in alike.items():
        labels = join_words(material.value(f"{name}.label") for name in names)
        why = material.value(f"{names[0]}.why")
        told += [
            f"Results for the {labels} were not pooled, because {why}.",
            f"They were brought together by {join_words(_ways(ways))}.",
        ]
    every = [
        way
        for outcome in material.protocol.unpooled
        if outcome.synthesis is not None
        for way in outcome.synthesis.by
    ]
    return sentences(
        *told,
        *row_rules(material, material.protocol.unpooled),
        "A vote is the direction of an effect alone, whatever its size or its *P* value."
        if "direction" in every
        else "",
        "A combined *P* value says whether any study has an effect in that direction, not how "
        "large it is."
        if "p_values" in every
        else "",
        f"Results are shown with {material.value('protocol.level')} confidence intervals (CI)."
        if told and not material.protocol.pooled
        else "",
        f"Reporting follows the SWiM guideline{material.cited('Campbell2020')}."
        if told and material.cited("Campbell2020")
        else "",
    )


def _ways(ways: Unpooled) -> Iterator[str]:
    words = {
        "direction": "vote counting by direction of effect (with the "
        f"{INTERVALS[ways.interval]} interval of the share, and a sign test)",
        "p_values": f"combination of one-sided *P* values ({COMBINATIONS[ways.combination]})",
        "effects": "range, median and quartiles of the estimates",
    }
    return (words[way] for way in ways.by)


def _result(material: Material, entry: Narrative) -> str:
    name = entry.outcome.id
    shown = [
        reference
        for kind in ("findings", "effect_direction", "albatross", "forest")
        if (reference := _reference(material, kind, name))
    ]
    where = in_brackets("; ".join(dict.fromkeys(shown)))
    if not entry.findings:
        return f"No study reported a result for the {material.value(f'{name}.label')}{where}."
    studies = material.value(f"{name}.studies")
    noun = "study" if material.values[f"{name}.studies"].raw == 1 else "studies"
    return sentences(
        f"For the {material.value(f'{name}.label')}, {studies} {noun} had a result{where}.",
        *_voted(material, entry),
        *_combined(material, entry),
        *_spread(material, entry),
    )


def _reference(material: Material, kind: str, outcome: str) -> str:
    """Refer to an item of all outcomes, or of this one."""
    for item in material.protocol.display:
        if item.kind == kind and item.id in material.shown:
            if not item.outcomes and kind != "forest":
                return f"@{item.id}"
            if outcome in item.outcomes:
                return material.reference(kind, outcome)
    return ""


def _voted(material: Material, entry: Narrative) -> Iterator[str]:
    votes, name = entry.votes, entry.outcome.id
    if votes is None:
        return
    if votes.share is not None:
        first, second = (
            material.value(f"{name}.{side}.label") for side in ("experimental", "control")
        )
        yield (
            f"The effect favoured {first} in {material.value(f'{name}.votes.experimental')} of the "
            f"{material.value(f'{name}.votes.all')} studies with a direction "
            f"({material.value(f'{name}.votes.share')}, {material.value(f'{name}.votes.ci')}) and "
            f"{second} in {material.value(f'{name}.votes.control')} (sign test, "
            f"{material.value(f'{name}.votes.p')})."
        )
    if votes.unclear:
        yield (
            "The number of studies without a direction was "
            f"{material.value(f'{name}.votes.none')}: {material.value(f'{name}.votes.without')}."
        )


def _combined(material: Material, entry: Narrative) -> Iterator[str]:
    if entry.combined is None:
        return
    name, found = entry.outcome.id, entry.combined
    yield (
        f"Combined by {COMBINATIONS[found.method]}, the one-sided *P* values of "
        f"{material.value(f'{name}.combined.k')} results for an effect that favours "
        f"{material.value(f'{name}.experimental.label')} gave "
        f"{material.value(f'{name}.combined.statistic')}, "
        f"{material.value(f'{name}.combined.p')}."
    )


def _spread(material: Material, entry: Narrative) -> Iterator[str]:
    if entry.effects is None:
        return
    name, found = entry.outcome.id, measure(entry.outcome.measure)
    what = "estimates" if found.null is None else found.several
    yield (
        f"The {material.value(f'{name}.effects.k')} {what} ranged from "
        f"{material.value(f'{name}.effects.range')}, with a median of "
        f"{material.value(f'{name}.effects.median')} and quartiles from "
        f"{material.value(f'{name}.effects.quartiles')}."
    )
