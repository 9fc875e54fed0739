"""Releases a version: checks, renders in a copy, and freezes everything in one step.

Until the last step the review is as it was; from its mark on, whoever next works with the review
finishes it (:mod:`analysis.storage.changeset`). So a release that is killed has happened whole
or not at all, and the edition in the protocol belongs to the folder in ``versions/`` at every
moment.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.build.history.number import ORDER, Kind, Number, kind_between
from analysis.build.history.protocol_edition import FILE as PROTOCOL
from analysis.build.history.protocol_edition import with_edition
from analysis.build.history.shelf import FOLDER, OUTPUTS, PAGE, RECORD, RESULTS, record_bytes, shelf
from analysis.storage.changeset import replace_files, writing
from analysis.versions import log
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.build.history.shelf import Released
    from analysis.paper.values import Value
    from analysis.synthesis.results import Synthesis
    from analysis.synthesis.versions import TypedSentence, Version
    from schemas.review_data import ReviewData

# What a frozen version holds besides the paper: enough to compute and render it again.
_SOURCES = ("data", "manuscript", "published", "_quarto.yml")
# Quarto runs the program that lies beside the manuscript.
_PROGRAM = ("analysis", "schemas", "requirements.lock")
_PASSED_OVER = {"_generated", "__pycache__"}


@dataclass(frozen=True, slots=True)
class Release:
    """A version that was released.

    Attributes
    ----------
    version
        Its record.
    asked
        The kind of version that the changes ask for, None for a first one.
    reasons
        Why, as sentences.
    files
        From path to size in bytes.
    to_read
        Typed sentences that were frozen as they were, though what they speak of has changed.
    later
        The version before, if its day is later than that of this one. It is not refused: the clock
        of a machine may be wrong, or that of the one before was.
    """

    version: Version
    asked: Kind | None
    reasons: tuple[str, ...]
    files: dict[str, int]
    to_read: tuple[TypedSentence, ...] = ()
    later: Released | None = None


def release(
    root: Path,
    edition: str,
    summary: str,
    date: str,
    *,
    engine: Any = "auto",
    progress: Callable[[str], None] = lambda _: None,
) -> Release:
    """Freeze the review as a version.

    Parameters
    ----------
    root
        The project's folder.
    edition
        Number of the version: ``1.1``.
    summary
        What is new, in a few words.
    date
        Day of the release, ISO.
    engine
        As for `analysis.render.engine.render`.
    progress
        Called with a line of text before each step.

    Raises
    ------
    DataProblems
        If data or text are wrong, nothing has changed, the number exists, is no number or lower
        than the changes ask for, the summary is empty, the day is none, or the text still says
        what is to be written. Nothing is changed then.
    """
    with writing(root):
        number = _number(root, edition)
        if not summary.strip():
            raise _refused("The summary is empty.", "Say in a few words what is new.")
        _day(date)
        with tempfile.TemporaryDirectory(prefix="review-release-") as place:
            copy = Path(place) / "review"
            _copy(root, copy)
            written = (copy / PROTOCOL).read_bytes()
            text = with_edition(_decoded(written), edition)
            (copy / PROTOCOL).write_bytes(text.encode())
            done = _freeze(copy, number, edition, " ".join(summary.split()), date, engine, progress)
            contents = _contents(copy, edition)
            if (root / PROTOCOL).read_bytes() != written:
                what = f"{PROTOCOL} was changed while the paper was rendered."
                raise _refused(what, "Nothing was released; run the command again.")
            progress(f"writing {FOLDER.as_posix()}/{edition}/")
            replace_files(root, contents)
            _publish(root, copy, progress)
    sizes = {name: len(content) for name, content in contents.items()}
    return replace(done, files=sizes)


def _freeze(
    copy: Path,
    number: Number,
    edition: str,
    summary: str,
    date: str,
    engine: Any,
    progress: Callable[[str], None],
) -> Release:
    """Make the version in the copy, with everything that the paper says about it."""
    from analysis.build.history.typed_sentences import sentences_to_read
    from analysis.manuscript.sources import read_manuscript
    from analysis.manuscript.unfinished import unfinished
    from analysis.render.engine import render
    from analysis.render.formats import FORMATS
    from analysis.storage.provenance import hashes_of
    from analysis.synthesis.present_version import version_of

    progress("checking the data")
    unwritten = tuple(unfinished(copy, read_manuscript(copy, {}, {})))
    if unwritten:
        raise DataProblems(unwritten)
    synthesis, data, values = _computed(copy)
    known = shelf(copy)
    asked, reasons = _asked(known, synthesis, data, values)
    to_read = sentences_to_read(known[-1], copy) if known else ()
    kind = kind_between(known[-1].number if known else None, number)
    _refuse_too_low(number, kind, known, asked, reasons)
    version = replace(version_of(synthesis), edition=edition, date=date, summary=summary, kind=kind)
    hashes = hashes_of(copy)
    folder = copy / FOLDER / edition
    folder.mkdir(parents=True)
    for name in _SOURCES:
        _copy_source(copy / name, folder / name)
    included = [
        {"study_id": study.study_id, "label": study.label, "evidence": study.evidence}
        for study in synthesis.studies
    ]
    # Before the render: the paper and its page say which version they are.
    marks = {part: getattr(hashes, part) for part in hashes.__slots__}
    (folder / RECORD).write_bytes(record_bytes(version, marks, included))
    (copy / log.FILE).write_text(
        log.log_text([*(entry.version for entry in known), version]), encoding="utf-8", newline=""
    )
    render(copy, list(FORMATS), engine=engine, progress=progress)
    # ISO days sort as text.
    later = next((entry for entry in known[-1:] if (entry.version.date or "") > date), None)
    return Release(version, asked, reasons, {}, to_read, later)


def _publish(root: Path, copy: Path, progress: Callable[[str], None]) -> None:
    """Put the paper of the version into ``_output/``: it is what a render would give now."""
    from analysis.render.output_stamps import OUTPUT
    from analysis.render.publish import adopt

    if adopt(root, copy):
        progress(f"the paper is in {OUTPUT}/")
    else:
        progress("the review was edited meanwhile: `review render` makes the paper as it is now")


def _computed(copy: Path) -> tuple[Synthesis, ReviewData, dict[str, Value]]:
    from analysis.audit.published import with_published
    from analysis.paper.choices import check
    from analysis.paper.values import named_values
    from analysis.synthesis.computation import synthesise

    report = check(copy)
    if report.data is None:
        raise DataProblems(report.problems)
    synthesis = synthesise(report.data)
    if any(item.kind == "published" for item in report.data.protocol.display):
        synthesis = with_published(synthesis, copy)
    return synthesis, report.data, named_values(synthesis, report.data)


def _asked(
    known: tuple[Released, ...], synthesis: Synthesis, data: ReviewData, values: dict[str, Value]
) -> tuple[Kind | None, tuple[str, ...]]:
    if not known:
        return None, ()
    from analysis.build.history.comparison import compare
    from analysis.build.history.rules import asked
    from analysis.build.history.sentences import printed_sentences, sentence_changes, values_of
    from analysis.paper.passages import written_passages
    from analysis.synthesis.pool_states import as_content

    base = known[-1]
    groups = [subgroup.column for subgroup in data.protocol.subgroups]
    changes = compare(base, data.root, as_content(synthesis), groups)
    before = printed_sentences(base.folder, values_of(base.results()))
    passages = written_passages(data.root, synthesis, data, values)
    sentences = sentence_changes(before, printed_sentences(data.root, values, passages))
    kind, reasons = asked(changes, sentences)
    if kind is None:
        what = f"Nothing has changed since version {base.edition}."
        raise _refused(what, "A version is released when data or text have changed.")
    return kind, reasons


def _refuse_too_low(
    number: Number,
    kind: Kind,
    known: tuple[Released, ...],
    asked: Kind | None,
    reasons: tuple[str, ...],
) -> None:
    if asked is None or ORDER.index(kind) >= ORDER.index(asked):
        return
    fits = known[-1].number.next(asked)
    listed = "\n".join(f"             – {reason}" for reason in reasons)
    what = (
        f"{number} is a {kind} version; what has changed since {known[-1].edition} asks for a "
        f"{asked} one:\n{listed}"
    )
    raise _refused(what, f"Release it as {fits}; docs/versions.md has the rules.")


def _number(root: Path, edition: str) -> Number:
    number = Number.read(edition)
    if number is None or edition not in {str(number), f"{number}.0"}:
        raise _refused(
            f'"{edition}" is not a number of a version.', "Write it as 1.1, or 1.1.1, or 2.0."
        )
    known = shelf(root)
    for entry in known:
        if entry.number == number:
            raise _refused(f"Version {entry.edition} exists already.", _highest(known))
    if known and number < known[-1].number:
        raise _refused(f"{edition} is lower than version {known[-1].edition}.", _highest(known))
    return number


def _highest(known: tuple[Released, ...]) -> str:
    last = known[-1].number
    following = [str(last.next(kind)) for kind in ORDER]
    kinds = zip(following, ORDER, strict=True)
    return f"The next ones are {', '.join(f'{name} ({kind})' for name, kind in kinds)}."


def _day(date: str) -> None:
    import datetime

    try:
        datetime.date.fromisoformat(date)
    except ValueError:
        raise _refused(f'"{date}" is not a day.', "Write it as 2026-01-10.") from None


def _copy(root: Path, copy: Path) -> None:
    """Copy everything that the paper is made from, and the pages of earlier versions."""

    def passed_over(folder: str, names: list[str]) -> set[str]:
        found = {name for name in names if name[0] == "." or name in _PASSED_OVER}
        if Path(folder).parent == root / FOLDER:
            found |= {name for name in OUTPUTS if name != PAGE}
        return found

    copy.mkdir()
    for name in (*_SOURCES, FOLDER.as_posix(), *_PROGRAM):
        if (root / name).is_dir():
            shutil.copytree(root / name, copy / name, ignore=passed_over)
        elif (root / name).is_file():
            shutil.copyfile(root / name, copy / name)


def _copy_source(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("_generated", ".*"))
    elif source.is_file():
        shutil.copyfile(source, target)


def _contents(copy: Path, edition: str) -> dict[str, bytes]:
    """Gather every file that the review gets."""
    from analysis.render.output_stamps import OUTPUT
    from analysis.render.version_menu import sibling_page

    folder = copy / FOLDER / edition
    for name in OUTPUTS:
        shutil.copyfile(copy / OUTPUT / name, folder / name)
    shutil.copyfile(copy / OUTPUT / RESULTS, folder / RESULTS)
    page = folder / "paper.html"
    page.write_text(sibling_page(page.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    files += [copy / PROTOCOL, copy / log.FILE]
    return {path.relative_to(copy).as_posix(): path.read_bytes() for path in files}


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")  # line ends stay as they are
    except UnicodeDecodeError:
        what, hint = f"{PROTOCOL} is not UTF-8 text.", "Save it again as UTF-8."
        raise _refused(what, hint) from None


def _refused(what: str, hint: str) -> DataProblems:
    problem = Problem(FOLDER.as_posix(), None, None, None, what, hint, "error", "release")
    return DataProblems([problem])
