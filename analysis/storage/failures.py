"""What the file system refuses, in words: which file, and why."""

from __future__ import annotations

import errno
import os
import shutil
import traceback
from pathlib import Path

from schemas.problems import Problem

_HINTS = {
    errno.ENOSPC: "The disk is full. Make room, then run the command again.",
    errno.EDQUOT: "Your share of the disk is used up. Make room, then run the command again.",
    errno.EFBIG: "Files may not be that large here. Look at the limits of this account.",
    errno.EROFS: "The folder can only be read. Work in a copy that can be written.",
    errno.EACCES: "Look at who may read and write it, and close it in other programs.",
    errno.EPERM: "Look at who may read and write it, and close it in other programs.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
    errno.EISDIR: "A folder stands where a file should be: move it away.",
    errno.ENOTDIR: "A file stands where a folder should be: move it away.",
    errno.EEXIST: "Something of this name stands there already: move it away.",
    errno.ENOTEMPTY: "Something of this name stands there already: move it away.",
    errno.ELOOP: "Links lead round in a circle: delete them.",
    errno.ENOENT: "Look whether the name is right, and whether the folder is there.",
}
# What can only happen to somebody who writes.
_WRITING = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EEXIST, errno.ENOTEMPTY}
_LONGEST_NAME = 160


def reason(error: OSError, root: Path) -> tuple[str | None, str]:
    """Give the file that was refused, as messages name it, and why.

    Returns
    -------
    tuple
        Path relative to `root` where it lies there, None if the system names no file; the system's
        own words.
    """
    error = _first(error)
    why = error.strerror or (str(error.args[0]) if error.args else "unknown reason")
    file = error.filename2 if error.errno in _WRITING and error.filename2 else error.filename
    if file is None or isinstance(file, int):
        file = _written_path(error)
    return (None if file is None else _named(os.fsdecode(file), root)), why


def problem_of(error: OSError, root: Path) -> Problem:
    """Turn an error of the file system into a message.

    Parameters
    ----------
    error
        As it was raised.
    root
        The review's folder.
    """
    file, why = reason(error, root)
    number = _first(error).errno
    done = "written" if number in _WRITING else "read or written"
    if file is None:
        file = "the output" if _is_printing(error) else "the review's folder"
        what = f"Something cannot be written ({why})."
    else:
        what = f"It cannot be {done} ({why})."
    hint = _HINTS.get(number or 0, "Look at the disk and at the rights of the folder.")
    return Problem(file, None, None, None, what, hint, "error", "file-system")


def _first(error: OSError) -> OSError:
    """Give the first error of a whole folder that was copied: `shutil.Error` lists them."""
    if isinstance(error, shutil.Error) and error.args and isinstance(error.args[0], list):
        source, target, why = error.args[0][0]
        number = next((n for n, text in _known_reasons() if text in str(why)), None)
        return OSError(number, _without_name(str(why)), str(target or source))
    return error


def _known_reasons() -> list[tuple[int, str]]:
    return [(number, os.strerror(number)) for number in _HINTS]


def _without_name(why: str) -> str:
    """Take the number and the name out of ``[Errno 28] No space left on device: 'name'``."""
    text = why.split("] ", 1)[-1]
    return text.split(": '", 1)[0]


def _written_path(error: OSError) -> str | None:
    """Find the file that was being written: a full disk does not say which one it was."""
    for frame, _ in reversed(list(traceback.walk_tb(error.__traceback__))):
        found = frame.f_locals.get("self")
        if isinstance(found, Path):
            return str(found)
    return None


def _is_printing(error: OSError) -> bool:
    frames = traceback.walk_tb(error.__traceback__)
    return any(frame.f_globals.get("__name__") == "click.utils" for frame, _ in frames)


def _named(file: str, root: Path) -> str:
    try:
        name = Path(file).relative_to(root).as_posix()
    except ValueError:
        name = file
    name = "the review's folder" if name == "." else name
    shown = "".join(sign if sign.isprintable() else "?" for sign in name)
    return shown if len(shown) <= _LONGEST_NAME else f"{shown[: _LONGEST_NAME - 1]}…"
