"""What was done to the words of a Word file, change by change, tracked or not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from analysis.journal.feedback.comparison import Alignment
from analysis.journal.feedback.word_text import PARAGRAPH_MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.journal.feedback.word_text import Paragraph, Segment
    from analysis.manuscript.text import ReadText

Kind = Literal[
    "replaced",
    "inserted",
    "deleted",
    "moved away",
    "moved here",
    "format",
    "withdrawn",
    "paragraph inserted",
    "heading inserted",
    "text box inserted",
    "paragraph moved",
    "paragraph split",
    "paragraphs joined",
    "row deleted",
    "table inserted",
    "footnote inserted",
    "formula inserted",
    "picture inserted",
]

# Brackets of citations stay when their numbers are taken out.
_NO_WORDS = re.compile(r"^[\s\[\](){},;.–\-\d]*$")


@dataclass(frozen=True, slots=True)
class RawEdit:
    """A change in a paragraph.

    Attributes
    ----------
    kind, tracked
        What was done, and whether Word kept it as a change.
    author, date
        As the file says; empty for what was not tracked.
    old, new
        The words before and after.
    start, end
        Where ``old`` stood in the paragraph's old text; equal for an insertion.
    note
        For a change of format: which.
    """

    kind: Kind
    tracked: bool
    author: str
    date: str
    old: str
    new: str
    start: int
    end: int
    note: str = ""


def tracked_edits(paragraph: Paragraph) -> Iterator[RawEdit]:
    """Give the tracked changes of a paragraph; a deletion with its insertion is one replacement."""
    place = 0
    group: list[tuple[Segment, int]] = []
    for segment in (*paragraph.segments, None):
        together = segment is not None and bool(group) and _belongs(group[-1][0], segment)
        if group and not together:
            yield from _edits(group)
            group = []
        if segment is None:
            return
        if segment.change:
            group.append((segment, place))
        if segment.was and segment.text != PARAGRAPH_MARK:
            place += len(segment.text)


def _belongs(before: Segment, segment: Segment) -> bool:
    """Whether two neighbouring changes are one to a reader: same person, words for words."""
    if not segment.change or before.author != segment.author:
        return False
    words = {"insert", "delete"}
    return before.change == segment.change or {before.change, segment.change} == words


def _edits(group: list[tuple[Segment, int]]) -> Iterator[RawEdit]:
    segments = [segment for segment, _ in group]
    first = segments[0]
    start = group[0][1]
    removed = [s for s in segments if s.change in ("delete", "move_from", "format", "withdrawn")]
    old = "".join(s.text for s in removed)
    new = "".join(s.text for s in segments if s.change in ("insert", "move_to"))
    if first.change == "format":
        new = old
    length = sum(len(s.text) for s in segments if s.was and s.text != PARAGRAPH_MARK)
    kinds: dict[str, Kind] = {
        "move_from": "moved away",
        "move_to": "moved here",
        "format": "format",
        "withdrawn": "withdrawn",
    }
    kind = kinds.get(first.change)
    if kind is None:
        kind = "replaced" if old and new else "inserted" if new else "deleted"
    yield RawEdit(kind, True, first.author, first.date, old, new, start, start + length, first.note)


def untracked_edits(paragraph: Paragraph, text: ReadText, skip: int) -> Iterator[RawEdit]:
    """Give what differs from the source and was not tracked.

    Parameters
    ----------
    paragraph
        Its text before the tracked changes is compared.
    text
        The passage of the manuscript.
    skip
        Characters at the head that no source has.
    """
    source = text.text
    shown = paragraph.old[skip:]
    for change in Alignment(source, shown).differences():
        old = source[change.first_start : change.first_end]
        new = shown[change.second_start : change.second_end]
        if _is_print(text, change.first_start, change.first_end, old, new):
            continue
        kind: Kind = "replaced" if old and new else "inserted" if new else "deleted"
        start, end = change.second_start + skip, change.second_end + skip
        yield RawEdit(kind, False, "", "", old, new, start, end)


def _is_print(text: ReadText, start: int, end: int, old: str, new: str) -> bool:
    """Whether a difference is how a journal prints references and citations, and no edit."""
    if not old and _NO_WORDS.match(new):
        # Numbers of citations and their brackets are in no source text.
        return any(p.kind == "citation" and abs(p.start - start) <= 2 for p in text.pieces)
    if old and _NO_WORDS.match(old) and not re.search(r"\w", old + new):
        return True
    piece = text.piece_at(start)
    return bool(old) and piece is not None and piece.kind == "reference" and end <= piece.end
