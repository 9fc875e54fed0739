"""How unlike the studies are: prediction interval, dominant study, small groups and large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.paper.passages.passage import Passage, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.paper.passages.passage import Material
    from analysis.synthesis.results import Outcome


def passages(material: Material) -> Iterator[Passage]:
    """Write of each outcome how far studies differ, and which of them carry it."""
    for outcome in material.synthesis.outcomes:
        yield Passage(f"{outcome.id}-heterogeneity", _heterogeneity(material, outcome))
        yield Passage(f"{outcome.id}-weights", _weights(material, outcome))
    every = [_weights(material, outcome) for outcome in material.synthesis.outcomes]
    yield Passage("weights", sentences(*every))


def _heterogeneity(material: Material, outcome: Outcome) -> str:
    pool, name = outcome.overall, outcome.id
    if pool.q_p is None:
        return ""
    told = f"For the {material.label(outcome)}, there was {material.value(f'{name}.heterogeneity')}"
    if pool.prediction is None:
        return f"{told}."
    expected = material.value(f"{name}.prediction")
    return f"{told}; a further study like these would be expected within the {expected}."


def _weights(material: Material, outcome: Outcome) -> str:
    return sentences(
        material.says(f"{outcome.id}.dominant_sentence"),
        material.says(f"{outcome.id}.group_size_sentence"),
    )
