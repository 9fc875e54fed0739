"""Columns of a Word table that are wide enough for their words, in the fonts a file names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from analysis.manuscript.word_xml import W, element

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Words break at spaces, after dashes, and after a hyphen before a letter; a no-break space joins.
_WORD = re.compile(r"(?:[^\s\-–—\u200b\u2e80-\uffef]|\u00a0|\u202f|-(?![^\W\d_]))+[-–—]?")
# What stands behind the size among the properties of a run (CT_RPr).
_AFTER_SIZE = ("highlight", "u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "lang")
_TWIPS = 20
# Left and right of the text in a cell; see the table style of the reference document.
_PADDING = 120
# Word rounds to pixels, and raised signs are set at about two thirds.
_ALLOWANCE = 1.015
_RAISED = 0.66
_FIXED_PITCH = 0.6
# Arial and Times New Roman are as wide as Helvetica and Times, whose metrics come with matplotlib.
# Other typefaces of manuscripts are narrower than Helvetica.
_FACES = {
    ("Helvetica", False): "Helvetica",
    ("Helvetica", True): "Helvetica-Bold",
    ("Times", False): "Times-Roman",
    ("Times", True): "Times-Bold",
}
_SMALLEST = 6.0
_STEP = 0.5


@dataclass(frozen=True, slots=True)
class CellFont:
    """Typeface and size, in points, of the text in cells."""

    name: str
    size: float


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of text that stays on one line, and its width in twentieths of a point."""

    text: str
    width: float


def cell_font(styles: Any, style: str) -> CellFont:
    """Give the font of a paragraph style.

    Parameters
    ----------
    styles
        The tree of ``word/styles.xml``.
    style
        Id of the style; where it, its font or its size is missing, Arial of 8 points is taken.
    """
    found = styles.find(f'{W}style[@{W}styleId="{style}"]/{W}rPr')
    name, size = "Arial", 8.0
    if found is not None:
        fonts, half_points = found.find(f"{W}rFonts"), found.find(f"{W}sz")
        name = name if fonts is None else fonts.get(f"{W}ascii", name)
        size = size if half_points is None else int(half_points.get(f"{W}val")) / 2
    return CellFont(name, size)


def longest_words(table: Any, font: CellFont) -> Iterator[tuple[range, Word]]:
    """Give the longest word of every cell.

    Parameters
    ----------
    table
        A ``w:tbl``.
    font
        Of its cells; a size set at a run counts for that run.

    Yields
    ------
    tuple
        The columns of the cell, from 0, and the word, with the width of its sides.
    """
    for row in table.iterfind(f"{W}tr"):
        start = 0
        for cell in row.iterfind(f"{W}tc"):
            span = cell.find(f"{W}tcPr/{W}gridSpan")
            end = start + (1 if span is None else int(span.get(f"{W}val", "1")))
            words = [w for p in cell.iterfind(f"{W}p") for w in _words(p, font)]
            if words:
                yield range(start, end), max(words, key=lambda word: word.width)
            start = end


def fit_words(table: Any, font: CellFont) -> None:
    """Widen columns for their longest words at the cost of the others.

    If there is no room for that, the table's text gets smaller, by half points down to 6. A word
    of more than a third of the table, such as an address, may break.

    Parameters
    ----------
    table
        A ``w:tbl`` whose columns add up to the width of the page; it is changed.
    font
        Of its cells.
    """
    columns = table.findall(f"{W}tblGrid/{W}gridCol")
    widths = [int(column.get(f"{W}w", "0")) for column in columns]
    if not columns or any(True for _ in table.iter(f"{W}tcW")):
        return
    found = list(longest_words(table, font))
    size = font.size
    needs = _needs(found, widths, 1.0)
    while sum(needs) > sum(widths) and size > _SMALLEST:
        size -= _STEP
        needs = _needs(found, widths, size / font.size)
    if sum(needs) > sum(widths):
        size = font.size
        needs = [need * sum(widths) / sum(needs) for need in needs]
    if size < font.size:
        _set_size(table, size)
    for column, width in zip(columns, _shared(widths, needs), strict=True):
        column.set(f"{W}w", str(width))


