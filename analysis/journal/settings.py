"""Checks every file of settings: Quarto's, the paper's front matter, the lint's, the journals'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def settings_problems(root: Path) -> tuple[Problem, ...]:
    """Read the files of settings that a review has, and give what is wrong with them.

    Parameters
    ----------
    root
        The review's folder.

    Returns
    -------
    tuple of Problem
        Errors of ``_quarto.yml``, of the front matter and the included files, of ``lint.yml``,
        ``authors.yml`` and every journal, and notes on what of the authors was read in another
        spelling. A review without one of these files is not asked for it here.
    """
    from analysis.lint import RULES
    from analysis.lint.allowed import read_allowed
    from analysis.manuscript.sources import PAPER, float_kinds, read_manuscript
    from schemas.author_readings import author_readings
    from schemas.paper_settings import QUARTO_FILE

    found: list[Problem] = []
    readers: list[Callable[[], object]] = [lambda: found.extend(author_readings(root))]
    if (root / QUARTO_FILE).exists():
        readers.append(lambda: float_kinds(root))
    if (root / PAPER).exists():
        readers.append(lambda: read_manuscript(root))
    readers += _journals(root)
    for read in readers:
        try:
            read()
        except DataProblems as error:
            found += error.problems
    return (*found, *read_allowed(root, RULES).problems)


def _journals(root: Path) -> Iterator[Callable[[], object]]:
    from functools import partial

    from analysis.journal.journal_files import journal_names, read_journal

    for name in journal_names(root):
        yield partial(read_journal, root, name)
