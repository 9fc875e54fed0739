"""How the numbers of a pool are written, by their kind."""

from __future__ import annotations

import math

from analysis.formatting.numbers import MINUS, interval, number

#: Decimals of each kind of number, and what it is multiplied by.
_DECIMALS = {"proportion": 1, "ratio": 2, "time": 1, "effect": 3}


def value_text(value: float, kind: str) -> str:
    """Write a number of a kind, proportions as percentages without their sign."""
    if math.isinf(value):
        return "NR" if value > 0 else f"{MINUS}∞"
    return number(100 * value if kind == "proportion" else value, _DECIMALS[kind])


def limits_text(low: float, high: float, kind: str) -> str:
    """Write the limits of an interval without brackets."""
    scale = "proportion" if kind == "proportion" else "median"
    return interval(low, None if math.isinf(high) else high, scale, _DECIMALS[kind])
