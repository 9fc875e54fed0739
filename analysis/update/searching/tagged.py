"""Files of lines that begin with a tag: cut into records with their lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rispy import RisParser
from rispy.parser import WokParser

if TYPE_CHECKING:
    from collections.abc import Callable


class EveryTag(dict):
    """Lets rispy keep each tag under its own name."""

    def __missing__(self, tag: str) -> str:
        return tag


class AnyTag(list):
    """Lets rispy read every tag as a list, so that no repeated one is lost."""

    def __contains__(self, tag: object) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of one record.

    Attributes
    ----------
    line
        Line of the file on which it begins, from 1.
    lines
        Its lines without line ends.
    """

    line: int
    lines: list[str]

    @property
    def raw(self) -> str:
        """The record as it stands in the file."""
        return "\n".join(self.lines).rstrip()


def lines_of(text: str) -> list[str]:
    """Split into lines at line feeds only: other separators stand inside abstracts."""
    # Files put together one after the other have the mark of UTF-8 in their midst.
    return [line.strip("\r\ufeff") for line in text.split("\n")]


def blocks(lines: list[str], begins: Callable[[str], bool]) -> list[Block]:
    """Cut lines into records; what stands before the first one is left out."""
    starts = [number for number, line in enumerate(lines) if begins(line)]
    ends = [*starts[1:], len(lines)] if starts else []
    return [Block(start + 1, lines[start:end]) for start, end in zip(starts, ends, strict=True)]


def ris_tags(block: Block) -> dict[str, list[str]]:
    """Read the tags of one RIS record; a record that is not closed is closed here."""
    parser = RisParser(mapping=EveryTag(), list_tags=AnyTag(), delimiter_tags_mapping={})
    return _only(parser.parse_lines(iter([*block.lines, "ER  - "])))  # type: ignore[arg-type]


def web_of_science_tags(block: Block) -> dict[str, list[str]]:
    """Read the tags of one record of Web of Science's plain text."""
    parser = WokParser(mapping=EveryTag(), list_tags=AnyTag())
    return _only(parser.parse_lines(iter([*block.lines, "ER"])))  # type: ignore[arg-type]


def _only(found: list[dict[str, Any]]) -> dict[str, list[str]]:
    first = found[0] if found else {}
    return {tag: value if isinstance(value, list) else [value] for tag, value in first.items()}
