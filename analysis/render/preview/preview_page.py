"""The web page as it would be rendered now, or what stands in its way; `_output/` stays."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from analysis.build.building import build
from analysis.render.embedded import render_embedded
from analysis.render.formats import FORMATS
from analysis.render.publish import finish_page
from analysis.storage.atomic import staging
from analysis.storage.failures import problem_of
from analysis.storage.fingerprint import input_files
from schemas.problems import DataProblems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from analysis.build.computed_review import Memory
    from analysis.render.preview.shown import Shown

_SECONDS_BETWEEN_LOOKS = 0.2
LOCKED = "locked"

State = dict[str, tuple[int, int]]


def make_page(
    root: Path, memory: Memory, progress: Callable[[str], None] = lambda _: None
) -> tuple[bytes, tuple[str, ...]]:
    """Build, and render the web page.

    Parameters
    ----------
    root
        The project's folder.
    memory
        What was computed for the page before; it is kept up to date.
    progress
        Called with a line of text before each step.

    Returns
    -------
    page
        The finished page.
    notes
        What an author should know, warnings of check and lint among it.

    Raises
    ------
    DataProblems
        If data, protocol or manuscript are wrong.
    """
    built = build(root, progress=progress, pixels=False, memory=memory)
    with staging(root) as folder:
        notes = render_embedded(root, ["html"], folder, progress=progress)
        file = folder / FORMATS["html"].file
        finish_page(root, file)
        return file.read_bytes(), (*built.notes, *notes)


def changes(root: Path, stop: Callable[[], bool]) -> Iterator[None]:
    """Yield at once, and whenever a file has changed that the paper is made from.

    Parameters
    ----------
    root
        The project's folder.
    stop
        Asked between two looks; ends it.
    """
    before: State | None = None
    while not stop():
        now = _state(root)
        if now != before:
            before = now
            yield
        else:
            time.sleep(_SECONDS_BETWEEN_LOOKS)


def _state(root: Path) -> State:
    """Give size and time of every file; a few hundred are looked at in some milliseconds."""
    found: State = {}
    for path in input_files(root):
        try:
            state = path.stat()
        except OSError:  # an editor is just replacing it
            continue
        found[str(path)] = state.st_size, state.st_mtime_ns
    return found


def keep_up(root: Path, shown: Shown, say: Callable[[str], None], stop: Callable[[], bool]) -> None:
    """Make the page again after every change until asked to stop.

    Parameters
    ----------
    root
        The project's folder.
    shown
        What the browser is told; a page that cannot be made leaves the last good one there.
    say
        Called with a line of text after each attempt.
    stop
        As for `changes`.
    """
    memory: Memory = {}
    for _ in changes(root, stop):
        shown.begin()
        started = time.monotonic()
        while True:
            try:
                page, notes = make_page(root, memory)
            except DataProblems as error:
                problems = error.problems
            except OSError as error:
                problems = [problem_of(error, root)]
            else:
                shown.show(page, notes)
                say(f"page made in {time.monotonic() - started:.1f} s")
                break
            shown.refuse(problems)
            say(f"not made: {problems[0].file}, {problems[0].place}: {problems[0].what}")
            if stop() or not any(problem.rule == LOCKED for problem in problems):
                break
