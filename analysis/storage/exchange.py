"""Two folders that change places in one step, where the system can do that."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# From the manual pages renameat2(2) of Linux and renamex_np(2) of macOS.
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_RENAME_SWAP = 2


def exchange(one: Path, other: Path) -> bool:
    """Let two files or folders change places, so that no moment exists without either.

    Returns
    -------
    bool
        False, and nothing is done, where the system or the file system has no such step.

    Raises
    ------
    OSError
        If there is one and it is refused, for want of rights for instance.
    """
    call = _system_call()
    if call is None:
        return False
    if call(os.fsencode(one), os.fsencode(other)) == 0:
        return True
    number = ctypes.get_errno()
    if number in {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM, errno.EXDEV}:
        return False
    raise OSError(number, os.strerror(number), os.fspath(other))


@cache
def _system_call() -> Callable[[bytes, bytes], int] | None:
    if sys.platform not in {"linux", "darwin"}:
        return None
    library = ctypes.CDLL(None, use_errno=True)
    try:
        if sys.platform == "darwin":
            swap = library.renamex_np
            swap.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_uint)
            return lambda one, other: swap(one, other, _RENAME_SWAP)
        at = library.renameat2
    except AttributeError:  # a C library before renameat2
        return None
    at.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return lambda one, other: at(_AT_FDCWD, one, _AT_FDCWD, other, _RENAME_EXCHANGE)
