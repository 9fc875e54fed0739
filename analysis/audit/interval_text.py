"""An interval, or an estimate with its interval, written in one cell."""

from __future__ import annotations

import re

from analysis.audit.printed import Printed, number, plain

_POINT = r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)\s*%?"
_COMMA = r"[+-]?\d*,\d+\s*%?"
_LABEL = r"(?:\s*(?:\d\d\s*%?\s*)?(?:CI|CrI)\s*(?:\d\d\s*%)?\s*[:,=]?)?"
# Marks of footnotes and of significance.
_MARKS = (
    r"\s*(?:[*\N{DAGGER}\N{DOUBLE DAGGER}\N{SECTION SIGN}#]{1,3}|\b[a-d]\b|(?<=[)\]])[a-zA-Z])?"
)
# Where commas are decimal points they cannot also stand between the limits.
_STYLES = (
    (_POINT, r"\s*(?:-|to|bis|;|,|\N{EM DASH}|\N{HORIZONTAL ELLIPSIS}|\.\.)\s*"),
    (_COMMA, r"\s*(?:-|to|bis|;|\N{EM DASH}|\N{HORIZONTAL ELLIPSIS}|\.\.)\s*"),
)
_INTERVALS = tuple(
    re.compile(rf"[\[(]?{_LABEL}\s*({n}){between}({n})\s*[\])]?{_MARKS}") for n, between in _STYLES
)
_WITH_ESTIMATE = tuple(
    re.compile(rf"({n})\s*[,;]?\s*[\[({{]{_LABEL}\s*({n}){between}({n})\s*[\])}}]{_MARKS}")
    for n, between in _STYLES
)


def limits(text: str) -> tuple[Printed, Printed] | None:
    """Read ``26.8–40.7``, ``[0.70, 1.03]``, ``−2,4 bis 0,1``; None if it is no interval."""
    found = _numbers(_INTERVALS, text)
    return None if found is None else (found[0], found[1])


def estimate_with_limits(text: str) -> tuple[Printed, Printed, Printed] | None:
    """Read ``0.85 (0.70–1.03)``; None if it is not an estimate with its limits."""
    found = _numbers(_WITH_ESTIMATE, text)
    return None if found is None else (found[0], found[1], found[2])


def _numbers(styles: tuple[re.Pattern[str], ...], text: str) -> list[Printed] | None:
    for style in styles:
        match = style.fullmatch(plain(text).strip())
        if match is not None:
            read = [number(part) for part in match.groups()]
            return None if None in read else [part for part in read if part is not None]
    return None
