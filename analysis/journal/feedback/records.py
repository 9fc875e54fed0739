"""What was found in a Word file that came back: comments and changes with their places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.journal.feedback.comments import Comment


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the source.

    Attributes
    ----------
    file, line
        The source; None where no source was found.
    section
        Title of the nearest heading.
    source
        The sentence as it is written there, with its placeholders.
    paragraph
        Which paragraph of the Word file it is, counted from 0.
    """

    file: str | None
    line: int | None
    section: str
    source: str | None
    paragraph: int


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of the words, with where to take it over.

    Attributes
    ----------
    kind, tracked, author, date, old, new, note
        As in `RawEdit`.
    place
        Where it stands in the source.
    sentence
        The sentence of the Word file as it would be with all changes accepted.
    table
        For a cell: ``Table 1, row 3 (Zhou 2025), column 2 (n)``; else None.
    warnings
        What to mind, in sentences.
    """

    kind: str
    tracked: bool
    author: str
    date: str
    old: str
    new: str
    note: str
    place: Place
    sentence: str
    table: str | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment with the words it is about and where they stand in the source.

    `table` names the cell, as in `Edit`, of a comment on a table.
    """

    comment: Comment
    words: str
    place: Place
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """Everything found in a revised file.

    Attributes
    ----------
    file
        Its name.
    remarks, edits
        In the order of the text.
    missing
        Passages of the manuscript that the file does not have, as file, line and first words.
    matched, paragraphs
        How many paragraphs were found in the manuscript, of how many.
    """

    file: str
    remarks: tuple[Remark, ...]
    edits: tuple[Edit, ...]
    missing: tuple[tuple[str, int, str], ...]
    matched: int
    paragraphs: int
