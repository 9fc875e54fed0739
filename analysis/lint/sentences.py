"""The sentences of the manuscript: what was typed, which values and citations they have."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis.manuscript.passages import REFERENCE, VALUE, is_reference, keys_in, passages
from analysis.manuscript.sentence_ends import sentence_spans
from analysis.manuscript.sources import SHORTCODE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from analysis.manuscript.passages import Part, Passage
    from analysis.manuscript.source_line import Manuscript, SourceLine
    from analysis.paper.values import Value

_MARKDOWN = re.compile(r"\s?\[[^\[\]]*@[^\[\]]*\]|\\(?=[^\w\s])|(?<!\\)[*_]+")
_INLINE_CODE = re.compile(r"`[^`]*`")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence.

    Attributes
    ----------
    part, item
        As in `Passage`.
    raw, words
        As written, and with everything hidden that is not prose; both have the same length.
    values
        Place and name of each value it prints.
    citations
        Keys that its author typed, also in the line that leads to the list it stands in.
    references
        Place and id of each figure, table or section it refers to.
    """

    part: Part
    item: str | None
    raw: str
    words: str
    values: tuple[tuple[int, str], ...]
    citations: tuple[str, ...]
    references: tuple[tuple[int, str], ...]
    _passage: Passage
    _start: int

    def line_at(self, place: int) -> SourceLine:
        """Give the line of the source on which a character of the sentence stands."""
        return self._passage.line_at(self._start + place)

    def excerpt(self, start: int, end: int) -> str:
        """Quote a place with the words around it, on one line."""
        left, right = max(0, start - 40), min(len(self.raw), end + 25)
        if left:
            left = self.raw.find(" ", left, start) + 1 or left
        if right < len(self.raw):
            right = self.raw.rfind(" ", end, right) + 1 or right
        text = " ".join(self.raw[left:right].split())
        return f"{'… ' if left else ''}{text}{' …' if right < len(self.raw) else ''}"


@dataclass(frozen=True, slots=True)
class Printed:
    """A sentence as it will be read, values inserted.

    Attributes
    ----------
    text
        Plain text.
    """

    text: str
    _pieces: tuple[tuple[int, int, str | None], ...]

    def origin(self, place: int) -> tuple[int, str | None]:
        """Give the place in the sentence a character comes from, and the value that printed it."""
        index = bisect_right(self._pieces, place, key=lambda piece: piece[0]) - 1
        start, source, name = self._pieces[index]
        return (source if name else source + place - start), name


def sentences(
    manuscript: Manuscript, values: Mapping[str, Value], kinds: Collection[str]
) -> tuple[Sentence, ...]:
    """Give the sentences of the paper in order; parameters as in `passages`."""
    found: list[Sentence] = []
    leading: tuple[str, ...] = ()
    for passage in passages(manuscript, values, kinds):
        own = list(_split(passage, kinds))
        if passage.listed and leading:
            own = [replace(each, citations=leading + each.citations) for each in own]
        elif own:
            leads = own[-1].words.rstrip().endswith(":")
            leading = own[-1].citations if leads else ()
        found += own
    return tuple(found)


def printed(sentence: Sentence, values: Mapping[str, Value]) -> Printed:
    """Write a sentence with its values, without citations and markup; … stands for a table."""
    text, pieces, place = "", [], 0
    for start, name in sentence.values:
        end = sentence.raw.index("}}", start) + 2
        pieces.append((len(text), place, None))
        text += _typed(sentence.words[place:start])
        pieces.append((len(text), start, name))
        text += plain(values[name].text) if name in values else ""
        place = end
    pieces.append((len(text), place, None))
    return Printed(text + _typed(sentence.words[place:]), tuple(pieces))


def plain(markdown: str) -> str:
    """Take the markup off a value's text."""
    return _MARKDOWN.sub("", markdown).replace("\u00a0", " ")


def _typed(words: str) -> str:
    # One character for one, so that places stay what they are.
    shown = re.sub(rf"(?<!{REFERENCE}){REFERENCE}", "…", words)
    return re.sub(r"[\ue000-\ue002*_\\\n]", " ", shown)


def _split(passage: Passage, kinds: Collection[str]) -> Iterator[Sentence]:
    for start, end in sentence_spans(passage.words):
        yield _sentence(passage, start, end, kinds)


def _sentence(passage: Passage, start: int, end: int, kinds: Collection[str]) -> Sentence:
    raw, words = passage.raw[start:end], passage.words[start:end]
    values = tuple(
        (match.start(), match[2].strip())
        for match in SHORTCODE.finditer(raw)
        if match[1] == "var" and words[match.start()] == VALUE
    )
    bare = _INLINE_CODE.sub(lambda match: " " * len(match[0]), raw)
    bare = SHORTCODE.sub(lambda match: " " * len(match[0]), bare)
    keys = list(keys_in(bare))
    return Sentence(
        part=passage.part,
        item=passage.item,
        raw=raw,
        words=words,
        values=values,
        citations=tuple(key for _, key in keys if not is_reference(key, kinds)),
        references=tuple((place, key) for place, key in keys if is_reference(key, kinds)),
        _passage=passage,
        _start=start,
    )
