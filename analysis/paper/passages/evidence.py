"""How the rows are known, what limits the results, and what changed since the version before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.manuscript.value import join_words
from analysis.paper.passages.passage import Passage, paragraphs, sentences
from analysis.paper.passages.pointers import of_versions
from analysis.paper.values.evidence import HOW

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
    known = {
        name: HOW[kind]
        for kind in HOW
        if material.values[name := f"evidence.{kind.replace(' ', '_')}"].raw
    }
    if not known:
        return ""
    what = "outcomes" if material.protocol.adverse_events is None else "outcomes and adverse events"
    rows = f"{material.value('evidence.rows')} rows of {what}"
    if len(known) == 1 and material.values["evidence.rows"].raw != 1:
        ((_, several),) = known.values()
        counted = f"All {rows} {several}."
    else:
        told = (
            f"{material.value(name)} {one if material.values[name].raw == 1 else several}"
            for name, (one, several) in known.items()
        )
        counted = f"Of the {rows}, {join_words(told)}."
    return sentences(counted, material.says("evidence.rules"))


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
    return paragraphs(
        sentences(
            f"{material.value('version.statement')}.",
            material.value("changes.summary"),
            of_versions(material),
        )
    )
