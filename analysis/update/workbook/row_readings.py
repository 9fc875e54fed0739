"""Cells whose one meaning follows from the others of their row: read, with a note."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from analysis.update.workbook.loose import number_in_unit
from analysis.update.workbook.numbers import as_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analysis.update.workbook.plan import Field

_OF = re.compile(r"(\d+)\s*(?:/|of|von|out of)\s*(\d+)")
_SIDE = r"-?\d+(?:[.,]\d+)?"
_LEVEL = r"(?:\d\d\s?%\s?[-–]?\s?)?(?:CI|KI|IC)\s?[:=,]?\s*"
_BETWEEN = rf"\s*({_SIDE})\s*(?:to|bis|[-–—;]|,\s)\s*({_SIDE})\s*"
_SPAN = re.compile(rf"(?:{_LEVEL})?[(\[]?{_BETWEEN}[)\]]?", re.IGNORECASE)
# A median with its limits: "6.5 (5-9)", "6.5 (95% CI 5 to 9)".
_WITH_SPAN = re.compile(rf"({_SIDE})\s*[(\[]\s*(?:{_LEVEL})?{_BETWEEN}[)\]]", re.IGNORECASE)
_WITH_COUNT = re.compile(rf"({_SIDE})\s*%?\s*[(\[]\s*(\d+)\s*(?:/|of|von)\s*(\d+)\s*[)\]]")
# Beside a lower limit these can only say that survival never fell so far.
_NOT_REACHED = re.compile(
    r"n\.?\s?[erc]\.?|n/[erc]|not (?:yet )?(?:reached|estimable|evaluable|calculable|attained)"
    r"|∞|inf",
    re.IGNORECASE,
)
# A printed percentage has one decimal at least, or is whole: half a unit of what was rounded.
_NEAR = Decimal("0.6")


class RowReading(NamedTuple):
    """A cell of the row: its column, what stands there, and what belongs there."""

    column: str
    before: str
    after: str


def row_readings(cells: Mapping[str, str], fields: Mapping[str, Field]) -> Iterator[RowReading]:
    """Find the cells that another cell of the row explains.

    Parameters
    ----------
    cells
        Texts of the row by column.
    fields
        The columns of its sheet.

    Yields
    ------
    RowReading
        `2/9` where the row has 9 patients; `5.3 - 6.9` in the lower limit of an interval whose
        upper limit is empty; `0.225` in a column of percentages where events and patients say
        22.5; `NE` for the upper limit of a median whose lower limit is there.
    """
    yield from _unreached(cells, fields)
    yield from _with_limits(cells, fields)
    for column, text in cells.items():
        field = fields.get(column)
        if field is None or field.kind == "text" or not text:
            continue
        if (match := _OF.fullmatch(text)) and match[2] == cells.get("n"):
            yield RowReading(column, text, match[1])
        upper = _upper_of(column)
        match = _SPAN.fullmatch(text) if upper in fields and not cells.get(upper or "") else None
        if upper is not None and match is not None:
            yield RowReading(column, text, match[1].replace(",", "."))
            yield RowReading(upper, "", match[2].replace(",", "."))
        counted = _WITH_COUNT.fullmatch(text)
        if counted and counted.groups()[1:] == (_first(cells, "events"), cells.get("n")):
            yield RowReading(column, text, counted[1].replace(",", "."))
        unit = dict(field.units).get(cells.get("outcome", ""), "")
        if unit and (alone := number_in_unit(text, unit)) is not None:
            yield RowReading(column, text, alone)
        if field.unit.startswith("percent") and (percent := _as_percent(text, cells)):
            yield RowReading(column, text, percent)


def _unreached(cells: Mapping[str, str], fields: Mapping[str, Field]) -> Iterator[RowReading]:
    """Read the words for a limit that was not reached, and a median besides, as yes and nothing."""
    upper, told = cells.get("ci_high", ""), cells.get(_TOLD, "")
    whole = _TOLD in fields and told in ("", "yes") and as_number(cells.get("ci_low", ""))
    if not whole or not _NOT_REACHED.fullmatch(upper):
        return
    yield RowReading("ci_high", upper, "")
    if not told:
        yield RowReading(_TOLD, "", "yes")
    median = cells.get("median", "")
    if _NOT_REACHED.fullmatch(median):
        yield RowReading("median", median, "")


def _with_limits(cells: Mapping[str, str], fields: Mapping[str, Field]) -> Iterator[RowReading]:
    """Share a median with its limits among the cells for them, where those say nothing else."""
    text = cells.get("median", "")
    match = _WITH_SPAN.fullmatch(text)
    if match is None or not {"ci_low", "ci_high"} <= fields.keys():
        return
    middle, *limits = (part.replace(",", ".") for part in match.groups())
    told = [cells.get(name, "").replace(",", ".") for name in ("ci_low", "ci_high")]
    if told not in (["", ""], limits):
        return
    yield RowReading("median", text, middle)
    if told == ["", ""]:
        for name, limit in zip(("ci_low", "ci_high"), limits, strict=True):
            yield RowReading(name, "", limit)


def _first(cells: Mapping[str, str], column: str) -> str:
    """Give the first number of a cell, such as the count of `12 (40%)`."""
    match = re.match(r"\d+", cells.get(column, ""))
    return "" if match is None else match[0]


_TOLD = "upper_not_reached"


def _upper_of(column: str) -> str | None:
    return f"{column.removesuffix('_low')}_high" if column.endswith("_low") else None


def _as_percent(text: str, cells: Mapping[str, str]) -> str | None:
    """Give a fraction as a percentage when that, and not the fraction, fits the counts."""
    value = as_number(text)
    events, n = as_number(cells.get("events", "")), as_number(cells.get("n", ""))
    if value is None or events is None or not n or not 0 < value < 1:
        return None
    told = 100 * events / n
    fits = abs(100 * value - told) <= _NEAR < abs(value - told)
    return f"{(100 * value).normalize():f}" if fits else None
