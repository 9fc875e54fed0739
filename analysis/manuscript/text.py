"""The manuscript as its readers see it, each word with the place in the source that it comes from.

Values are filled in, references are written out, citations and markup are left out. Word counts
and the comparison with an edited Word file start here.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from analysis.manuscript.passages import is_reference, passages
from analysis.manuscript.sources import SHORTCODE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from analysis.manuscript.passages import Passage
    from analysis.manuscript.source_line import Manuscript, SourceLine

PieceKind = Literal["text", "value", "reference", "citation"]

# In this order: what stands first wins where two could begin at the same place.
_MARKUP = re.compile(
    r"(?P<code>`[^`]*`)"
    r"|(?P<comment><!--.*?-->)"
    rf"|(?P<shortcode>{SHORTCODE.pattern})"
    r"|(?P<footnote>\[\^[^\]\s]+\]:?)"
    r"|(?P<cited>\s*\[[^\[\]]*@[^\[\]]*\](?![({]))"
    r"|(?P<key>-?(?<![\w@\\.])@(?:\{(?P<braced>[^}]+)\}|"
    r"(?P<bare>[A-Za-z0-9_](?:[\w:.#$%&+?<>~/-]*[\w/])?)))"
    r"|(?P<target>\]\([^()\s]*(?:\s+\"[^\"]*\")?\))"
    r"|(?P<attributes>\]?\{(?=[#.=\-]|[\w-]+=)[^{}]*\})"
    r"|(?P<escaped>\\[^\w\s])"
    r"|(?P<tag></?[A-Za-z][^<>]*>)"
    r"|(?P<entity>&#?\w+;)"
    r"|(?P<dash>-{2,3})"
    r"|(?P<dots>\.\.\.)"
    r"|(?P<heading>\A\s*#{1,6}\s+)"
    r"|(?P<strong>\*+|(?<!\w)_+|_+(?!\w)|(?<=[\w)])[\^~](?=\S)|(?<=\S)[\^~])"
    r"|(?P<bracket>[\[\]])"
    r"|(?P<space>\s+)",
    re.DOTALL,
)
_HEADING = re.compile(r"\A\s*(#{1,6})\s")
_IDENTIFIER = re.compile(r"\{[^}]*#([\w:.-]+)")
_INNER_KEY = re.compile(r"@(?:\{([^}]+)\}|([A-Za-z0-9_](?:[\w:.#$%&+?<>~/-]*[\w/])?))")
_YAML = re.compile(r"\A\s*(?:- +)?[\"']|\A\s*- +|[\"']\s*\Z|\A\s*[|>][+-]?\s*\Z")
_NUMBERED = re.compile(r"\A[\d.]+(?= )")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text that comes from one place of the source.

    Attributes
    ----------
    start, end
        Place in the text; a citation has no length.
    kind
        What it is.
    name
        Name of the value, id of the figure or table, or empty.
    source
        Where it begins in the passage's raw text.
    """

    start: int
    end: int
    kind: PieceKind
    name: str
    source: int


@dataclass(frozen=True, slots=True)
class ReadText:
    """A paragraph, heading, list item or caption as it is read.

    Attributes
    ----------
    passage
        Where it stands in the source.
    text
        What a reader sees, in one line.
    pieces
        They cover the text without gaps.
    chapter, section
        Titles of the main heading and of the nearest heading it stands below.
    level
        Level of the heading it is itself; 0 for what is no heading.
    numbered
        Whether its chapter belongs to the main text: declarations, references and supplement
        carry no number.
    """

    passage: Passage
    text: str
    pieces: tuple[Piece, ...]
    chapter: str
    section: str
    level: int
    numbered: bool

    def piece_at(self, place: int) -> Piece | None:
        """Give the piece in which a character of the text stands."""
        index = bisect_right([piece.start for piece in self.pieces], place) - 1
        while index >= 0 and self.pieces[index].start == self.pieces[index].end:
            index -= 1
        return self.pieces[index] if index >= 0 else None

    def line_at(self, place: int) -> SourceLine:
        """Give the line of the source from which a character of the text comes."""
        piece = self.piece_at(place)
        if piece is None:
            return self.passage.line_at(0)
        within = place - piece.start if piece.kind == "text" else 0
        return self.passage.line_at(piece.source + within)

    def source(self, start: int, end: int) -> str:
        """Give a stretch of the text as it is written in the source, on one line."""
        inside = [p for p in self.pieces if p.start < end and p.end > start]
        if not inside:
            return ""
        first, last = inside[0], inside[-1]
        begin = first.source + (max(0, start - first.start) if first.kind == "text" else 0)
        behind = [p.source for p in self.pieces if p.source > last.source]
        stop = min(behind, default=len(self.passage.raw))
        if last.kind == "text":
            stop = min(stop, last.source + end - last.start)
        raw = self.passage.raw
        # Marks of emphasis and brackets stand before the words that they are about.
        while begin > 0 and raw[begin - 1] in "*_[(":
            begin -= 1
        while stop < len(raw) and raw[stop] in "*_])":
            stop += 1
        return " ".join(raw[begin:stop].split())

    def values(self, start: int, end: int) -> tuple[str, ...]:
        """Name the values that stand between two places of the text, in order."""
        return tuple(
            piece.name
            for piece in self.pieces
            if piece.kind == "value" and piece.start < end and piece.end > start
        )


