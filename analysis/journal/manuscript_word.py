"""The main manuscript as a Word file, on the pages and in the order that a journal wants."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.journal.rendering import render_part, word_layout

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.journal.context import Submission


def write_manuscript(submission: Submission, folder: Path) -> list[Path]:
    """Write the main manuscript.

    Parameters
    ----------
    submission
        The review on its way to a journal.
    folder
        The package.

    Returns
    -------
    list of Path
        The file.

    Raises
    ------
    DataProblems
        If the manuscript uses something that the engine does not know.
    """
    from analysis.journal.boxes import boxes_before_abstract
    from analysis.journal.title_page import put_before, title_page_text
    from analysis.journal.word_files import clean
    from analysis.manuscript.reference_docx import write_reference_docx
    from analysis.render.finish_docx import finish_docx
    from analysis.render.provenance_marks import mark

    journal = submission.journal
    target = submission.place(folder, f"{journal.file_names.manuscript}.docx")
    reference = target.with_name(f"{target.name}.reference")
    layout = replace(word_layout(journal.layout), running_head=running_head(submission))
    write_reference_docx(reference, layout)
    render_part(submission, "main", "docx", target, reference)
    reference.unlink()
    finish_docx(target, submission.items, lists=False)
    clean(target)
    layout = word_layout(journal.layout)
    if boxes := boxes_before_abstract(submission):
        put_before(target, boxes, layout)
    if journal.title_page == "first_page" and not submission.blinded:
        put_before(target, title_page_text(submission), layout)
    if not submission.blinded:
        mark(target, "docx", submission.provenance)
    return [target]


def running_head(submission: Submission) -> str:
    """Give the running head; empty where the journal does not ask for one or the paper has none."""
    if submission.journal.limits.running_head_characters is None:
        return ""
    return str(submission.manuscript.front_matter.get("running-head") or "")
