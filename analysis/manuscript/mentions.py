"""References to figures, tables and sections, and the text without those to something that is gone.

A reference in parentheses goes alone. A sentence that only says where to look goes as a whole. What
a sentence says besides must not be lost: then nothing is taken out, and the reason is given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from analysis.manuscript.passages import CITATION, VALUE, keys_in, passages
from analysis.manuscript.sentence_ends import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from analysis.manuscript.passages import Passage
    from analysis.manuscript.source_line import Manuscript, SourceLine

#: Prefixes of the items whose place the protocol chooses.
ITEM_KINDS: Final = ("fig", "tbl", "sfig", "stbl")

_GROUP = re.compile(r"\(([^()]*@[^()]*)\)|\[([^\[\]]*@[^\[\]]*)\](?![({])")
_SEPARATOR = re.compile(r"\s*[;,]\s*|\s+and\s+")
_REFERENCE = re.compile(r"(?:see\s+)?-?@\{?([a-z]+-[\w-]+)\}?")
# What stands behind a reference to a figure and belongs to it: the letters of panels.
_PANELS = re.compile(r"(?:[Pp]anels?\s+)?[A-Z](?:\s?[–-]\s?[A-Z])?")
_SAYS_MORE = re.compile(rf"[{VALUE}{CITATION}\d]")
_VALUE_AT_END = re.compile(rf"{VALUE}(?=[ ]*\n\s*[^a-z\s])")
_MARKER = re.compile(r"^\s*(?:[-*+]|\(?(?:\d+|#|[a-z])[.)])?\s*$")
_STANDING = re.compile(r"^\s*(?:#{1,6}\s|\|)")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """A reference to something gone that cannot be taken out of its sentence.

    Attributes
    ----------
    id
        To what it refers.
    line
        Where.
    why
        What would be lost, as the end of a sentence.
    """

    id: str
    line: SourceLine
    why: str


@dataclass(frozen=True, slots=True)
class Trimmed:
    """A text without some references.

    Attributes
    ----------
    lines
        Its lines; where a whole paragraph went there is an empty one.
    kept
        References that are still there.
    sentences
        Sentences that went as a whole, each with the line on which it began.
    empty
        The empty lines of `lines` where paragraphs went.
    """

    lines: tuple[SourceLine, ...]
    kept: tuple[Kept, ...]
    sentences: tuple[tuple[SourceLine, str], ...]
    empty: tuple[SourceLine, ...]


def without_references(manuscript: Manuscript, gone: Collection[str]) -> Trimmed:
    """Take references out of the text.

    Parameters
    ----------
    manuscript
        As `read_manuscript` gives it.
    gone
        Ids of figures, tables and sections that the paper does not have.
    """
    become: dict[int, SourceLine | None] = {}
    empty: list[SourceLine] = []
    kept: list[Kept] = []
    told: list[tuple[SourceLine, str]] = []
    # What is not on the way of `passages`, the front matter, has no references.
    bare = replace(manuscript, front_matter_lines=())
    for passage in passages(bare, {}, ITEM_KINDS):
        if not any(key in gone for _, key in keys_in(passage.raw)):
            continue
        spans = list(_bracketed(passage, gone))
        for start, end in sentence_spans(_VALUE_AT_END.sub(".", passage.words)):
            named = [
                (start + place, key)
                for place, key in keys_in(passage.raw[start:end])
                if not any(first <= start + place < last for first, last in spans)
            ]
            dangling = [(place, key) for place, key in named if key in gone]
            if not dangling:
                continue
            why = _loss(passage, (start, end), [key for _, key in named if key not in gone])
            if why:
                kept += [Kept(key, passage.line_at(place), why) for place, key in dangling]
            else:
                spans.append((start, end))
                told.append((passage.line_at(start), " ".join(passage.raw[start:end].split())))
        left = [
            (line, _cut(line, [(a - start, b - start) for a, b in spans]))
            for start, line in passage.lines
        ]
        if not any(new.text for _, new in left):
            empty.append(left[0][1])
            become[id(left.pop(0)[0])] = empty[-1]
        # An empty line within a paragraph would make two of it.
        become |= {id(old): new if new.text else None for old, new in left}
    lines = (become.get(id(line), line) for line in manuscript.body)
    kept_lines = tuple(line for line in lines if line is not None)
    return Trimmed(kept_lines, tuple(kept), tuple(told), tuple(empty))


def _loss(passage: Passage, span: Span, others: Sequence[str]) -> str:
    """Say what would be lost with a sentence; empty where nothing would."""
    if _STANDING.match(passage.raw):
        return "it stands in a heading or a row of a table"
    further = [key for key in others if key.split("-", 1)[0] in ITEM_KINDS]
    if further:
        return f"the sentence speaks of {further[0]} too"
    if _SAYS_MORE.search(passage.words[slice(*span)]):
        return "the sentence says more than where to look"
    return ""


def _bracketed(passage: Passage, gone: Collection[str]) -> Iterator[Span]:
    """Give what has to go from parentheses: references, or all of them with the blank before."""
    for match in _GROUP.finditer(passage.raw):
        inside = 1 if match[1] is not None else 2
        tokens = list(_tokens(match[inside], match.start(inside)))
        going = []
        for place, (start, end) in enumerate(tokens):
            words = passage.raw[start:end]
            named = _REFERENCE.fullmatch(words)
            if named:
                going.append(named[1] in gone)
            else:
                going.append(bool(place and going[-1] and _PANELS.fullmatch(words)))
        if all(going):
            start = match.start()
            while start > 0 and passage.raw[start - 1].isspace():
                start -= 1
            yield start, match.end()
            continue
        staying = [place for place, goes in enumerate(going) if not goes]
        if len(staying) == len(tokens):
            continue
        if staying[0]:
            yield tokens[0][0], tokens[staying[0]][0]
        for before, after in pairwise(staying):
            if after - before > 1:
                yield tokens[before][1], tokens[after - 1][1]
        if staying[-1] < len(tokens) - 1:
            yield tokens[staying[-1]][1], tokens[-1][1]


def _tokens(text: str, offset: int) -> Iterator[Span]:
    start = 0
    for match in _SEPARATOR.finditer(text):
        yield offset + start, offset + match.start()
        start = match.end()
    yield offset + start, offset + len(text)


def _cut(line: SourceLine, spans: Collection[Span]) -> SourceLine:
    within = sorted((max(0, a), b) for a, b in spans if b > 0 and a < len(line.text))
    if not within:
        return line
    text, behind = "", 0
    for start, end in within:
        text += line.text[behind : max(behind, start)]
        behind = max(behind, end)
        # A sentence goes with the blank that parts it from the next one.
        if not text.strip() or text[-1].isspace():
            behind += len(line.text[behind:]) - len(line.text[behind:].lstrip())
        if not text.strip():
            text = line.text[: len(line.text) - len(line.text.lstrip())]
    text = f"{text}{line.text[behind:]}".rstrip()
    return replace(line, text="" if _MARKER.match(text) else text)