def read_text(
    manuscript: Manuscript,
    variables: Mapping[str, str],
    labels: Mapping[str, str],
    kinds: Collection[str],
) -> tuple[ReadText, ...]:
    """Give everything that is printed and not generated, in the order of the source.

    Parameters
    ----------
    manuscript
        As `read_manuscript` gives it.
    variables
        What ``{{< var name >}}`` prints, by dotted name.
    labels
        How a reader finds each item, as `analysis.manuscript.checklist.places` gives it.
    kinds
        Prefixes of numbered items, as `float_kinds` gives them.
    """
    found: list[ReadText] = []
    chapter = section = ""
    numbered = False
    for passage in passages(manuscript, {}, kinds):
        text, pieces = _read(_without_yaml(passage), variables, labels, kinds)
        if not text:
            continue
        heading = _HEADING.match(passage.raw) if passage.part == "body" else None
        level = len(heading[1]) if heading else 0
        if level:
            section = text
        if level == 1:
            chapter = text
            numbered = ".unnumbered" not in passage.raw and "{-}" not in passage.raw
        if passage.part in ("title", "abstract"):
            found.append(ReadText(passage, text, pieces, "", "", 0, numbered=False))
        else:
            found.append(ReadText(passage, text, pieces, chapter, section, level, numbered))
    return tuple(found)


def join_texts(texts: Sequence[ReadText]) -> ReadText:
    """Put paragraphs that stand behind each other together, as a journal may print an abstract."""
    raw, words, text = "", "", ""
    starts: list[int] = []
    lines: list[SourceLine] = []
    pieces: list[Piece] = []
    for each in texts:
        if text:
            pieces.append(Piece(len(text), len(text) + 1, "text", "", len(raw)))
            raw, words, text = f"{raw}\n", f"{words}\n", f"{text} "
        for piece in each.pieces:
            place = len(text)
            moved = (piece.start + place, piece.end + place, piece.kind, piece.name)
            pieces.append(Piece(*moved, piece.source + len(raw)))
        for start, line in each.passage.lines:
            starts.append(start + len(raw))
            lines.append(line)
        raw, words, text = raw + each.passage.raw, words + each.passage.words, text + each.text
    first = texts[0]
    passage = replace(
        first.passage, raw=raw, words=words, _starts=tuple(starts), _lines=tuple(lines)
    )
    return replace(first, passage=passage, text=text, pieces=tuple(pieces))


def _without_yaml(passage: Passage) -> str:
    """Blank out what is YAML and not text in the front matter; the length stays."""
    if passage.part not in ("title", "abstract"):
        return passage.raw
    return _YAML.sub(lambda match: " " * len(match[0]), passage.raw)


def identifier_of(text: ReadText) -> str:
    """Give the id of a heading, empty if it has none."""
    found = _IDENTIFIER.search(text.passage.raw)
    return found[1] if found and text.level else ""


def plain(markdown: str, labels: Mapping[str, str], kinds: Collection[str]) -> str:
    """Give what a reader sees of a piece of markdown, such as a value."""
    return _read(markdown, {}, labels, kinds)[0].strip()


