"""Numbers of the abstract against those of the body, as a reader compares them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.lint.finding import finding
from analysis.lint.quantities import quantities
from analysis.lint.sentences import printed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from analysis.lint.facts import Facts
    from analysis.lint.sentences import Sentence
    from analysis.paper.values import Value
    from schemas.problems import Problem

_Number = tuple["Decimal", str | None]


def abstract_numbers(facts: Facts, sentences: tuple[Sentence, ...]) -> Iterator[Problem]:
    """Find numbers that the abstract prints and the body does not.

    What is compared is what will be printed: a value of the abstract need not be used in the body
    under the same name, but each of its numbers must be read there with the same unit.
    """
    body = set()
    for sentence in sentences:
        if sentence.part in ("body", "caption"):
            body.update(number for _, number in _numbers(sentence, facts.values))
    for sentence in sentences:
        if sentence.part != "abstract":
            continue
        told = set()
        for (place, name), number in _numbers(sentence, facts.values):
            if number in body or (place, number) in told:
                continue
            told.add((place, number))
            if facts.allowed.allows("abstract", sentence, place, place):
                continue
            amount, unit = number
            sign = {"percent": "%", "months": " months", None: "", "P": ""}[unit]
            shown = f"{'P = ' if unit == 'P' else ''}{amount}{sign}"
            source = f" It comes from {{{{< var {name} >}}}}." if name else ""
            yield finding(
                sentence,
                place,
                shown,
                f"The abstract says {shown}, and the body does not.{source}",
                _hint(number, body),
                "abstract",
            )


def _numbers(
    sentence: Sentence, values: Mapping[str, Value]
) -> Iterator[tuple[tuple[int, str | None], _Number]]:
    text = printed(sentence, values)
    for found in quantities(text.text):
        for number in found.numbers:
            yield text.origin(found.start), (number, found.unit)


def _hint(number: _Number, body: set[_Number]) -> str:
    amount, unit = number
    near = [other for other, same in body if same == unit]
    if unit in ("percent", "months") and near:
        nearest = min(near, key=lambda other: (abs(other - amount), other))
        sign = "%" if unit == "percent" else " months"
        return f"Report it in the body too. The nearest there is {nearest}{sign}."
    return "Report it in the body too, by the same value."
