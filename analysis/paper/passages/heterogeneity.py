"""How unlike the studies are: prediction interval, dominant study, small groups and large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.numbers import upper_first
from analysis.manuscript.value import join_words
from analysis.paper.passages.passage import Passage, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.paper.passages.passage import Material
    from analysis.synthesis.results import Outcome


def passages(material: Material) -> Iterator[Passage]:
    """Write of each outcome how far studies differ, and which of them carry it."""
    outcomes = material.synthesis.outcomes
    for outcome in outcomes:
        told = (_heterogeneity(material, outcome), _weights(material, outcome))
        yield Passage(f"{outcome.id}-heterogeneity", sentences(*told))
        yield Passage(f"{outcome.id}-weights", _weights(material, outcome))
    # What stands with an outcome's prediction interval is not told once more.
    apart = [x for x in outcomes if f"passage-{x.id}-heterogeneity" not in material.shown]
    yield Passage("weights", sentences(*(_weights(material, outcome) for outcome in apart)))
    yield Passage("prediction", _predictions(material))
    told = [text for outcome in outcomes if (text := _contrast(material, outcome))]
    several = "results average" if len(outcomes) > 1 else "result averages"
    lead = f"The pooled {several} over unequal studies: "
    yield Passage("main-message", f"{lead}{'; '.join(told)}." if told else "")
    yield Passage("abstract-weights", f"{upper_first(told[0])}." if told else "")


def _heterogeneity(material: Material, outcome: Outcome) -> str:
    if outcome.overall.prediction is None:
        return ""
    return (
        f"In a further study like these, the {_what(material, outcome)} would be expected within "
        f"the {material.value(f'{outcome.id}.prediction')}."
    )


def _predictions(material: Material) -> str:
    """Give the prediction intervals of all outcomes in one sentence."""
    told = [
        f"{material.value(f'{outcome.id}.prediction_limits')} for the {_what(material, outcome)}"
        for outcome in material.synthesis.outcomes
        if outcome.overall.prediction is not None
    ]
    if not told:
        return ""
    return (
        "An average over studies that differ is no forecast for a particular place: "
        f"{material.value('protocol.level')} of further studies like these would be expected "
        f"within {join_words(told)}."
    )


def _weights(material: Material, outcome: Outcome) -> str:
    return sentences(
        material.says(f"{outcome.id}.dominant_sentence"),
        material.says(f"{outcome.id}.group_size_sentence"),
    )


def _contrast(material: Material, outcome: Outcome) -> str:
    contrast = material.says(f"{outcome.id}.dominant_contrast")
    return contrast and f"for the {_what(material, outcome)}, {contrast}"


def _what(material: Material, outcome: Outcome) -> str:
    measured = material.measure(outcome)
    label = material.label(outcome)
    return label if measured.null is None else f"{measured.label} for {label}"
