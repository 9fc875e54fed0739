"""Where a name that somebody wrote into a file may lead: never out of the review."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath, PureWindowsPath


def inside(root: Path, name: str | os.PathLike[str]) -> Path | None:
    """Give the place that a name in a table, a YAML file, a text or an archive means.

    Parameters
    ----------
    root
        The folder that the name is relative to, and that it must not leave.
    name
        As it was written, with forward slashes.

    Returns
    -------
    Path or None
        None if the name is empty, absolute, goes up, follows a link out of `root` or round in a
        circle, or cannot be a name on this disk. Whether something stands there is not said.
    """
    text = os.fspath(name)
    windows = PureWindowsPath(text)
    if not text.strip() or "\0" in text or PurePosixPath(text).is_absolute():
        return None
    if windows.drive or windows.root or ".." in windows.parts:
        return None
    place = root / text
    try:
        # Strict for what exists: a loop of links is an error and not a place.
        if place.exists() or place.is_symlink():
            ends = place.resolve(strict=True)
        else:
            ends = place.resolve()
        top = root.resolve()
    except (OSError, RuntimeError, ValueError):
        return None
    return place if ends == top or top in ends.parents else None
