"""The numbers of tokens, and brackets behind a value that hold two numbers and no name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.audit.printed import number
from analysis.audit.tokens import PEOPLE, RANGE, Token

if TYPE_CHECKING:
    from collections.abc import Sequence

_END = r"\s*(?:[\[(){}\];,.:]|$|vs?\b|versus|and\b)"
_NOTHING_MORE = re.compile(_END, re.IGNORECASE)
_ONLY_PEOPLE = re.compile(
    rf"\s*(?:(?:of )?(?:the )?(?:[a-z-]+ )?(?:{PEOPLE})\b)?{_END}", re.IGNORECASE
)


def with_bare_intervals(text: str, tokens: list[Token]) -> list[Token]:
    """Make intervals of brackets behind a value that hold two numbers and no name."""
    made: list[Token] = []
    skip_to = 0
    for token in tokens:
        if token.start < skip_to:
            continue
        made.append(token)
        opens = token.role == "open" or _follows_a_ratio(made)
        match = RANGE.match(text, token.end) if opens else None
        if match is not None and token.role == "comma" and not _is_listed(match):
            match = None
        if (
            match is not None
            and (
                match["between"].casefold() in ("/", "and", "&")
                # "(95,45%)" is one number.
                or re.match(r"\s*\d+,\d+\s?%?\s*[;)\]]", text[token.end : token.end + 40])
            )
        ):
            match = None
        if match is None or len(made) < 2 or made[-2].role not in ("value", "level"):
            continue
        parts = {name: part for name, part in match.groupdict().items() if part is not None}
        parts["bare"] = "yes"
        start = match.start("low")
        made.append(Token("interval", start, match.end(), match[0].strip(), parts))
        skip_to = match.end()
    return made


def _follows_a_ratio(made: Sequence[Token]) -> bool:
    """Say whether the last token is the comma of ``HR 1.34, 1.06-1.70``."""
    roles = [token.role for token in made[-4:] if token.role != "joint"]
    return made[-1].text == "," and roles[-3:] == ["measure", "value", "comma"]


def _is_listed(match: re.Match[str]) -> bool:
    """Say whether limits with decimals and a dash or "to" between stand behind a comma."""
    apart = match["between"].casefold() in ("-", "--", "to")
    return apart and all(re.search(r"[.,]\d", match[name]) for name in ("low", "high"))


def is_percent(token: Token) -> bool:
    """Say whether a value has a percent sign."""
    unit = token.parts.get("unit", "").casefold()
    return unit.startswith(("%", "per"))


def gap(first: Token, second: Token) -> int:
    """Count the characters between two tokens."""
    return second.start - first.end


def count_of(token: Token) -> tuple[int, int] | None:
    """Give events and total of a count, None for another token."""
    if token.role != "count":
        return None
    events, total = (int(re.sub(r"[ ,]", "", token.parts[name])) for name in ("events", "total"))
    return events, total


def whole_of(token: Token) -> int | None:
    """Give the whole number of a token, None if it has none."""
    text = token.parts.get("value") or token.parts.get("people") or token.parts.get("studies") or ""
    bare = text.replace(",", "")
    return int(bare) if bare.isdecimal() else None


def is_inside(value: Token, interval: Token) -> bool:
    """Say whether a number lies between the limits, whichever sign of theirs was lost.

    Of an interval with one limit that is not known: any number may lie within it.
    """
    if not {"low", "high"} <= interval.parts.keys():
        return True
    read = [
        number(text)
        for text in (value.parts["value"], *(interval.parts[n] for n in ("low", "high")))
    ]
    if None in read:
        return False
    e, a, b = (float(part) for part in read if part is not None)
    half = max(float(part.span.high - part.span.low) for part in read if part is not None)
    return min(a, b) - half <= e <= max(a, b) + half


def has_whole_limits(interval: Token) -> bool:
    """Say whether both limits are whole numbers, as those of cited references are."""
    return all(interval.parts[name].isdecimal() for name in ("low", "high"))


def says_no_more(text: str, token: Token) -> bool:
    """Say whether no words behind a number make it one of something else.

    Behind a count may stand what was counted; "12 of 32 patients (45% women)" has another percent.
    """
    pattern = _ONLY_PEOPLE if token.role == "count" else _NOTHING_MORE
    return pattern.match(text[token.end : token.end + 60]) is not None
