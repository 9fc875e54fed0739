"""Adds to a synthesis the versions before it and what has changed since the last of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.build.history.shelf import shelf
from analysis.synthesis.pool_states import as_content
from analysis.synthesis.present_version import version_of
from analysis.synthesis.versions import History

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from analysis.build.history.shelf import Released
    from analysis.manuscript.placement import Place
    from analysis.paper.values import Value
    from analysis.synthesis.results import Synthesis
    from analysis.synthesis.versions import SentenceChange
    from schemas.review_data import ReviewData


def with_history(
    synthesis: Synthesis, data: ReviewData, progress: Callable[[str], None] = lambda _: None
) -> Synthesis:
    """Add the earlier versions and the comparison with the last of them.

    Tables and protocol that are those of a released version are compared with the one before it.

    Parameters
    ----------
    synthesis
        The computed review.
    data
        Its tables and its folder.
    progress
        Called with a line of text before a comparison.

    Raises
    ------
    DataProblems
        If a released version is damaged.
    """
    earlier, present = position(data.root)
    changes = None
    if earlier:
        from analysis.build.history.comparison import compare

        progress(f"comparing with version {earlier[-1].edition}")
        groups = [subgroup.column for subgroup in data.protocol.subgroups]
        changes = compare(earlier[-1], data.root, as_content(synthesis), groups)
    here = version_of(synthesis)
    if present is not None:
        known = present.version
        here = replace(here, date=known.date, summary=known.summary, kind=known.kind)
    versions = (*(entry.version for entry in earlier), here)
    return replace(synthesis, history=History(versions, present is not None, changes))


def position(root: Path) -> tuple[tuple[Released, ...], Released | None]:
    """Give the versions before the present tables, and the version they are, if they are one."""
    from analysis.storage.provenance import hashes_of

    known = shelf(root)
    if not known:
        return (), None
    hashes = hashes_of(root)
    for place in reversed(range(len(known))):
        if known[place].same_facts(hashes):
            return known[:place], known[place]
    return known, None


def sentences_since(
    root: Path,
    values: Mapping[str, Value],
    passages: Mapping[str, str] | None = None,
    places: Mapping[str, Place] | None = None,
) -> tuple[SentenceChange, ...]:
    """Give the sentences that read differently than in the version before.

    Parameters
    ----------
    root
        The review's folder.
    values
        Its named values.
    passages
        Its passages; None takes those of the last build.
    places
        Its items that do not stand where they are written; None takes those of the last build.

    Raises
    ------
    DataProblems
        If a manuscript cannot be read or a version is damaged.
    """
    from analysis.build.history.sentences import printed_sentences, sentence_changes, values_of

    earlier, _ = position(root)
    if not earlier:
        return ()
    base = earlier[-1]
    before = printed_sentences(base.folder, values_of(base.results()))
    return sentence_changes(before, printed_sentences(root, values, passages, places))
