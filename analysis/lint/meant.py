"""Which value an author probably meant by a number typed by hand."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from analysis.lint.quantities import Quantity, quantities, rounded
from analysis.lint.sentences import plain
from analysis.manuscript.value import slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from decimal import Decimal

    from analysis.lint.facts import Facts
    from analysis.lint.sentences import Sentence
    from analysis.paper.values import Value

    _Entry = tuple[str, Value, list[Quantity]]

# Beyond a tenth of the number, another value is a guess and no help.
_NEAR = 0.1
_MOST_SHOWN = 3
_LONGEST = 40
# A summary has seven numbers: estimate, level, limits, I², P, k.
_MOST_NUMBERS = 7
# Sure enough that a quoted number is one of the review's own.
_SURE = 4
# What the last part of a value's name is called in prose.
_SAID = {
    "estimate": ("pooled", "rate", "median", "was"),
    "ci": ("ci", "interval"),
    "ci_low": ("lower",),
    "ci_high": ("upper",),
    "k": ("estimates", "medians"),
    "n": ("patients", "participants"),
    "patients": ("patients", "participants"),
    "studies": ("studies", "trials"),
    "included": ("studies", "trials", "included"),
    "i2": ("i²", "heterogeneity"),
    "p": ("*p*", "p ="),
    "q": ("cochran",),
    "tau2": ("τ²",),
    "events": ("event", "response"),
}


class Meant:
    """Finds values by what they print.

    Parameters
    ----------
    facts
        The review.
    sentences
        All sentences: a value that the paper uses is meant more often than another.
    """

    def __init__(self, facts: Facts, sentences: Iterable[Sentence]) -> None:
        self._values = facts.values
        self._used = {name for sentence in sentences for _, name in sentence.values}
        self._said = dict(_SAID)
        for outcome in facts.protocol.outcomes:
            self._said[outcome.id] = (outcome.label.lower(), outcome.code.lower())
        for subgroup in facts.protocol.subgroups:
            for level in subgroup.levels:
                self._said[slug(level.id)] = (level.label.lower(), level.id.lower())

    def hint(self, quantity: Quantity, sentence: Sentence) -> str:
        """Say which value to write, or how to find one."""
        names = self.names(quantity, sentence)
        if not names:
            searched = f" {quantity.numbers[0]}" if quantity.numbers else ""
            return f"`review values{searched}` finds values by name or text."
        return f"Probably meant: {', or '.join(self.shown(name) for name in names)}."

    def shown(self, name: str) -> str:
        """Write a value as an author inserts it, with its current text."""
        text = plain(self._values[name].text)
        short = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
        return f"{{{{< var {name} >}}}} ({short})"

    def own(self, quantity: Quantity, sentence: Sentence) -> str | None:
        """Give the value that prints just this number and that the sentence speaks of."""
        if quantity.unit is None or not all(quantity.decimals):
            return None
        for name, _, printed in self._printing(quantity):
            if _extra(quantity, printed) == 0 and self._fit(name, sentence) >= _SURE:
                return name
        return None

    def names(self, quantity: Quantity, sentence: Sentence) -> list[str]:
        """Give the values that print these numbers, the likeliest first; else the nearest."""
        ranks: dict[str, tuple[float | str, ...]] = {}
        for name, _, printed in self._printing(quantity):
            extra = _extra(quantity, printed)
            # A bare number equals many counts: only those that the sentence speaks of help.
            fit = self._fit(name, sentence)
            if extra is not None and (quantity.unit or fit > 0):
                ranks[name] = (-fit, extra, *self._rank(name))
        if len(quantity.numbers) > 1:
            ranks = ranks or dict(self._overlapping(quantity, sentence))
        elif quantity.numbers:
            near = dict(self._near(quantity, sentence))
            rounding = {name: rank for name, rank in near.items() if rank[1] == 0}
            ranks = {**rounding, **ranks} or near
        return sorted(ranks, key=lambda name: ranks[name])[:_MOST_SHOWN]

    def _near(
        self, quantity: Quantity, sentence: Sentence
    ) -> Iterator[tuple[str, tuple[float | str, ...]]]:
        """Give values that round to the typed number, and near ones the sentence speaks of."""
        typed = float(quantity.numbers[0])
        for name, value, printed in self._index:
            shown = printed[0]
            if value.raw is None or len(printed) != 1 or value.unit == "count":
                continue
            if quantity.unit is None and max(quantity.decimals) > 1:
                # A proportion typed as such, 0.339 for 33.9%.
                if rounded(value.raw, quantity.decimals[0]) == quantity.numbers[0]:
                    yield name, (-self._fit(name, sentence), 0, *self._rank(name))
                continue
            if quantity.unit is None or shown.unit != quantity.unit:
                continue
            distance = abs(float(shown.numbers[0]) - typed)
            fit = self._fit(name, sentence)
            if _rounds_to(quantity, value):
                yield name, (-fit, 0, *self._rank(name))
            elif fit > 0 and distance <= _NEAR * abs(typed):
                yield name, (-fit, distance, *self._rank(name))

    def _overlapping(
        self, quantity: Quantity, sentence: Sentence
    ) -> Iterator[tuple[str, tuple[float | str, ...]]]:
        """Give ranges that share a number with the typed one and that the sentence speaks of."""
        for number in quantity.numbers:
            for name, _, printed in self._by_number.get(number, []):
                ranges = any(len(each.numbers) > 1 for each in printed)
                fit = self._fit(name, sentence)
                if ranges and fit > 0:
                    surplus = sum(len(each.numbers) for each in printed)
                    yield name, (-fit, surplus, *self._rank(name))

    def _rank(self, name: str) -> tuple[bool, int, int, str]:
        return name not in self._used, name.count("."), len(name), name

    def _fit(self, name: str, sentence: Sentence) -> int:
        """Count the parts of a name that the sentence speaks of, less those it does not."""
        text = sentence.words.lower()
        *parents, last = name.split(".")
        score = sum(phrase in text for phrase in self._said.get(last, (last,)))
        near = {other.split(".")[0] for _, other in sentence.values}
        for place, part in enumerate(parents):
            said = self._said.get(part, (part.replace("_", " "),))
            if any(phrase in text for phrase in said):
                score += 3
            elif place == 0 and part in near:
                score += 2
            else:
                score -= place > 0
        return score

    def _printing(self, quantity: Quantity) -> list[_Entry]:
        """Give the values that print the first of the typed numbers."""
        return self._by_number.get(quantity.numbers[0], []) if quantity.numbers else []

    @cached_property
    def _by_number(self) -> dict[Decimal, list[_Entry]]:
        found: dict[Decimal, list[_Entry]] = {}
        for entry in self._index:
            for number in {number for each in entry[2] for number in each.numbers}:
                found.setdefault(number, []).append(entry)
        return found

    @cached_property
    def _index(self) -> list[_Entry]:
        found = (
            (name, value, list(quantities(plain(value.text))))
            for name, value in self._values.items()
        )
        # Whole sentences and lists print many numbers; nobody types one of them by mistake.
        return [entry for entry in found if 0 < len(entry[2]) <= _MOST_NUMBERS]


def _extra(quantity: Quantity, printed: list[Quantity]) -> int | None:
    """Give how many numbers a value prints besides the typed ones, None if it lacks one."""
    same = [each for each in printed if quantity.unit in (None, each.unit)]
    for number, typed in zip(quantity.numbers, quantity.decimals, strict=True):
        # "4.0" is not the count 4, but "34" may be 34.0%.
        if not any(
            number == other and typed <= shown
            for each in same
            for other, shown in zip(each.numbers, each.decimals, strict=True)
        ):
            return None
    return sum(len(each.numbers) for each in printed) - len(quantity.numbers)


def _rounds_to(quantity: Quantity, value: Value) -> bool:
    if value.raw is None:
        return False
    scale = 100 if value.unit == "fraction" else 1
    return rounded(value.raw * scale, quantity.decimals[0]) == quantity.numbers[0]
