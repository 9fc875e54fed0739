"""How the rows are known, what limits the results, and what changed since the version before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.manuscript.value import join_words
from analysis.paper.passages.passage import Passage, paragraphs, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.paper.passages.passage import Material


def passages(material: Material) -> Iterator[Passage]:
    """Write evidence, limits and versions."""
    yield Passage("evidence", _evidence(material))
    yield Passage("limits", _limits(material))
    yield Passage("versions", _versions(material))


def _evidence(material: Material) -> str:
    """Count the rows by evidence; reconstructed ones only where there are some."""
    known = [
        (state, verb)
        for state, verb in (
            ("verified", "verified in the report of the study"),
            ("derived", "derived from something reported"),
            ("reconstructed", "reconstructed"),
        )
        if material.values[f"evidence.{state}"].raw
    ]
    if not known:
        return ""
    counts = join_words(
        f"{material.value(f'evidence.{state}')} {'was' if one else 'were'} {verb}"
        for state, verb in known
        for one in (material.values[f"evidence.{state}"].raw == 1,)
    )
    what = "outcomes" if material.protocol.adverse_events is None else "outcomes and adverse events"
    return sentences(
        f"Of the {material.value('evidence.rows')} rows of {what}, {counts}.",
        material.says("evidence.rules"),
    )


def _limits(material: Material) -> str:
    outcomes = [
        entry for entry in material.synthesis.outcomes if entry.overall.estimate is not None
    ]
    compares = any(material.measure(entry).null is not None for entry in outcomes)
    groups = (
        "These estimates describe treated groups without a control: they are not effects of "
        "treatment."
        if outcomes and not compares and material.protocol.review.intervention is not None
        else ""
    )
    return sentences(
        material.says("evidence.limits"),
        groups,
        material.says("methods.limits") if outcomes else "",
        f"{material.value('search.end')}." if material.synthesis.searches else "",
    )


def _versions(material: Material) -> str:
    history = material.synthesis.history
    if history is None or history.changes is None:
        return ""
    kinds = (
        ("versions", "lists the versions"),
        ("changes", "what changed"),
        ("changed_sentences", "the sentences that read differently"),
    )
    shown = [
        f"{reference} {what}" for kind, what in kinds if (reference := material.reference(kind))
    ]
    return paragraphs(
        sentences(
            f"{material.value('version.statement')}.",
            material.value("changes.summary"),
            f"{join_words(shown)}." if shown else "",
        )
    )
