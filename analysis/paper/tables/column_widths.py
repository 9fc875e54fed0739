"""Gives the columns of a table their shares of its width, by what stands in them."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: Characters that fit side by side in a table on an upright page, in the type size of tables.
UPRIGHT: Final = 125
#: The same on a landscape page: paper of ISO 216 less the same margins on all sides.
LYING: Final = 190
# No column is wider.
_WIDEST: Final = LYING
# The space between two columns, in characters, and between two rows, in lines.
_GAP: Final = 2
_BETWEEN_ROWS: Final = 0.6
# A word beyond this length is broken: a web address must not take the whole table.
_LONGEST_WORD: Final = 24
# Lines end at words, so text that is broken takes more room than its characters.
_RAGGED: Final = 1.1
# The height of a row is that of its highest cell; this power of the heights stands for the maximum,
# and unlike it, tells which of several high cells to widen.
_POWER: Final = 2

_BREAK: Final = re.compile(r"<br\s*/?>|\n")
_TAG: Final = re.compile(r"<[^>]+>")
_BETWEEN_WORDS: Final = re.compile("[ \u200b]+")


def column_widths(
    headings: Sequence[str], rows: Sequence[Sequence[str]], line: int = UPRIGHT
) -> tuple[int, ...]:
    """Share the width of a table among its columns, so that its rows are low.

    Every column has room for its longest word. What is left goes, step by step, to the column
    whose cells become lowest for every character given to it.

    Parameters
    ----------
    headings : sequence of str
        One a column, as HTML.
    rows : sequence of sequence of str
        Cells as HTML, one for each column; ``<br>`` ends a line.
    line : int
        Characters that fit side by side in the table.

    Returns
    -------
    tuple of int
        Percent, one for each column; they add up to 100.
    """
    widths = _widths(_columns(headings, rows), line)
    return _percent([width + _GAP for width in widths])


def lines_needed(headings: Sequence[str], rows: Sequence[Sequence[str]], line: int) -> float:
    """Count the lines of text that a table takes with the widths of `column_widths`.

    Returns
    -------
    float
        Lines, with the space between rows; infinite where the longest words do not fit side by
        side.
    """
    import numpy as np

    columns = _columns(headings, rows)
    widths = _widths(columns, line)
    if sum(widths) + _GAP * len(widths) > line:
        return np.inf
    cells = [_cell_lines(cells)[:, width] for cells, width in zip(columns, widths, strict=True)]
    return float((np.max(cells, axis=0) + _BETWEEN_ROWS).sum())


def _columns(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[list[list[str]]]:
    return [
        [_lines(cell) for cell in (heading, *(row[place] for row in rows))]
        for place, heading in enumerate(headings)
    ]


def _widths(columns: Sequence[Sequence[Sequence[str]]], line: int) -> list[int]:
    widths = [_longest_word(cells) for cells in columns]
    heights = [(_cell_lines(cells) ** _POWER).sum(axis=0) for cells in columns]
    while (spare := line - sum(widths) - _GAP * len(widths)) > 0:
        best, place, more = 0.0, 0, 0
        for column, width in enumerate(widths):
            ahead = heights[column][width : width + spare + 1]
            gains = (ahead[0] - ahead[1:]) / range(1, len(ahead))
            if len(gains) and (gain := float(gains.max())) > best:
                best, place, more = gain, column, int(gains.argmax()) + 1
        if not more:
            break
        widths[place] += more
    return widths


def _lines(cell: str) -> list[str]:
    return [unescape(_TAG.sub("", part)).strip() for part in _BREAK.split(cell)]


def _longest_word(cells: Sequence[Sequence[str]]) -> int:
    words = (word for cell in cells for line in cell for word in _BETWEEN_WORDS.split(line))
    return min(_LONGEST_WORD, max(1, *map(len, words)))


def _cell_lines(cells: Sequence[Sequence[str]]) -> NDArray:
    """Give how many lines each cell takes (rows) at every width (columns)."""
    import numpy as np

    first = np.cumsum([0, *(len(lines) for lines in cells[:-1])])
    length = np.array([len(line) for lines in cells for line in lines], dtype=float)[:, None]
    width = np.arange(_WIDEST)
    broken = np.ceil(length * _RAGGED / np.maximum(1, width))
    lines = np.where(length <= width, 1.0, broken)
    return np.add.reduceat(lines, first, axis=0)


def _percent(widths: Sequence[int]) -> tuple[int, ...]:
    whole = sum(widths)
    percent = [width * 100 // whole for width in widths]
    # What rounding took goes to the columns that lost most by it.
    lost = sorted(range(len(widths)), key=lambda place: -(widths[place] * 100 % whole))
    for place in lost[: 100 - sum(percent)]:
        percent[place] += 1
    return tuple(percent)
