"""Sentences of the paper that read differently than in an earlier version."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from analysis.synthesis.versions import SentenceChange

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from analysis.manuscript.placement import Place
    from analysis.paper.values import Value

# Values that tell of the version itself: they are new every time.
_OF_THE_VERSION = ("changes.", "version.", "edition.", "provenance.")
# Sentences that are less alike than this are two, one that went and one that came.
_ALIKE = 0.5

# Parentheses that held nothing but a reference, and perhaps the letter of a panel.
_REFERENCES = re.compile(r"\((?=[\s,;…])[\s,;…A-Z]{0,24}\)")
# A reference at the end of a parenthesis leaves the sign before it.
_LAST = re.compile(r"(?<=[^\s,;(…])[\s,;…]+\)")
_GAP = re.compile(r"\s+([,;:!?)]|\.(?!\d))")

Printed = tuple[str, str]


def sentence_changes(
    before: Sequence[Printed], after: Sequence[Printed]
) -> tuple[SentenceChange, ...]:
    """Give the sentences that changed, came or went, in the order of the paper.

    Parameters
    ----------
    before, after
        As `printed_sentences` gives them.
    """
    found: list[SentenceChange] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for action, first, last, start, end in matcher.get_opcodes():
        if action != "equal":
            found += _pairs(before[first:last], after[start:end])
    return tuple(found)


def printed_sentences(
    folder: Path,
    values: Mapping[str, Value],
    passages: Mapping[str, str] | None = None,
    places: Mapping[str, Place] | None = None,
) -> tuple[Printed, ...]:
    """Give the sentences of a paper as they are read, with the part of the paper they stand in.

    Parameters
    ----------
    folder
        A review, or a frozen version of it.
    values
        The values of that version.
    passages
        Its passages; None takes those that were written with it.
    places
        Its items that do not stand where they are written; None takes those of its own time.

    Raises
    ------
    DataProblems
        If the manuscript cannot be read.
    """
    from analysis.lint.sentences import printed, sentences
    from analysis.manuscript.sources import float_kinds, read_manuscript

    found = []
    manuscript = read_manuscript(folder, passages, places)
    for sentence in sentences(manuscript, values, float_kinds(folder)):
        if any(name.startswith(_OF_THE_VERSION) for _, name in sentence.values):
            continue
        text = tidy(printed(sentence, values).text)
        if any(sign.isalnum() for sign in text):
            found.append((sentence.part, text))
    return tuple(found)


def tidy(text: str) -> str:
    """Close the gaps that citations leave; … stands for a table or figure outside parentheses."""
    bare = _LAST.sub(")", _REFERENCES.sub("", text.lstrip("# ")))
    return _GAP.sub(r"\1", " ".join(bare.split()))


def values_of(results: Mapping[str, Any]) -> dict[str, Value]:
    """Read the values of a results.json, without the rows behind them."""
    from analysis.paper.values import Value

    return {
        name: Value(name, str(entry["text"]), None, None, "", ())
        for name, entry in results["values"].items()
    }


def passages_of(results: Mapping[str, Any]) -> dict[str, str]:
    """Read the passages of a results.json; an older one has none."""
    return {name: str(entry["text"]) for name, entry in results.get("passages", {}).items()}


def _pairs(before: Sequence[Printed], after: Sequence[Printed]) -> Iterator[SentenceChange]:
    left = list(before)
    for part, text in after:
        position = _alike(text, left)
        if position is None:
            yield SentenceChange(part, "", text)
            continue
        # What stood before the counterpart has none.
        for gone, old in left[:position]:
            yield SentenceChange(gone, old, "")
        yield SentenceChange(part, left[position][1], text)
        left = left[position + 1 :]
    for part, text in left:
        yield SentenceChange(part, text, "")


def _alike(text: str, candidates: Sequence[Printed]) -> int | None:
    best, place = _ALIKE, None
    for position, (_, other) in enumerate(candidates):
        matcher = SequenceMatcher(None, other, text, autojunk=False)
        if matcher.real_quick_ratio() > best and matcher.ratio() > best:
            best, place = matcher.ratio(), position
    return place
