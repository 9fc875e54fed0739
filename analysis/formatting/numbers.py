"""How a number is written, in prose, tables and figures alike.

One place decides on decimals, the minus sign, the dash of a range and the style of a *P* value
(AMA Manual of Style, 11th edition, chapter 19: no zero before the point of a *P* value, three
decimals below .01 and where rounding would hide significance; this review prints three throughout).

Rounding is half up on the shortest decimal that stands for the float, so that 1/16 prints as 6.3 %
as a reader with a calculator expects, and not as 6.2 % (half to even).
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

MINUS = "\N{MINUS SIGN}"
EN_DASH = "\N{EN DASH}"
NOT_REACHED = "NR"
# From here on digits say nothing that the exponent does not; no outcome is that large.
_WRITTEN_OUT = Decimal(10) ** 15

_SMALLEST_P = 0.001
_LARGEST_P = 0.99


def number(value: float, decimals: int = 1, factor: int = 1) -> str:
    """Write a number with a fixed count of decimals.

    Parameters
    ----------
    value : float
        A finite number.
    decimals : int
        Digits after the point.
    factor : int
        What the value is multiplied by first, without a rounding of its own: 100 for percent.

    Returns
    -------
    str
        With U+2212 as minus sign; a value that rounds to zero carries no sign.

    Raises
    ------
    ValueError
        If the value is not finite: an absent number has to be said in words by the caller.
    """
    return _written(_decimal(value) * factor, decimals)


def percent(fraction: float, decimals: int = 1) -> str:
    """Write a fraction as a percentage: ``percent(0.3389) == "33.9%"``."""
    return f"{_written(_decimal(fraction) * 100, decimals)}%"


def explained(fraction: float, decimals: int = 1) -> str:
    """Write R², the share of heterogeneity explained: an estimate below 0 explains nothing, 0.0%.

    An adjusted R² can be negative; it is stored so, and never printed so.
    """
    return percent(max(0.0, fraction), decimals)


def months(value: float, decimals: int = 1) -> str:
    """Write a time in months, without its unit."""
    return number(value, decimals)


def count(value: int) -> str:
    """Write a count, with commas from ten thousand on (AMA 19.1.1)."""
    sign = MINUS if value < 0 else ""
    digits = f"{abs(value):,}" if abs(value) >= 10_000 else str(abs(value))
    return sign + digits


def p_value(p: float) -> str:
    """Write a *P* value with its sign: ``P = .844``, ``P < .001``, ``P > .99``.

    Raises
    ------
    ValueError
        If ``p`` is not between 0 and 1.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"a P value lies between 0 and 1, not at {p!r}")
    if p < _SMALLEST_P:
        return "P < .001"
    if p > _LARGEST_P:
        return "P > .99"
    return f"P = {_written(_decimal(p), 3).removeprefix('0')}"


def interval(low: float, high: float | None, factor: int = 1, decimals: int = 1) -> str:
    """Write the limits of an interval, without unit.

    Parameters
    ----------
    low : float
        Lower limit.
    high : float or None
        Upper limit, None where it was not reached.
    factor : int
        What both are multiplied by first: 100 for percent.
    decimals : int
        Digits after the point.

    Returns
    -------
    str
        ``26.5–41.3``; ``5.1–NR`` for an upper limit that was not reached. A negative limit switches
        to ``−1.2 to 4.5``, because a dash beside a minus sign is easily misread.
    """
    first = number(low, decimals, factor)
    last = NOT_REACHED if high is None else number(high, decimals, factor)
    joint = " to " if MINUS in first + last else EN_DASH
    return f"{first}{joint}{last}"


def _decimal(value: float) -> Decimal:
    # float() first: NumPy's scalars print themselves as np.float64(0.5).
    plain = float(value)
    if not math.isfinite(plain):
        raise ValueError(f"{value!r} is not a number that can be written")
    return Decimal(repr(plain))


def _written(value: Decimal, decimals: int) -> str:
    if abs(value) >= _WRITTEN_OUT:
        return f"{value:.{max(decimals, 1)}e}".replace("-", MINUS)
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    sign = MINUS if rounded < 0 else ""
    return f"{sign}{abs(rounded):f}"


def lower_first(label: str) -> str:
    """Write a label as it stands inside a sentence, the first letter small unless it has a reason.

    ``Type of combination`` becomes ``type of combination``. Signs and names stay: ``ECG changes``,
    ``BCLC stage``, ``C-reactive protein``, ``E. coli``, ``P wave``. A person's
    name (Barthel) cannot be told from a word.
    """
    first = label.split(" ", maxsplit=1)[0]
    sign = first[1:] != first[1:].lower() or first[1:2] in {"-", "."}
    alone = len(first) == 1 and first not in {"A", label}
    return label if sign or alone else label[:1].lower() + label[1:]


def upper_first(text: str) -> str:
    """Write the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def significant(value: float, digits: int = 3) -> str:
    """Return a number whose size is not known in advance, such as τ², with so many digits."""
    if value == 0:
        return "0"
    # Beyond six decimals a number of this kind says nothing but that it is nearly zero.
    decimals = min(6, max(0, digits - 1 - math.floor(math.log10(abs(value)))))
    return number(value, decimals)
