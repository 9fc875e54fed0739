"""Changes several files of a review together: one writer at a time, and all files or none.

A table alone is replaced by one rename, which a crash cannot halve. An update that touches several
tables is first written whole beside them and then marked as decided. From that mark on, whoever
next works with the review finishes it; before it, nothing has happened.
"""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from analysis.storage.atomic import DECIDED, WORKSHOP, staging
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

LOCK = "lock"
_INDEX = "files.json"
_PATIENCE_SECONDS = 5.0


@contextmanager
def writing(root: Path, patience: float = _PATIENCE_SECONDS) -> Iterator[None]:
    """Be the only command that writes to this review; finish what a killed one had decided.

    A command that already holds the lock may ask again.

    Parameters
    ----------
    root
        The project's folder.
    patience
        Seconds to wait for another command.

    Raises
    ------
    DataProblems
        If another command is still writing then.
    """
    from filelock import FileLock, Timeout

    (root / WORKSHOP).mkdir(exist_ok=True)
    # The system frees this lock when the process ends, however it ends: none is left behind.
    lock = FileLock(root / WORKSHOP / LOCK, is_singleton=True)
    try:
        lock.acquire(timeout=patience)
    except Timeout:
        what = "Another `review` command is changing this review at the moment."
        hint = "Wait until it is done, then run this command again. Nothing was changed."
        problem = Problem(f"{WORKSHOP}/{LOCK}", None, None, None, what, hint, "error", "locked")
        raise DataProblems([problem]) from None
    try:
        finish_decided(root)
        yield
    finally:
        lock.release()


def replace_files(root: Path, contents: Mapping[str, bytes]) -> None:
    """Write several files so that either all of them are the new ones or none is.

    Parameters
    ----------
    root
        The project's folder.
    contents
        From path relative to `root`, with forward slashes, to what the file is to hold.

    Raises
    ------
    DataProblems
        If another command is writing.
    """
    with writing(root), staging(root) as folder:
        fresh = folder / DECIDED
        fresh.mkdir()
        names = sorted(contents)
        for number, name in enumerate(names):
            (fresh / str(number)).write_bytes(contents[name])
        (fresh / _INDEX).write_text(json.dumps(names), encoding="utf-8")
        fresh.rename(root / WORKSHOP / DECIDED)
        finish_decided(root)


def finish_decided(root: Path) -> None:
    """Put the files of a decided change in their places; does nothing if there is none."""
    decided = root / WORKSHOP / DECIDED
    if not (decided / _INDEX).is_file():
        return
    names = json.loads((decided / _INDEX).read_text(encoding="utf-8"))
    for number, name in enumerate(names):
        fresh = decided / str(number)
        if fresh.exists():  # otherwise it was moved before the process was killed
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            fresh.replace(root / name)
    (decided / _INDEX).unlink()
    shutil.rmtree(decided, ignore_errors=True)
