"""Statements of significance against the P value beside them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.lint.finding import finding
from analysis.lint.sentences import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.lint.facts import Facts
    from analysis.lint.sentences import Sentence
    from schemas.problems import Problem

_CLAUSE = re.compile(
    r";|,?\s(?:but|whereas|while|although|though|however)\s|,\sand\s|\.\s+", re.IGNORECASE
)
_CLAIM = re.compile(
    r"\bsignifican(?:t|tly|ce)\b(?!\s+(?:level|threshold|test|criterion|limit))"
    r"|\bdiffered\b|\bdiffers?\b(?=\s+(?:between|by|from|among))"
    r"|\bdifferences?\b(?=\s+(?:between|by|was|were|among))"
    r"|\b(?:was|were)\s+(?:associated|related)\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"\b(?:not|no|non|neither|nor|without|never|cannot|lacked|lack)\b|n['’]t\b|\bfail(?:s|ed)?\s+to\b"
    r"|\b(?:in|non)significan|\bdid\s+not\s+differ|\bdoes\s+not\s+differ",
    re.IGNORECASE,
)
_DENIED_CLAIM = re.compile(r"\b(?:in|non-?)significan(?:t|tly|ce)\b|\b(?:not|n['’]t)\s+differ\b")
_ELLIPTIC = re.compile(r"\b(?:was|were|did|is|are|does)\s+not\b", re.IGNORECASE)
_HETEROGENEITY = re.compile(r"heterogene", re.IGNORECASE)
_P = re.compile(r"\bP\b[*_\s]*\\?([=<>≤≥])\s*(0?\.\d+)")


def significance(facts: Facts, sentences: tuple[Sentence, ...]) -> Iterator[Problem]:
    """Find typed statements of significance that the P value in the same clause contradicts.

    The P value may be a value, stand in a value's text, be typed, or, where a clause compares two
    levels of a subgroup without giving it, be that of the test between them. Sentences that come
    whole from a value are chosen by the result and cannot be wrong. For heterogeneity the limit is
    the one of the protocol's rule for the model.
    """
    for sentence in sentences:
        said: bool | None = None
        for start, end in _clauses(sentence.words):
            words = sentence.words[start:end]
            claim = _CLAIM.search(words) or _DENIED_CLAIM.search(words)
            if claim:
                said = not _DENIAL.search(words[: claim.end()])
            elif said is not None and _ELLIPTIC.search(words):
                said, claim = False, _ELLIPTIC.search(words)
            if claim is None or said is None:
                continue
            place = start + claim.start()
            if facts.allowed.allows("significance", sentence, place, place):
                continue
            yield from _judge(facts, sentence, (start, end), said, place)


def _clauses(words: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _CLAUSE.finditer(words):
        yield start, match.start()
        start = match.end()
    yield start, len(words)


def _judge(
    facts: Facts, sentence: Sentence, span: tuple[int, int], said: bool, place: int
) -> Iterator[Problem]:
    start, end = span
    words = sentence.words[start:end]
    protocol = facts.protocol
    limits = [protocol.significance_level]
    if _HETEROGENEITY.search(words):
        limits.append(protocol.model_rule.p_at_least)
    found = list(_p_values(facts, sentence, start, end))
    typed = sentence.raw[place:].split()[0].strip(".,;:()")
    for low, high, shown, name in found:
        if said and low >= max(limits):
            what = f"The text says “{_words(words)}”, but {shown}."
        elif not said and high < min(limits):
            what = f"The text denies what {shown} shows: “{_words(words)}”."
        else:
            continue
        hint = f"The level of the protocol is {min(limits):g}.{_sentence_value(name, facts)}"
        yield finding(sentence, place, typed, what, hint, "significance")
    if not found and said and not sentence.citations and "significan" in words.lower():
        yield finding(
            sentence,
            place,
            typed,
            f"A statement of significance without its P value: “{_words(words)}”.",
            "Insert the value of the P beside it, or say it without the word.",
            "significance",
            "warning",
        )


def _sentence_value(name: str | None, facts: Facts) -> str:
    """Name the value that says in words what a P value shows."""
    if name is None:
        return " Correct the statement or the number."
    prefix, _, last = name.rpartition(".")
    outcome = name.split(".")[0]
    for other in (
        f"{prefix}.test_sentence",
        f"{prefix}.heterogeneity",
        f"{outcome}.small_study.sentence",
    ):
        if other in facts.values and (last != "p" or not other.endswith("test_sentence")):
            return f" {{{{< var {other} >}}}} says whichever is true: put it in its place."
    return " Correct the statement."


def _p_values(
    facts: Facts, sentence: Sentence, start: int, end: int
) -> Iterator[tuple[float, float, str, str | None]]:
    """Give the P values of a clause: lower and upper bound, as written, and the value's name."""
    names = [name for place, name in sentence.values if start <= place < end]
    any_found = False
    for match in _P.finditer(sentence.raw[start:end]):
        any_found = True
        yield *_bounds(match), plain(match[0]), None
    for name in names:
        value = facts.values.get(name)
        if value is None or name.startswith("protocol."):
            continue
        if value.unit == "P" and value.raw is not None:
            any_found = True
            yield value.raw, value.raw, f"{plain(value.text)} ({name})", name
            continue
        for match in _P.finditer(plain(value.text)):
            any_found = True
            yield *_bounds(match), f"{match[0]} ({name})", name
    if any_found:
        return
    for name, value in _tests_between(names, facts):
        shown = f"the test between the groups gives {plain(facts.values[name].text)} ({name})"
        yield value, value, shown, name


def _tests_between(names: list[str], facts: Facts) -> Iterator[tuple[str, float]]:
    levels: dict[str, set[str]] = {}
    for name in names:
        parts = name.split(".")
        if len(parts) == 4:
            levels.setdefault(".".join(parts[:2]), set()).add(parts[2])
    for prefix, found in levels.items():
        value = facts.values.get(f"{prefix}.test")
        if len(found) > 1 and value is not None and value.raw is not None:
            yield value.name, value.raw


def _bounds(match: re.Match[str]) -> tuple[float, float]:
    number = float(match[2])
    if match[1] in "<≤":
        # Below the number, so at most just under it.
        return 0.0, number - 1e-12
    if match[1] in ">≥":
        return number, 1.0
    return number, number


def _words(words: str) -> str:
    shown = " ".join(re.sub(r"[\ue000-\ue002]+", "…", words).split())
    return shown if len(shown) <= 90 else shown[:89] + "…"
