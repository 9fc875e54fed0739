"""Intervals with one limit: ``NE–0.9``, ``12.1–not reached``, ``< 1.3``, an upper limit alone.

A survival curve that never falls to a half has no median, one whose band does not has no upper
limit; one-sided intervals have one limit by design. What the other numbers say is checked all the
same: the estimate against the limit that there is, and P against the side it leaves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.audit.claims import COMPARISONS
from analysis.audit.findings import Check
from analysis.audit.printed import Printed, number, plain
from analysis.audit.tokens import NOT_REACHED

if TYPE_CHECKING:
    from analysis.audit.claims import Claim, Kind
    from analysis.audit.tokens import Token

# An exact or log-rank test may leave P above the level though the interval excludes the null value,
# but not by this factor.
_FAR = 4
_N = r"[+-]?\s?(?:\d+(?:[.,]\d+)?|[.,]\d+)\s*%?"
_BETWEEN = r"\s*(?:-|to|bis|;|,|\.\.)\s*"
_CI = r"(?:\s*(?:\d\d\s*%?\s*)?(?:CI|CrI)\s*[:,=]?\s*)?"
_INTERVAL = (
    rf"(?:(?P<open_low>{NOT_REACHED}){_BETWEEN}(?:(?P<high>{_N})|(?P<open_high>{NOT_REACHED}))"
    rf"|(?P<low>{_N}){_BETWEEN}(?P<open_high2>{NOT_REACHED}))"
)
_CELL = re.compile(
    rf"\s*(?:(?P<estimate>{_N})|(?P<open>{NOT_REACHED}))?\s*[,;]?\s*"
    rf"[\[({{]?{_CI}{_INTERVAL}\s*[\])}}]?\s*",
    re.IGNORECASE,
)
_ABOVE = re.compile(r">=?|≥|above|more|greater|exceed|at least|over", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OpenLimits:
    """An estimate and its interval of which at least one number was not reached.

    Attributes
    ----------
    estimate, low, high
        None where there is no number.
    words
        What is printed in place of estimate, lower and upper limit; empty for a number.
    """

    estimate: Printed | None
    low: Printed | None
    high: Printed | None
    words: tuple[str, str, str] = ("", "", "")


def open_cell(text: str) -> OpenLimits | None:
    """Read a cell such as ``8.5 (6.1–NR)``, ``NE (NE–NE)`` or ``12.1 to NE``; None for others."""
    match = _CELL.fullmatch(plain(text))
    if match is None:
        return None
    parts = {name: part or "" for name, part in match.groupdict().items()}
    high_word = parts["open_high"] or parts["open_high2"]
    return OpenLimits(
        number(parts["estimate"]),
        number(parts["low"]),
        number(parts["high"]),
        (parts["open"], parts["open_low"], high_word),
    )


def is_open(interval: Token) -> bool:
    """Say whether the token of an interval lacks one of its limits."""
    return not {"low", "high"} <= interval.parts.keys()


def open_statement(value: Token | None, interval: Token, kind: Kind) -> OpenLimits | None:
    """Read an open interval of a sentence.

    Parameters
    ----------
    value : Token or None
        The estimate; None where the sentence says that it was not reached.
    interval : Token
        With one limit or none.
    kind : str
        What sort of number the estimate is.

    Returns
    -------
    OpenLimits or None
        None where the numbers seem to have different units or a lost sign.
    """
    parts = interval.parts
    estimate = None if value is None else number(re.sub(r"\s", "", value.parts["value"]))
    low, high = (
        number(re.sub(r"\s", "", parts[name])) if name in parts else None
        for name in ("low", "high")
    )
    if "limit" in parts:
        limit = number(re.sub(r"\s", "", parts["limit"]))
        side = (parts.get("side") or parts.get("side2") or "").casefold()
        is_low = side == "lower" or (not side and _ABOVE.match(parts.get("bound", "")) is not None)
        low, high = (limit, None) if is_low else (None, limit)
    words = (
        "not reached" if value is None else "",
        parts.get("open_low", ""),
        parts.get("open_high") or parts.get("open_high2") or "",
    )
    read = OpenLimits(estimate, low, high, words)
    if _outside(estimate, low, high) and kind not in ("ratio", "quantity"):
        # "Fell by 3.2 (upper limit −0.5)", "40% (> 0.3)": a sign or a unit was left out.
        return None
    return read


def _outside(estimate: Printed | None, low: Printed | None, high: Printed | None) -> bool:
    if estimate is None:
        return False
    below = low is not None and estimate.span.high < low.span.low
    return below or (high is not None and estimate.span.low > high.span.high)


def check_open(claim: Claim) -> list[Check]:
    """Hold the estimate and P against the one limit that there is."""
    limit = claim.low or claim.high
    if limit is None or claim.limits is not None or (claim.low and claim.high):
        return []
    name, rows = "estimate inside its interval", (claim.claim_id,)
    side = "lower" if claim.low is not None else "upper"
    if claim.estimate is None:
        if not claim.words[0]:
            return []
        words = (
            f"The estimate was not reached; its {side} limit {limit.text} alone decides nothing."
        )
        return [Check(name, "cannot tell", words, rows)]
    relation = "below" if side == "lower" else "above"
    if _outside(claim.estimate, claim.low, claim.high):
        words = f"The estimate {claim.estimate.text} is {relation} its {side} limit {limit.text}."
        return [Check(name, "impossible", words, rows, "Digits of the estimate and the limit.")]
    words = f"The estimate {claim.estimate.text} is not {relation} its {side} limit {limit.text}."
    found = [Check(name, "consistent", f"{words} The other limit is not printed.", rows)]
    return [*found, *_against_p(claim, limit, side)]


def _against_p(claim: Claim, limit: Printed, side: str) -> list[Check]:
    """Require a small P where the limit leaves out the value of no effect."""
    p = claim.p_effect
    null = 1 if claim.kind == "ratio" else 0
    beyond = limit.span.low > null if side == "lower" else limit.span.high < null
    if p is None or not p.possible or claim.kind not in COMPARISONS or not beyond:
        return []
    level = float(1 - claim.level)
    words = f"The {side} limit {limit.text} excludes {null}, so P is below {level:g}"
    words += f"; printed {p.said}."
    name, rows = "P and interval", (claim.claim_id,)
    if p.span.low <= level:
        return [Check(name, "consistent", words, rows)]
    reversed_side = "one-sided" in claim.remarks and p.span.high >= 1 - level / 2
    if p.span.low <= _FAR * level or "multiplicity" in claim.remarks or reversed_side:
        return [Check(name, "cannot tell", words, rows, "Which test P is from.")]
    return [Check(name, "inconsistent", words, rows, "Digits of P and of the limit.")]
