"""Estimate and limits of a sentence as numbers, where signs and commas can be read in two ways.

A dash may be a minus or stand between the limits, a comma may be a decimal or part thousands, and
extraction from a PDF loses minus signs. Of several readings the first is taken in which the limits
are in order about the estimate and as far from it as they should be.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

from analysis.audit.claims import Claim
from analysis.audit.limits import check_symmetry
from analysis.audit.printed import Printed, number

if TYPE_CHECKING:
    from analysis.audit.claims import Kind
    from analysis.audit.tokens import Token

Limits = tuple[Printed, Printed, Printed]

_DECIMAL_COMMA = re.compile(r"[+-]?(?:0,\d+|\d+,(?:\d{1,2}|\d{4,}))")


def read_limits(value: Token, interval: Token, kind: Kind) -> Limits | None:
    """Read the three numbers of a statement.

    Returns
    -------
    tuple of Printed or None
        None if they are no numbers, or if estimate and limits are in different units.
    """
    texts = [value.parts["value"], interval.parts["low"], interval.parts["high"]]
    texts = [re.sub(r"\s", "", text) for text in texts]
    commas = [text for text in texts if "," in text]
    points = any("." in text for text in texts)
    ratio_like = kind in ("ratio", "correlation") and len(commas) == len(texts)
    if not points and (ratio_like or any(_DECIMAL_COMMA.fullmatch(text) for text in commas)):
        texts = [text.replace(",", ".") for text in texts]
    literal = _numbers(texts)
    if literal is None:
        return None
    readings = [literal, *_signed(texts, interval, kind)]
    ordered = [reading for reading in readings if _in_order(reading)]
    if not ordered:
        mixed = kind in ("percent", "change", "quantity", "unclear") and _other_unit(literal)
        return None if mixed else literal
    if len(ordered) == 1:
        return ordered[0]
    return next((reading for reading in ordered if _even(reading, kind)), ordered[0])


def _signed(texts: list[str], interval: Token, kind: Kind) -> list[Limits]:
    """Make the readings with other signs that the dashes allow."""
    between = interval.parts["between"]
    estimate, low, high = texts
    lows, highs = [low], [high]
    behind = interval.text[interval.text.rfind(between) + len(between) :]
    spaced = interval.text.split(between)[0].endswith(" ") and not behind.startswith(" ")
    if between.startswith("-") and not high.startswith(("-", "+")) and (spaced or between == "--"):
        highs.append(f"-{high}")
    at = interval.text.find("-")
    unsure = low.startswith("-") and at > 0
    if unsure and (interval.text[at - 1].isalpha() or interval.text[at + 1 : at + 2] == " "):
        lows.append(low[1:])
    readings = [(estimate, a, b) for a, b in product(lows, highs)][1:]
    if kind != "ratio":
        lost = [(estimate, f"-{low}", f"-{high}"), (f"-{estimate}", f"-{low}", f"-{high}")]
        if not low.startswith("-") and not high.startswith("-") and _exceeds(low, high):
            readings += lost
        if not estimate.startswith("-"):
            # "Fell by 1.2 (95% CI -2.4 to -0.1)".
            readings += [(f"-{estimate}", a, b) for a, b in product(lows, highs)]
            partly = (f"-{estimate}", f"-{low}", high)
            made = None if low.startswith("-") else _numbers(partly)
            readings += [partly] if made is not None and _even(made, kind) else []
        if _exceeds(low, high):
            # What was one minus a ratio may keep the ratio's order.
            readings += [(e, high, low) for e in (estimate, f"-{estimate}") if kind == "change"]
    made = (_numbers([text.replace("--", "") for text in reading]) for reading in readings)
    found = [reading for reading in made if reading is not None]
    # Another sign of the estimate alone is read only where the printed one cannot be.
    own = [r for r in found if (r[0].value < 0) == estimate.startswith("-")]
    return own if any(_in_order(r) for r in own) else found


def _numbers(texts: list[str] | tuple[str, ...]) -> Limits | None:
    e, a, b = (number(text) for text in texts)
    return None if e is None or a is None or b is None else (e, a, b)


def _exceeds(low: str, high: str) -> bool:
    a, b = number(low), number(high)
    return a is not None and b is not None and a.value > b.value


def _in_order(reading: Limits) -> bool:
    e, a, b = (part.span for part in reading)
    return a.low <= b.high and a.low <= e.high and e.low <= b.high


def _even(reading: Limits, kind: Kind) -> bool:
    estimate, low, high = reading
    check = check_symmetry(Claim("", "", kind=kind, estimate=estimate, low=low, high=high))
    return check is not None and check.verdict == "consistent"


def _other_unit(reading: Limits) -> bool:
    """Whether a percent stands beside fractions, or beside the ratio that it was made from."""
    e, a, b = (float(part) for part in reading)
    others = (e / 100, 1 - e / 100, 1 + e / 100, 100 * e, 1 - e, 1 + e, 100 * (1 - e))
    low, high = min(a, b), max(a, b)
    return low < high and any(low <= other <= high for other in others if other != e)
