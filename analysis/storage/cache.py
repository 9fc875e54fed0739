"""Remembers finished work under the hash of what it was made from, in ``.review/cache``.

An entry is one file that holds the hash of its name and content before the content: what was cut
short, changed, or put under another name is not taken, and made anew. It is written beside its
place and renamed, so that a kill leaves the old one or none. What has not been used for longest is
thrown away when the whole grows too large. Nothing of it is ever part of an output.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.storage.atomic import WORKSHOP
from analysis.storage.fingerprint import program_fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Another place for all entries, shared by several reviews; nothing is thrown away there.
PLACE = "REVIEW_CACHE"
FOLDER = "cache"
LARGEST_BYTES = 300_000_000
# A larger entry would drive out all others, and is as quickly made as read.
_LARGEST_ENTRY = 10_000_000
_DIGEST_BYTES = hashlib.sha256().digest_size
_ENTRY = re.compile(r"[0-9a-f]{64}")
_UNFINISHED = "new-"
_A_DAY_SECONDS = 24 * 60 * 60
# Whatever these make may look different in another version.
_LIBRARIES = (
    "lxml",
    "matplotlib",
    "numpy",
    "pandas",
    "pillow",
    "pypandoc_binary",
    "python-docx",
    "scipy",
    "statsmodels",
    "typst",
)


def hash_of(*parts: str | bytes) -> str:
    """Hash several parts, so that no two lists of parts run together (SHA-256, hexadecimal)."""
    total = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        total.update(len(content).to_bytes(8, "big"))
        total.update(content)
    return total.hexdigest()


@cache
def program_state() -> str:
    """Hash the program that runs, its libraries and Python: other ones may make other bytes."""
    from importlib.metadata import PackageNotFoundError, version

    found = [f"{sys.version_info[:3]} {sys.platform}"]
    for name in _LIBRARIES:
        with suppress(PackageNotFoundError):
            found.append(f"{name} {version(name)}")
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return hash_of(program_fingerprint(), epoch, *found)


@dataclass(frozen=True, slots=True)
class Cache:
    """The place of the entries.

    Attributes
    ----------
    folder
        Where they lie.
    shared
        Whether other reviews keep theirs there, too.
    """

    folder: Path
    shared: bool

    @classmethod
    def of(cls, root: Path) -> Cache:
        """Find the cache of a review.

        Parameters
        ----------
        root
            The project's folder.
        """
        elsewhere = os.environ.get(PLACE)
        if elsewhere:
            return cls(Path(elsewhere), shared=True)
        return cls(root / WORKSHOP / FOLDER, shared=False)

    def take(
        self, subject: str, parts: tuple[str | bytes, ...], make: Callable[[], bytes]
    ) -> bytes:
        """Give what is remembered, or make it and remember it.

        Parameters
        ----------
        subject
            What kind of work it is.
        parts
            Everything that decides what comes out, besides the program and its libraries.
        make
            Does the work.
        """
        content = self.find(subject, parts)
        if content is None:
            content = make()
            self.keep(subject, parts, content)
        return content

    def keep(self, subject: str, parts: tuple[str | bytes, ...], content: bytes) -> None:
        """Remember what was made; arguments as in `take`."""
        # What cannot be remembered is made again next time; nothing else depends on it.
        if len(content) <= _LARGEST_ENTRY:
            with suppress(OSError):
                self._write(_key(subject, parts), content)

    def find(self, subject: str, parts: tuple[str | bytes, ...]) -> bytes | None:
        """Give what is remembered, None if nothing whole is; arguments as in `take`."""
        return self._read(_key(subject, parts))

    def trim(self, largest: int = LARGEST_BYTES) -> None:
        """Throw away what has not been used for longest, until the rest is small enough.

        Parameters
        ----------
        largest
            Bytes that may stay.
        """
        if self.shared or not self._usable():
            return
        with suppress(OSError):
            found = sorted(self._entries(), reverse=True)
            total = 0
            for _, size, path in found:
                total += size
                if total > largest:
                    path.unlink(missing_ok=True)

    def _entries(self) -> Iterator[tuple[float, int, Path]]:
        """Give last use, size and path of every entry; what killed commands left goes."""
        with os.scandir(self.folder) as found:
            listed = [(Path(entry.path), entry.stat(follow_symlinks=False)) for entry in found]
        newest = max((state.st_mtime for _, state in listed), default=0.0)
        for path, state in listed:
            if path.name.startswith(_UNFINISHED) and newest - state.st_mtime > _A_DAY_SECONDS:
                path.unlink(missing_ok=True)
            elif _ENTRY.fullmatch(path.name):
                yield state.st_mtime, state.st_size, path

    def _usable(self) -> bool:
        # A link could lead out of the review.
        return self.shared or not (self.folder.is_symlink() or self.folder.parent.is_symlink())

    def _read(self, key: str) -> bytes | None:
        path = self.folder / key
        try:
            if not self._usable() or path.is_symlink():
                return None
            whole = path.read_bytes()
        except OSError:
            return None
        content = whole[_DIGEST_BYTES:]
        if whole[:_DIGEST_BYTES] != _digest(key, content):
            return None
        with suppress(OSError):
            os.utime(path)
        return content

    def _write(self, key: str, content: bytes) -> None:
        if not self._usable():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, fresh = tempfile.mkstemp(prefix=_UNFINISHED, dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(_digest(key, content))
                stream.write(content)
            Path(fresh).replace(self.folder / key)
        except BaseException:
            Path(fresh).unlink(missing_ok=True)
            raise


def _key(subject: str, parts: tuple[str | bytes, ...]) -> str:
    return hash_of(subject, program_state(), *parts)


def _digest(key: str, content: bytes) -> bytes:
    return hashlib.sha256(key.encode() + content).digest()
