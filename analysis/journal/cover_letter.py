"""The letter to the editor, from the template that the authors can change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.dates import written
from analysis.journal.counts import counts_of
from analysis.journal.word_files import write_letter
from analysis.manuscript.reference_docx import WordLayout
from analysis.manuscript.value import escape
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
    from analysis.manuscript.shortcodes import expand
    from analysis.manuscript.sources import SHORTCODE
    from schemas.vocabulary import did_you_mean

    try:
        text = (submission.root / TEMPLATE).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        hint = "Take it from the repository that this review came from, or write your own."
        raise DataProblems([_problem(None, None, "The file does not exist.", hint)]) from None
    values = {**submission.variables, **_letter_values(submission)}
    front = submission.manuscript.front_matter
    problems = []
    for number, line in enumerate(text.splitlines(), start=1):
        for match in SHORTCODE.finditer(line):
            kind, argument = match[1], match[2].strip()
            known = {"var": values, "meta": front}.get(kind)
            if known is None:
                what, hint = f"{kind} cannot be used here.", "There are var and meta."
                problems.append(_problem(number, match[0], what, hint))
            elif argument not in known:
                what = f"There is no value called {argument or '(nothing)'}."
                problems.append(_problem(number, match[0], what, did_you_mean(argument, known)))
    if problems:
        raise DataProblems(problems)
    return expand(text, values, front)


def _problem(line: int | None, value: str | None, what: str, hint: str) -> Problem:
    return Problem(TEMPLATE, line, None, value, what, hint, "error", "cover-letter")


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
        "letter.greeting": f"Dear {escape(submission.editor or 'Editor')},",
        "letter.journal": escape(journal.name),
        "letter.article_type": (
            f" (type of article: {escape(journal.article_type)})" if journal.article_type else ""
        ),
        "letter.words": str(counts.main_text_words),
        "letter.tables": str(counts.tables),
        "letter.figures": str(counts.figures),
        "letter.previous": (
            f"It continues a published review ([doi:{first.doi}](https://doi.org/{first.doi})) "
            "as a new edition; the manuscript says what is taken from it and what is new."
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
