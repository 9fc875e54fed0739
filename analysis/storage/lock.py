"""The lock of a review: one command at a time changes it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from analysis.storage.atomic import WORKSHOP
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK = "lock"
PATIENCE_SECONDS = 5.0


@contextmanager
def locked(root: Path, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the lock; a process that has it may ask again.

    Parameters
    ----------
    root
        The project's folder.
    patience
        Seconds to wait for another command.

    Raises
    ------
    DataProblems
        If another command still has it then.
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
        yield
    finally:
        lock.release()
