"""Puts a finished package and its zip files in place, all or nothing."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.journal.context import EDITORS_ONLY

if TYPE_CHECKING:
    from collections.abc import Iterable

# The earliest date a zip can hold: the package carries no clock.
_NO_DATE = (1980, 1, 1, 0, 0, 0)
_FOR_REVIEWERS = "for-reviewers"
# Packed already: packing them again costs seconds and gains nothing.
_PACKED = frozenset({".docx", ".zip", ".png", ".jpg", ".jpeg", ".epub", ".pdf"})


def put_in_place(package: Path, out: Path, *, blinded: bool) -> tuple[Path, tuple[Path, ...]]:
    """Replace a package and its zip files by new ones.

    Parameters
    ----------
    package
        The finished folder.
    out
        Where it goes; made where it does not exist. May be on another disk.
    blinded
        Whether a second zip holds only what reviewers may see.

    Returns
    -------
    tuple
        The folder and the zip files.
    """
    out.mkdir(parents=True, exist_ok=True)
    # Inside the place itself: only on the same disk a rename is atomic.
    fresh = Path(tempfile.mkdtemp(prefix=".package-", dir=out))
    try:
        shutil.copytree(package, fresh / package.name)
        files = sorted(path for path in package.rglob("*") if path.is_file())
        archives = [f"{package.name}.zip"]
        write_zip(fresh / archives[0], package.parent, files)
        if blinded:
            archives.append(f"{package.name}-{_FOR_REVIEWERS}.zip")
            shown = [f for f in files if EDITORS_ONLY not in f.relative_to(package).parts]
            write_zip(fresh / archives[1], package.parent, shown)
        _replace(fresh, out, [package.name, *archives])
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    if not blinded:
        # That of an earlier, blinded package would be mistaken for part of this one.
        (out / f"{package.name}-{_FOR_REVIEWERS}.zip").unlink(missing_ok=True)
    return out / package.name, tuple(out / name for name in archives)


def write_zip(path: Path, base: Path, files: Iterable[Path]) -> None:
    """Write a zip file with the same bytes every time.

    Parameters
    ----------
    path
        The zip file.
    base
        Names inside are relative to this folder.
    files
        What goes in, in order.
    """
    with zipfile.ZipFile(path, "w") as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.relative_to(base).as_posix(), _NO_DATE)
            packed = file.suffix.lower() in _PACKED
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.read_bytes())


def _replace(fresh: Path, out: Path, names: list[str]) -> None:
    aside = fresh / "old"
    aside.mkdir()
    moved: list[str] = []
    try:
        for name in names:
            if (out / name).exists():
                (out / name).rename(aside / name)
            moved.append(name)
            (fresh / name).rename(out / name)
    except OSError:
        for name in moved:
            if (out / name).exists():
                (out / name).rename(fresh / f"{name}.new")
            if (aside / name).exists():
                (aside / name).rename(out / name)
        raise
