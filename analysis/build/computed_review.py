"""What is computed from data and protocol alone: the text may change without computing again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.build.remembered import (
    checked_review,
    remembered,
    review_state,
    synthesis_content,
    synthesis_of,
)
from schemas.problems import DataProblems

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from analysis.synthesis.results import Synthesis
    from schemas.review_data import ReviewData

    #: The last computed review under the hash of what it was made from; nothing at first.
    Memory = dict[tuple[Path, str], tuple[ReviewData, Synthesis]]


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
    key = root, review_state(root, text=False)
    if memory is not None and key in memory:
        return memory[key]
    progress("checking the data")
    report = checked_review(root)
    if report.data is None:
        raise DataProblems(report.problems)
    data = report.data
    synthesis = remembered(
        root,
        "synthesis",
        lambda: whole_synthesis(data, progress),
        synthesis_content,
        lambda content: synthesis_of(content, data),
    )
    found = data, synthesis
    if memory is not None:
        memory.clear()
        memory[key] = found
    return found


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
    from analysis.audit.published import with_published_where_shown
    from analysis.build.history.history import with_history
    from analysis.synthesis.computation import synthesise

    synthesis = with_published_where_shown(synthesise(data, progress=progress), data)
    return with_history(synthesis, data, progress)
