"""Ends a process as a power cut would, at a chosen call that changes the disk."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import signal
import warnings
from collections.abc import Callable
from pathlib import Path

_CHANGING = ("rename", "replace", "mkdir", "unlink", "write_bytes", "write_text")


def tree(root: Path) -> dict[str, str]:
    """Hash every file of a review, without the workshop for unfinished changes."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".review" not in path.parts
    }


def die() -> None:
    """End this process at once, without cleaning up."""
    os.kill(os.getpid(), signal.SIGKILL)


def in_child(root: Path, work: Callable[[], object], steps: int | None = None) -> int:
    """Do something in a process that dies after so many calls that change the review.

    Returns
    -------
    int
        The signal that ended it, 0 if it ended by itself.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking beside threads
        child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    signal.alarm(300)  # a fork beside threads may stand still; a test must not wait for it
    with contextlib.suppress(BaseException), contextlib.redirect_stderr(io.StringIO()):
        _count(root, steps)
        work()
        os._exit(0)
    os._exit(1)


def changes_of(root: Path, work: Callable[[], object]) -> int:
    """Count the calls with which something changes the review."""
    counted = [0]
    originals = {name: getattr(Path, name) for name in _CHANGING}
    try:
        _replace(root, lambda: counted.__setitem__(0, counted[0] + 1))
        work()
    finally:
        for name, function in originals.items():
            setattr(Path, name, function)
    return counted[0]


def _count(root: Path, steps: int | None) -> None:
    left = steps

    def step() -> None:
        nonlocal left
        if left is not None:
            left -= 1
            if left < 0:
                die()

    _replace(root, step)


def _replace(root: Path, before: Callable[[], object]) -> None:
    """Call something before every change of the review's folder."""

    def watched(function: Callable[..., object]) -> Callable[..., object]:
        def call(self: Path, *args: object, **kwargs: object) -> object:
            if self.is_relative_to(root):
                before()
            return function(self, *args, **kwargs)

        return call

    for name in _CHANGING:
        setattr(Path, name, watched(getattr(Path, name)))
