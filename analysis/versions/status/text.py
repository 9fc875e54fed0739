"""Whether sentences typed by hand speak of studies that have changed since the last version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.build.history.shelf import shelf
from analysis.build.history.typed_sentences import places, sentences_to_read
from analysis.versions.status.point import Point, counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SUBJECT = "Text"


def text_points(root: Path) -> Iterator[Point]:
    """Compare the typed sentences with the tables of the newest version in ``versions/``."""
    known = shelf(root)
    if not known:
        return
    edition = known[-1].edition
    found = sentences_to_read(known[-1], root)
    if not found:
        yield Point(_SUBJECT, f"No typed sentence speaks of a change since version {edition}.")
        return
    many = counted(len(found), "typed sentence speaks", "typed sentences speak")
    yield Point(
        _SUBJECT,
        f"{many} of studies that changed since version {edition}.",
        due=True,
        why="Numbers in the text follow the tables; words have to be read again.",
        command=f"review changes {edition}",
        items=places(found),
    )
