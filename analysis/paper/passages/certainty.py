"""How certain the evidence is: by outcome, all together, as conclusions, and how it was rated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.manuscript.value import join_words
from analysis.paper.passages.passage import Passage, in_brackets, sentences
from schemas.certainty import DOMAINS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.paper.passages.passage import Material
    from analysis.synthesis.results import Outcome
    from schemas.protocol_certainty import Certainty

_TABLE = "summary_of_findings"


def passages(material: Material) -> Iterator[Passage]:
    """Write the certainty of each outcome, and what follows from it."""
    outcomes = [x for x in material.synthesis.rated if x.grade is not None]
    for outcome in outcomes:
        yield Passage(f"{outcome.id}-certainty", _one(material, outcome))
    yield Passage("certainty", _all(material, outcomes))
    yield Passage(
        "conclusions",
        sentences(*(material.says(f"{x.id}.certainty.statement") for x in outcomes)),
    )
    yield Passage("methods-certainty", _methods(material))


def _one(material: Material, outcome: Outcome) -> str:
    absolute = material.says(f"{outcome.id}.certainty.absolute")
    rated = outcome.grade is not None and outcome.grade.level is not None
    return sentences(
        material.says(f"{outcome.id}.certainty.sentence"),
        f"In absolute terms that is {absolute}{in_brackets(material.reference(_TABLE))}."
        if absolute and rated
        else "",
    )


def _all(material: Material, outcomes: list[Outcome]) -> str:
    """Tell the levels of all outcomes in a sentence, and which are not rated."""
    if not outcomes:
        return ""
    by_level: dict[str, list[str]] = {}
    for outcome in outcomes:
        level = outcome.grade.level if outcome.grade is not None else None
        by_level.setdefault(level or "", []).append(material.label(outcome))
    told = [f"{level} for {join_words(names)}" for level, names in by_level.items() if level]
    table = material.reference(_TABLE)
    profile = material.reference("evidence_profile")
    numbers = material.reference("certainty_proposals")
    open_names = by_level.get("", [])
    subject = "It" if told else "The certainty of the evidence"
    where = "" if told else in_brackets(table)
    return sentences(
        f"The certainty of the evidence is {join_words(told)}{in_brackets(table)}." if told else "",
        f"{subject} is not rated for {join_words(open_names)}{where}." if open_names else "",
        f"{profile} has the judgement of each domain." if profile else "",
        f"What the numbers say for each domain is shown in {numbers}; people make the judgements."
        if numbers
        else "",
    )


def _methods(material: Material) -> str:
    plan = material.protocol.certainty
    if plan is None:
        return ""
    needed = [domain.label.lower() for domain in DOMAINS.values() if domain.needed]
    given = [outcome for outcome in material.synthesis.rated if outcome.grade is not None]
    names = join_words(material.label(outcome) for outcome in given)
    return sentences(
        f"The certainty of the evidence on {names} was planned to be rated with GRADE, as high, "
        f"moderate, low or very low, by {join_words(needed)}"
        f"{material.cited('GRADE2011')}.",
        _start(plan),
        *(material.says(f"{outcome.id}.certainty.sizes") for outcome in given),
        "What each result means is told in words that do not say more than its rating"
        f"{material.cited('Santesso2020')}.",
        "A rating ends with the result it was made for.",
    )


def _start(plan: Certainty) -> str:
    told = join_words(f"{name.replace('_', '-')} at {level}" for name, level in plan.start.items())
    if plan.start:
        return f"Evidence began at the level of its design: {told}."
    return "Evidence from randomised trials began at high, other evidence at low."
