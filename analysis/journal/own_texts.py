"""What the authors write for one journal alone: its abstract and its boxes.

They stand in ``manuscript/journals/<id>.md``: ``# Abstract`` and the name of each box as headings
of the first level, their parts as headings of the second.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.manuscript.source_line import SourceLine
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.journal.requirements import Box, Journal

ABSTRACT = "Abstract"
_FIRST = re.compile(r"^#\s+(.+?)\s*$")
_SECOND = re.compile(r"^##\s+(.+?)\s*$")


@dataclass(frozen=True, slots=True)
class OwnTexts:
    """The texts for one journal.

    Attributes
    ----------
    file
        Where they stand, whether it exists or not.
    texts
        Lines below each heading of the first level, by the heading in small letters.
    """

    file: str
    texts: dict[str, tuple[SourceLine, ...]] = field(default_factory=dict)

    @property
    def abstract(self) -> str | None:
        """The abstract as the front matter would hold it, None without one."""
        return self._text(ABSTRACT)

    def box(self, box: Box) -> dict[str, str] | None:
        """Give a box's parts with their text, in the journal's order; None where it is missing.

        A box without parts is one text, below its own heading.
        """
        text = self._text(box.heading)
        if text is None:
            return None
        parts: dict[str, list[str]] = {}
        name = box.heading
        for line in text.splitlines():
            if heading := _SECOND.match(line):
                name = heading[1]
            else:
                parts.setdefault(name.casefold(), []).append(line)
        wanted = box.parts or (box.heading,)
        found = {name: "\n".join(parts.get(name.casefold(), ())).strip() for name in wanted}
        return {name: words for name, words in found.items() if words}

    def lines(self, box: Box) -> tuple[SourceLine, ...]:
        """Give a box's lines as they stand in their file."""
        return self.texts.get(box.heading.casefold(), ())

    def _text(self, heading: str) -> str | None:
        lines = self.texts.get(heading.casefold())
        return None if lines is None else "\n".join(line.text for line in lines).strip() + "\n"


def read_own_texts(root: Path, journal: Journal) -> OwnTexts:
    """Read the texts for a journal.

    Parameters
    ----------
    root
        The review's folder.
    journal
        What the journal asks for.

    Raises
    ------
    DataProblems
        If the file is no text, or has a heading of the first level that the journal does not know.
    """
    from analysis.journal.journal_files import JOURNALS
    from schemas.vocabulary import did_you_mean

    file = f"{JOURNALS}/{journal.id}.md"
    try:
        text = (root / file).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return OwnTexts(file)
    except (OSError, UnicodeDecodeError):
        what, hint = "This is no file with UTF-8 text.", "Save it again as UTF-8."
        raise DataProblems([_problem(file, None, None, what, hint)]) from None
    known = {name.casefold(): name for name in (ABSTRACT, *(b.heading for b in journal.boxes))}
    texts: dict[str, list[SourceLine]] = {}
    problems: list[Problem] = []
    current: list[SourceLine] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        heading = _FIRST.match(line)
        if heading is None:
            if current is not None:
                current.append(SourceLine(file, number, line))
            continue
        name = heading[1].casefold()
        if name not in known:
            what = f"{journal.name} has no place for this text."
            hint = f"{did_you_mean(heading[1], known.values())}Headings are: "
            hint += f"{', '.join(known.values())}."
            problems.append(_problem(file, number, heading[1], what, hint))
        current = texts.setdefault(name, [])
    if problems:
        raise DataProblems(problems)
    return OwnTexts(file, {name: tuple(lines) for name, lines in texts.items()})


def _problem(file: str, line: int | None, value: str | None, what: str, hint: str) -> Problem:
    return Problem(file, line, None, value, what, hint, "error", "journal-text")
