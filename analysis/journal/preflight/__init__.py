"""Preflight: everything an editor would send a manuscript back for, found before it is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from schemas.problems import sort_problems

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from analysis.journal.context import Submission
    from schemas.problems import Problem

__all__ = ["preflight", "preflight_sources"]

# What a draft may still lack: every page and file name of it says that it is no submission.
_ALLOWED_IN_DRAFT = frozenset(
    {
        *("journal-limit", "journal-abstract", "statement-missing", "not-declared", "evidence"),
        *("text-unfinished", "reference-incomplete", "journal-box"),
    }
)
_FIGURES = "figures"


def preflight_sources(submission: Submission) -> tuple[Problem, ...]:
    """Check what needs no package: limits, statements, rows, references, abbreviations.

    Parameters
    ----------
    submission
        The built review on its way to a journal.

    Returns
    -------
    tuple of Problem
        Sorted. In a draft, what it may still lack is a warning.
    """
    return _settled(submission, _of_sources(submission))


def preflight(submission: Submission, folder: Path) -> tuple[Problem, ...]:
    """Check a finished package before it is put in place.

    Parameters
    ----------
    submission
        What it was made from.
    folder
        The package.

    Returns
    -------
    tuple of Problem
        Sorted; errors refuse the package. Files are named as inside the package, sources as in
        the review.
    """
    found = [*_of_sources(submission), *_of_files(submission, folder)]
    return _settled(submission, iter(found))


def _settled(submission: Submission, problems: Iterator[Problem]) -> tuple[Problem, ...]:
    if not submission.draft:
        return sort_problems(problems)
    return sort_problems(
        replace(problem, severity="warning") if problem.rule in _ALLOWED_IN_DRAFT else problem
        for problem in problems
    )


def _of_sources(submission: Submission) -> Iterator[Problem]:
    from analysis.journal.boxes import box_problems
    from analysis.journal.counts import cited_keys, counts_of
    from analysis.journal.preflight.abbreviated import abbreviation_problems
    from analysis.journal.preflight.cited import reference_problems
    from analysis.journal.preflight.limits import abstract_form, exceeded, measured
    from analysis.journal.preflight.pictures import lettered_numbers
    from analysis.journal.preflight.statements import (
        missing_statements,
        undescribed_figures,
        unread_rows,
    )
    from analysis.manuscript.citation_style import style_file
    from analysis.manuscript.unfinished import unfinished
    from schemas.authors import undeclared

    journal = submission.journal
    yield from exceeded(journal, measured(journal, counts_of(submission)))
    yield from abstract_form(submission)
    yield from box_problems(submission)
    declared = undeclared(submission.authors)
    yield from declared
    told = {problem.column for problem in declared}
    yield from (p for p in missing_statements(submission) if p.column not in told)
    yield from unread_rows(submission)
    yield from unfinished(submission.root, submission.manuscript)
    yield from undescribed_figures(submission)
    yield from lettered_numbers(submission.journal)
    style = style_file(submission.journal.style)
    yield from reference_problems(submission.root, cited_keys(submission), style)
    yield from abbreviation_problems(submission)


def _of_files(submission: Submission, folder: Path) -> Iterator[Problem]:
    from analysis.journal.context import EDITORS_ONLY
    from analysis.journal.figure_files import lettering_problems
    from analysis.journal.preflight.contents import contents_of
    from analysis.journal.preflight.identity import unblinded
    from analysis.journal.preflight.pictures import (
        fonts_embedded,
        picture_problems,
        size_problems,
        total_size_problems,
    )
    from analysis.journal.preflight.unresolved import unresolved
    from analysis.journal.preflight.word_files import word_problems

    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        name = path.relative_to(folder).as_posix()
        is_figure = name.split("/", 1)[0] == _FIGURES
        yield from size_problems(path, name, submission.journal, figure=is_figure)
        if path.suffix.lower() == ".docx":
            yield from word_problems(path, name)
        if is_figure:
            yield from picture_problems(path, name, submission.journal)
        elif path.suffix.lower() == ".pdf":
            yield from fonts_embedded(path, name)
    yield from lettering_problems(submission.journal.name, submission.journal.figure_files)
    yield from total_size_problems(files, folder.name, submission.journal)
    contents = list(contents_of(folder, files))
    yield from unresolved(contents, draft=submission.draft)
    if submission.blinded:
        shown = (c for c in contents if EDITORS_ONLY not in c.file.split("/"))
        yield from unblinded(submission.authors, shown)
