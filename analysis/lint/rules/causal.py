"""Causal verbs about pools that have no control group."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.lint.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.lint.facts import Facts
    from analysis.lint.sentences import Sentence
    from schemas.problems import Problem

_VERB = re.compile(
    r"\b(?:improv|reduc|prolong|increas|decreas|enhanc|lower|extend|delay|prevent|benefit)"
    r"(?:e?s|e?d|ing|ting|ted)\b|\b(?:led|leads?|leading)\s+to\b|\bresult(?:s|ed|ing)\s+in\b"
    r"|\b(?:causes|caused|raised|boosted|halved|doubled|outperformed)\b"
    r"|\b(?:is|are|was|were)\s+(?:superior|inferior|more\s+effective|effective)\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"\b(?:not|no|cannot|neither|nor|without|whether|if|may|might|could|never)\b|n['’]t\b",
    re.IGNORECASE,
)
_TREATMENT = re.compile(
    r"\b(?:combinations?|treatments?|therap(?:y|ies)|regimens?|drugs?)\b", re.IGNORECASE
)
_COMMON = {"combination", "therapy", "treatment", "with", "plus", "for", "of", "and", "the", "in"}


def causal_verbs(facts: Facts, sentences: tuple[Sentence, ...]) -> Iterator[Problem]:
    """Find uncited sentences in which a treatment or a pool improves or prolongs something.

    A pool of treated groups has no control, so it shows no effect. A cited sentence speaks of a
    study, a denied or doubtful one claims nothing. A warning: only an author can tell.
    Where two groups are compared there is a control; how firm words may be then is a question of
    the certainty of the evidence.
    """
    if facts.protocol.comparisons:
        return
    outcomes = {outcome.id for outcome in facts.protocol.outcomes} | {"ae"}
    names = [
        re.escape(word)
        for word in re.findall(r"[\w-]{4,}", facts.protocol.review.intervention or "")
        if word.lower() not in _COMMON
    ]
    intervention = re.compile(rf"\b(?:{'|'.join(names) or '(?!)'})\b", re.IGNORECASE)
    for sentence in sentences:
        if sentence.citations or sentence.part == "title":
            continue
        pooled = any(name.split(".")[0] in outcomes for _, name in sentence.values)
        about = pooled or _TREATMENT.search(sentence.words) or intervention.search(sentence.words)
        if not about:
            continue
        for match in _VERB.finditer(sentence.words):
            if _DENIAL.search(sentence.words[: match.start()]):
                continue
            if facts.allowed.allows("causal", sentence, match.start(), match.end()):
                continue
            yield finding(
                sentence,
                match.start(),
                match[0],
                f"A causal verb: “{sentence.excerpt(match.start(), match.end())}”",
                "These pools have no control group. Describe what was recorded, or cite the "
                "randomised trial that shows the effect.",
                "causal",
                "warning",
            )
