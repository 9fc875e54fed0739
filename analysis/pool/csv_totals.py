"""Rows of a stranger's table that are no study: totals, and the same row twice."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["is_total", "repeated_rows", "sums_of_others"]

# "Total (95% CI)", "Subtotal", "Overall effect (I² = 0%)", "Pooled estimate", "Gesamt"; names that
# go on ("Total Knee Group 2010") are names of studies.
_TOTAL = re.compile(
    r"(?:(?:sub|grand)[ -]?totals?|totals?|gesamt|overall|pooled|summary|combined|all studies|"
    r"(?:random|fixed|common)[ -]effects?(?: model)?|mean effect)"
    r"(?: (?:events?|effects?|estimates?|results?|total|pooled|studies|size|or|rr|hr))*"
    r"\s*(?:[(\[:,].*)?",
    re.IGNORECASE,
)
# What reports print below a forest plot.
_FOOT = re.compile(
    r"(?:heterogeneity|test for|prediction interval|i²|i2|tau²|τ²)\b.*", re.IGNORECASE
)


def is_total(label: str) -> bool:
    """Say whether the name of a row is that of a sum or of a line below the studies."""
    text = label.strip()
    return bool(_TOTAL.fullmatch(text) or _FOOT.fullmatch(text))


def repeated_rows(
    names: Sequence[str], groups: Sequence[str], values: Mapping[str, Sequence[float]]
) -> Iterator[tuple[int, int]]:
    """Find rows that say what an earlier one says.

    Parameters
    ----------
    names
        Of the studies as written; rows without a name are not compared, since two studies may well
        have the same counts.
    groups
        Subgroup of each row.
    values
        Columns of numbers.

    Yields
    ------
    row, earlier
        Places of the row and of the first one that is the same.
    """
    seen: dict[tuple[object, ...], int] = {}
    for row, name in enumerate(names):
        # NaN is not equal to itself, but a missing value is a missing value.
        told = tuple(None if math.isnan(c[row]) else c[row] for c in values.values())
        key = (" ".join(name.casefold().split()), groups[row], told)
        first = seen.setdefault(key, row)
        if name and first != row:
            yield row, first


def sums_of_others(counts: Mapping[str, Sequence[float]]) -> Iterator[int]:
    """Find rows all of whose counts are the sums of all other rows: totals by another name."""
    rows = len(next(iter(counts.values()), ()))
    if rows < 3 or len(counts) < 2:
        return
    halves = [(column, sum(column) / 2) for column in counts.values()]
    for row in range(rows):
        if all(column[row] > 0 and column[row] == half for column, half in halves):
            yield row
