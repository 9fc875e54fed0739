"""Abbreviations: spelled out where they are first used, once in the abstract, once in the body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.lint.finding import finding
from analysis.lint.sentences import printed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analysis.lint.facts import Facts
    from analysis.lint.sentences import Printed, Sentence
    from schemas.problems import Problem

_IN_BRACKETS = re.compile(r"\((?:the\s)?([A-Za-z]*[A-Z]{2,}\d*)s?\b[^()]*\)")
_WORD = re.compile(r"[^\W\d_]+")
_PASSED_OVER = {"of", "and", "the", "for", "in", "with", "to", "on", "a", "or", "by"}


@dataclass(frozen=True, slots=True)
class _Use:
    """An abbreviation at a place of the text; ``value`` printed it unless an author typed it."""

    short: str
    sentence: Sentence
    place: int
    value: str | None
    defined: bool


def abbreviations(facts: Facts, sentences: tuple[Sentence, ...]) -> Iterator[Problem]:
    """Find abbreviations that are used before they are spelled out, or spelled out twice.

    Known are those of the protocol and those that the text itself spells out. Abstract and body
    are two texts. Captions, the title and keywords are left alone: figures and tables spell out
    what they use below them. One that only a value prints is a warning, because new data can bring
    it into the text, and an update must not fail for it.
    """
    known = dict(facts.protocol.abbreviations)
    for sentence in sentences:
        for short in _spelled_out(sentence, facts):
            known.setdefault(short, "")
    if not known:
        return
    longest_first = sorted(known, key=lambda short: (-len(short), short))
    pattern = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest_first))})s?(?!\w)")
    for part in ("abstract", "body"):
        uses = [
            use
            for sentence in sentences
            if sentence.part == part
            for use in _uses(sentence, facts, pattern, known)
        ]
        yield from _of_text(part, uses, known, facts)


def _of_text(
    part: str, uses: list[_Use], known: Mapping[str, str], facts: Facts
) -> Iterator[Problem]:
    first: dict[str, _Use] = {}
    defined: dict[str, _Use] = {}
    for use in uses:
        if use.defined and use.short in defined:
            line = defined[use.short].sentence.line_at(defined[use.short].place)
            if not _allowed(use, facts):
                yield finding(
                    use.sentence,
                    use.place,
                    use.short,
                    f"{use.short} is spelled out a second time in the {part}.",
                    f"The first time is in {line.file}, line {line.line}. Use {use.short} alone.",
                    "abbreviation",
                )
        elif use.defined:
            defined[use.short] = use
        if not use.defined and use.short not in defined:
            # What an author typed comes before what a value printed: it can be put right there.
            known_first = first.get(use.short)
            if known_first is None or (known_first.value and not use.value):
                first[use.short] = use
    for short, use in first.items():
        if not _allowed(use, facts):
            yield _undefined(part, use, known[short], defined.get(short))


def _undefined(part: str, use: _Use, long: str, later: _Use | None) -> Problem:
    source = f" (in {{{{< var {use.value} >}}}})" if use.value else ""
    if later:
        line = later.sentence.line_at(later.place)
        what = f"{use.short}{source} is used in the {part} before it is spelled out."
        hint = f"It is spelled out in {line.file}, line {line.line}; do it here."
    else:
        what = f"{use.short}{source} is not spelled out in the {part}."
        hint = f"Write “{long} ({use.short})” where it first stands."
    severity = "warning" if use.value else "error"
    return finding(use.sentence, use.place, use.short, what, hint, "abbreviation", severity)


def _allowed(use: _Use, facts: Facts) -> bool:
    return facts.allowed.allows("abbreviation", use.sentence, use.place, use.place)


def _uses(
    sentence: Sentence, facts: Facts, pattern: re.Pattern[str], known: Mapping[str, str]
) -> Iterator[_Use]:
    text = printed(sentence, facts.values)
    for match in pattern.finditer(text.text):
        place, value = text.origin(match.start())
        short = match[1]
        yield _Use(short, sentence, place, value, _defines(text, match, short, known[short]))


def _spelled_out(sentence: Sentence, facts: Facts) -> Iterator[str]:
    """Give abbreviations in brackets whose letters the words before them begin with."""
    text = printed(sentence, facts.values)
    for match in _IN_BRACKETS.finditer(text.text):
        if _initials_fit(text.text[: match.start()], match[1]):
            yield match[1]


def _defines(text: Printed, match: re.Match[str], short: str, long: str) -> bool:
    before, after = text.text[: match.start()], text.text[match.end() :]
    opened = re.search(r"\((?:the\s)?$", before)
    if opened:
        words = before[: opened.start()].rstrip()
        return _ends_with(words, long) or _initials_fit(words, short)
    # "TACE (transarterial chemoembolisation)" spells out too.
    return bool(long) and after.lstrip().lower().startswith(f"({long.lower()}")


def _ends_with(words: str, long: str) -> bool:
    if not long:
        return False
    ending, wanted = words.lower().removesuffix("s"), long.lower().removesuffix("s")
    # "Barcelona Clinic Liver Cancer (BCLC) stage": the noun may follow the bracket.
    shorter = wanted.rpartition(" ")[0]
    return ending.endswith(wanted) or (shorter.count(" ") > 0 and ending.endswith(shorter))


def _initials_fit(words: str, short: str) -> bool:
    letters = [letter.lower() for letter in short if letter.isalpha()]
    initials = [
        word[0].lower() for word in _WORD.findall(words) if word.lower() not in _PASSED_OVER
    ]
    count = len(letters)
    # A last letter may stand for a word said before: "… for PDGF (…) and fibroblast growth factor
    # (FGFR)" in a list of receptors.
    return initials[-count:] == letters or (
        count > 3 and initials[-(count - 1) :] == letters[: count - 1]
    )
