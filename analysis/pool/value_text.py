"""How the numbers of a pool are written, by their form."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis.formatting.numbers import MINUS, interval, number

__all__ = ["FORMS", "Form"]


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
    """

    factor: int = 1
    decimals: int = 1
    sign: str = ""
    bounds: tuple[float | None, float | None] = (None, None)
    log: bool = False
    compares: bool = False

    def value(self, value: float) -> str:
        """Write a number without its sign."""
        if math.isinf(value):
            return "NR" if value > 0 else f"{MINUS}∞"
        return number(value, self.decimals, self.factor)

    def limits(self, low: float, high: float) -> str:
        """Write the limits of an interval without brackets."""
        closed = None if math.isinf(high) else high
        return interval(low, closed, self.factor, self.decimals)


#: By the kind that :class:`analysis.pool.csv_results.CsvPool` names.
FORMS = {
    "proportion": Form(100, 1, "%", bounds=(0.0, 100.0)),
    "ratio": Form(decimals=2, log=True, compares=True),
    "time": Form(bounds=(0.0, None)),
    "effect": Form(decimals=3, compares=True),
}
