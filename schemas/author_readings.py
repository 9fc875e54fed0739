"""What of authors.yml was read although it is spelt otherwise: said, never in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.authors import AUTHORS_FILE, Author, read_authors
from schemas.problems import Problem
from schemas.yaml_text import UnreadableYaml, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from schemas.yaml_text import Location

_HINT = "Look whether that is right; write it so in the file, and this note goes."


def author_readings(root: Path) -> tuple[Problem, ...]:
    """Give what of authors.yml was read in another spelling than it has.

    Parameters
    ----------
    root
        The review's folder.

    Returns
    -------
    tuple of Problem
        Warnings: an ORCID out of its address, degrees and roles out of one line, roles by the names
        that the standard prints. Empty without the file.

    Raises
    ------
    DataProblems
        If the file is wrong.
    """
    authors = read_authors(root).authors
    if not authors:
        return ()
    try:
        text = read_yaml((root / AUTHORS_FILE).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, UnreadableYaml):
        return ()  # changed since
    content: Any = text.content
    return tuple(
        problem
        for position, author in enumerate(authors)
        for problem in _of_author(author, content["authors"][position], position, text.lines)
    )


def _of_author(
    author: Author, given: Mapping[str, Any], position: int, lines: Mapping[Location, int]
) -> Iterator[Problem]:
    for name, read in (
        ("orcid", author.orcid),
        ("degrees", list(author.degrees)),
        ("roles", list(author.roles)),
    ):
        written = given.get(name)
        if not written or written == read:
            continue
        pairs = (
            zip(written, read or (), strict=True)
            if isinstance(written, list)
            else [(written, read)]
        )
        for before, after in pairs:
            if before != after:
                shown = ", ".join(after) if isinstance(after, list) else after
                yield Problem(
                    file=AUTHORS_FILE,
                    line=lines.get(("authors", position, name)),
                    column=f"authors[{author.name}].{name}",
                    value=str(before),
                    what=f"{before} was read as {shown}.",
                    hint=_HINT,
                    severity="warning",
                    rule="authors-read-as",
                )
