"""One record of an export, before it is cleaned."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# What the table of records takes from an export; `authors` is a list separated by `; `.
FIELDS = (
    "title",
    "authors",
    "year",
    "source_title",
    "volume",
    "issue",
    "pages",
    "doi",
    "pmid",
    "abstract",
    "language",
    "report_type",
)
AUTHOR_SEPARATOR = "; "
# A year, alone or as the beginning of yyyymm or yyyymmdd.
_YEAR = re.compile(
    r"(?<!\d)(1[89]\d{2}|20\d{2}|2100)(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?)?(?!\d)"
)
_LINES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class ExportRecord:
    """A record as the export gives it.

    Attributes
    ----------
    line
        Line of the file on which it begins, from 1.
    fields
        Text of the `FIELDS` that it has.
    raw
        The record with all its fields, as it stands in the file.
    own
        The same without the works that it cites, where the format has fields for them: the
        registration of a cited trial is not one of this record.
    """

    line: int
    fields: Mapping[str, str]
    raw: str
    own: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file holds.

    Attributes
    ----------
    records
        In the order of the file.
    notes
        What was not read or was read in spite of its form, with the lines, for a person.
    """

    records: Sequence[ExportRecord]
    notes: Sequence[str] = field(default=())


def broken(file: str, line: int | None, what: str, hint: str, value: str | None = None) -> NoReturn:
    """Refuse an export.

    Raises
    ------
    DataProblems
        Always: names the line, what is wrong and what to do.
    """
    problem = Problem(file, line, None, value, what, hint, "error", "export-broken")
    raise DataProblems([problem])


def first_filled(found: Mapping[str, list[str]], *names: str) -> str:
    """Give the text of the first of these fields that is not empty, its lines joined."""
    for name in names:
        text = " ".join(part for part in found.get(name, ()) if part.strip())
        if text:
            return text
    return ""


def year_in(text: str) -> str:
    """Find the first year, 1800 to 2100, in a text; empty when there is none."""
    match = _YEAR.search(text if text.isascii() else unicodedata.normalize("NFKC", text))
    return "" if match is None else match[1]


def first_year(texts: Iterable[str]) -> str:
    """Give the first of these texts that holds a year; the first one when none does."""
    filled = [text for text in texts if text.strip()]
    return next((text for text in filled if year_in(text)), filled[0] if filled else "")


def listed_lines(numbers: Sequence[int], first: int = 1) -> str:
    """Name lines: `Line 3`, `Lines 3, 7 and 12`, `Lines 3, 7, 9, 12, 20 and 31 more`.

    Parameters
    ----------
    numbers
        Places in a list of lines.
    first
        Number of the line at place 0.
    """
    shown = [str(number + first) for number in numbers[:_LINES_SHOWN]]
    more = len(numbers) - len(shown)
    if len(numbers) == 1:
        return f"Line {shown[0]}"
    if more:
        return f"Lines {', '.join(shown)} and {more} more"
    return f"Lines {', '.join(shown[:-1])} and {shown[-1]}"


def page_range(first: str, last: str, article: str = "") -> str:
    """Write pages as one text: `12-19`, `12`, or the number of the article."""
    first, last = first.strip(), last.strip()
    if first and last and first != last and not re.search(r"[-–]", first):
        return f"{first}-{last}"
    return first or article.strip() or last
