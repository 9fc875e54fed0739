"""Tables as they are found: titles above the names of their columns, and names in two lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from schemas.csv_text import Records

_A_NUMBER = re.compile(r"\s*[+\-−–]?\d+(?:[.,]\d+)?\s*%?\s*")


def below_title(records: Records, notes: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Leave out rows of one cell above the first row of several.

    Parameters
    ----------
    records
        Rows with the lines on which they begin.
    notes
        Gets a sentence for each row that is left out.
    """
    filled = [sum(bool(cell.strip()) for cell in cells) for _, cells in records]
    first = next((place for place, number in enumerate(filled) if number > 1), 0)
    for place, (line, cells) in enumerate(records):
        words = " ".join(filter(None, map(str.strip, cells)))
        if place >= first:
            yield line, cells
        elif words:
            notes.append(f"Line {line} stands above the names of the columns: “{words[:60]}”.")


def one_heading(records: Records, notes: list[str], joined: Callable[[str, str], str]) -> Records:
    """Make one line of names in two lines, such as arms above `Events` and `Total`.

    Parameters
    ----------
    records
        Rows with the lines on which they begin; the names are the first.
    notes
        Gets a sentence when the names stood in two lines.
    joined
        Gives a name that stands there twice together with the one above it.
    """
    if len(records) < 3:
        return records
    (line, upper), (below, lower), *rest = records
    told = [name.strip().casefold() for name in lower if name.strip()]
    in_two = (
        len(told) > len(set(told))
        and not any(_A_NUMBER.fullmatch(name) for name in told)
        and any(name.strip() and not top.strip() for top, name in zip(upper, lower, strict=False))
    )
    if not in_two:
        return records
    names: list[str] = []
    above = ""
    for place, name in enumerate(map(str.strip, lower)):
        top = upper[place].strip() if place < len(upper) else ""
        above = top or above
        names.append(joined(name, above) if told.count(name.casefold()) > 1 else name or top)
    notes.append(f"Lines {line} and {below} were read as names of columns: {', '.join(names)}.")
    return [(line, names), *rest]
