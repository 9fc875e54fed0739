"""Places that a new review begins with and nobody has written yet: text, checklist, protocol."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from schemas.problems import Problem
from schemas.protocol_file import PROTOCOL_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from analysis.manuscript.source_line import Manuscript

# The words of `analysis/new_review/starter/`.
STILL_TO_WRITE = re.compile(r"\bWrite here\b")
# Those of `analysis/new_review/protocol_text.py`, where an example stands for the team's own words.
_EXAMPLE = re.compile(r"\b[Ee]xample (?:treatment|condition|outcome|control|event)\b")
_FILES = (
    ("data/prisma_checklist.csv", STILL_TO_WRITE),
    ("manuscript/authors.yml", STILL_TO_WRITE),
    (PROTOCOL_FILE, re.compile(f"{STILL_TO_WRITE.pattern}|{_EXAMPLE.pattern}")),
)


def unfinished(root: Path, manuscript: Manuscript) -> Iterator[Problem]:
    """Find what is to be written in the place of the words that stand there.

    Parameters
    ----------
    root
        The review's folder: its checklist, authors and protocol are looked at, too.
    manuscript
        The text with its includes, headings and running head among them.
    """
    for line in manuscript.lines:
        if STILL_TO_WRITE.search(line.prose):
            yield _problem(line.file, line.line, line.text)
    for name, words in _FILES:
        path = root / name
        text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
        for number, line in enumerate(text.splitlines(), start=1):
            if words.search(line.partition("#")[0] if name.endswith(".yml") else line):
                yield _problem(name, number, line)


def _problem(file: str, line: int, text: str) -> Problem:
    what = "This is still to be written."
    hint = "Write it, and delete the words that stood there."
    return Problem(file, line, None, text.strip(), what, hint, "error", "text-unfinished")
