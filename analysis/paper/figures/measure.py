"""How much room a text takes, known before anything is drawn."""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import TYPE_CHECKING

from analysis.paper.figures.style import BODY_SIZE, LEADING, POINTS_PER_INCH, Face, font

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Figures are saved without hinting (see :mod:`analysis.paper.figures.saving`); what a raster then
# adds to the outlines was measured at 72 to 300 dpi and is under 0.1 %.
_RASTER_ALLOWANCE = 1.002

_BREAKS = str.maketrans("\t\n\r\v\f", " " * 5)

Run = tuple[str, Face]
"""A piece of text in one face."""


@lru_cache(maxsize=8192)
def text_width(text: str, size: float = BODY_SIZE, face: Face = "regular") -> float:
    """Return the width of one line of text in inches."""
    from matplotlib.textpath import text_to_path

    if not text:
        return 0.0
    with warnings.catch_warnings():
        # The build names such labels once (analysis.paper.figures.signs).
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from")
        found = text_to_path.get_text_width_height_descent(text, font(size, face), ismath=False)
    width = found[0]
    return width / POINTS_PER_INCH * _RASTER_ALLOWANCE


def line_height(size: float = BODY_SIZE) -> float:
    """Return the distance between two baselines in inches."""
    return size * LEADING / POINTS_PER_INCH


def runs_width(runs: Sequence[Run], size: float = BODY_SIZE) -> float:
    """Return the width in inches of runs set one after the other."""
    return sum(text_width(text, size, face) for text, face in runs)


def wrap(
    text: str, width: float, size: float = BODY_SIZE, face: Face = "regular"
) -> tuple[str, ...]:
    """Break a text of one face into lines no wider than ``width`` inches.

    Returns
    -------
    tuple of str
        At least one line; an empty text is one empty line.
    """
    lines = wrap_runs([(text, face)], width, size)
    return tuple("".join(piece for piece, _ in line) for line in lines)


def wrap_runs(
    runs: Sequence[Run], width: float, size: float = BODY_SIZE
) -> tuple[tuple[Run, ...], ...]:
    """Break runs into lines no wider than ``width`` inches.

    Breaks at spaces; a word wider than the line is broken where the line is full. No-break spaces
    hold together what they join.
    """
    lines: list[tuple[Run, ...]] = []
    line: tuple[Run, ...] = ()
    for word in _words(runs):
        space: Run = (" ", word[0][1])
        candidate = (*line, space, *word) if line else word
        if runs_width(candidate, size) <= width:
            line = candidate
            continue
        if line:
            lines.append(line)
        *full, line = _broken(word, width, size)
        lines.extend(full)
    lines.append(line)
    return tuple(_joined(line) for line in lines)


def _words(runs: Sequence[Run]) -> Iterator[tuple[Run, ...]]:
    word: list[Run] = []
    for text, face in runs:
        first, *others = text.translate(_BREAKS).split(" ")
        word.append((first, face))
        for other in others:
            if any(piece for piece, _ in word):
                yield tuple(word)
            word = [(other, face)]
    if any(piece for piece, _ in word):
        yield tuple(word)


def _broken(word: tuple[Run, ...], width: float, size: float) -> list[tuple[Run, ...]]:
    """Cut a word into pieces that fit; a letter is never cut, however narrow the line."""
    pieces: list[tuple[Run, ...]] = []
    line: tuple[Run, ...] = ()
    for text, face in word:
        for letter in text:
            longer = _joined((*line, (letter, face)))
            if line and runs_width(longer, size) > width:
                pieces.append(line)
                line = ((letter, face),)
            else:
                line = longer
    return [*pieces, line]


def _joined(runs: Sequence[Run]) -> tuple[Run, ...]:
    joined: list[Run] = []
    for text, face in runs:
        if joined and joined[-1][1] == face:
            joined[-1] = (joined[-1][0] + text, face)
        elif text:
            joined.append((text, face))
    return tuple(joined)
