"""How certain the evidence on each outcome is, in words; nothing where nobody asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.numbers import count, lower_first, number
from analysis.manuscript.value import escape, join_words, phrase
from analysis.measures.registry import measure
from analysis.paper.certainty_text import (
    NOT_RATED,
    absolute_words,
    domain_name,
    downgrades,
    is_relative,
    needed_to_treat,
    signs,
    statement,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.manuscript.value import Value
    from analysis.synthesis.grade import Grade
    from analysis.synthesis.results import Outcome, Synthesis
    from schemas.protocol import Protocol

_METHOD = "data/certainty.csv"


def certainty_values(synthesis: Synthesis, protocol: Protocol) -> Iterator[Value]:
    """Give for each outcome that is to be rated its level, statement and absolute effect."""
    for outcome in synthesis.rated:
        grade = outcome.grade
        if grade is None:
            continue
        name = f"{outcome.id}.certainty"
        level = grade.level or NOT_RATED
        rows = grade.rows
        yield phrase(f"{name}.level", level, _METHOD, rows)
        yield phrase(f"{name}.signs", signs(grade.level), _METHOD, rows)
        told = statement(outcome)
        yield phrase(f"{name}.statement", f"{escape(told)}." if told else "", _METHOD, rows)
        yield phrase(f"{name}.sentence", _sentence(outcome, grade), _METHOD, rows)
        pooled = [study.row for study in outcome.overall.studies]
        effects = [entry.effect for entry in grade.absolute[:1]] if is_relative(outcome) else []
        absolute = "".join(absolute_words(outcome, effect) for effect in effects)
        yield phrase(f"{name}.absolute", absolute, "effect at the first baseline risk", pooled)
        needed = "".join(needed_to_treat(outcome, effect) for effect in effects)
        yield phrase(f"{name}.nnt", needed, "1 / risk difference, rounded up", pooled)
        yield phrase(f"{name}.sizes", _sizes(outcome, protocol), "protocol: certainty, outcomes")


def _sizes(outcome: Outcome, protocol: Protocol) -> str:
    """Say from which size on an effect matters, or where a decision would change."""
    entry = None if protocol.certainty is None else protocol.certainty.outcome(outcome.id)
    label, measured = escape(lower_first(outcome.label)), measure(outcome.measure)
    if entry is None:
        return ""
    if entry.decision_limits:
        limits = join_words(number(value) for value in entry.decision_limits)
        return f"For {label}, a decision would change at {limits}{measured.after(outcome.unit)}."
    if entry.thresholds is None:
        return ""
    given = entry.thresholds
    steps = [
        (word, value)
        for word, value in (
            ("small", given.small),
            ("moderate", given.moderate),
            ("large", given.large),
        )
        if value is not None
    ]
    if len(steps) == 1:
        steps = [("important", given.small)]
    digits = 0 if measured.per != 1 else measured.decimals
    told = join_words(f"{word} from {number(value, digits)}" for word, value in steps)
    unit = measured.after(outcome.unit)
    if measured.per != 1:
        unit = f" more or fewer per {count(measured.per)}"
    elif measured.standardised:
        unit = " standard deviations"
    return f"An effect on {label} was called {told}{unit} on."


def _sentence(outcome: Outcome, grade: Grade) -> str:
    """Say how certain the evidence is and why; that a rating is open, or that there is none."""
    if grade.earlier is not None:
        return (
            "The certainty of the evidence was rated before this result changed, and has to be "
            "rated again."
        )
    if grade.level is None:
        return "The certainty of the evidence was not rated."
    changed = downgrades(grade)
    ways = []
    for word, names in (
        ("down", [domain_name(each) for each in changed if each.step < 0]),
        ("up", [domain_name(each) for each in changed if each.step > 0]),
    ):
        if names:
            ways.append(f"rated {word} for {join_words(names)}")
    why = f" ({'; '.join(ways)})" if ways else ""
    told = statement(outcome)
    return f"The certainty of the evidence is {grade.level}{why}." + (
        f" {escape(told)}." if told else ""
    )
