"""What earlier editions of the review held, as far as their frozen tables are kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.csv_text import BrokenCsv, content_of, csv_rows

if TYPE_CHECKING:
    from pathlib import Path

VERSIONS = "versions"
# The frozen tables that are looked at; a build must notice when one of them changes.
TABLES = ("studies", "searches")


@dataclass(frozen=True, slots=True)
class ReleasedEdition:
    """An edition that was released: its name, its studies and the searches made for it."""

    name: str
    studies: frozenset[str]
    searches: frozenset[str]


def edition_order(name: str) -> tuple[tuple[int, ...], str]:
    """Give a sort key: edition 1.10 comes after edition 1.9."""
    return tuple(int(part) for part in re.findall(r"\d+", name)), name


def released_editions(root: Path) -> tuple[ReleasedEdition, ...]:
    """Read which studies and searches the released editions had, the oldest edition first.

    Parameters
    ----------
    root
        Folder of the review; editions are kept in its folder `versions`.

    Returns
    -------
    tuple of ReleasedEdition
        An edition whose tables are not kept or cannot be read is left out.
    """
    folder = root / VERSIONS
    if not folder.is_dir():
        return ()
    found = []
    for edition in sorted(folder.iterdir(), key=lambda path: edition_order(path.name)):
        studies = _column(edition / "data" / "studies.csv", "study_id")
        if studies is not None:
            searches = _column(edition / "data" / "searches.csv", "search_id")
            found.append(ReleasedEdition(edition.name, studies, searches or frozenset()))
    return tuple(found)


def _column(path: Path, column: str) -> frozenset[str] | None:
    try:
        rows = csv_rows(content_of(path).decode("utf-8-sig"), strict=False)
    except (OSError, UnicodeDecodeError, BrokenCsv):
        return None
    names = rows[0][1] if rows else []
    if column not in names:
        return frozenset()
    place = names.index(column)
    return frozenset(cells[place] for _, cells in rows[1:] if cells[place:] and cells[place])
