"""How the numbers of a pool are written, by their form."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis.formatting.numbers import MINUS, interval, number

__all__ = ["FORMS", "Form"]

# Ratios that two decimals show, and the powers of ten that are written out.
_PLAIN = (0.005, 1000.0)
_POWERS = (-4, 5)
#: Below this a value that may be small has three digits that count.
_FEW = 0.01


@dataclass(frozen=True, slots=True)
class Form:
    """A way to write numbers.

    Attributes
    ----------
    factor, decimals, sign
        What a value is multiplied by, its digits after the point, and what follows it.
    bounds
        Ends of the axis, in printed units.
    log, compares
        Whether the axis is logarithmic, and whether values are read against no effect.
    shares
        Whether values are shares of each study's own people.
    small
        Whether values may be so small that the digits show nothing of them.
    """

    factor: int = 1
    decimals: int = 1
    sign: str = ""
    bounds: tuple[float | None, float | None] = (None, None)
    log: bool = False
    compares: bool = False
    shares: bool = False
    small: bool = False

    @property
    def null(self) -> float | None:
        """Value of no effect; None where nothing is compared."""
        return float(self.log) if self.compares else None

    def value(self, value: float) -> str:
        """Write a number without its sign."""
        if math.isnan(value):
            return "–"
        if math.isinf(value):
            unbounded = "∞" if self.compares else "NR"
            return unbounded if value > 0 else f"{MINUS}∞"
        if self.log and not _PLAIN[0] <= value < _PLAIN[1]:
            return _in_powers(value)
        return number(value, self._digits(value), self.factor)

    def _digits(self, value: float, few: float = _FEW) -> int:
        """Return the digits after the point: three that count, of a rate of few per thousand."""
        if not self.small or not 0 < abs(value) < few:
            return self.decimals
        return 2 - math.floor(math.log10(abs(value)))

    def limits(self, low: float, high: float) -> str:
        """Write the limits of an interval without brackets."""
        if math.isnan(low) or math.isnan(high):
            return "no interval"
        if self.log and not (_PLAIN[0] <= low and high < _PLAIN[1]):
            return f"{self.value(low)} to {self.value(high)}"
        closed = None if math.isinf(high) else high
        digits = self._digits(low if closed is None else high, 10 * _FEW)
        return interval(low, closed, self.factor, digits)


def _in_powers(value: float) -> str:
    """Write a ratio that two decimals cannot show: two digits, with a power of ten if need be."""
    if value == 0:
        return "0"
    power = math.floor(math.log10(abs(value)) + 1e-12)
    if _POWERS[0] <= power <= _POWERS[1]:
        return number(value, max(0, 1 - power))
    digits = str(abs(power)).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{number(value / 10.0**power, 1)}×10{'⁻' if power < 0 else ''}{digits}"


#: By the kind that :class:`analysis.pool.csv_results.CsvPool` names.
FORMS = {
    "proportion": Form(100, 1, "%", bounds=(0.0, 100.0), shares=True),
    "ratio": Form(decimals=2, log=True, compares=True),
    "time": Form(bounds=(0.0, None)),
    "effect": Form(decimals=3, compares=True),
    "value": Form(decimals=3, small=True),
    "difference in units": Form(decimals=2, compares=True),
    "value in units": Form(decimals=2),
}
