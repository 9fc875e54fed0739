"""Replaces a folder by a finished one, so that at no moment both are gone."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path

from analysis.storage.atomic import DECIDED, WORKSHOP
from analysis.storage.exchange import exchange
from analysis.storage.lock import locked
from schemas.places import inside

# A folder that is being replaced where two cannot be exchanged: `old`, and where it belongs.
_ASIDE = "aside-"
_OLD = "old"
_PLACE = "place.txt"
_PATIENCE_SECONDS = 60.0


def replace_folder(new: Path, target: Path, root: Path) -> None:
    """Put the folder ``new`` in the place of ``target``.

    The two are exchanged in one step where the system has one. Elsewhere the old folder stands
    aside for a moment; a note tells the next command that writes where it belongs.

    Parameters
    ----------
    new
        A finished folder inside the project.
    target
        Where it goes; what stands there is removed only after the new one is in place.
    root
        The project's folder.
    """
    if not target.is_dir() or target.is_symlink():
        if target.exists() or target.is_symlink():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(target))
        new.rename(target)
        return
    if exchange(new, target):
        shutil.rmtree(new, ignore_errors=True)
        return
    # Whoever recovers folders holds the lock: it must not meet this one halfway.
    with locked(root, _PATIENCE_SECONDS):
        aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=root / WORKSHOP))
        (aside / _PLACE).write_text(target.relative_to(root).as_posix(), encoding="utf-8")
        target.rename(aside / _OLD)
        try:
            new.rename(target)
        except OSError:
            (aside / _OLD).rename(target)
            raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def is_unfinished(root: Path) -> bool:
    """Tell whether a killed command left something that the next one that writes must finish."""
    workshop = root / WORKSHOP
    return (workshop / DECIDED).exists() or any(workshop.glob(f"{_ASIDE}*"))


def recover_folders(root: Path) -> None:
    """Put folders back that a killed command had set aside; for commands that write."""
    for aside in sorted((root / WORKSHOP).glob(f"{_ASIDE}*")):
        if aside.is_symlink() or not (aside / _OLD).is_dir():
            shutil.rmtree(aside, ignore_errors=True)
            continue
        try:
            target = inside(root, (aside / _PLACE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            target = None
        if target is not None and not target.exists():
            (aside / _OLD).rename(target)
            shutil.rmtree(aside, ignore_errors=True)
        elif target is not None:  # the new one is in place: killed while the old one was removed
            shutil.rmtree(aside, ignore_errors=True)
