"""Numbers of versions: ``1.0``, ``1.1``, ``2.0``, ``1.1.1``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, Self

Kind = Literal["first", "major", "minor", "patch"]

_NUMBER = re.compile(r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})(?:\.(0|[1-9]\d{0,5}))?")
# How much a change asks for, the least first.
ORDER: tuple[Kind, ...] = ("patch", "minor", "major")


@dataclass(frozen=True, slots=True, order=True)
class Number:
    """A version's number; 1.0 and 1.0.0 are the same."""

    major: int
    minor: int
    patch: int

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read a number as it is written; None if it is none."""
        found = _NUMBER.fullmatch(text)
        return cls(int(found[1]), int(found[2]), int(found[3] or 0)) if found else None

    def __str__(self) -> str:
        short = f"{self.major}.{self.minor}"
        return f"{short}.{self.patch}" if self.patch else short

    def next(self, kind: Kind) -> Number:
        """Give the smallest number that says a change of this kind."""
        if kind == "major":
            return Number(self.major + 1, 0, 0)
        if kind == "minor":
            return Number(self.major, self.minor + 1, 0)
        return Number(self.major, self.minor, self.patch + 1)


def kind_between(old: Number | None, new: Number) -> Kind:
    """Say what a step from one number to a higher one announces."""
    if old is None:
        return "first"
    if new.major != old.major:
        return "major"
    return "minor" if new.minor != old.minor else "patch"
