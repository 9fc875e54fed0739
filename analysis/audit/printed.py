"""A number as it stands on paper: every number that would have been printed like it.

``33.8`` stands for the closed range 33.75 to 33.85, closed because programs differ on which way a
half is rounded. Sums are kept as fractions, so that a difference of exactly the rounding error is
decided exactly; logarithms and the like are widened to the neighbouring floats.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

Number = Fraction | float

# Beyond this no printed statistic makes sense and exact fractions grow without bound.
_LARGEST_EXPONENT = 30
_DASHES = dict.fromkeys(map(ord, "\N{MINUS SIGN}\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}"), "-")
_POINTS = {ord("\N{MIDDLE DOT}"): ".", ord("\N{BULLET OPERATOR}"): "."}
# "0,046" is a decimal comma, "1,046" is taken for a thousand.
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+")
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
_POWER = re.compile(r"\s*[x\N{MULTIPLICATION SIGN}*]\s*10\s*\^?\s*\(?([+-]?\d{1,3})\)?")


@dataclass(frozen=True, slots=True)
class Span:
    """A closed range of numbers; its ends are fractions where they are known exactly."""

    low: Number
    high: Number

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Span) -> Span:
        return Span(self.low - other.high, self.high - other.low)

    def times(self, factor: int | Fraction) -> Span:
        """Multiply by a factor that is not negative."""
        return Span(self.low * factor, self.high * factor)

    def holds(self, value: Number | int) -> bool:
        """Say whether a value lies in the range, its ends included."""
        return self.low <= value <= self.high

    def meets(self, other: Span) -> bool:
        """Say whether two ranges have a number in common."""
        return self.low <= other.high and other.low <= self.high

    def mapped(self, function: Callable[[float], float]) -> Span:
        """Apply an increasing function, widened by what a float cannot hold."""
        return Span(
            math.nextafter(function(math.nextafter(float(self.low), -math.inf)), -math.inf),
            math.nextafter(function(math.nextafter(float(self.high), math.inf)), math.inf),
        )


@dataclass(frozen=True, slots=True)
class Printed:
    """A number, the way it is written.

    Attributes
    ----------
    text
        As printed, for messages.
    value
        The number itself.
    span
        All numbers that would have been printed like it.
    """

    text: str
    value: Fraction
    span: Span

    def scaled(self, factor: Fraction) -> Printed:
        """Change the unit, for instance of percents to fractions; the text stays."""
        return replace(self, value=self.value * factor, span=self.span.times(factor))

    def same_as(self, other: Printed) -> bool:
        """Say whether both may stand for one number, perhaps printed with other decimals."""
        return self.span.meets(other.span)

    def __float__(self) -> float:
        return float(self.value)


def plain(text: str) -> str:
    """Write a text with ASCII minus signs and points, superscripts as digits."""
    return unicodedata.normalize("NFKC", text.translate(_POINTS)).translate(_DASHES)


def number(text: str) -> Printed | None:
    """Read one printed number.

    Parameters
    ----------
    text : str
        ``33.8``, ``33.8%``, ``.05``, ``−1.2``, ``33·8``, ``33,8``, ``1,234``, ``3.2 × 10−5``.

    Returns
    -------
    Printed or None
        None if the text is not one number.
    """
    shown = text.strip()
    bare = plain(shown).rstrip("%").strip()
    power = 0
    if times_ten := _POWER.search(bare):
        power = int(times_ten[1])
        bare = bare[: times_ten.start()]
    if _THOUSANDS.fullmatch(bare):
        bare = bare.replace(",", "")
    elif _DECIMAL_COMMA.fullmatch(bare):
        bare = bare.replace(",", ".")
    if not _PLAIN.fullmatch(bare):
        return None
    try:
        decimal = Decimal(bare).scaleb(power)
    except InvalidOperation:
        return None
    exponent = decimal.as_tuple().exponent
    too_large = decimal != 0 and abs(decimal.adjusted()) > _LARGEST_EXPONENT
    if not isinstance(exponent, int) or too_large or abs(exponent) > _LARGEST_EXPONENT:
        return None
    value = Fraction(decimal)
    half = Fraction(10) ** exponent / 2
    return Printed(shown, value, Span(value - half, value + half))


def whole(text: str) -> int | None:
    """Read a whole number: ``863``, ``1,234``, ``14.0``; None if it is not one."""
    read = number(text)
    if read is None or read.value.denominator != 1:
        return None
    return int(read.value)


def shown(value: float, digits: int = 3) -> str:
    """Write a computed number with so many significant digits, never as 1e-05."""
    if not math.isfinite(value):
        return str(value)
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return f"{value:.{min(decimals, 12)}f}"
