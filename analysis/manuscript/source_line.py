"""The lines of a manuscript, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_INLINE_CODE = re.compile(r"`[^`]*`")


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of the manuscript and where it stands; ``generated`` where a passage filled it."""

    file: str
    line: int
    text: str
    code: bool = False
    generated: bool = False

    @property
    def prose(self) -> str:
        """The line without code, which is never markup."""
        return "" if self.code else _INLINE_CODE.sub("", self.text)


@dataclass(frozen=True, slots=True)
class Manuscript:
    """The paper as its authors wrote it, includes resolved.

    Attributes
    ----------
    front_matter
        The YAML block of the paper, shortcodes still in place.
    front_matter_lines, body
        Every line with its file and number; ``body`` is what follows the front matter.
    """

    front_matter: dict[str, Any]
    front_matter_lines: tuple[SourceLine, ...]
    body: tuple[SourceLine, ...]

    @property
    def lines(self) -> tuple[SourceLine, ...]:
        """All lines, front matter first."""
        return self.front_matter_lines + self.body

    @property
    def files(self) -> tuple[str, ...]:
        """The files the paper consists of, in order of appearance."""
        return tuple(dict.fromkeys(line.file for line in self.lines))
