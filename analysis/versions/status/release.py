"""Whether something has changed since the last version that was released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.build.history.shelf import shelf
from analysis.formatting.dates import written
from analysis.storage.provenance import hashes_of
from analysis.versions.status.point import Point

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SUBJECT = "Version"


def release_points(root: Path) -> Iterator[Point]:
    """Compare tables, protocol and text with the newest version in ``versions/``."""
    known = shelf(root)
    if not known:
        yield Point(
            _SUBJECT,
            "No version has been released yet.",
            due=True,
            why="Changes are listed against a released version.",
            command='review release 1.0 "what this version is"',
        )
        return
    newest = known[-1]
    name = f"version {newest.edition}"
    if newest.same_facts(hashes_of(root)):
        on = f", released on {written(newest.date)}" if newest.date else ""
        yield Point(_SUBJECT, f"Tables and protocol are those of {name}{on}.")
        return
    yield Point(
        _SUBJECT,
        f"Tables or protocol have changed since {name}.",
        due=True,
        why="The changes are in no released version.",
        command=f"review changes {newest.edition}",
    )