def _needs(found: Sequence[tuple[range, Word]], widths: Sequence[int], scale: float) -> list[float]:
    """Give the least width of each column at a share of the font's size."""
    needs = [float(_PADDING)] * len(widths)
    longest = sum(widths) / 3
    sized = [
        (columns, (word.width - _PADDING) * scale + _PADDING)
        for columns, word in found
        if columns.stop <= len(widths)
    ]
    for columns, width in sorted(sized, key=lambda entry: len(entry[0])):
        if width > longest:
            continue
        missing = width - sum(needs[place] for place in columns)
        for place in columns:
            needs[place] += max(0.0, missing) / len(columns)
    return needs


def _shared(widths: Sequence[int], needs: Sequence[float]) -> list[int]:
    """Give every column what it needs and share the rest as before; the sum stays."""
    total = sum(widths)
    tight: set[int] = set()
    while True:
        free = [place for place in range(len(widths)) if place not in tight]
        room = total - sum(needs[place] for place in tight)
        base = sum(widths[place] for place in free)
        shared = {place: widths[place] * room / base for place in free} if base else {}
        short = {place for place in free if shared[place] < needs[place]}
        if not short or len(short) == len(free):
            break
        tight |= short
    exact = [shared.get(place, need) for place, need in enumerate(needs)]
    # Rounding of the running sum: the columns end where they did.
    ends = [round(sum(exact[: place + 1])) for place in range(len(exact))]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def _set_size(table: Any, size: float) -> None:
    for run in table.iter(f"{W}r"):
        properties = run.find(f"{W}rPr")
        if properties is None:
            properties = element("rPr")
            run.insert(0, properties)
        behind = sum(child.tag.removeprefix(W) in _AFTER_SIZE for child in properties)
        place = len(properties) - behind
        half_points = str(round(size * 2))
        properties[place:place] = [element("sz", val=half_points), element("szCs", val=half_points)]


def _words(block: Any, font: CellFont) -> Iterator[Word]:
    text, widths = "", list[float]()
    for node in block.iter(f"{W}t", f"{W}br", f"{W}tab"):
        shown = (node.text or "") if node.tag == f"{W}t" else " "
        text += shown
        widths += _signs(shown, node.getparent().find(f"{W}rPr"), font)
    for found in _WORD.finditer(text):
        width = sum(widths[found.start() : found.end()]) * _ALLOWANCE
        yield Word(found[0], width + _PADDING)


def _signs(text: str, properties: Any, font: CellFont) -> list[float]:
    """Give the width of each sign of a run."""
    bold, size, raised, fixed = False, font.size, False, False
    if properties is not None:
        bold = properties.find(f"{W}b") is not None
        own, style = properties.find(f"{W}sz"), properties.find(f"{W}rStyle")
        size = size if own is None else int(own.get(f"{W}val")) / 2
        raised = properties.find(f"{W}vertAlign") is not None
        fixed = style is not None and style.get(f"{W}val") == "VerbatimChar"
    unit = size * _TWIPS * (_RAISED if raised else 1)
    if fixed:
        return [unit * _FIXED_PITCH] * len(text)
    family = "Times" if font.name.startswith("Times") else "Helvetica"
    known = _metrics(_FACES[family, bold])
    return [unit * known.get(sign, known["M"]) for sign in text]


@lru_cache(maxsize=len(_FACES))
def _metrics(face: str) -> dict[str, float]:
    """Give the width of each sign as a share of the size of the type."""
    from pathlib import Path

    import matplotlib
    from fontTools.agl import toUnicode

    file = Path(matplotlib.get_data_path()) / "fonts/pdfcorefonts" / f"{face}.afm"
    entries = re.findall(r"WX (\d+) ; N (\w+) ;", file.read_text(encoding="ascii"))
    known = {toUnicode(glyph): int(width) / 1000 for width, glyph in entries}
    return known | {"\u00a0": known[" "], "\u202f": known[" "], "\u2060": 0.0}
