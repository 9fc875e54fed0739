"""The reference lists that the front matter names, besides the one that the data refer to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from analysis.manuscript.sources import manuscript_problem
from schemas.references import REFERENCES_FILE, read_references

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.manuscript.source_line import Manuscript
    from schemas.problems import Problem

_FOLDER = "manuscript"


def own_keys(root: Path, manuscript: Manuscript) -> tuple[frozenset[str], list[Problem]]:
    """Give the keys of all further reference lists, and what is wrong with these.

    Parameters
    ----------
    root
        The project's folder.
    manuscript
        As `read_manuscript` gives it.

    Returns
    -------
    tuple
        Keys; problems: a list that cannot be read, a key that stands in two of them.
    """
    given = manuscript.front_matter.get("bibliography") or []
    listed = given if isinstance(given, list) else [given]
    names = [str(PurePosixPath(_FOLDER, str(n))) for n in listed]
    problems: list[Problem] = []
    if names and REFERENCES_FILE not in names:
        what = f"The front matter does not name {REFERENCES_FILE}, from which tables cite."
        hint = "Write `bibliography: [references.bib, another.bib]`."
        problems.append(manuscript_problem(None, str(given), what, hint, "bibliography"))
    first = dict.fromkeys(read_references(root / REFERENCES_FILE).keys, REFERENCES_FILE)
    keys: set[str] = set()
    for name in dict.fromkeys(names):
        if name == REFERENCES_FILE:
            continue
        found = read_references(root / name)
        problems += [replace(problem, file=name) for problem in found.problems]
        for key in sorted(found.keys):
            if key in first:
                what = f"The citation key {key} stands in {first[key]}, too."
                hint = "Delete one of the entries, or give it another key."
                problems.append(
                    replace(manuscript_problem(None, key, what, hint, "bibliography"), file=name)
                )
            first.setdefault(key, name)
        keys |= found.keys
    return frozenset(keys), problems


def journals_cited(root: Path, manuscript: Manuscript) -> frozenset[str]:
    """Give the journals that the paper's reference lists name, as they stand there.

    Parameters
    ----------
    root
        The project's folder.
    manuscript
        As `read_manuscript` gives it.
    """
    given = manuscript.front_matter.get("bibliography") or []
    listed = given if isinstance(given, list) else [given]
    names = {REFERENCES_FILE, *(str(PurePosixPath(_FOLDER, str(name))) for name in listed)}
    found = (read_references(root / name).journals for name in sorted(names))
    return frozenset().union(*found)
