"""One record of an export, before it is cleaned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def page_range(first: str, last: str, article: str = "") -> str:
    """Write pages as one text: `12-19`, `12`, or the number of the article."""
    first, last = first.strip(), last.strip()
    if first and last and first != last and "-" not in first:
        return f"{first}-{last}"
    return first or article.strip() or last
