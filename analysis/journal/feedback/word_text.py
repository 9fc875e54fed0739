"""The text of a Word file with its history: paragraphs, places in tables, stretches of text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Change = Literal["", "insert", "delete", "withdrawn", "move_from", "move_to", "format"]

PARAGRAPH_MARK = "¶"
PICTURE = "▣"
#: What hangs on a place in the text, before its id or its letters.
FOOTNOTE, FORMULA = "footnote ", "formula "
#: Style of the paragraphs of a text box.
TEXT_BOX = "text box"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text with one history.

    Attributes
    ----------
    text
        What stands there; ``¶`` is the end of a paragraph, ``▣`` a picture.
    change
        What was done to it, empty for text that was left alone. Text that one reviewer inserted
        and another deleted is ``withdrawn``.
    author, date
        Who did it and when, as the file says.
    citation
        Whether it is the number of a citation, which no source text has.
    note
        For a change of format: what was changed.
    comments
        Ids of the comments that are about it.
    hung
        For a segment without text: the footnote or formula that stands here.
    """

    text: str
    change: Change = ""
    author: str = ""
    date: str = ""
    citation: bool = False
    note: str = ""
    comments: tuple[str, ...] = ()
    hung: str = ""

    @property
    def was(self) -> bool:
        """Whether it stood in the text before the changes."""
        return self.change not in ("insert", "withdrawn", "move_to") and not self.citation

    @property
    def stays(self) -> bool:
        """Whether it stands in the text when all changes are accepted."""
        return self.change not in ("delete", "withdrawn", "move_from") and not self.citation


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in a table: 1-based numbers, the words above it and beside it."""

    table: int
    row: int
    column: int
    header: str
    row_label: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as it was before the changes, with what was done to it.

    Attributes
    ----------
    segments
        In order.
    style
        Name of its style in small letters.
    level
        Level of a heading, else 0.
    cell
        Where in a table it stands, None outside tables.
    """

    segments: tuple[Segment, ...]
    style: str = ""
    level: int = 0
    cell: Cell | None = None

    @property
    def old(self) -> str:
        """The text with every tracked change rejected."""
        return "".join(s.text for s in self.segments if s.was and s.text != PARAGRAPH_MARK)

    @property
    def new(self) -> str:
        """The text with every tracked change accepted."""
        return "".join(s.text for s in self.segments if s.stays)
