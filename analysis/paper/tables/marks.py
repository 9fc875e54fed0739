"""Letters that lead from a cell to a note below the table."""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING

from analysis.paper.tables.cells import text

if TYPE_CHECKING:
    from collections.abc import Iterable


class Marks:
    """Gives each remark a letter, the same remark the same letter, in the order of the table."""

    def __init__(self) -> None:
        self._letters: dict[str, str] = {}

    def of(self, remarks: Iterable[str]) -> str:
        """Return the marks of some remarks as a superscript, empty if there is none."""
        letters = [self._letter(remark) for remark in dict.fromkeys(remarks)]
        return f"<sup>{','.join(letters)}</sup>" if letters else ""

    def notes(self) -> list[str]:
        """Return the notes in the order of their letters."""
        return [
            f"<sup>{letter}</sup> {text(_as_sentence(remark))}"
            for remark, letter in self._letters.items()
        ]

    def _letter(self, remark: str) -> str:
        if remark not in self._letters:
            rounds, place = divmod(len(self._letters), len(ascii_lowercase))
            self._letters[remark] = ascii_lowercase[place] * (rounds + 1)
        return self._letters[remark]


def _as_sentence(remark: str) -> str:
    stripped = remark.strip()
    end = "" if stripped.endswith((".", "!", "?")) else "."
    # A symbol such as τ² keeps its small letter at the beginning too.
    first = stripped[:1].upper() if stripped[:1].isascii() else stripped[:1]
    return first + stripped[1:] + end
