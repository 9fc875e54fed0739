"""What stands in the review while a command works: a change by somebody else is seen, never lost.

A spreadsheet, an editor or git knows nothing of the program's lock. A command that is about to
change files therefore remembers what stood there when it began to read, and compares before it
replaces anything.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# Tables, protocol, reference list and the list of versions lie directly in these.
_FOLDERS = ("data", "manuscript", "versions")
_RETRY = "Nothing was changed. Save it in the other program, then run the command again."


def digest(path: Path) -> str | None:
    """Hash a file (SHA-256, hexadecimal); None if there is none.

    Raises
    ------
    OSError
        If something stands there that cannot be read as a file.
    """
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return None


@dataclass(frozen=True, slots=True)
class Standing:
    """Hashes of the files that a command may read and then replace.

    Attributes
    ----------
    hashes
        From the path of a file directly in one of the folders to its hash.
    """

    hashes: dict[str, str]

    @classmethod
    def now(cls, root: Path) -> Standing:
        """Look at what stands there now; a file that cannot be read counts as none."""
        found = {}
        for folder in _FOLDERS:
            for path in sorted((root / folder).glob("*")):
                try:
                    if path.is_file():
                        found[f"{folder}/{path.name}"] = digest(path) or ""
                except OSError:
                    continue  # whoever needs the file says that it cannot be read
        return cls(found)

    def with_files(self, root: Path, names: Iterable[str]) -> Standing:
        """Look again at files that the command itself has replaced."""
        hashes = dict(self.hashes)
        for name in names:
            hashes.pop(name, None)
            told = digest(root / name)
            if told is not None and name.count("/") == 1:
                hashes[name] = told
        return Standing(hashes)

    def expected(self, name: str) -> str | None:
        """Give the hash that a file should have now; None if there should be none."""
        return self.hashes.get(name)

    def refuse_changed(self, root: Path, names: Iterable[str]) -> None:
        """Compare files with what was read.

        Raises
        ------
        DataProblems
            If one of them is another one now: who replaced it would lose that change.
        """
        changed = [
            name
            for name in names
            if name.split("/")[0] in _FOLDERS
            and name.count("/") == 1
            and digest(root / name) != self.expected(name)
        ]
        refuse_changed(changed)


def refuse_changed(names: Iterable[str]) -> None:
    """Refuse to replace files that somebody changed meanwhile.

    Raises
    ------
    DataProblems
        If there is one.
    """
    problems = [
        Problem(
            name,
            None,
            None,
            None,
            "The file was changed by another program while the command ran.",
            _RETRY,
            "error",
            "changed-meanwhile",
        )
        for name in names
    ]
    if problems:
        raise DataProblems(problems)
