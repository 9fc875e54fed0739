"""Replaces files and folders whole, so that a failed run leaves the previous ones as they were."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# On the same file system as everything the build replaces: only there a rename is atomic.
WORKSHOP = ".review"
# Inside it: files of a change that is decided and must be finished (`analysis.storage.changeset`).
DECIDED = "decided"
_PREFIX = "staging-"
_A_DAY_SECONDS = 24 * 60 * 60
# This process's own: a computer that sleeps over the weekend goes on with them on Monday.
_open_folders: set[str] = set()


@contextmanager
def staging(root: Path) -> Iterator[Path]:
    """Give an empty folder inside the project that disappears afterwards, whatever happens."""
    workshop = root / WORKSHOP
    workshop.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=workshop))
    _open_folders.add(folder.name)
    try:
        _clear_abandoned(workshop, folder)
        yield folder
    finally:
        _open_folders.discard(folder.name)
        shutil.rmtree(folder, ignore_errors=True)


def _clear_abandoned(workshop: Path, fresh: Path) -> None:
    """Remove what killed commands left; no command works for a day.

    The age of a folder is counted to that of a fresh one: a file server has a clock of its own.
    """
    now = fresh.stat().st_mtime
    for folder in workshop.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # another command removes it at the same moment
            old = now - folder.stat().st_mtime > _A_DAY_SECONDS
            if old and folder.name not in _open_folders:
                shutil.rmtree(folder, ignore_errors=True)


def write_text(path: Path, text: str, root: Path) -> None:
    """Write a text file so that it is either the old one or the new one, never half of it."""
    with staging(root) as folder:
        fresh = folder / path.name
        fresh.write_text(text, encoding="utf-8", newline="\n")
        fresh.replace(path)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file anywhere on the disk so that it is either the old one or the new one.

    Parameters
    ----------
    path
        The file; its folder exists.
    content
        What it is to hold.

    Raises
    ------
    OSError
        If the place cannot be written to.
    """
    if path.exists() and not path.is_file():  # /dev/null, a named pipe: nothing to replace
        path.write_bytes(content)
        return
    handle, fresh = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.resolve().parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        umask = os.umask(0)
        os.umask(umask)
        Path(fresh).chmod(0o666 & ~umask)  # mkstemp makes files nobody else can read
        Path(fresh).replace(path)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise
