"""What has changed since a released version, computed now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.build.history.shelf import released

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from analysis.build.history.number import Kind
    from analysis.synthesis.versions import Changes, SentenceChange, TypedSentence
    from schemas.review_data import ReviewData


@dataclass(frozen=True, slots=True)
class Since:
    """All changes since a version, with the kind of version they ask for.

    ``asked`` is None if nothing has changed; ``next`` is then empty.
    """

    title: str
    changes: Changes
    sentences: tuple[SentenceChange, ...]
    to_read: tuple[TypedSentence, ...]
    asked: Kind | None
    reasons: tuple[str, ...]
    next: str


def changes_since(
    root: Path, edition: str | None, *, progress: Callable[[str], None] = lambda _: None
) -> Since:
    """Compare the review as it is now with a released version.

    Parameters
    ----------
    root
        The project's folder.
    edition
        Number of the version, None for the newest.
    progress
        Called with a line of text before each step.

    Raises
    ------
    DataProblems
        If the data are wrong, or there is no such version.
    """
    from analysis.build.build_stamp import current_results
    from analysis.build.history.comparison import compare
    from analysis.build.history.rules import asked
    from analysis.build.history.sentences import (
        passages_of,
        printed_sentences,
        sentence_changes,
        values_of,
    )
    from analysis.build.history.typed_sentences import sentences_to_read
    from analysis.paper.choices import check
    from schemas.problems import DataProblems

    base = released(root, edition)
    progress("checking the data")
    report = check(root)
    if report.data is None:
        raise DataProblems(report.problems)
    results = current_results(root)
    if results is None:
        results = _computed(report.data, progress)
    progress(f"comparing with version {base.edition}")
    groups = [subgroup.column for subgroup in report.data.protocol.subgroups]
    changes = compare(base, root, results["synthesis"], groups)
    before = printed_sentences(base.folder, values_of(base.results()))
    now = printed_sentences(root, values_of(results), passages_of(results))
    sentences = sentence_changes(before, now)
    to_read = sentences_to_read(base, root)
    kind, reasons = asked(changes, sentences)
    following = "" if kind is None else str(base.number.next(kind))
    title = report.data.protocol.review.title
    return Since(title, changes, sentences, to_read, kind, reasons, following)


def _computed(data: ReviewData, progress: Callable[[str], None]) -> dict[str, Any]:
    from analysis.audit.published import with_published
    from analysis.build.building import results
    from analysis.paper.passages import written_passages
    from analysis.paper.values import named_values
    from analysis.synthesis.computation import synthesise

    synthesis = synthesise(data, progress=progress)
    if any(item.kind == "published" for item in data.protocol.display):
        synthesis = with_published(synthesis, data.root)
    values = named_values(synthesis, data)
    return results(synthesis, values, (), written_passages(data.root, synthesis, data, values))
