"""Paragraphs, list items, headings and captions of the manuscript, with what is not prose hidden.

Hidden text keeps its length, so that a place in the visible text is a place in the source.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from analysis.manuscript.source_line import SHORTCODE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from analysis.manuscript.source_line import Manuscript, SourceLine
    from analysis.manuscript.value import Value

Part = Literal["title", "abstract", "body", "caption"]

# Characters of Unicode's private use area stand for what was hidden and still matters.
VALUE, CITATION, REFERENCE = "\ue000", "\ue001", "\ue002"

# Entries of the front matter whose text is printed; the others are settings.
_PRINTED: dict[str, Part] = {
    "title": "title",
    "subtitle": "title",
    "running-head": "title",
    "keywords": "title",
    "abstract": "abstract",
}
_KEY = re.compile(r"(?<![\w@\\.])-?@(?:\{([^}]+)\}|([A-Za-z0-9_](?:[\w:.#$%&+?<>~/-]*[\w/])?))")
_BRACKET = re.compile(r"\[[^\[\]]*@[^\[\]]*\](?![({])")
_NOT_PROSE = tuple(
    re.compile(pattern)
    for pattern in (
        r"`[^`]*`",
        r"(?s:\$\$.*?\$\$)",
        r"\]\([^()\s]*(?:\s+\"[^\"]*\")?\)",
        r"\]\[[^\[\]]*\]",
        r"^\s*\[[^\]]+\]:\s+\S+.*$",
        r"\[\^[^\]\s]+\]:?",
        r"\{(?=[#.=\-]|[\w-]+=)[^{}]*\}",
        r"<(?:https?|mailto):[^>]*>",
        r"\b(?:https?://|www\.|doi:\s?)[^\s)\]]+",
        r"\b10\.\d{4,9}/[^\s)\]]+",
        r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.]+",
        r"</?[A-Za-z][^<>]*>",
        r"&#?\w+;",
    )
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_DIV = re.compile(r"^\s*:{3,}\s*(.*?)\s*:*\s*$")
_HEADING = re.compile(r"^\s*#{1,6}\s")
_ITEM = re.compile(r"^\s*(?:[-*+]|\(?(?:\d+|#|[a-z])[.)])\s+")
_ENTRY = re.compile(r"^([A-Za-z][\w-]*):\s*(.*)$")
_SENTENCE_END = re.compile(r"[.!?…][)\]\"'”’*_]*$")


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text without a break in it.

    Attributes
    ----------
    part
        Which text it belongs to: an abstract stands on its own, a caption too.
    item
        Id of the figure or table whose caption it is.
    raw, words
        As written, and with everything hidden that is not prose; both have the same length.
    listed
        Whether it is an item of a list.
    """

    part: Part
    item: str | None
    raw: str
    words: str
    listed: bool
    _starts: tuple[int, ...]
    _lines: tuple[SourceLine, ...]

    @property
    def lines(self) -> tuple[tuple[int, SourceLine], ...]:
        """The lines of the source, each with the place where it begins."""
        return tuple(zip(self._starts, self._lines, strict=True))

    def line_at(self, place: int) -> SourceLine:
        """Give the line of the source on which a character stands."""
        return self._lines[bisect_right(self._starts, place) - 1]


@dataclass(slots=True)
class _Gathering:
    """Lines of the passage that is being read."""

    part: Part = "body"
    item: str | None = None
    listed: bool = False
    lines: list[SourceLine] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def passages(
    manuscript: Manuscript, values: Mapping[str, Value], kinds: Collection[str]
) -> tuple[Passage, ...]:
    """Give all printed text of the paper in order.

    Parameters
    ----------
    manuscript
        As `read_manuscript` gives it.
    values
        For the values that are whole sentences: the sentence ends with them.
    kinds
        Prefixes of numbered items: ``fig``, ``tbl`` …
    """
    gathered = [*_front_matter(manuscript), *_body(manuscript, kinds)]
    return tuple(_passage(entry, values, kinds) for entry in gathered)


def _front_matter(manuscript: Manuscript) -> Iterator[_Gathering]:
    gathering: _Gathering | None = None
    part: Part | None = None
    for line in manuscript.front_matter_lines:
        entry = _ENTRY.match(line.text)
        if entry:
            part = _PRINTED.get(entry[1])
            if gathering:
                yield gathering
            gathering = _Gathering(part, lines=[line], texts=[entry[2]]) if part else None
            continue
        if part is None or line.text.startswith("#"):
            continue
        div = _DIV.match(line.text)
        if div or not line.text.strip() or _HEADING.match(line.text) or _ITEM.match(line.text):
            if gathering:
                yield gathering
            gathering = _Gathering(part)
        if gathering is not None and line.text.strip() and not div:
            gathering.lines.append(line)
            gathering.texts.append(line.text)
            if _HEADING.match(line.text):
                yield gathering
                gathering = _Gathering(part)
    if gathering:
        yield gathering


