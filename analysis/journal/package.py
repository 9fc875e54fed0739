"""One command, one package: everything an author uploads to a journal, checked and put in place."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.journal.contents import WRITERS, Written
from analysis.storage.atomic import staging
from schemas.problems import DataProblems

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from analysis.journal.contents import Writer
    from analysis.journal.context import Submission
    from schemas.problems import Problem

FOLDER = "_output/submission"


@dataclass(frozen=True, slots=True)
class SubmissionReport:
    """What was made.

    Attributes
    ----------
    submission
        What it was made from.
    folder
        The package.
    archives
        The zip files beside it; the second one, for reviewers, only in a blinded package.
    problems
        Warnings of the preflight.
    """

    submission: Submission
    folder: Path
    archives: tuple[Path, ...]
    problems: tuple[Problem, ...]


def submit(
    root: Path,
    name: str,
    *,
    date: str,
    draft: bool = False,
    blinded: bool | None = None,
    out: Path | None = None,
    editor: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> SubmissionReport:
    """Make the package for a journal, all or nothing.

    Parameters
    ----------
    root
        The review's folder.
    name
        The journal: the name of its file in manuscript/journals/ without ``.yml``.
    date
        The date of the cover letter, as ``2026-11-22``.
    draft
        Make it although something is missing; every page and file name then says so.
    blinded
        Whether reviewers must not see who wrote the paper; None for what the journal wants.
    out
        Where the package goes, None for `FOLDER` in the review.
    editor
        Whom the cover letter addresses.
    progress
        Called with a line of text before each step.

    Raises
    ------
    DataProblems
        If anything is missing or wrong; a package that was there before is left as it was.
    """
    from analysis.build.building import build
    from analysis.journal.context import read_submission
    from analysis.journal.journal_files import read_journal
    from analysis.journal.placing import put_in_place
    from analysis.journal.preflight import preflight, preflight_sources

    journal = read_journal(root, name)
    build(root, progress=progress)
    progress(f"checking the paper for {journal.name}")
    submission = read_submission(
        root,
        journal,
        draft=draft,
        blinded=journal.blinding == "double" if blinded is None else blinded,
        date=date,
        editor=editor,
    )
    _refuse(preflight_sources(submission))
    with staging(root) as workshop:
        package = workshop / f"{name}-draft" if draft else workshop / name
        package.mkdir()
        written = _write(submission, package, progress)
        if draft:
            progress("marking every page as a draft")
            _mark(package)
        progress("checking the files")
        problems = preflight(submission, package)
        _refuse(problems)
        _write_about(submission, package, problems, written)
        progress("packing")
        target, archives = put_in_place(package, out or root / FOLDER, blinded=submission.blinded)
    return SubmissionReport(submission, target, archives, problems)


def _refuse(problems: tuple[Problem, ...]) -> None:
    if any(problem.severity == "error" for problem in problems):
        raise DataProblems(problems)


def _write(
    submission: Submission, package: Path, progress: Callable[[str], None]
) -> tuple[Written, ...]:
    def write(writer: Writer) -> list[Path]:
        progress(f"writing {writer.progress}")
        return writer.write(submission, package)

    files = {writer: write(writer) for writer in WRITERS if writer.alone}
    # Two at a time: most of the work is done by programs outside Python.
    with ThreadPoolExecutor(max_workers=2) as pool:
        jobs = {
            writer: pool.submit(write, writer)
            for writer in WRITERS
            if not (writer.alone or writer.last)
        }
    problems: list[Problem] = []
    for writer, job in jobs.items():
        try:
            files[writer] = job.result()
        except DataProblems as error:
            problems += error.problems
    if problems:
        # Several files meet the same mistake: say it once.
        raise DataProblems(list(dict.fromkeys(problems)))
    files |= {writer: write(writer) for writer in WRITERS if writer.last}
    return tuple(Written(writer, tuple(files[writer])) for writer in WRITERS if files[writer])


def _mark(package: Path) -> None:
    from analysis.journal.context import WATERMARK
    from analysis.journal.watermark import mark_pdf, mark_word

    for path in sorted(package.rglob("*")):
        if path.suffix == ".docx":
            mark_word(path, WATERMARK)
        elif path.suffix == ".pdf":
            mark_pdf(path, WATERMARK)


def _write_about(
    submission: Submission,
    package: Path,
    problems: tuple[Problem, ...],
    written: tuple[Written, ...],
) -> None:
    from analysis.journal.contents import manifest_text, readme_text
    from analysis.journal.preflight.report import render_html

    # It names authors where it says what they have not declared.
    report = submission.place(package, "preflight-report.html", editors_only=True)
    report.write_text(render_html(submission, problems), encoding="utf-8", newline="\n")
    readme = submission.place(package, "README.txt")
    readme.write_text(readme_text(submission, package, written), encoding="utf-8", newline="\n")
    manifest = submission.place(package, "MANIFEST.json")
    text = manifest_text(submission, package, written)
    manifest.write_text(text, encoding="utf-8", newline="\n")
