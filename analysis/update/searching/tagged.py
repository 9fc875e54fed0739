"""Files of lines that begin with a tag: cut into records with their lines, and read by tag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.update.searching.export_record import listed_lines

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Collection, Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of one record.

    Attributes
    ----------
    line
        Line of the file on which it begins, from 1.
    lines
        Its lines without line ends.
    closed
        Whether the line that ends a record was there.
    """

    line: int
    lines: list[str]
    closed: bool = True

    @property
    def raw(self) -> str:
        """The record as it stands in the file."""
        return "\n".join(self.lines).rstrip()


def lines_of(text: str) -> list[str]:
    """Split into lines at line feeds only: other separators stand inside abstracts."""
    # Files put together one after the other have the mark of UTF-8 in their midst.
    return [line.strip("\r\ufeff") for line in text.split("\n")]


def blocks(lines: list[str], begins: Callable[[str], bool]) -> list[Block]:
    """Cut lines into records; what stands before the first one is in none of them."""
    starts = [number for number, line in enumerate(lines) if begins(line)]
    ends = [*starts[1:], len(lines)] if starts else []
    return [Block(start + 1, lines[start:end]) for start, end in zip(starts, ends, strict=True)]


def tags_of(
    lines: Sequence[str], tag: re.Pattern[str], lists: Collection[str] = ()
) -> dict[str, list[str]]:
    """Read the tags of one record.

    Parameters
    ----------
    lines
        Of the record.
    tag
        What a line with a tag looks like: the tag is group 1, the text group 2.
    lists
        Tags of which every further line is a further value; of the others it goes on.

    Returns
    -------
    dict
        From each tag to its values, in order; a line before the first tag is in none.
    """
    found: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        match = tag.match(line)
        text = line.strip() if match is None else match[2].strip()
        if match is not None:
            name = match[1]
            found.setdefault(name, []).append(text)
        elif text and name in lists:
            found[name].append(text)
        elif text and name:
            found[name][-1] = f"{found[name][-1]} {text}".lstrip()
    return found


def outside(lines: Sequence[str], numbers: Sequence[int]) -> Iterator[str]:
    """Say which lines belong to no record.

    Parameters
    ----------
    lines
        Of the file.
    numbers
        Places of the lines that are in no record.
    """
    filled = [number for number in numbers if lines[number].strip()]
    if filled:
        example = lines[filled[0]].strip()
        example = example if len(example) <= 60 else f"{example[:59]}…"
        one = len(filled) == 1
        verbs = "belongs to no record and was" if one else "belong to no record and were"
        yield f"{listed_lines(filled)} {verbs} not read: “{example}”."