def _body(manuscript: Manuscript, kinds: Collection[str]) -> Iterator[_Gathering]:
    named = re.compile(rf"#((?:{'|'.join(map(re.escape, kinds))})-[\w:.-]+)")
    open_divs: list[str | None] = []
    gathering = _Gathering()
    for line, text in _without_comments(manuscript.body):
        div = _DIV.match(text)
        item = next((name for name in reversed(open_divs) if name), None)
        marker = _ITEM.match(text)
        alone = bool(_HEADING.match(text)) or text.lstrip().startswith("|")
        elsewhere = bool(gathering.lines) and gathering.lines[-1].file != line.file
        if line.code or div or marker or alone or elsewhere or not text.strip():
            if gathering.lines:
                yield gathering
            gathering = _Gathering("caption" if item else "body", item, bool(marker))
        if div:
            found = named.search(div[1])
            if div[1]:
                open_divs.append(found[1] if found else None)
            elif open_divs:
                open_divs.pop()
        elif text.strip() and not line.code:
            gathering.lines.append(line)
            gathering.texts.append(_blank(text, 0, marker.end()) if marker else text)
            if alone:
                yield gathering
                gathering = _Gathering("caption" if item else "body", item)
    if gathering.lines:
        yield gathering


def _without_comments(lines: tuple[SourceLine, ...]) -> Iterator[tuple[SourceLine, str]]:
    """Blank out comments, which may go over several lines and paragraphs."""
    text = "\n".join("" if line.code else line.text for line in lines)
    for match in _COMMENT.finditer(text):
        hidden = re.sub(r"[^\n]", " ", match[0])
        text = text[: match.start()] + hidden + text[match.end() :]
    return zip(lines, text.split("\n"), strict=True)


def _passage(entry: _Gathering, values: Mapping[str, Value], kinds: Collection[str]) -> Passage:
    starts, place = [], 0
    for text in entry.texts:
        starts.append(place)
        place += len(text) + 1
    raw = "\n".join(entry.texts)
    words = _hide(raw, values, kinds)
    return Passage(
        entry.part, entry.item, raw, words, entry.listed, tuple(starts), tuple(entry.lines)
    )


def _hide(raw: str, values: Mapping[str, Value], kinds: Collection[str]) -> str:
    words = _NOT_PROSE[0].sub(lambda match: " " * len(match[0]), raw)
    for match in SHORTCODE.finditer(words):
        words = _fill(words, match.start(), match.end(), VALUE)
        value = values.get(match[2].strip())
        if match[1] == "var" and value and _SENTENCE_END.search(value.text):
            words = words[: match.end() - 1] + "." + words[match.end() :]
        elif match[1] not in ("var", "meta"):
            words = _blank(words, match.start(), match.end())
    for match in _BRACKET.finditer(words):
        keys = [key[1] or key[2] for key in _KEY.finditer(match[0])]
        if any(not is_reference(key, kinds) for key in keys):
            words = _fill(words, match.start(), match.end(), CITATION)
    for match in _KEY.finditer(words):
        key = match[1] or match[2]
        sign = REFERENCE if is_reference(key, kinds) else CITATION
        words = _fill(words, match.start(), match.end(), sign)
    for pattern in _NOT_PROSE[1:]:
        for match in pattern.finditer(words):
            words = _blank(words, match.start(), match.end())
    return words


def is_reference(key: str, kinds: Collection[str]) -> bool:
    """Say whether ``@key`` points to a figure, table or section and not to the literature."""
    kind, dash, _ = key.partition("-")
    return bool(dash) and (kind in kinds or kind == "sec")


def keys_in(text: str) -> Iterator[tuple[int, str]]:
    """Give the keys behind an @ with their places."""
    for match in _KEY.finditer(text):
        yield match.start(), match[1] or match[2]


def _blank(text: str, start: int, end: int) -> str:
    return _fill(text, start, end, " ")


def _fill(text: str, start: int, end: int, sign: str) -> str:
    return text[:start] + sign * (end - start) + text[end:]
