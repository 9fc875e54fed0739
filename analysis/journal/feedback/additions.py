"""Tables, footnotes, formulas and pictures that the manuscript does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.journal.feedback.comparison import canonical
from analysis.journal.feedback.word_text import FOOTNOTE, FORMULA, PICTURE
from analysis.manuscript.word_xml import W

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analysis.journal.feedback.word_text import Paragraph
    from analysis.manuscript.text import ReadText

_NOTES = {"word/footnotes.xml": f"{W}footnote", "word/endnotes.xml": f"{W}endnote"}
# Programs write pictures of the paper in paragraphs of these styles, or with a caption below.
_OF_THE_PAPER = ("figure", "captioned figure", "caption")


def additions(
    paragraphs: Sequence[Paragraph],
    texts: Sequence[ReadText],
    matches: Mapping[int, int],
    items: Mapping[int, str],
    notes: Mapping[str, str],
) -> Iterator[tuple[int, str, str]]:
    """Find what somebody added besides words.

    Parameters
    ----------
    paragraphs
        Of the Word file.
    texts
        Of the manuscript.
    matches
        Number of the passage by number of the paragraph.
    items
        Id of each table of the file that the paper has, by its number there.
    notes
        Texts of the footnotes by their ids, as `notes_of` gives them.

    Yields
    ------
    number, kind, words
        Number of the paragraph, what was inserted, and its words.
    """
    known = canonical(" ".join(text.text for text in texts))
    body = [n for n in matches if texts[matches[n]].passage.part == "body"]
    first, last = min(body, default=0), max(body, default=-1)
    yield from _tables(paragraphs, matches, items, known, range(first, last + 1))
    for number, paragraph in enumerate(paragraphs):
        for segment in paragraph.segments:
            words = notes.get(segment.hung.removeprefix(FOOTNOTE), "")
            if segment.hung.startswith(FOOTNOTE) and words and canonical(words) not in known:
                yield number, "footnote inserted", words
            index = matches.get(number)
            # A passage with formulas of its own is compared by its words only.
            if segment.hung.startswith(FORMULA) and index is not None:
                source = texts[index].source(0, len(texts[index].text))
                if "$" not in source:
                    yield number, "formula inserted", segment.hung.removeprefix(FORMULA)
        if first < number < last and _is_picture(paragraphs, number):
            yield number, "picture inserted", PICTURE


def notes_of(parts: Mapping[str, Any]) -> dict[str, str]:
    """Give the texts of footnotes and endnotes by their ids, without the lines between them."""
    found: dict[str, str] = {}
    for name, tag in _NOTES.items():
        for note in parts[name].iter(tag) if name in parts else ():
            words = "".join(text.text or "" for text in note.iter(f"{W}t")).strip()
            if words and note.get(f"{W}type") is None:
                found[f"{name} {note.get(f'{W}id', '')}"] = words
    return found


def _tables(
    paragraphs: Sequence[Paragraph],
    matches: Mapping[int, int],
    items: Mapping[int, str],
    known: str,
    body: range,
) -> Iterator[tuple[int, str, str]]:
    cells: dict[int, list[int]] = {}
    for number in body:
        cell = paragraphs[number].cell
        if cell is not None and cell.table not in items:
            cells.setdefault(cell.table, []).append(number)
    for numbers in cells.values():
        words = [paragraphs[n].old.strip() for n in numbers if paragraphs[n].old.strip()]
        # The manuscript's own tables, callouts and panels are passages of it.
        own = any(n in matches for n in numbers) or any(canonical(w) in known for w in words)
        if words and not own:
            yield numbers[0], "table inserted", ", ".join(words)[:200]


def _is_picture(paragraphs: Sequence[Paragraph], number: int) -> bool:
    """Whether a paragraph holds nothing but a picture and is none of the paper's figures."""
    paragraph = paragraphs[number]
    following = paragraphs[number + 1] if number + 1 < len(paragraphs) else None
    captioned = following is not None and "caption" in following.style
    return (
        paragraph.cell is None
        and set(paragraph.old.split()) == {PICTURE}
        and not paragraph.style.startswith(_OF_THE_PAPER)
        and not captioned
    )
