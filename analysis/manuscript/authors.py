"""The authors below the paper's title against manuscript/authors.yml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.manuscript.sources import PAPER
from schemas.authors import AUTHORS_FILE
from schemas.problems import Problem

if TYPE_CHECKING:
    from analysis.manuscript.source_line import Manuscript
    from schemas.authors import Authors


def author_problems(manuscript: Manuscript, authors: Authors) -> list[Problem]:
    """Find where the authors below the paper's title are not those of authors.yml.

    Parameters
    ----------
    manuscript
        As its authors wrote it.
    authors
        What authors.yml says; without any name in it nothing is compared.
    """
    given = manuscript.front_matter.get("author", [])
    entries = [x if isinstance(x, dict) else {"name": x} for x in given or []]
    names = tuple(str(entry.get("name")) for entry in entries)
    line = next(
        (x.line for x in manuscript.front_matter_lines if x.text.startswith("author:")), None
    )
    found = []
    if authors.names and names != authors.names:
        found.append(
            Problem(
                file=PAPER,
                line=line,
                column="author",
                value=", ".join(names),
                what=f"{AUTHORS_FILE} names other authors: {', '.join(authors.names)}.",
                hint="Write the same names in the same order in both files.",
                severity="error",
                rule="authors-differ",
            )
        )
    orcids = {author.name: author.orcid for author in authors.authors}
    found += [
        Problem(
            file=PAPER,
            line=line,
            column="author",
            value=str(entry["orcid"]),
            what=f"{AUTHORS_FILE} has another ORCID for {entry['name']}.",
            hint="Correct the one that is wrong.",
            severity="error",
            rule="authors-differ",
        )
        for entry in entries
        if "orcid" in entry and orcids.get(str(entry.get("name"))) != entry["orcid"]
    ]
    return found
