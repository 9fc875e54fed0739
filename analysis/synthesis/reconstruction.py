"""What every text that leaves the house says of reconstructed rows: letter, title page, exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.numbers import count

if TYPE_CHECKING:
    from analysis.synthesis.results import Synthesis


def reconstruction_warning(synthesis: Synthesis) -> str:
    """Say how much of a review is reconstructed, in plain text.

    Parameters
    ----------
    synthesis
        The computed review.

    Returns
    -------
    str
        One paragraph, without markup; empty where no row and no study is reconstructed.
    """
    studies = sum(study.reconstructed for study in synthesis.studies)
    rows = sum(entry.reconstructed for entry in synthesis.evidence)
    if not (studies or rows):
        return ""
    every = sum(entry.rows for entry in synthesis.evidence)
    parts = [
        f"{count(found)} of the {count(whole)} {what}"
        for found, whole, what in (
            (studies, len(synthesis.studies), "studies"),
            (rows, every, "rows of results"),
        )
        if found
    ]
    return (
        f"Not for clinical use and not ready for publication: {' and '.join(parts)} are "
        "reconstructed. They belong to no real study and only agree with what was published, so "
        "the pooled numbers are not evidence yet."
    )
