"""The files of the program that are no modules: in the repository, or in an installed package."""

from __future__ import annotations

import tomllib
from pathlib import Path

_MODULES = Path(__file__).resolve().parents[1]
# Only in a wheel, where analysis/new_review/wheel.py puts the files that pyproject.toml lists.
_SHIPPED = _MODULES / "shipped"
_PROJECT = "pyproject.toml"
PACKAGES = ("analysis", "schemas")
#: In a review: sums of the program's files as they were written there; sha256sum reads them.
RECORD = "program-files.sha256"
# Abstracts and boxes for a journal are the text of one review: no other begins with them.
_TEXTS = "manuscript/journals/*.md"
_PASSED_OVER = frozenset({"__pycache__", ".DS_Store", "paper.png", "example.png", _SHIPPED.name})


def is_installed() -> bool:
    """Tell whether the program was installed from a wheel, without its repository."""
    return _SHIPPED.is_dir()


def program_folder() -> Path:
    """Give the folder that holds filters, styles, templates, scripts, journals and pages."""
    return _SHIPPED if is_installed() else _MODULES.parent


def shared_file(root: Path, name: str) -> Path:
    """Find a file that a review may have of its own: there, or else the program's.

    Parameters
    ----------
    root
        The review's folder.
    name
        Path relative to it, with forward slashes.
    """
    own = root / name
    is_there = own.exists() or own.is_symlink()
    return own if is_there else program_folder() / name


def shared_names(root: Path, folder: str, ending: str) -> tuple[str, ...]:
    """Name the files of a folder that are a review's own or come with the program, sorted.

    Parameters
    ----------
    root
        The review's folder.
    folder
        Path relative to it.
    ending
        How the files end; names are given without it.
    """
    folders = (root / folder, program_folder() / folder)
    return tuple(sorted({path.stem for each in folders for path in each.glob(f"*{ending}")}))


def shipped_files() -> dict[str, Path]:
    """Give everything that comes with the program besides its modules, by its name in a review."""
    base = program_folder()
    listed = tomllib.loads((base / _PROJECT).read_text(encoding="utf-8"))
    names = listed["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["custom"]["files"]
    return _files(base, names)


def module_files() -> dict[str, Path]:
    """Give the program's packages, with the data that they read, by their name in a review."""
    return _files(_MODULES.parent, PACKAGES)


def _files(base: Path, names: tuple[str, ...] | list[str]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for name in names:
        source = base / name
        for path in sorted(source.rglob("*")) if source.is_dir() else [source]:
            within = path.relative_to(base)
            if within.match(_TEXTS):
                continue
            if path.is_file() and not _PASSED_OVER & set(within.parts):
                found[within.as_posix()] = path
    return found
