"""Whether the works that the paper cites can be found: their DOIs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from schemas.problems import Problem
from schemas.references import REFERENCES_FILE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

# The form that Crossref recommends for matching: prefix 10., a registrant, a slash, a suffix.
_DOI = re.compile(r"^10\.\d{4,9}/[^\s<>\"{}|\\^`]+$")
_PREFIX = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_TRAILING = (".", ",", ";", ")")


def reference_problems(root: Path, keys: Collection[str]) -> Iterator[Problem]:
    """Find DOIs of a wrong form and works without one.

    Parameters
    ----------
    root
        The review's folder.
    keys
        The works that the paper cites.
    """
    from pybtex import errors
    from pybtex.database.input.bibtex import Parser

    path = root / REFERENCES_FILE
    text = path.read_text(encoding="utf-8-sig")
    lines = _lines(text)
    with errors.capture():
        entries = Parser().parse_string(text).entries
    seen: dict[str, str] = {}
    for key in keys:
        entry = entries.get(key)
        if entry is None:
            continue
        doi = str(entry.fields.get("doi", "")).strip()
        line = lines.get(key)
        if not doi:
            what = "This work has no DOI."
            hint = "Look it up at crossref.org. Not every work has one."
            yield _problem(line, key, what, hint, "warning", "doi-missing")
        elif problem := _form(doi):
            yield _problem(line, doi, *problem, "error", "doi-form")
        elif (other := seen.setdefault(doi.lower(), key)) != key:
            what = f"{key} and {other} have the same DOI."
            yield _problem(line, doi, what, "Keep one of the entries.", "error", "doi-repeated")


def _form(doi: str) -> tuple[str, str] | None:
    if _PREFIX.match(doi):
        return "This is an address, not a DOI.", "Write it alone, as 10.1000/xyz."
    # A closing bracket belongs to a DOI in which it was opened: 10.1016/0197-2456(95)00134-4.
    if doi.endswith(_TRAILING) and doi.count(")") != doi.count("("):
        return "The sign at the end does not belong to the DOI.", "Delete it."
    if doi.endswith(_TRAILING[:3]):
        return "The sign at the end does not belong to the DOI.", "Delete it."
    if not _DOI.match(doi):
        return "This is not a DOI.", "Copy it from the article: 10., a number, a slash, letters."
    return None


def _problem(
    line: int | None, value: str, what: str, hint: str, severity: str, rule: str
) -> Problem:
    level = "warning" if severity == "warning" else "error"
    return Problem(REFERENCES_FILE, line, None, value, what, hint, level, rule)


def _lines(text: str) -> dict[str, int]:
    return {
        match[1]: text.count("\n", 0, match.start(1)) + 1
        for match in re.finditer(r"^\s*@\w+\s*[{(]\s*([^\s,{}()]+)\s*,", text, re.MULTILINE)
    }
