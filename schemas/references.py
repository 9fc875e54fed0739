"""The keys and authors of manuscript/references.bib."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from schemas.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

REFERENCES_FILE = "manuscript/references.bib"

_ENTRY = re.compile(r"^\s*@(\w+)\s*[{(]\s*([^\s,{}()]+)\s*,", re.MULTILINE)
_DOI_ADDRESS = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)")
_NOT_ENTRIES = frozenset({"string", "preamble", "comment"})


@dataclass(frozen=True, slots=True)
class References:
    """What the checks need of the reference list.

    Attributes
    ----------
    keys
        Citation keys.
    by_doi
        From DOI, in small letters, to key.
    family_names
        Family names of all authors, in small letters.
    journals
        The titles of journals, as they stand in the file.
    readable
        False when the file could not be read: then no key can be judged.
    """

    keys: frozenset[str] = frozenset()
    family_names: frozenset[str] = frozenset()
    readable: bool = False
    journals: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list)
    by_doi: Mapping[str, str] = field(default_factory=dict)


def read_references(path: Path) -> References:
    """Read the reference list; problems are returned, nothing is raised for a user's mistake."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return _unreadable("The file is missing.", "Every citation_key refers to it.", "missing")
    except UnicodeDecodeError:
        return _unreadable("The file is not UTF-8 text.", "Export it again as UTF-8.", "encoding")
    except OSError as error:
        return _unreadable(f"The file cannot be opened ({error.strerror}).", "", "unreadable")
    problems = _repeated_keys(text)

    from pybtex import errors
    from pybtex.database.input.bibtex import Parser
    from pybtex.exceptions import PybtexError

    parser = Parser()
    with errors.capture() as captured:
        try:
            parser.parse_string(text)
        except PybtexError as error:
            captured.append(error)
    for error in captured:
        if "repeated bibliography entry" in str(error):
            continue  # told above, with its line
        line = getattr(error, "lineno", None)
        detail = str(error).splitlines()[0].rstrip(".")
        problems.append(
            _problem(
                f"The reference list cannot be read here: {detail}.",
                "Look for a missing comma, bracket or equals sign in this entry.",
                line if isinstance(line, int) else None,
                "references-syntax",
            )
        )
    entries = parser.data.entries
    names = {
        " ".join(part for part in (*person.prelast_names, *person.last_names)).casefold()
        for entry in entries.values()
        for persons in entry.persons.values()
        for person in persons
    }
    journals = {
        str(entry.fields[name]).strip()
        for entry in entries.values()
        for name in ("journal", "journaltitle")
        if name in entry.fields
    }
    dois: dict[str, str] = {}
    for key, entry in entries.items():
        doi = _DOI_ADDRESS.sub("", str(entry.fields.get("doi", "")).strip().casefold())
        if doi and doi in dois:
            problems.append(_shared_doi(text, str(key), dois[doi], doi))
        elif doi:
            dois[doi] = str(key)
    return References(
        frozenset(str(key) for key in entries),
        frozenset(names - {"others", ""}),
        True,
        frozenset(journals - {""}),
        problems,
        dois,
    )


def _shared_doi(text: str, key: str, other: str, doi: str) -> Problem:
    found = next((match for match in _ENTRY.finditer(text) if match[2] == key), None)
    problem = _problem(
        f"This entry has the DOI of {other}: one report stands twice in the reference list.",
        "Cite one of the two keys everywhere and delete the other, or correct the DOI.",
        text.count("\n", 0, found.start(1)) + 1 if found else None,
        "references-doi",
        doi,
    )
    return replace(problem, severity="warning")


def _problem(
    what: str, hint: str, line: int | None, rule: str, value: str | None = None
) -> Problem:
    return Problem(REFERENCES_FILE, line, None, value, what, hint, "error", rule)


def _unreadable(what: str, hint: str, rule: str) -> References:
    return References(problems=[_problem(what, hint, None, f"references-{rule}")])


def _repeated_keys(text: str) -> list[Problem]:
    first: dict[str, int] = {}
    problems = []
    for match in _ENTRY.finditer(text):
        kind, key = match.groups()
        if kind.lower() in _NOT_ENTRIES:
            continue
        line = text.count("\n", 0, match.start(1)) + 1
        # BibTeX takes no notice of capitals in keys.
        if key.lower() in first:
            problems.append(
                _problem(
                    f"This citation key stands already in line {first[key.lower()]}.",
                    "Delete one of the entries, or give it another key if it is another report.",
                    line,
                    "references-duplicate",
                    key,
                )
            )
        first.setdefault(key.lower(), line)
    return problems
