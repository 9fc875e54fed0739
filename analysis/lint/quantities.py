"""Numbers as they stand in a text: digits with their unit, ranges, and numbers written as words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBER = r"(?:\d+(?:[.,·]\d+)*|(?<![\d.])\.\d+)"
_RANGE = re.compile(rf"{_NUMBER}(?:\s?(?:[–—-]|to\s)\s?[-−]?{_NUMBER})*")
_SINGLE = re.compile(_NUMBER)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_UNITS = (
    ("percent", re.compile(r"\s?\\?(?:%|per ?cent\b)")),
    ("months", re.compile(r"[\s-]?months?\b")),
)
_P = re.compile(r"\b[Pp]\b[*_]*\s*\\?[=<>≤≥]\s*$")

_ONES = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {
    **{word: number for number, word in enumerate(_ONES, start=1)},
    **{word: 10 * number for number, word in enumerate(_TENS, start=2)},
}
_SMALL = "|".join(_ONES[1:10])
_LARGE = rf"(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_ONES[:9])}))?|{'|'.join(_ONES[10:])}"
# What a review counts; in "two reviewers" or "these two limits" nothing comes from the data.
COUNTED = (
    r"(?:studies|trials|cohorts|series|estimates|medians|patients|participants|people|men|women"
    r"|events|responses|responders|deaths|records|reports|articles|months|years|databases"
    r"|percentage\spoints|per\s?cent|arms|children|infants|adults|persons|cases|controls|subjects"
    r"|individuals|deliveries|births|pregnancies|lesions|procedures|hospitals|centres|centers"
    r"|reconstructed\srows)"
)
NO_ADJECTIVE = r"(?!(?:of|the|in|by|and|or|to|for|with|a|on|that|which|were|was)\b)"
_IN_WORDS = re.compile(
    rf"\b(?:(?P<small>{_SMALL})"
    rf"(?=(?:\s+of(?:\s+the|\s+these)?)?(?:\s+{NO_ADJECTIVE}[a-z-]+){{0,2}}?\s+{COUNTED}\b)"
    rf"|(?P<large>{_LARGE})\b|(?P<vague>dozens?|hundreds?|thousands?)\b"
    rf"|(?P<share>half|(?:one|two|three)[\s-](?:thirds|quarters|fifths)"
    rf"|(?:a|one)[\s-](?:third|quarter|fifth)(?=\s+of))"
    rf"(?=(?:\s+of)?(?:\s+(?:the|all|these))?(?:\s+{NO_ADJECTIVE}[a-z-]+)?\s+{COUNTED}\b))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or a range of numbers at a place of a text.

    Attributes
    ----------
    start, end
        Where it stands, its unit included.
    numbers
        As printed; a percentage is not divided.
    decimals
        Digits behind the point of each.
    unit
        ``percent``, ``months``, ``P`` or None.
    """

    start: int
    end: int
    numbers: tuple[Decimal, ...]
    decimals: tuple[int, ...]
    unit: str | None


def quantities(text: str) -> Iterator[Quantity]:
    """Find the numbers of a text; digits inside a name such as TQB2450 are none."""
    for match in _RANGE.finditer(text):
        before = text[: match.start()]
        if _in_name(text, match.start(), match.end()):
            continue
        singles = [single[0] for single in _SINGLE.finditer(match[0])]
        unit, end = "P" if _P.search(before) else None, match.end()
        for name, pattern in _UNITS:
            found = pattern.match(text, match.end())
            if found:
                unit, end = name, found.end()
        yield Quantity(
            match.start(),
            end,
            tuple(map(_decimal, singles)),
            tuple(map(_decimals, singles)),
            unit,
        )


def words_for_numbers(text: str) -> Iterator[Quantity]:
    """Find numbers written as words that count something a review counts."""
    for match in _IN_WORDS.finditer(text):
        parts = re.split(r"[\s-]+", match[0].lower())
        known = [_WORDS[part] for part in parts if part in _WORDS]
        counted = match["small"] or match["large"]
        numbers = (Decimal(sum(known)),) if counted and known else ()
        yield Quantity(match.start(), match.end(), numbers, (0,) * len(numbers), None)


# A float has up to 309 digits before the point.
_WIDE = Context(prec=400)


def rounded(value: float, decimals: int) -> Decimal:
    """Round as the paper does: half up on the shortest decimal of the float."""
    return Decimal(repr(float(value))).quantize(
        Decimal(1).scaleb(-decimals), ROUND_HALF_UP, context=_WIDE
    )


def _in_name(text: str, start: int, end: int) -> bool:
    # The marks of sub- and superscripts, as in H~2~O, are none of the word's signs.
    before = text[max(0, start - 2) : start].rstrip("~^")[-1:]
    # A digit behind a letter belongs to a name, unless a percent sign says that it is a number.
    return (before.isalpha() or before == "_") and text[end : end + 1] != "%"


def _decimal(text: str) -> Decimal:
    if _THOUSANDS.match(text):
        return Decimal(text.replace(",", ""))
    # "33,9" and "33·9" are decimals too; of "1.2.3" the first two parts are enough to look it up.
    parts = re.split(r"[.,·]", text)
    return Decimal(".".join(parts[:2]) if parts[0] else f"0.{parts[1]}")


def _decimals(text: str) -> int:
    if _THOUSANDS.match(text):
        text = text.replace(",", "")
    parts = re.split(r"[.,·]", text)
    return len(parts[1]) if len(parts) > 1 else 0