def _read(
    raw: str, variables: Mapping[str, str], labels: Mapping[str, str], kinds: Collection[str]
) -> tuple[str, tuple[Piece, ...]]:
    pieces: list[Piece] = []
    text = ""
    for shown, kind, name, source in _pieces(raw, variables, labels, kinds):
        if kind == "text":
            # A space at the head, or behind another, is not printed.
            kept = shown.lstrip() if not text or text.endswith(" ") else shown
            if kept:
                end = len(text) + len(kept)
                place = source + len(shown) - len(kept)
                pieces.append(Piece(len(text), end, "text", "", place))
                text += kept
            continue
        pieces.append(Piece(len(text), len(text) + len(shown), kind, name, source))
        text += shown
    stripped = text.rstrip()
    cut = tuple(
        Piece(p.start, min(p.end, len(stripped)), p.kind, p.name, p.source)
        for p in pieces
        if p.start < len(stripped) or p.kind == "citation"
    )
    return stripped, cut


def _pieces(
    raw: str, variables: Mapping[str, str], labels: Mapping[str, str], kinds: Collection[str]
) -> Iterator[tuple[str, PieceKind, str, int]]:
    place = 0
    for match in _MARKUP.finditer(raw):
        if place < match.start():
            yield raw[place : match.start()], "text", "", place
        place = match.end()
        yield from _shown(match, variables, labels, kinds)
    if place < len(raw):
        yield raw[place:], "text", "", place


def _shown(
    match: re.Match[str],
    variables: Mapping[str, str],
    labels: Mapping[str, str],
    kinds: Collection[str],
) -> Iterator[tuple[str, PieceKind, str, int]]:
    what, start = match.lastgroup, match.start()
    if match["shortcode"]:
        shortcode = SHORTCODE.match(match["shortcode"])
        name = shortcode[2].strip() if shortcode and shortcode[1] == "var" else ""
        if name:
            yield from _value(name, variables, labels, kinds, start)
    elif match["cited"]:
        yield from _cited(match["cited"], labels, kinds, start)
    elif match["key"]:
        yield _keyed(match["braced"] or match["bare"], labels, kinds, start)
    elif what == "code":
        yield match["code"].strip("`"), "text", "", start + 1
    elif what == "escaped":
        yield match["escaped"][1], "text", "", start + 1
    elif what == "entity":
        yield html.unescape(match["entity"]), "text", "", start
    elif what == "dash":
        yield "–" if len(match["dash"]) == 2 else "—", "text", "", start
    elif what == "dots":
        yield "…", "text", "", start
    elif what == "space":
        yield " ", "text", "", start


def _value(
    name: str,
    variables: Mapping[str, str],
    labels: Mapping[str, str],
    kinds: Collection[str],
    start: int,
) -> Iterator[tuple[str, PieceKind, str, int]]:
    """Give a value; where it cites, it is divided by the citations."""
    text = ""
    inner = _pieces(variables.get(name, f"?var:{name}"), {}, labels, kinds)
    for shown, kind, key, _ in inner:
        if kind == "citation":
            yield text, "value", name, start
            yield "", "citation", key, start
            text = ""
        else:
            text += shown
    yield text.rstrip() if text.endswith(" ") else text, "value", name, start


def _cited(
    bracket: str, labels: Mapping[str, str], kinds: Collection[str], start: int
) -> Iterator[tuple[str, PieceKind, str, int]]:
    keys = [key[1] or key[2] for key in _INNER_KEY.finditer(bracket)]
    if any(not is_reference(key, kinds) for key in keys):
        yield "", "citation", " ".join(keys), start
        return
    yield " " if bracket[0].isspace() else "", "text", "", start
    for number, key in enumerate(keys):
        if number:
            yield ", ", "text", "", start
        yield _keyed(key, labels, kinds, start)


def _keyed(
    key: str, labels: Mapping[str, str], kinds: Collection[str], start: int
) -> tuple[str, PieceKind, str, int]:
    if not is_reference(key, kinds):
        return "", "citation", key, start
    label = labels.get(key, f"?@{key}")
    if key.startswith("sec-"):
        number = _NUMBERED.match(label)
        label = f"Section {number[0]}" if number else label
    return label, "reference", key, start
