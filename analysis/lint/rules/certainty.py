"""Statements of effect that say more than the certainty of the evidence allows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.lint.finding import finding
from analysis.lint.sentences import printed
from analysis.paper.certainty_text import NOT_RATED
from schemas.certainty import LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.lint.facts import Facts
    from analysis.lint.sentences import Sentence
    from schemas.problems import Problem

_STEMS = (
    "improv|reduc|prolong|increas|decreas|enhanc|lower|extend|delay|prevent|rais|favour|favor|halv"
    "|doubl|boost|worsen|shorten|lengthen|suppress"
)
_MORE = "higher|lower|better|worse|longer|shorter|greater|smaller|larger|fewer|less|more"
_EFFECT = re.compile(
    rf"\b(?:{_STEMS})(?:e|e?s|e?d|ing)?\b"
    r"|\b(?:leads?|led)\s+to\b|\bresult(?:s|ed)?\s+in\b|\bmakes?\s+(?:little|no)\b"
    r"|\b(?:is|are|was|were)\s+(?:superior|inferior|more\s+effective|effective|beneficial)\b"
    rf"|\b(?:is|are|was|were)\s+(?:\w+ly\s+)?(?:{_MORE})\s+(?:\w+\s+)?(?:with|without|under|after)\b"
    r"|\bworks?\b|\bhelps?\b|\bbenefits?\b|\b(?:beneficial|harmful)\s+effects?\b"
    r"|\b(?:is|are|was|were|has|have|had)\s+no\s+effects?\b"
    r"|\b(?:does|do|did)\s+not\s+(?:change|affect|alter)\b|\b(?:changes|affects|alters|cures)\s+the\b"
    r"|\b(?:proves?|shows?|demonstrates?)\s+(?:a|an)\s+(?:gain|benefit|effect|harm)\b",
    re.IGNORECASE,
)
_STUDIES = r"of\s+(?:the\s+)?\d+\s+studies"
# What becomes more or less here is no effect of a treatment; a count of studies by direction says
# what each of them found.
_NO_EFFECT = re.compile(
    r"^\W*(?:the\s+)?(?:between-study\s+)?(?:heterogeneity|(?:\w+\s+)?intervals?|precision|width"
    rf"|weights?|numbers?|I²|τ²)\b|\b{_STUDIES}\b.*\bfavou?red\b|\bfavou?red\b.*\b{_STUDIES}\b",
    re.IGNORECASE | re.DOTALL,
)
#: Words that keep a statement at a level or below; each level allows those of the lower ones too.
_HEDGES: dict[str, str] = {
    "moderate": r"probabl[ey]|likely|presumably",
    "low": r"may|might|could|possibly|perhaps|suggests?|suggested|appears?|seems?",
    "very low": r"uncertain|uncertainty|unclear|unknown|not\s+known|cannot\s+(?:say|tell)"
    r"|no\s+evidence",
}
_OPEN = re.compile(
    r"\b(?:whether|if|hypothes\w+|aims?|aimed|asks?|asked|would|should|protocol)\b|\?",
    re.IGNORECASE,
)
_WORDS = {
    "moderate": "probably reduces, probably increases",
    "low": "may reduce, may increase",
    "very low": "the evidence is very uncertain about",
}


def overstated(facts: Facts, sentences: tuple[Sentence, ...]) -> Iterator[Problem]:
    """Find sentences that speak of an effect more firmly than its evidence is rated.

    A sentence that names a rated outcome, by a value or by its label, is held against that
    outcome's level; one of the conclusions that names none but the treatment, against the highest
    level of all. A cited sentence speaks of a study, a question claims nothing.
    """
    levels = _levels(facts)
    if not levels:
        return
    names = _names(facts)
    highest = max(levels.values(), key=LEVELS.index)
    for sentence in sentences:
        if sentence.citations or sentence.part == "caption":
            continue
        told = printed(sentence, facts.values).text
        about = _outcomes(sentence, told, names) & levels.keys()
        if not about and not (_speaks_of_treatment(told, facts) and highest != LEVELS[-1]):
            continue
        # Of several outcomes the best rated one is the measure: the others may be told apart.
        level = max((levels[name] for name in about), key=LEVELS.index, default=highest)
        if level == LEVELS[-1] or _OPEN.search(told) or _NO_EFFECT.search(told):
            continue
        match = _EFFECT.search(sentence.words)
        if match is None or _hedged(told, level):
            continue
        if facts.allowed.allows("certainty", sentence, match.start(), match.end()):
            continue
        named = ", ".join(sorted(about)) or "any outcome"
        wording = [text for name in sorted(about) if (text := _statement(facts, name))]
        yield finding(
            sentence,
            match.start(),
            match[0],
            f"Says more than the evidence on {named} allows, whose certainty is {level}: "
            f"“{sentence.excerpt(match.start(), match.end())}”",
            f"In GRADE's wording: {' '.join(wording)}"
            if wording
            else f"In GRADE's wording: {_WORDS[level]}.",
            "certainty",
        )


def _levels(facts: Facts) -> dict[str, str]:
    found = {}
    for outcome in facts.protocol.outcomes:
        value = facts.values.get(f"{outcome.id}.certainty.level")
        if value is not None and value.text != NOT_RATED:
            found[outcome.id] = value.text
    return found


def _names(facts: Facts) -> dict[str, re.Pattern[str]]:
    """Give the words by which a sentence names an outcome."""
    found = {}
    plan = facts.protocol.certainty
    for outcome in facts.protocol.outcomes:
        entry = None if plan is None else plan.outcome(outcome.id)
        words = [outcome.label, *([entry.event] if entry is not None and entry.event else [])]
        found[outcome.id] = re.compile(
            rf"\b(?:{'|'.join(re.escape(word) for word in words)})\b", re.IGNORECASE
        )
    return found


def _outcomes(sentence: Sentence, told: str, names: dict[str, re.Pattern[str]]) -> set[str]:
    by_value = {name.split(".")[0] for _, name in sentence.values}
    return by_value | {name for name, pattern in names.items() if pattern.search(told)}


def _speaks_of_treatment(told: str, facts: Facts) -> bool:
    intervention = facts.protocol.review.intervention
    return intervention is not None and bool(
        re.search(rf"\b{re.escape(intervention)}\b", told, re.IGNORECASE)
    )


def _hedged(told: str, level: str) -> bool:
    """Say whether a sentence has a word that fits its level or a lower one."""
    place = LEVELS.index(level)  # type: ignore[arg-type]
    fitting = [_HEDGES[name] for name in LEVELS[: place + 1] if name in _HEDGES]
    return bool(re.search(rf"\b(?:{'|'.join(fitting)})\b", told, re.IGNORECASE))


def _statement(facts: Facts, name: str) -> str:
    value = facts.values.get(f"{name}.certainty.statement")
    return "" if value is None else value.text.replace("\\", "")
