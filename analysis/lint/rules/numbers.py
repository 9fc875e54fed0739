"""Numbers and references typed by hand that should come from a value or a cross-reference."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from analysis.lint.finding import finding
from analysis.lint.meant import Meant
from analysis.lint.quantities import quantities, words_for_numbers
from analysis.lint.results import could_be_result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.lint.facts import Facts
    from analysis.lint.quantities import Quantity
    from analysis.lint.sentences import Sentence
    from schemas.problems import Problem

_REFERENCE = re.compile(
    r"\b(?:e?(?:Figures?|Tables?)|Figs?\.?|Sections?|Appendi(?:x|ces))\s+(S?\d+[A-Z]?)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\((\d+)\)")


def typed_numbers(facts: Facts, sentences: tuple[Sentence, ...]) -> Iterator[Problem]:
    """Find numbers typed by hand in sentences that cite no source."""
    meant = Meant(facts, sentences)
    for sentence in sentences:
        if sentence.citations:
            yield from _own_results(sentence, facts, meant)
            continue
        references = [match.span() for match in _REFERENCE.finditer(sentence.words)]
        for start, end in references:
            yield _typed_reference(sentence, start, end)
        passed = [
            *references,
            *_enumeration(sentence.words),
        ]
        for found in chain(quantities(sentence.words), words_for_numbers(sentence.words)):
            if any(low <= found.start and found.start < high for low, high in passed):
                continue
            if not could_be_result(sentence.words, found):
                continue
            if facts.allowed.allows("number", sentence, found.start, found.end):
                continue
            typed = " ".join(sentence.raw[found.start : found.end].split())
            yield finding(
                sentence,
                found.start,
                typed,
                f"Typed by hand: “{sentence.excerpt(found.start, found.end)}”",
                f"{meant.hint(found, sentence)} Otherwise cite its source in the sentence, or "
                f"write into manuscript/lint.yml: {_entry(sentence, found)}",
                "number",
            )


def _own_results(sentence: Sentence, facts: Facts, meant: Meant) -> Iterator[Problem]:
    """Find numbers of a sentence with a source that this review knows as values."""
    for found in quantities(sentence.words):
        name = meant.own(found, sentence)
        if name and not facts.allowed.allows("number", sentence, found.start, found.end):
            yield finding(
                sentence,
                found.start,
                " ".join(sentence.raw[found.start : found.end].split()),
                f"A value prints this number too: “{sentence.excerpt(found.start, found.end)}”",
                f"If it is the same number, write {meant.shown(name)}, so that it follows the "
                "data.",
                "number",
                "warning",
            )


def _typed_reference(sentence: Sentence, start: int, end: int) -> Problem:
    return finding(
        sentence,
        start,
        sentence.raw[start:end],
        f"The number of a figure, table or section is typed by hand: "
        f"“{sentence.excerpt(start, end)}”",
        "Write @fig-…, @tbl-… or @sec-… with the id of the item; its number follows its place.",
        "number",
    )


def _entry(sentence: Sentence, found: Quantity) -> str:
    """Write the entry that allows a number, with a word on each side that tells it from others."""
    raw = sentence.raw
    start = raw.rfind(" ", 0, max(0, found.start - 1)) + 1
    end = raw.find(" ", min(len(raw), found.end + 1))
    text = " ".join(raw[start : end if end >= 0 else len(raw)].split()).rstrip(".,;:")
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'- {{text: "{quoted}", reason: "why it is typed"}}'


def _enumeration(words: str) -> list[tuple[int, int]]:
    """Give the places of (1), (2), (3) … where they count the parts of one sentence."""
    found = list(_NUMBERED.finditer(words))
    counted = [int(match[1]) for match in found]
    if len(found) < 2 or counted != list(range(1, len(found) + 1)):
        return []
    return [match.span() for match in found]
