"""Hashes of what goes into the paper, to know whether anything has changed since the last build."""

from __future__ import annotations

import hashlib
import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.storage.program_files import module_files, shipped_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

GENERATED = Path("manuscript/_generated")

# What a review has that can change a byte of the output: data, text, versions of the libraries.
_FOLDERS = ("data", "published", "manuscript", "versions")
_FILES = ("_quarto.yml", "requirements.lock")
_IGNORED = {"__pycache__", ".ipynb_checkpoints", ".quarto"}
# What Quarto leaves beside the paper while it renders, and the finished files of old versions.
_LEFTOVERS = ("paper.html", "paper.typ", "paper.tex", "paper.docx", "paper.xml", "paper.pdf")


def input_files(root: Path) -> Iterator[Path]:
    """Give the files of a review that the paper is made from, in a stable order."""
    for name in _FILES:
        if (root / name).is_file():
            yield root / name
    for folder in _FOLDERS:
        for directory, subfolders, names in os.walk(root / folder):
            here = Path(directory)
            subfolders[:] = sorted(
                name
                for name in subfolders
                if name not in _IGNORED
                and not name.endswith("_files")
                and here / name != root / GENERATED
            )
            yield from (
                here / name
                for name in sorted(names)
                if not name.startswith(".")
                and not (name in _LEFTOVERS and _holds_papers(here.relative_to(root)))
            )


def _holds_papers(folder: Path) -> bool:
    """Tell whether finished papers lie directly in a folder; styles have such names too."""
    return folder.parts == ("manuscript",) or (
        len(folder.parts) == 2 and folder.parts[0] == "versions"
    )


def fingerprint(root: Path, files: Iterable[Path]) -> str:
    """Hash names and contents of files (SHA-256, hexadecimal).

    Parameters
    ----------
    root
        Names are taken relative to this folder, so that moving the project changes nothing.
    files
        The files, in a stable order.
    """
    return _hash((path.relative_to(root).as_posix(), path) for path in files)


def _hash(files: Iterable[tuple[str, Path]]) -> str:
    total = hashlib.sha256()
    for name, path in files:
        total.update(name.encode())
        total.update(b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


@cache
def program_fingerprint() -> str:
    """Hash the program that runs: the same from its repository and from a wheel."""
    shared = {k: v for k, v in shipped_files().items() if k.startswith("manuscript/")}
    return _hash(sorted((module_files() | shared).items()))


def input_fingerprint(root: Path) -> str:
    """Hash everything the paper is made from, the program and the Python version included."""
    of_files = fingerprint(root, input_files(root))
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    rest = f"{sys.version_info[:2]}\0{epoch}\0{program_fingerprint()}\0{of_files}"
    return hashlib.sha256(rest.encode()).hexdigest()
