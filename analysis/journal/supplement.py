"""The supplement as one Word file and one PDF, with a title, contents and references of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.journal.context import Submission


def write_supplement(submission: Submission, folder: Path) -> list[Path]:
    """Write the supplement in the formats that the journal takes.

    Its tables and figures have the numbers of the whole paper, and what it cites stands at its
    own end.

    Parameters
    ----------
    submission
        The review on its way to a journal.
    folder
        The package, inside the review's folder: Typst reads nothing outside.

    Returns
    -------
    list of Path
        The files; empty where the paper has nothing supplementary.
    """
    if not supplementary(submission):
        return []
    from analysis.journal.rendering import render_part
    from analysis.render.provenance_marks import mark

    written = []
    for form in submission.journal.supplement.formats:
        name = f"{submission.journal.file_names.supplement}.{form}"
        target = submission.place(folder, name)
        render_part(submission, "supplement", form, target)
        if form == "docx":
            _finish_word(submission, target)
        if not submission.blinded:
            mark(target, form, submission.provenance)
        written.append(target)
    return written


def supplementary(submission: Submission) -> list[str]:
    """Give the ids of the tables and figures of the supplement, in the order of the text."""
    return [
        name
        for name, label in submission.labels.items()
        if name in submission.items and not label.split()[-1].isdecimal()
    ]


def _finish_word(submission: Submission, path: Path) -> None:
    from analysis.journal.word_files import clean
    from analysis.render.finish_docx import finish_docx

    finish_docx(path, submission.items)
    clean(path)
