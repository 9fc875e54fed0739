"""The lines of a manuscript, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.problems import Problem

SHORTCODE = re.compile(r"\{\{<\s*([^\s>]+)\s*([^>]*?)\s*>\}\}")
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
    ids
        What became of the ids of items and sections that do not stand as written: the id that they
        have now, None for what the paper does not show.
    problems
        What could not be put where the protocol wants it.
    placed
        Whether anything stands elsewhere than it is written, or not at all.
    left_out
        Where sentences began that only led to something that the paper does not show.
    """

    front_matter: dict[str, Any]
    front_matter_lines: tuple[SourceLine, ...]
    body: tuple[SourceLine, ...]
    ids: Mapping[str, str | None] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    left_out: tuple[SourceLine, ...] = ()
    placed: bool = False

    def now(self, name: str) -> str | None:
        """Give the id that an item or section has in this paper, None if it is not shown."""
        return self.ids.get(name, name)

    @property
    def lines(self) -> tuple[SourceLine, ...]:
        """All lines, front matter first."""
        return self.front_matter_lines + self.body

    @property
    def files(self) -> tuple[str, ...]:
        """The files the paper consists of, in order of appearance."""
        return tuple(dict.fromkeys(line.file for line in self.lines))
