"""Numbers of trial registries anywhere in a record."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Registry, what its numbers look like in running text, and how they are written in the tables.
# Reviews (PROSPERO) are no trials. The order is that in which a trial with several is named.
_PATTERNS: tuple[tuple[str, re.Pattern[str], str], ...] = tuple(
    (name, re.compile(rf"(?<![A-Za-z0-9-]){pattern}(?![0-9])", re.IGNORECASE), form)
    for name, pattern, form in (
        ("NCT", r"NCT[\s:#-]{0,2}(\d{8})", "NCT{}"),
        ("ISRCTN", r"ISRCTN[\s:#-]{0,2}(\d{8})", "ISRCTN{}"),
        ("EU CT", r"(20[2-9]\d-5\d{5}-\d{2}-\d{2})", "{}"),
        ("EudraCT", r"((?:19|20)\d{2}-\d{6}-\d{2})(?!-\d)", "{}"),
        ("ChiCTR", r"ChiCTR[\s:#-]?((?:[A-Z]{2,4}-)?\d{8,10})", "ChiCTR{}"),
        ("CTR", r"CTR(20\d{6})", "CTR{}"),
        ("ACTRN", r"ACTRN[\s:#-]?(\d{14})", "ACTRN{}"),
        ("UMIN", r"UMIN(?:-CTR)?[\s:#-]?(\d{9})", "UMIN{}"),
        ("jRCT", r"jRCT(s?\d{9,10})", "jRCT{}"),
        ("DRKS", r"DRKS[\s:#-]?(\d{8})", "DRKS{}"),
        ("KCT", r"KCT(\d{7})", "KCT{}"),
        ("PACTR", r"PACTR(\d{15,16})", "PACTR{}"),
        ("TCTR", r"TCTR(\d{11})", "TCTR{}"),
        ("IRCT", r"IRCT(\d{8,14}N\d{1,3})", "IRCT{}"),
        ("CTRI", r"CTRI/(\d{4}/\d{2,3}/\d{6})", "CTRI/{}"),
    )
)
_ORDER = {name: number for number, (name, _, _) in enumerate(_PATTERNS)}
# Every number has such digits; only what stands around them is looked at, which is much faster.
_DIGITS = re.compile(r"\d[\d/-]{6,}")
_AROUND = 30


def trial_numbers(text: str) -> tuple[str, ...]:
    """Find the registrations that a text names.

    Parameters
    ----------
    text
        A whole record with all its fields.

    Returns
    -------
    tuple of str
        Each once, written as in the tables, sorted as `trial_order` does.
    """
    found: set[str] = set()
    places = "\n\n".join(
        text[max(match.start() - _AROUND, 0) : match.end() + _AROUND]
        for match in _DIGITS.finditer(text)
    )
    if not places:
        return ()
    for name, pattern, form in _PATTERNS:
        for match in pattern.finditer(places):
            number = match[1].lower() if name == "jRCT" else match[1].upper()
            if name == "ChiCTR" and not number[0].isdecimal():
                number = f"-{number}"
            found.add(form.format(number))
    return tuple(sorted(found, key=trial_order))


def trial_order(number: str) -> tuple[int, str]:
    """Give the place of a registration among others: by registry, then by number."""
    return _ORDER.get(registry(number), len(_ORDER)), number


def registry(number: str) -> str:
    """Name the registry of a registration; empty when it is not known."""
    for name, pattern, _ in _PATTERNS:
        if pattern.fullmatch(number):
            return name
    return ""


def one_trial(numbers: Iterable[str]) -> bool:
    """Say whether these registrations can belong to one trial.

    A trial may be in several registries, but once in each. A record that names two trials of one
    registry (a review, a pooled analysis, a comment) must not tie them together.
    """
    registries = [registry(number) for number in numbers]
    return len(set(registries)) == len(registries)
