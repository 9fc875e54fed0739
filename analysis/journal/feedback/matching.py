"""Which paragraph of a Word file is which passage of the manuscript."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.journal.feedback.comparison import canonical
from analysis.journal.feedback.word_text import Segment
from analysis.manuscript.reference_docx import LEGEND_STYLE
from analysis.manuscript.text import join_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.journal.feedback.word_text import Paragraph
    from analysis.manuscript.text import ReadText

# Paragraphs alike to less than this share of their words are different ones.
_ALIKE = 55.0
# The label of a caption and the number of a heading are written by the program.
_PREFIX = re.compile(
    r"^\s*(?:(?:Table|Figure|Fig\.?)\s+S?\d+\s*[.:|]?\s*|\d+(?:\.\d+)*\.?\s+(?=[A-Z]))"
)
_SHORT = 25
_LEGEND = LEGEND_STYLE.lower()


def join_legends(paragraphs: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    """Put a caption and its legend together: in the source they are one paragraph.

    The Word file keeps the first sentence of a caption apart from the rest, for the list of
    figures.
    """
    found: list[Paragraph] = []
    for paragraph in paragraphs:
        above = found[-1] if found else None
        if paragraph.style == _LEGEND and above is not None and above.style.endswith("caption"):
            segments = (*above.segments, Segment(" "), *paragraph.segments)
            found[-1] = replace(above, segments=segments)
        else:
            found.append(paragraph)
    return tuple(found)


def fit_abstract(
    paragraphs: Sequence[Paragraph], texts: Sequence[ReadText]
) -> tuple[ReadText, ...]:
    """Put the abstract together where the file has it in one paragraph, as some journals want."""
    from rapidfuzz import fuzz

    parts = [
        text
        for text in texts
        if text.passage.part == "abstract" and not text.passage.raw.lstrip().startswith("#")
    ]
    if len(parts) < 2:
        return tuple(texts)
    joined = join_texts(parts)
    key = canonical(joined.text)
    longest = max((canonical(part.text) for part in parts), key=len)
    is_one = any(
        fuzz.ratio(canonical(paragraph.old), key) > max(_ALIKE, fuzz.ratio(longest, key))
        for paragraph in paragraphs
        if paragraph.cell is None and len(paragraph.old) > len(key) // 2
    )
    if not is_one:
        return tuple(texts)
    return (*(t for t in texts if t.passage.part != "abstract"), joined)


def without_prefix(paragraph: Paragraph, is_caption: bool) -> int:
    """Give how many characters of a paragraph's old text no source has."""
    if not (is_caption or paragraph.level):
        return 0
    found = _PREFIX.match(paragraph.old)
    return found.end() if found else 0


def match_paragraphs(paragraphs: Sequence[Paragraph], texts: Sequence[ReadText]) -> dict[int, int]:
    """Find the passage of each paragraph, by its text before the tracked changes.

    Equal texts first, then the most alike of those that are left, with the nearest in order
    preferred. Cells of tables are not matched: tables are generated.

    Parameters
    ----------
    paragraphs
        Of the Word file.
    texts
        Of the manuscript.

    Returns
    -------
    dict of int to int
        Number of the passage by number of the paragraph; paragraphs that no source has (title
        page, lists, references) are left out.
    """
    from rapidfuzz import fuzz

    keys = [canonical(text.text) for text in texts]
    by_key: dict[str, list[int]] = {}
    for number, key in enumerate(keys):
        by_key.setdefault(key, []).append(number)
    found: dict[int, int] = {}
    shown: dict[int, str] = {}
    for number, paragraph in enumerate(paragraphs):
        if paragraph.cell is not None or not paragraph.old.strip():
            continue
        is_caption = "caption" in paragraph.style
        shown[number] = canonical(paragraph.old[without_prefix(paragraph, is_caption) :])
        if candidates := by_key.get(shown[number]):
            found[number] = candidates.pop(0)
    taken = set(found.values())
    left = [i for i in range(len(texts)) if i not in taken and len(keys[i]) >= _SHORT]
    pairs = []
    for number, words in shown.items():
        if number in found or len(words) < _SHORT:
            continue
        near = _expected(number, found)
        for index in left:
            alike = max(
                fuzz.ratio(words, keys[index], score_cutoff=_ALIKE),
                _part(words, keys[index]),
            )
            if alike:
                pairs.append((-alike, abs(index - near), number, index))
    for _, _, number, index in sorted(pairs):
        if number not in found and index not in taken:
            found[number] = index
            taken.add(index)
    return found


def _part(words: str, key: str) -> float:
    """Say how alike two paragraphs are of which one was cut or lengthened."""
    from rapidfuzz import fuzz

    shorter, longer = sorted((len(words), len(key)))
    if shorter < 2 * _SHORT or longer > 4 * shorter:
        return 0.0
    alike = fuzz.partial_ratio(words, key, score_cutoff=90.0)
    return alike * 0.9 if alike else 0.0


def _expected(number: int, found: dict[int, int]) -> int:
    """Guess the passage of a paragraph from the nearest one before it that is known."""
    before = [n for n in found if n < number]
    return found[max(before)] + 1 if before else 0
