"""Sentences that only say where to look, of those figures and tables that the paper shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.manuscript.value import join_words
from analysis.paper.passages.passage import Passage, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analysis.paper.passages.passage import Material

# Kind, figure or table, what it shows.
_Pointer = tuple[str, str, str]
_FIRM = (
    ("leave_one_out", "fig", "the pools with one estimate left out"),
    ("baujat", "fig", "which estimates contribute most to heterogeneity"),
    ("cumulative", "fig", "how the pools grew with the years"),
)
_OTHERWISE = (("specification", "fig", ""), ("statistics", "tbl", ""))
_SYNTHESES = (
    ("syntheses", "tbl", "the result of every method"),
    ("findings", "tbl", "what each study found"),
)
_VERSIONS = (
    # The number tells that the sentence is of the version: another one asks for no release.
    ("versions", "tbl", "the versions up to {{< var edition.version >}}"),
    ("changes", "tbl", "what changed"),
    ("changed_sentences", "tbl", "the sentences that read differently"),
)


def passages(material: Material) -> Iterator[Passage]:
    """Write where sensitivity analyses, pools, syntheses and changes are shown."""
    firm = _told(material, "shows", _FIRM)
    shown = [name for kind, form, _ in _OTHERWISE if (name := material.reference(kind, form=form))]
    otherwise = (
        f"{join_words(shown)} {'shows' if len(shown) == 1 else 'show'} the outcomes under other "
        "measures, models and intervals."
        if shown
        else ""
    )
    yield Passage("see-sensitivity", sentences(f"{firm}." if firm else "", otherwise))
    yield Passage("see-pools", _pools(material))
    told = _told(material, "gives", _SYNTHESES)
    yield Passage("see-syntheses", f"{told}." if told else "")
    yield Passage("see-changes", of_versions(material))


def of_versions(material: Material) -> str:
    """Write where versions and changes are shown; empty where they are not."""
    figure = material.reference("changes", form="fig")
    drawn = f"{figure} shows every pooled result before and now" if figure else ""
    parts = [part for part in (_told(material, "lists", _VERSIONS), drawn) if part]
    return f"{'; '.join(parts)}." if parts else ""


def _told(material: Material, verb: str, pointers: Sequence[_Pointer]) -> str:
    """Say what each shows; the verb stands behind the first only."""
    known = [
        (name, words)
        for kind, form, words in pointers
        if (name := material.reference(kind, form=form))
    ]
    parts = [f"{name} {words}" for name, words in known]
    if not parts:
        return ""
    parts[0] = f"{known[0][0]} {verb} {known[0][1]}"
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])}, and {parts[-1]}"


def _pools(material: Material) -> str:
    pools = material.reference("pools", form="tbl")
    rows = material.reference("study_data", form="tbl")
    if pools and rows:
        return f"All pools are listed in {pools}, and the rows behind them in {rows}."
    if pools:
        return f"All pools are listed in {pools}."
    return f"The rows behind the pools are listed in {rows}." if rows else ""
