"""The same quantity with the same number of decimals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.lint.finding import finding
from analysis.lint.quantities import quantities
from analysis.lint.sentences import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.lint.facts import Facts
    from analysis.lint.quantities import Quantity
    from analysis.lint.sentences import Sentence
    from schemas.problems import Problem

# Round numbers that are levels or limits, not results: "95% CI", "fewer than 5%".
_LEVEL = re.compile(
    r"^\s?(?:CI\b|confidence|credible|prediction|or\s(?:more|less|higher|lower)|(?:level|limit)\b)"
)
_LIMIT = re.compile(
    r"\b(?:than|below|above|under|over|about|around|least|most|nearly|almost)\s*$|[<>≤≥~]\s*$"
)
_RESULTS = ("estimate", "ci", "ci_low", "ci_high", "i2", "summary", "range")


def decimals(facts: Facts, sentences: tuple[Sentence, ...]) -> Iterator[Problem]:
    """Find typed percentages and months whose decimals differ from others of their sentence.

    Compared are the numbers of one unit in one sentence, and the two ends of a range; the values
    in the sentence are what typed numbers have to agree with. *P* values are left alone: two and
    three digits beside each other are the usual style.
    """
    for sentence in sentences:
        # A number that must become a value anyway is reported once, by the rule for numbers.
        typed = [
            found
            for found in quantities(sentence.words)
            if sentence.citations
            or facts.allowed.allows("number", sentence, found.start, found.end)
        ]
        for found, wanted, other in _differing(facts, sentence, typed):
            if not facts.allowed.allows("decimals", sentence, found.start, found.end):
                yield _problem(sentence, found, wanted, other)


def _differing(
    facts: Facts, sentence: Sentence, typed: list[Quantity]
) -> Iterator[tuple[Quantity, int, str]]:
    for found in typed:
        if found.unit != "P" and len(set(found.decimals)) > 1:
            yield found, max(found.decimals), "the other end of the range"
    for unit in ("percent", "months"):
        results = [
            found for found in typed if found.unit == unit and not _is_level(sentence.words, found)
        ]
        if not results:
            continue
        wanted, other = _of_values(facts, sentence, unit) or _most(sentence, results)
        for found in results:
            if found.decimals[0] != wanted:
                yield found, wanted, other


def _of_values(facts: Facts, sentence: Sentence, unit: str) -> tuple[int, str] | None:
    """Give the decimals of the results that the sentence's values print in a unit."""
    for _, name in sentence.values:
        if name.rsplit(".", 1)[-1] in _RESULTS and name in facts.values:
            for found in quantities(plain(facts.values[name].text)):
                if found.unit == unit and found.decimals[0] > 0:
                    return found.decimals[0], f"{{{{< var {name} >}}}}"
    return None


def _most(sentence: Sentence, results: list[Quantity]) -> tuple[int, str]:
    most = max(results, key=lambda found: found.decimals[0])
    return most.decimals[0], sentence.raw[most.start : most.end].strip()


def _is_level(words: str, found: Quantity) -> bool:
    whole = found.decimals[0] == 0
    extreme = found.numbers[0] in (0, 100)
    before, after = words[: found.start], words[found.end :]
    return whole and (extreme or bool(_LIMIT.search(before) or _LEVEL.match(after)))


def _problem(sentence: Sentence, found: Quantity, wanted: int, other: str) -> Problem:
    return finding(
        sentence,
        found.start,
        " ".join(sentence.raw[found.start : found.end].split()),
        f"Other decimals than {other}: “{sentence.excerpt(found.start, found.end)}”",
        f"Give {wanted} decimal{'' if wanted == 1 else 's'} if the source has them, or say in "
        "words that the number is rounded (about, nearly).",
        "decimals",
    )
