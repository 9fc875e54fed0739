"""One named value, and how plain text becomes safe markdown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analysis.synthesis.row import RowRef

# Everything that pandoc's markdown or a shortcode could read as markup (pandoc manual, "Backslash
# escapes": any punctuation or space may be escaped). Letters, digits and common prose marks stay.
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|<>@$^~\"'&=-])")
_SLUG = re.compile(r"[\W_]+")
# Signs that tell one group from another: <65 and ≥65, + and −.
_SIGNS = (
    (re.compile(r">=|≥"), " ge "),
    (re.compile(r"<=|≤"), " le "),
    (re.compile(r">"), " gt "),
    (re.compile(r"<"), " lt "),
    (re.compile(r"\+"), " plus "),
    (re.compile(r"−|^\s*-\s*$|-(?=\s*$)"), " minus "),
)


@dataclass(frozen=True, slots=True)
class Value:
    """What ``{{< var name >}}`` prints, and where it comes from.

    Attributes
    ----------
    name
        Dotted name, lower case.
    text
        Markdown, rounded and with its unit.
    raw
        The unrounded number (fractions for percentages, months for times), or None for a phrase.
    unit
        ``fraction``, ``months``, ``count``, ``P``, or None.
    method
        How it was computed, in words.
    rows
        The rows it rests on.
    formula
        How the number follows from the rows, None for words and quotations.
    reference
        Where the formula comes from, None where it is plain counting.
    """

    name: str
    text: str
    raw: float | None
    unit: str | None
    method: str
    rows: tuple[RowRef, ...]
    formula: str | None = None
    reference: str | None = None

    @property
    def markdown(self) -> str:
        """The text as a span that carries the value's name into HTML and JATS."""
        return f'[{self.text}]{{.value data-value="{self.name}"}}'


def escape(text: str) -> str:
    """Make text from a table harmless: it prints as it is, whatever it contains."""
    # A line break would end the paragraph, or an entry of the front matter.
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def slug(text: str) -> str:
    """Make a part of a name out of a label: ``Any grade`` to ``any_grade``, ``<65`` to ``lt_65``.

    Letters of every script stay; nothing else can stand in a name.
    """
    plain = text.lower()
    for sign, word in _SIGNS:
        plain = sign.sub(word, plain)
    return _SLUG.sub("_", plain).strip("_") or "none"


def join_words(words: Iterable[str], none: str = "none", last: str = "and") -> str:
    """Write a list as prose: ``a``, ``a and b``, ``a, b and c``; another word before the last."""
    parts = list(words)
    if not parts:
        return none
    if len(parts) == 1:
        return parts[0]
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def phrase(name: str, text: str, method: str, rows: Iterable[RowRef] = ()) -> Value:
    """Make a value that is words, not one number."""
    return Value(name, text, None, None, method, tuple(rows))


def count_value(name: str, number: int, method: str, rows: Iterable[RowRef] = ()) -> Value:
    """Make a value that counts something."""
    from analysis.formatting.numbers import count

    return Value(name, count(number), number, "count", method, tuple(rows))
