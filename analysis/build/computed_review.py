"""What is computed from data and protocol alone: the text may change without computing again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.storage.fingerprint import fingerprint, input_files
from schemas.problems import DataProblems

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from analysis.synthesis.results import Synthesis
    from schemas.review_data import ReviewData

    #: The last computed review under the hash of what it was made from; nothing at first.
    Memory = dict[tuple[Path, str], tuple[ReviewData, Synthesis]]

_TEXT = ".qmd"


def computed_review(
    root: Path, memory: Memory | None, progress: Callable[[str], None]
) -> tuple[ReviewData, Synthesis]:
    """Check and compute a review, with the published numbers and the versions before it.

    Parameters
    ----------
    root
        The project's folder.
    memory
        What a process that goes on remembers; None computes everything.
    progress
        Called with a line of text before each step.

    Raises
    ------
    DataProblems
        If data or protocol are wrong.
    """
    files = (path for path in input_files(root) if path.suffix != _TEXT)
    key = root, fingerprint(root, files)
    if memory is not None and key in memory:
        return memory[key]
    found = _computed(root, progress)
    if memory is not None:
        memory.clear()
        memory[key] = found
    return found


def _computed(root: Path, progress: Callable[[str], None]) -> tuple[ReviewData, Synthesis]:
    from analysis.paper.choices import check

    progress("checking the data")
    report = check(root)
    if report.data is None:
        raise DataProblems(report.problems)
    return report.data, whole_synthesis(report.data, progress)


def whole_synthesis(
    data: ReviewData, progress: Callable[[str], None] = lambda _: None
) -> Synthesis:
    """Compute a checked review, with the published numbers and the versions before it.

    Parameters
    ----------
    data
        The tables.
    progress
        Called with a line of text before each step.
    """
    from analysis.audit.published import with_published
    from analysis.build.history.history import with_history
    from analysis.synthesis.computation import synthesise

    synthesis = synthesise(data, progress=progress)
    if any(item.kind == "published" for item in data.protocol.display):
        progress("comparing with the published numbers")
        synthesis = with_published(synthesis, data.root)
    return with_history(synthesis, data, progress)
