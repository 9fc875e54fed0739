"""A P value as it is printed: equal to something, below it or above it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from analysis.audit.printed import Printed, Span, number, plain

_POWER = r"(?:\s?[eE]\s?-?\s?\d{1,3}|\s*[x×*]\s*10\s*\^?\s*[({]?\s?-\s?\d+[)}]?)"
_NUMBER = rf"(?:10\s*\^?[({{]?-\d{{1,3}}[)}}]?|[+-]?\s?(?:\d+(?:[.,]\d+)?|[.,]\d+){_POWER}?)"
_SIGN = "<=|>=|<<|>>|[<>=:≤≥≪≫~≈]"
_P = re.compile(rf"(?:\bp\b[\w\s'-]*?)?(?P<sign>{_SIGN})?\s*(?P<number>{_NUMBER})", re.IGNORECASE)
_NOT_SIGNIFICANT = re.compile(r"\b(p\s*[=:]?\s*)?(ns|n\.s\.?|not significant)(?!\w)", re.IGNORECASE)
_BELOW = ("<", "<=", "≤", "<<", "≪")
_ABOVE = (">", ">=", "≥", ">>", "≫")
_POWER_OF_TEN = re.compile(r"10\s*\^?[({]?(-\d{1,3})[)}]?")


@dataclass(frozen=True, slots=True)
class PValue:
    """A printed P value.

    Attributes
    ----------
    text
        As printed.
    span
        The P values it may stand for, inside 0 to 1; ``.000`` stands for 0 to .0005.
    possible
        False for a number that is not a probability, such as 1.2.
    """

    text: str
    span: Span
    possible: bool = True

    @property
    def said(self) -> str:
        """The printed P value, with a P in front if there was none."""
        if "p" in self.text.casefold():
            return self.text
        return f"P {self.text}" if self.text[:1] in "<>=≤≥≪≫" else f"P = {self.text}"


def p_value(text: str) -> PValue | None:
    """Read ``P = .03``, ``p<0.001``, ``0.5``, ``P > .99``, ``NS``; None if there is no P value.

    ``NS`` is read as P of .05 or more.
    """
    said = text.strip()
    if _NOT_SIGNIFICANT.fullmatch(said):
        return PValue(said, Span(Fraction(1, 20), Fraction(1)))
    bare = plain(said).replace("&lt;", "<").replace("&gt;", ">").strip(" *\N{DAGGER}()[];,")
    match = _P.fullmatch(bare)
    read = _number(match["number"]) if match else None
    if match is None or read is None:
        return None
    if read.value < 0 or read.span.low > 1 or (read.value > 1 and match["sign"] not in _BELOW):
        return PValue(said, read.span, possible=False)
    one, none = Fraction(1), Fraction(0)
    if match["sign"] in _BELOW:
        return PValue(said, Span(none, min(one, read.value)))
    if match["sign"] in _ABOVE:
        return PValue(said, Span(read.value, one))
    return PValue(said, Span(max(none, read.span.low), min(one, read.span.high)))


def _number(text: str) -> Printed | None:
    """Read also a power of ten by itself, and blanks within a number such as ``3 × 10 − 5``."""
    bare = "".join(text.split()).replace("{", "(").replace("}", ")")
    power = _POWER_OF_TEN.fullmatch(bare)
    return number(f"1e{power[1]}" if power else bare)


def shown_p(p: float) -> str:
    """Write a computed P value: ``.337``, ``.0048``, ``< .0001``."""
    if p < 0.0001:
        return "< .0001"
    decimals = 4 if p < 0.01 else 3
    return f"{p:.{decimals}f}".removeprefix("0")
