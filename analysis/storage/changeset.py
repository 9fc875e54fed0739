"""Changes several files of a review together: one writer at a time, and all files or none.

A table alone is replaced by one rename, which a crash cannot halve. An update that touches several
tables is first written whole beside them, everything that may fail is tried, and then it is marked
as decided. From that mark on, the next command that writes finishes it; before it, nothing has
happened. Commands that only read never finish anything.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from analysis.storage.atomic import DECIDED, WORKSHOP, staging
from analysis.storage.decided import finish, write_down
from analysis.storage.folders import recover_folders
from analysis.storage.lock import PATIENCE_SECONDS, locked
from analysis.storage.standing import Standing
from schemas.places import inside
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# What stood in a review when the command that holds its lock began.
_standing: dict[Path, Standing] = {}


@contextmanager
def writing(root: Path, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Be the only command that writes to this review; finish what a killed one had decided.

    A command that already holds the lock may ask again. What it changes it must read within: the
    files are compared with what stood there at the beginning.

    Parameters
    ----------
    root
        The project's folder.
    patience
        Seconds to wait for another command.

    Raises
    ------
    DataProblems
        If another command is still writing then, or what a killed one had decided can be neither
        finished nor undone.
    """
    with locked(root, patience):
        if root in _standing:
            yield
            return
        recover_folders(root)
        finish(root)
        _standing[root] = Standing.now(root)
        try:
            yield
        finally:
            del _standing[root]


def replace_files(root: Path, contents: Mapping[str, bytes | None]) -> None:
    """Write several files so that either all of them are the new ones or none is.

    Parameters
    ----------
    root
        The project's folder.
    contents
        From path relative to `root`, with forward slashes, to what the file is to hold; None
        deletes it.

    Raises
    ------
    DataProblems
        If another command is writing, a name leads out of the review, or another program has
        changed one of the files since the command began to read. Nothing is changed then.
    OSError
        If one of the files cannot be put in its place; nothing is changed then.
    """
    _refuse_outside(root, contents)
    with writing(root), staging(root) as folder, _folders_for(root, contents):
        standing = _standing[root]
        standing.refuse_changed(root, contents)
        fresh = folder / DECIDED
        fresh.mkdir()
        entries = write_down(fresh, root, contents)
        standing.refuse_changed(root, contents)
        fresh.rename(root / WORKSHOP / DECIDED)
        finish(root, entries)
        _standing[root] = standing.with_files(root, contents)


def _refuse_outside(root: Path, contents: Mapping[str, bytes | None]) -> None:
    what = "This name leads out of the review, or through a link out of it."
    hint = "The program writes in the review's folder only. Nothing was changed."
    problems = [
        Problem(name, None, None, None, what, hint, "error", "outside-review")
        for name in sorted(contents)
        if inside(root, name) in (None, root)
    ]
    if problems:
        raise DataProblems(problems)


@contextmanager
def _folders_for(root: Path, contents: Mapping[str, bytes | None]) -> Iterator[None]:
    """Make the folders that files need, and take them away again if the change fails."""
    made: list[Path] = []
    try:
        for name in sorted(contents):
            folder = (root / name).parent
            missing = []
            while not folder.is_dir():
                missing.append(folder)
                folder = folder.parent
            for each in reversed(missing):
                each.mkdir()
                made.append(each)
        yield
    except BaseException:
        for folder in reversed(made):
            with suppress(OSError):  # not empty: the change was decided after all
                folder.rmdir()
        raise
