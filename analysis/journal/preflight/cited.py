"""Whether the works that the paper cites can be found: what their entries say, and their DOIs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.manuscript.journal_names import abbreviates, abbreviation
from schemas.problems import Problem
from schemas.references import REFERENCES_FILE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from pybtex.database import Entry

# The form that Crossref recommends for matching: prefix 10., a registrant, a slash, a suffix.
_DOI = re.compile(r"^10\.\d{4,9}/[^\s<>\"{}|\\^`]+$")
_PREFIX = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
# What an entry of each kind cannot be without (the fields that BibTeX requires), in the names of
# BibTeX and biblatex, of which one is enough. A kind that is not here needs a title.
_TITLE = ("title",)
_WRITER = ("author", "editor", "institution", "organization", "collaboration")
_YEAR = ("year", "date", "pubstate")
# What changes or was never printed has at least the day on which somebody saw it.
_DAY = (*_YEAR, "urldate")
_PLACE = ("url", "doi", "howpublished", "eprint", "note")
_NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "article": (_WRITER, _TITLE, ("journal", "journaltitle"), _YEAR),
    "book": (_WRITER, _TITLE, ("publisher",), _YEAR),
    "collection": (_WRITER, _TITLE, ("publisher",), _YEAR),
    "inbook": (_WRITER, _TITLE, ("booktitle", "publisher"), _YEAR),
    "incollection": (_WRITER, _TITLE, ("booktitle",), _YEAR),
    "inproceedings": (_WRITER, _TITLE, ("booktitle", "eventtitle"), _YEAR),
    "phdthesis": (_WRITER, _TITLE, ("school", "institution"), _YEAR),
    "mastersthesis": (_WRITER, _TITLE, ("school", "institution"), _YEAR),
    "thesis": (_WRITER, _TITLE, ("school", "institution"), _YEAR),
    "techreport": (_WRITER, _TITLE, ("institution",), _YEAR),
    "report": (_WRITER, _TITLE, ("institution", "publisher"), _YEAR),
    "misc": (_TITLE, _PLACE, _DAY),
    "online": (_TITLE, ("url",), _DAY),
    "software": (_TITLE, _PLACE, _DAY),
    "dataset": (_TITLE, _PLACE, _DAY),
}
_TRAILING = (".", ",", ";", ")")


def reference_problems(root: Path, keys: Collection[str], csl: Path) -> Iterator[Problem]:
    """Find entries without journal, year or author, DOIs of a wrong form and works without one.

    Parameters
    ----------
    root
        The review's folder.
    keys
        The works that the paper cites.
    csl
        The journal's citation style: where it abbreviates names of journals, those whose
        abbreviation is not known are named.
    """
    from pybtex import errors
    from pybtex.database.input.bibtex import Parser

    path = root / REFERENCES_FILE
    text = path.read_text(encoding="utf-8-sig")
    lines = _lines(text)
    with errors.capture():
        entries = Parser().parse_string(text).entries
    seen: dict[str, str] = {}
    short = abbreviates(csl)
    for key in keys:
        entry = entries.get(key)
        if entry is None:
            continue
        for lacking in _lacking(entry):
            what = f"This reference ({entry.type}) has no {lacking}."
            hint = f"{key} is printed without it. Take it from the work itself, or from PubMed."
            yield _problem(lines.get(key), key, what, hint, "error", "reference-incomplete")
        journal = str(entry.fields.get("journal") or entry.fields.get("journaltitle") or "")
        if short and journal and "shortjournal" not in entry.fields and not abbreviation(journal):
            what = f"The abbreviation of {journal} is not known, so it is printed in full."
            hint = "Look it up in the NLM Catalog and write shortjournal = {…} in this entry."
            yield _problem(lines.get(key), key, what, hint, "warning", "journal-name")
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


def _lacking(entry: Entry) -> Iterator[str]:
    """Name what an entry should have and has not, by the first of the names that would do."""
    fields, persons = entry.fields or {}, entry.persons or {}
    for names in _NEEDED.get(str(entry.type).lower(), (_TITLE,)):
        held = (str(fields.get(name, "")) or persons.get(name) for name in names)
        if not any(held):
            yield names[0]


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
