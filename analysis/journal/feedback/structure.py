"""Paragraphs and rows that came, went, moved, were split or joined without being tracked."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

from analysis.journal.feedback.comparison import canonical
from analysis.journal.feedback.word_text import PARAGRAPH_MARK, TEXT_BOX, Segment
from analysis.manuscript.text import join_texts
from analysis.render.word_references import LIST_TITLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analysis.journal.feedback.word_text import Paragraph
    from analysis.manuscript.text import ReadText

#: What a segment between two halves of a split paragraph carries as its note.
SPLIT = "split"
# Two halves together are as alike to the passage as this; each alone is less.
_WHOLE = 92.0
_GAIN = 5.0
# Shorter paragraphs are labels, keywords and the like, which programs write.
_SHORTEST = 25
_ROWS_ALIKE = 60.0


def join_split(
    paragraphs: Sequence[Paragraph], texts: Sequence[ReadText], matches: Mapping[int, int]
) -> tuple[Paragraph, ...] | None:
    """Put paragraphs together again that somebody split with Enter.

    Parameters
    ----------
    paragraphs
        Of the Word file.
    texts
        Of the manuscript.
    matches
        As `match_paragraphs` gives them: one half is matched, the other is not.

    Returns
    -------
    tuple of Paragraph or None
        None when none was split. A segment with the note `SPLIT` stands between the halves.
    """
    from rapidfuzz import fuzz

    joined: dict[int, Paragraph] = {}
    gone: set[int] = set()
    for number, index in matches.items():
        key = canonical(texts[index].text)
        alone = fuzz.ratio(canonical(paragraphs[number].old), key)
        if alone == 100 or paragraphs[number].level:
            continue
        for first, second in ((number, number + 1), (number - 1, number)):
            other = second if first == number else first
            if not 0 <= other < len(paragraphs) or other in matches or {first, second} & gone:
                continue
            if not _is_plain(paragraphs[other]):
                continue
            both = (*paragraphs[first].segments, *_MIDDLE, *paragraphs[second].segments)
            whole = replace(paragraphs[first], segments=both)
            together = fuzz.ratio(canonical(whole.old), key)
            if together >= _WHOLE and together > alone + _GAIN:
                joined[first] = whole
                gone.add(second)
                break
    if not joined:
        return None
    kept = (n for n in range(len(paragraphs)) if n not in gone)
    return tuple(joined.get(number, paragraphs[number]) for number in kept)


_MIDDLE = (Segment(" ", note=SPLIT),)


def _is_plain(paragraph: Paragraph) -> bool:
    return paragraph.cell is None and not paragraph.level and bool(paragraph.old.strip())


def split_place(paragraph: Paragraph) -> int | None:
    """Give the place in the old text at which a paragraph was split; None when it was not."""
    place = 0
    for segment in paragraph.segments:
        if segment.note == SPLIT:
            return place
        place += len(segment.text) if segment.was and segment.text != PARAGRAPH_MARK else 0
    return None


def join_merged(
    paragraphs: Sequence[Paragraph], texts: Sequence[ReadText], matches: Mapping[int, int]
) -> tuple[tuple[ReadText, ...], dict[int, tuple[int, ...]]]:
    """Put passages together of which somebody made one paragraph.

    Parameters
    ----------
    paragraphs
        Of the Word file.
    texts
        Of the manuscript.
    matches
        As `match_paragraphs` gives them: one of the passages is matched, its neighbours are not.

    Returns
    -------
    texts
        With one text for those that were joined.
    joins
        By its number there, the places in it at which a further passage begins.
    """
    from rapidfuzz import fuzz

    free = set(range(len(texts))) - set(matches.values())
    runs: dict[int, list[int]] = {}
    for number, index in matches.items():
        run, shown = [index], canonical(paragraphs[number].old)
        alike = fuzz.ratio(shown, canonical(texts[index].text))
        while alike < 100:
            longer = [
                tried
                for tried in ([run[0] - 1, *run], [*run, run[-1] + 1])
                if _are_neighbours(texts, tried) and free.issuperset({*tried} - {*run})
            ]
            likeness = {
                fuzz.ratio(shown, canonical(join_texts([texts[n] for n in tried]).text)): tried
                for tried in longer
            }
            best = max(likeness, default=0.0)
            if best <= alike + _GAIN:
                break
            run, alike = likeness[best], best
        if len(run) > 1 and alike >= _WHOLE:
            runs[run[0]] = run
            free -= set(run)
    kept: list[ReadText] = []
    joins: dict[int, tuple[int, ...]] = {}
    inside = {n for run in runs.values() for n in run[1:]}
    for index, text in enumerate(texts):
        if index in inside:
            continue
        if index in runs:
            parts = [texts[n] for n in runs[index]]
            lengths = accumulate(len(part.text) + 1 for part in parts[:-1])
            joins[len(kept)] = tuple(lengths)
            text = join_texts(parts)  # noqa: PLW2901 - one text for several
        kept.append(text)
    return tuple(kept), joins


def _are_neighbours(texts: Sequence[ReadText], run: Sequence[int]) -> bool:
    """Whether texts are plain paragraphs of one section."""
    if run[0] < 0 or run[-1] >= len(texts):
        return False
    sections = {(texts[n].chapter, texts[n].section, texts[n].passage.part) for n in run}
    return len(sections) == 1 and not any(texts[n].level for n in run)


def new_paragraphs(
    paragraphs: Sequence[Paragraph],
    texts: Sequence[ReadText],
    matches: Mapping[int, int],
    generated: tuple[str, ...],
) -> Iterator[int]:
    """Find paragraphs that the manuscript does not have and that nobody tracked.

    Parameters
    ----------
    paragraphs
        Of the Word file.
    texts
        Of the manuscript.
    matches
        Number of the passage by number of the paragraph.
    generated
        Beginnings of the styles in which programs write what no source has.

    Yields
    ------
    int
        Numbers of headings, paragraphs between those of the text, and text boxes.
    """
    # Before the text stand title page, abstract and keywords, which programs arrange.
    body = [n for n in matches if texts[matches[n]].passage.part == "body"]
    if not body:
        return
    first, last = min(body), max(body)
    for number, paragraph in enumerate(paragraphs):
        words = paragraph.old.strip()
        if number in matches or paragraph.cell is not None or words in ("", *LIST_TITLES.values()):
            continue
        if paragraph.style == TEXT_BOX:
            yield number
        elif first < number < last and not paragraph.style.startswith(generated):
            prose = len(words) >= _SHORTEST and " " in words
            if prose or (paragraph.level and len(words) > 2):
                yield number


def moved_paragraphs(
    paragraphs: Sequence[Paragraph], texts: Sequence[ReadText], matches: Mapping[int, int]
) -> list[int]:
    """Find paragraphs that stand in another order than in the manuscript.

    Of every two that changed places, those are named that leave the longest rest in its order. A
    whole section that stands elsewhere was arranged so for the journal and is not named, nor are
    captions, which journals want at the end.
    """
    order = [
        number
        for number in sorted(matches)
        if paragraphs[number].cell is None
        and "caption" not in paragraphs[number].style
        and texts[matches[number]].passage.part == "body"
        and texts[matches[number]].numbered
    ]
    kept = set(_longest_rising([matches[number] for number in order]))
    away_from = (number for place, number in enumerate(order) if place not in kept)
    moved = [number for number in away_from if _is_plain(paragraphs[number])]
    told = {n: texts[matches[n]] for n in order if _is_plain(paragraphs[n])}
    sections_of = {number: (text.chapter, text.section) for number, text in told.items()}
    sections = Counter(sections_of.values())
    away = Counter(sections_of[number] for number in moved)
    whole = {section for section, count in away.items() if count == sections[section] > 1}
    return [number for number in moved if sections_of[number] not in whole]


def _longest_rising(values: Sequence[int]) -> list[int]:
    """Give the places of a longest rising subsequence."""
    from bisect import bisect_left

    ends: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for place, value in enumerate(values):
        length = bisect_left(ends, value)
        before.append(places[length - 1] if length else -1)
        if length == len(ends):
            ends.append(value)
            places.append(place)
        else:
            ends[length], places[length] = value, place
    found: list[int] = []
    place = places[-1] if places else -1
    while place >= 0:
        found.append(place)
        place = before[place]
    return found[::-1]


def deleted_rows(shown: Sequence[str], printed: Sequence[str]) -> Iterator[str]:
    """Find rows of a generated table that the file does not have.

    Parameters
    ----------
    shown, printed
        Rows of the file and of the generated table, each the text of its cells in one line.

    Yields
    ------
    str
        The text of each missing row. A row that was only changed is not one of them.
    """
    from rapidfuzz import fuzz, process

    left = list((Counter(shown) - Counter(printed)).elements())
    for row in (Counter(printed) - Counter(shown)).elements():
        best = process.extractOne(row, left, scorer=fuzz.ratio, score_cutoff=_ROWS_ALIKE)
        if best is None:
            yield row
        else:
            left.pop(best[2])
