"""A change of several files that is decided: it is finished, or it is undone.

Its folder holds every new file, every old one, and a list that says which is which. The list is the
mark: where it stands whole, the change is decided.
"""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import tempfile
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from analysis.storage.atomic import DECIDED, WORKSHOP
from analysis.storage.failures import reason
from analysis.storage.standing import digest, refuse_changed
from schemas.places import inside
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_INDEX = "files.json"
_LARGEST_INDEX = 10_000_000
# Begins the names of files that stand beside a file for a moment; hidden, so nobody reads them.
_NEAR = ".review-"
_GIVE_UP = (
    f"Each file N in {WORKSHOP}/{DECIDED}/ is a new one and old-N the one before; files.json says "
    "whose. Look at them, then delete the folder to keep the review as it stands."
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a change.

    Attributes
    ----------
    file
        Path relative to the review, with forward slashes.
    was, becomes
        SHA-256 of the file before and after, None where there is none.
    """

    file: str
    was: str | None
    becomes: str | None


def write_down(folder: Path, root: Path, contents: Mapping[str, bytes | None]) -> list[Entry]:
    """Put everything that a change needs into a folder; the list goes in last.

    Raises
    ------
    OSError
        If that is not possible, or a file of the review could not be put in its place later.
    """
    entries = []
    for number, (name, content) in enumerate(sorted(contents.items())):
        target = root / name
        was = digest(target)
        if was is not None:
            _keep(target, folder / f"old-{number}")
        if content is not None:
            (folder / str(number)).write_bytes(content)
        becomes = None if content is None else hashlib.sha256(content).hexdigest()
        entries.append(Entry(name, was, becomes))
        _try_place(target)
    text = json.dumps([asdict(entry) for entry in entries])
    (folder / _INDEX).write_text(text, encoding="utf-8")
    return entries


def _keep(target: Path, kept: Path) -> None:
    # A second name of the same file costs nothing; replacing the first leaves it as it is.
    try:
        kept.hardlink_to(target)
    except OSError:
        shutil.copyfile(target, kept)


def _try_place(target: Path) -> None:
    """Try whether a file can be put here: a refusal is to be met before the mark.

    A name that is too long, or a folder of this name, was met when the old file was read.
    """
    try:
        with tempfile.TemporaryFile(dir=target.parent):  # without a name, where there is such
            pass
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(target)) from None


def _move(fresh: Path, target: Path) -> None:
    try:
        fresh.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise type(error)(error.errno, error.strerror, str(target)) from None
        # A folder of the review may lie on another disk: copy there, then rename.
        near = target.with_name(f"{_NEAR}{fresh.name}")
        shutil.copyfile(fresh, near)
        near.replace(target)
        fresh.unlink()


def is_pending(root: Path) -> bool:
    """Tell whether a stopped command has left a change that it had decided."""
    folder = root / WORKSHOP / DECIDED
    return folder.is_symlink() or (folder / _INDEX).exists()


def finish(root: Path, entries: Sequence[Entry] | None = None) -> None:
    """Put the files of a decided change in their places; does nothing if there is none.

    Parameters
    ----------
    root
        The project's folder.
    entries
        The list, where the caller has just written it.

    Raises
    ------
    DataProblems
        If the list cannot be read or leads out of the review; if files were changed since; if a
        file cannot be put in its place: then the change is undone, and if not even that is
        possible, the message says what to do.
    """
    folder = root / WORKSHOP / DECIDED
    if not is_pending(root):
        if folder.is_dir():  # killed while the folder was being removed
            shutil.rmtree(folder, ignore_errors=True)
        return
    own = entries is not None
    entries = _listed(root, folder) if entries is None else entries
    _refuse_others(root, entries, own=own)
    try:
        for number, entry in enumerate(entries):
            _put(folder / str(number), root / entry.file, entry.becomes)
    except OSError as error:
        _undo(root, folder, entries, error, own=own)
    (folder / _INDEX).unlink()
    shutil.rmtree(folder, ignore_errors=True)


def _put(fresh: Path, target: Path, becomes: str | None) -> None:
    if becomes is None:
        target.unlink(missing_ok=True)
    elif fresh.exists():  # otherwise it was moved before the process was killed
        target.parent.mkdir(parents=True, exist_ok=True)
        _move(fresh, target)


def _undo(root: Path, folder: Path, entries: Sequence[Entry], error: OSError, *, own: bool) -> None:
    """Put the old files back and say why.

    Raises
    ------
    DataProblems
        Always.
    """
    file, why = reason(error, root)
    file = file or f"{WORKSHOP}/{DECIDED}"
    try:
        for number, entry in enumerate(entries):
            if digest(root / entry.file) != entry.was:
                _put(folder / f"old-{number}", root / entry.file, entry.was)
        (folder / _INDEX).unlink()
        shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        what = f"A change that was decided can be neither finished nor undone ({why})."
        hint = f"Make the place writable again, then run the command once more. {_GIVE_UP}"
        raise _problem(file, what, hint) from None
    done = "Nothing was changed." if own else "What a stopped command had begun was undone."
    raise _problem(file, f"The file cannot be written ({why}).", done) from None


def _listed(root: Path, folder: Path) -> list[Entry]:
    try:
        if folder.is_symlink() or (folder / _INDEX).stat().st_size > _LARGEST_INDEX:
            raise ValueError
        found = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
        entries = [Entry(**entry) for entry in found]
        if any(not isinstance(part, str | None) for e in entries for part in (e.was, e.becomes)):
            raise TypeError
    except (OSError, ValueError, TypeError, RecursionError):
        what = "The list of a change that a stopped command had decided cannot be read."
        raise _problem(f"{WORKSHOP}/{DECIDED}/{_INDEX}", what, _GIVE_UP) from None
    for entry in entries:
        if not isinstance(entry.file, str) or inside(root, entry.file) in (None, root):
            what = "A decided change names a place outside the review."
            hint = f"The program writes no such list. {_GIVE_UP}"
            raise _problem(f"{WORKSHOP}/{DECIDED}/{_INDEX}", what, hint, str(entry.file))
    return entries


def _refuse_others(root: Path, entries: Sequence[Entry], *, own: bool) -> None:
    """Refuse if a file is neither the old nor the new one: somebody has edited it since."""
    for entry in entries:
        try:
            now = digest(root / entry.file)
        except OSError as error:
            what = f"The file cannot be read ({reason(error, root)[1]})."
            raise _problem(entry.file, what, _GIVE_UP) from None
        if now not in (entry.was, entry.becomes):
            if own:
                shutil.rmtree(root / WORKSHOP / DECIDED, ignore_errors=True)
                refuse_changed([entry.file])
            what = "The file was changed after a stopped command had decided to change it."
            raise _problem(entry.file, what, _GIVE_UP)


def _problem(file: str, what: str, hint: str, value: str | None = None) -> DataProblems:
    return DataProblems([Problem(file, None, None, value, what, hint, "error", "decided")])
