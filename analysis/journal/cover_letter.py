"""The letter to the editor, from the template that the authors can change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.dates import written
from analysis.formatting.words import counted
from analysis.journal.counts import counts_of
from analysis.journal.templates import filled_in
from analysis.journal.word_files import write_letter
from analysis.manuscript.reference_docx import WordLayout
from analysis.manuscript.value import escape, join_words
from analysis.paper.declarations import TO_BE_DECLARED, declarations
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.journal.context import Submission

TEMPLATE = "manuscript/templates/cover-letter.md"


def write_cover_letter(submission: Submission, folder: Path) -> list[Path]:
    """Write the cover letter.

    Parameters
    ----------
    submission
        The review on its way to a journal.
    folder
        The package.

    Returns
    -------
    list of Path
        The file, or nothing where the journal wants no letter.

    Raises
    ------
    DataProblems
        If the template is missing or asks for a value that there is not.
    """
    journal = submission.journal
    if not journal.cover_letter:
        return []
    name = f"{journal.file_names.cover_letter}.docx"
    target = submission.place(folder, name, editors_only=True)
    layout = WordLayout(font=journal.layout.font, heading_font=journal.layout.font, spacing=1.15)
    write_letter(letter_text(submission), target, layout)
    return [target]


def letter_text(submission: Submission) -> str:
    """Give the letter as markdown, every value filled in."""
    try:
        text = (submission.root / TEMPLATE).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        hint = "Take it from the repository that this review came from, or write your own."
        what = "The file does not exist."
        missing = Problem(TEMPLATE, None, None, None, what, hint, "error", "cover-letter")
        raise DataProblems([missing]) from None
    values = {**submission.variables, **_letter_values(submission)}
    front = submission.manuscript.front_matter
    return _warned(filled_in(text, TEMPLATE, values, front), submission)


def _warned(letter: str, submission: Submission) -> str:
    """Say before the first paragraph of the letter that rows are reconstructed.

    The authors can change the template, so it does not depend on it.
    """
    warning = submission.warning
    if not warning or warning in letter:
        return letter
    notice = f'::: {{custom-style="Notice"}}\n{warning}\n:::\n\n'
    greeting = _greeting(submission)
    before, found, after = letter.partition(greeting)
    return f"{before}{found}\n\n{notice}{after.lstrip()}" if found else notice + letter


def _greeting(submission: Submission) -> str:
    return f"Dear {escape(submission.editor or 'Editor')},"


def _letter_values(submission: Submission) -> dict[str, str]:
    journal, authors = submission.journal, submission.authors
    counts = counts_of(submission)
    interests = next(
        d.text
        for d in declarations(authors, submission.data.protocol)
        if d.name == "competing_interests"
    )
    first = submission.data.protocol.review.first_published
    signed = authors.corresponding or authors.authors[:1]
    signature = [escape(author.name) for author in signed] or [escape(TO_BE_DECLARED)]
    signature += [f"for the {escape(authors.group)}"] if authors.group else []
    return {
        "letter.date": written(submission.date),
        "letter.greeting": _greeting(submission),
        "letter.journal": escape(journal.name),
        "letter.article_type": (
            f" (type of article: {escape(journal.article_type)})" if journal.article_type else ""
        ),
        "letter.words": str(counts.main_text_words),
        "letter.tables": str(counts.tables),
        "letter.figures": str(counts.figures),
        "letter.extent": join_words(
            (
                counted(counts.main_text_words, "word"),
                counted(counts.tables, "table"),
                counted(counts.figures, "figure"),
            )
        ),
        "letter.previous": (
            f"It continues a published review ([doi:{first.doi}](https://doi.org/{first.doi})) "
            "as a new version; the manuscript says what is taken from it and what is new."
            if first
            else ""
        ),
        # What only the authors can say is never said for them.
        "letter.confirmed": (
            "The work is original and is under consideration nowhere else. "
            "All authors have read the manuscript and agree to its submission."
            if authors.confirmed
            else escape(f"Originality, simultaneous submission, agreement: {TO_BE_DECLARED}")
        ),
        "letter.declared": f"Competing interests: {escape(interests or TO_BE_DECLARED)}",
        "letter.signature": "\\\n".join(signature),
    }
