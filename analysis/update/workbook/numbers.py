"""Numbers as a workbook holds them, and as a report prints them."""

from __future__ import annotations

import re
from decimal import Decimal

# Counts and printed numbers; what a spreadsheet stores with more digits is not exact.
_PLAIN = re.compile(r"-?\d{1,15}(\.\d{1,10})?")
_DECIMALS = re.compile(r"(?:#,##)?[#0]*0(?:\.(0+))?")
# Digits that a spreadsheet keeps of a number (IEEE 754 double precision).
_DIGITS = 15


def as_number(text: str) -> Decimal | None:
    """Give the number that a plain text stands for, None when it is no plain number."""
    return Decimal(text) if _PLAIN.fullmatch(text) else None


def same_number(one: str, other: str) -> bool:
    """Say whether two texts are the same number, however it is written."""
    first, second = as_number(one), as_number(other)
    return first is not None and first == second


def number_text(value: float, number_format: str) -> str:
    """Write a stored number as a report prints it.

    Parameters
    ----------
    value
        The number; noise beyond 15 digits, as 0.1 + 0.2 leaves it, is dropped.
    number_format
        The cell's format; its zeros after the point are kept: 17 shown as 17.0 is "17.0".
    """
    text = f"{Decimal(format(value, f'.{_DIGITS}g')):f}"
    decimals = shown_decimals(number_format)
    whole, _, part = text.partition(".")
    part = part.rstrip("0")
    if decimals is not None and decimals > len(part):
        part = part.ljust(decimals, "0")
    return f"{whole}.{part}" if part else whole


def shown_decimals(number_format: str) -> int | None:
    """Give the decimals that a number format shows, None when it does not fix them."""
    match = _DECIMALS.fullmatch(number_format)
    if match is None:
        return None
    return len(match[1] or "")
