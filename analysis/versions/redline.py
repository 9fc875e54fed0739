"""The paper in Word with tracked changes against a released version.

The comparison is that of Docxodus (the wheel python-redlines-docxodus), which marks text, cells,
rows and pictures; what it gives is counted here, and handed on as it is.
"""

from __future__ import annotations

import datetime
import os
import tempfile
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.build.history.shelf import FOLDER, released
from analysis.storage.atomic import replace_file
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WORD = "paper.docx"
_DOCUMENT = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DRAWING = f"{_W}drawing"
# Two authors are named, more are abbreviated: Word shows the name beside every change.
_FEW = 2
_NOBODY = "Authors of the review"


@dataclass(frozen=True, slots=True)
class Marked:
    """How much is marked in a Word file.

    Attributes
    ----------
    inserted, deleted
        Passages of text.
    rows_inserted, rows_deleted
        Whole rows of tables.
    pictures_inserted, pictures_deleted
        Pictures; one that changed counts in both.
    formats
        Changes of format alone.
    """

    inserted: int
    deleted: int
    rows_inserted: int
    rows_deleted: int
    pictures_inserted: int
    pictures_deleted: int
    formats: int


@dataclass(frozen=True, slots=True)
class Redline:
    """A Word file with tracked changes, and what is in it."""

    path: Path
    since: str
    author: str
    date: str
    marked: Marked

    @property
    def text(self) -> str:
        """Say it in a few lines."""
        found = self.marked
        if found == Marked(0, 0, 0, 0, 0, 0, 0):
            return f"{self.path.name}: the paper reads as in version {self.since}."
        return (
            f"{self.path.name}: tracked changes against version {self.since}, by {self.author}, "
            f"{self.date}.\n"
            f"  text      {found.inserted} insertions, {found.deleted} deletions\n"
            f"  rows      {found.rows_inserted} inserted, {found.rows_deleted} deleted\n"
            f"  pictures  {found.pictures_inserted} inserted, {found.pictures_deleted} deleted\n"
            f"  format    {found.formats} changes\n"
            "In Word, open Review and choose All Markup. Numbers of tables, figures and "
            "references are fields: update them with Ctrl+A and F9 after accepting."
        )


def redline(
    root: Path,
    edition: str | None,
    *,
    out: Path | None = None,
    author: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Redline:
    """Write the paper with tracked changes; it is rendered first if it is not current.

    Parameters
    ----------
    root
        The project's folder.
    edition
        Number of the version, None for the newest.
    out
        The file to write, by default ``_output/redline-<edition>.docx``.
    author
        Name on the changes, by default that of the paper's authors.
    progress
        Called with a line of text before each step.

    Raises
    ------
    DataProblems
        If there is no such version, its Word file is missing, the paper cannot be rendered, or the
        files cannot be compared.
    """
    from analysis.render.engine import render
    from analysis.render.output_stamps import OUTPUT, held

    base = released(root, edition)
    old = base.folder / WORD
    name = f"{FOLDER.as_posix()}/{base.edition}/{WORD}"
    if not old.is_file():
        raise _problem(name, "The file is missing.", "Take it from an older copy.")
    # All formats that are there: papers of different data would not stay side by side.
    render(root, list(dict.fromkeys(["docx", *held(root)])), progress=progress)
    target = out or root / OUTPUT / f"redline-{base.edition}.docx"
    who = author or _authors(root)
    day = _day(root, base.date)
    progress(f"comparing with version {base.edition}")
    content = compare(old, root / OUTPUT / WORD, who, day, name)
    try:
        replace_file(target, content)
    except OSError as error:
        what = f"The file cannot be written ({error.strerror})."
        raise _problem(target.name, what, "Close it in Word, or name another place.") from None
    return Redline(target, base.edition, who, day, count_marks(content))


def compare(old: Path, new: Path, author: str, day: str, name: str) -> bytes:
    """Compare two Word files and give the newer one with its changes tracked.

    Parameters
    ----------
    old, new
        The files.
    author, day
        What stands beside every change; ``day`` is ISO. No clock is read.
    name
        What the older file is called in messages.

    Raises
    ------
    DataProblems
        If the comparison is not installed for this system, or fails.
    """
    from python_redlines import DocxodusEngine
    from python_redlines.engines import EngineExecutionError, EngineNotInstalledError

    with tempfile.TemporaryDirectory(prefix="review-redline-") as place:
        try:
            engine = DocxodusEngine(target_path=place)
            content, _, _ = engine.run_redline(
                author, old, new, date_time=f"{day}T00:00:00Z", detect_moves=False
            )
        except (EngineNotInstalledError, OSError) as error:
            what = f"Tracked changes cannot be made on this system: {error}"
            raise _problem(name, what, "Compare the two files with Word itself.") from None
        except EngineExecutionError as error:
            last = (error.stderr or error.stdout or "").strip().splitlines()[-1:]
            what = f"The Word files cannot be compared: {' '.join(last)}"
            raise _problem(name, what, "Compare the two files with Word itself.") from None
    return content


def count_marks(content: bytes) -> Marked:
    """Count the tracked changes of a Word file."""
    import io

    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        tree = etree.fromstring(archive.read(_DOCUMENT))
    inserted, deleted = f"{_W}ins", f"{_W}del"
    return Marked(
        inserted=_passages(tree, inserted),
        deleted=_passages(tree, deleted),
        rows_inserted=len(tree.findall(f".//{_W}trPr/{inserted}")),
        rows_deleted=len(tree.findall(f".//{_W}trPr/{deleted}")),
        pictures_inserted=_pictures(tree, inserted),
        pictures_deleted=_pictures(tree, deleted),
        formats=sum(1 for entry in tree.iter() if str(entry.tag).endswith("PrChange")),
    )


def _pictures(tree: Any, kind: str) -> int:
    return sum(1 for entry in tree.iter(kind) for _ in entry.iter(_DRAWING))


def _passages(tree: Any, kind: str) -> int:
    """Count passages: neighbouring marked runs are one."""
    found, last = 0, None
    for entry in tree.iter(kind):
        if next(entry.iter(f"{_W}t", f"{_W}delText"), None) is None:
            continue
        if last is None or entry.getprevious() is not last:
            found += 1
        last = entry
    return found


def _authors(root: Path) -> str:
    from analysis.manuscript.sources import read_manuscript

    given = read_manuscript(root).front_matter.get("author", [])
    entries = given if isinstance(given, list) else [given]
    names = [str(entry["name"] if isinstance(entry, dict) else entry) for entry in entries]
    if len(names) > _FEW:
        return f"{names[0]} et al."
    return " and ".join(names) or _NOBODY


def _day(root: Path, fallback: str) -> str:
    """Give the day of the changes: of the release, or of the build if it has one."""
    from analysis.build.history.history import position

    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdecimal():
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date().isoformat()
    _, present = position(root)
    return present.date if present else fallback


def _problem(file: str, what: str, hint: str) -> DataProblems:
    return DataProblems([Problem(file, None, None, None, what, hint, "error", "redline")])
