"""Reads the journal files of a review: manuscript/journals/<id>.yml."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.journal.requirements import Journal
from analysis.manuscript.citation_style import style_file
from analysis.storage.program_files import shared_file, shared_names
from schemas.problems import DataProblems, Problem
from schemas.vocabulary import did_you_mean
from schemas.yaml_file import YamlFile, line_of_entry

if TYPE_CHECKING:
    from pathlib import Path

JOURNALS = "manuscript/journals"
GUIDE = "docs/journals.md"


def journal_names(root: Path) -> tuple[str, ...]:
    """Name the journals that have a file here, or come with the program, sorted."""
    return shared_names(root, JOURNALS, ".yml")


def read_journal(root: Path, name: str) -> Journal:
    """Read the file of a journal.

    Parameters
    ----------
    root
        The review's folder.
    name
        Name of the file without ``.yml``.

    Raises
    ------
    DataProblems
        If there is no such journal, or its file cannot be used; every problem names its line.
    """
    file = f"{JOURNALS}/{name}.yml"
    names = journal_names(root)
    if name not in names:
        what = f"There is no journal file called {name}."
        known = f"There are: {', '.join(names)}. " if names else ""
        hint = f"{did_you_mean(name, names)}{known}{GUIDE} says how to write one."
        raise DataProblems([_problem(JOURNALS, None, None, what, hint)])
    purpose = "What the journal asks stands in it."
    path = shared_file(root, file)
    journal, problems = YamlFile(Journal, file, "journal-entry", purpose, GUIDE).read(path)
    if journal is None:
        raise DataProblems(problems)
    if journal.id != name:
        what = f"The id is {journal.id}, but the file is called {name}.yml."
        line = line_of_entry(path, ("id",))
        raise DataProblems([_problem(file, line, "id", what, "Write the same name in both.")])
    try:
        style_file(journal.style)
    except DataProblems as unknown:
        line = line_of_entry(path, ("style",))
        raise DataProblems(
            [
                replace(x, file=file, line=line, column="style", rule="journal-style")
                for x in unknown.problems
            ]
        ) from None
    return journal


def _problem(file: str, line: int | None, entry: str | None, what: str, hint: str) -> Problem:
    return Problem(file, line, entry, None, what, hint, "error", "journal-entry")
