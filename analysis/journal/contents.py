"""What a package consists of: the files in the order in which an author uploads them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib import import_module
from textwrap import wrap
from typing import TYPE_CHECKING

from analysis.journal.context import EDITORS_ONLY, WATERMARK

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.journal.context import Submission


@dataclass(frozen=True, slots=True)
class Writer:
    """One kind of file in the package.

    Attributes
    ----------
    module, function
        Where it is written: ``function(submission, folder)`` gives the files.
    progress
        What the terminal says while it is written.
    title
        What the upload list calls it.
    upload
        False for what accompanies the upload and is sent when somebody asks.
    alone
        True where processes are forked, which must not happen beside threads.
    last
        True for what reads the other files, such as their pages.
    """

    module: str
    function: str
    progress: str
    title: str
    upload: bool = True
    alone: bool = False
    last: bool = False

    def write(self, submission: Submission, folder: Path) -> list[Path]:
        """Write the files; their modules are slow to import and wait until they are needed."""
        module = import_module(f"analysis.journal.{self.module}")
        return getattr(module, self.function)(submission, folder)


@dataclass(frozen=True, slots=True)
class Written:
    """Files that a writer wrote."""

    writer: Writer
    files: tuple[Path, ...]


WRITERS = (
    Writer("cover_letter", "write_cover_letter", "the cover letter", "Cover letter"),
    Writer("title_page", "write_title_page", "the title page", "Title page"),
    Writer("manuscript_word", "write_manuscript", "the manuscript", "Main manuscript"),
    Writer("table_files", "write_tables", "the tables", "Tables, one editable file each"),
    Writer(
        "figure_files",
        "write_figures",
        "the figures",
        "Figures, one file each; those numbered S also stand in the supplement",
        alone=True,
    ),
    Writer("supplement", "write_supplement", "the supplement", "Supplementary material"),
    Writer(
        "whole_tables",
        "write_whole_tables",
        "all rows of long tables",
        "All rows of what the paper shows in part",
    ),
    Writer("checklists", "write_checklists", "the checklists", "Reporting checklists", last=True),
    Writer("archive", "write_archive", "the archive", "Data and programs", upload=False),
    Writer("jats", "write_jats", "the XML", "The paper as JATS XML", upload=False),
    Writer("epub", "write_epub", "the e-book", "The paper as an e-book", upload=False),
)


def readme_text(submission: Submission, package: Path, written: tuple[Written, ...]) -> str:
    """Write for editors and authors what lies in the package and in which order it is uploaded."""
    journal = submission.journal
    lines = [f"Submission to {journal.name}", ""]
    if submission.draft:
        lines += [
            f"{WATERMARK}.",
            "Something that a journal asks for is still missing; the preflight report says what.",
            "",
        ]
    if submission.warning:
        lines += [*wrap(submission.warning, 90), ""]
    if journal.article_type:
        lines += [f"Type of article: {journal.article_type}", ""]
    if submission.blinded:
        lines += [
            f"Files in {EDITORS_ONLY}/ name the authors and are for the editors.",
            "All others tell a reviewer nothing about who wrote the paper.",
            "",
        ]
    lines += ["Upload the files in this order:", ""]
    number = 0
    for entry in written:
        if entry.writer.upload:
            lines.append(f"{entry.writer.title}")
            for file in entry.files:
                number += 1
                lines.append(f"  {number:>2}. {_name(file, package)}")
            lines.append("")
    kept = [entry for entry in written if not entry.writer.upload]
    if kept:
        lines += ["Not uploaded unless the journal asks:", ""]
        for entry in kept:
            lines.append(entry.writer.title)
            lines += [f"      {_name(file, package)}" for file in entry.files]
            lines.append("")
    lines += [
        "The preflight report lists what was checked. The manifest has the size and the",
        "SHA-256 of every file.",
        "",
        f"Made from: {submission.provenance}",
    ]
    return "\n".join(lines) + "\n"


def manifest_text(submission: Submission, package: Path, written: tuple[Written, ...]) -> str:
    """Write what every file is, how long it is, and its hash."""
    what = {file: entry.writer for entry in written for file in entry.files}
    files = []
    for file in sorted(path for path in package.rglob("*") if path.is_file()):
        content = file.read_bytes()
        writer = what.get(file)
        files.append(
            {
                "file": _name(file, package),
                "what": writer.title if writer else "About this package",
                "upload": bool(writer and writer.upload),
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        )
    head = {
        "journal": submission.journal.id,
        "edition": submission.data.protocol.review.edition,
        "draft": submission.draft,
        "blinded": submission.blinded,
        "provenance": submission.provenance,
        **({"warning": submission.warning} if submission.warning else {}),
    }
    return json.dumps({**head, "files": files}, ensure_ascii=False, indent=1) + "\n"


def _name(file: Path, package: Path) -> str:
    return file.relative_to(package).as_posix()
