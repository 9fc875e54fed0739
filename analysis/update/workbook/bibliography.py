"""The reference list as rows of a sheet, and back: nobody has to write BibTeX."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from schemas.problems import DataProblems
from schemas.references import REFERENCES_FILE, read_references

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


#: From column of the sheet to field of BibTeX; `journal` depends on the type.
_FIELDS = {
    "title": "title",
    "year": "year",
    "volume": "volume",
    "issue": "number",
    "pages": "pages",
    "doi": "doi",
    "pmid": "pmid",
}
_CONTAINERS = {
    "incollection": "booktitle",
    "inproceedings": "booktitle",
    "misc": "howpublished",
    "book": "series",
}
_VERBATIM = frozenset({"doi", "pmid", "url"})
_DEFAULT_TYPE = "article"
_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_COMMANDS = {code: sign for sign, code in _LATEX.items()}
_ANY_COMMAND = re.compile("|".join(re.escape(code) for code in _COMMANDS) + r"|[{}]|--")
_WORD = re.compile(r"\S+")
_START = r"^[ \t]*@\w+\s*[{{(]\s*{key}\s*,"


@dataclass(frozen=True, slots=True)
class Bibliography:
    """The reference list: its text, and its entries as rows of the sheet `references`."""

    text: str
    entries: Mapping[str, Any]
    rows: tuple[dict[str, str], ...]


def read_bibliography(root: Path, columns: Iterable[str]) -> Bibliography:
    """Read manuscript/references.bib.

    Parameters
    ----------
    root
        The project's folder.
    columns
        Columns of the sheet `references`.

    Raises
    ------
    DataProblems
        If the file cannot be read.
    """
    from pybtex.database.input.bibtex import Parser

    found = read_references(root / REFERENCES_FILE)
    if found.problems:
        raise DataProblems(found.problems)
    text = (root / REFERENCES_FILE).read_text(encoding="utf-8-sig")
    entries = Parser().parse_string(text).entries
    rows = tuple(_row(str(key), entry, columns) for key, entry in entries.items())
    return Bibliography(text, {str(key): entry for key, entry in entries.items()}, rows)


def _row(key: str, entry: Any, columns: Iterable[str]) -> dict[str, str]:
    container = _CONTAINERS.get(entry.type, "journal")
    row = dict.fromkeys(columns, "")
    row |= {"citation_key": key, "type": entry.type}
    row["authors"] = "; ".join(_plain(str(person)) for person in entry.persons.get("author", ()))
    row["journal"] = _plain(entry.fields.get(container, ""))
    for column, field in _FIELDS.items():
        value = entry.fields.get(field, "")
        row[column] = value if field in _VERBATIM else _plain(value)
    return row


def _plain(latex: str) -> str:
    """Give the text of a field without what only TeX needs."""

    def plain(match: re.Match[str]) -> str:
        return _COMMANDS.get(match[0], "-" if match[0] == "--" else "")

    return " ".join(_ANY_COMMAND.sub(plain, latex).split())


def canonical(row: Mapping[str, str]) -> dict[str, str]:
    """Give a row of the sheet `references` as it will be read back from the reference list.

    Raises
    ------
    ValueError
        If the authors cannot be taken apart into names.
    """
    from pybtex.exceptions import PybtexError

    try:
        return _row(row["citation_key"], _new_entry(row), row)
    except PybtexError as error:
        raise ValueError(str(error)) from error


def with_changes(
    before: Bibliography,
    added: Iterable[Mapping[str, str]],
    changed: Mapping[str, tuple[Mapping[str, str], Iterable[str]]],
    removed: Iterable[str],
) -> tuple[str, dict[str, range]]:
    """Write the reference list again; entries that nobody changed keep every character.

    Parameters
    ----------
    before
        The list as it is.
    added
        Rows of the sheet `references` that are new.
    changed
        From the key of an entry to its row and the columns that changed.
    removed
        Keys of the entries that go.

    Returns
    -------
    text, lines
        The new text, and from key to the lines of each entry that was written here.
    """
    text = before.text
    for key in removed:
        text = _replace_entry(text, key, "")
    written = []
    for key, (row, columns) in changed.items():
        entry = _updated(before.entries[key], row, columns)
        text = _replace_entry(text, key, _entry_text(row["citation_key"], entry))
        written.append(row["citation_key"])
    for row in added:
        text = text.rstrip("\n") + "\n" + _entry_text(row["citation_key"], _new_entry(row)) + "\n"
        written.append(row["citation_key"])
    return text, {key: _lines(text, key) for key in written}


def _new_entry(row: Mapping[str, str]) -> Any:
    from pybtex.database import Entry

    entry = Entry(row["type"] or _DEFAULT_TYPE)
    return _updated(entry, row, [column for column, value in row.items() if value])


def _updated(entry: Any, row: Mapping[str, str], columns: Iterable[str]) -> Any:
    from pybtex.database import Entry

    kind = row["type"] or _DEFAULT_TYPE
    changed: Any = Entry(kind, list(entry.fields.items()), dict(entry.persons))
    old_container = _CONTAINERS.get(entry.type, "journal")
    new_container = _CONTAINERS.get(kind, "journal")
    names = set(columns)
    if "type" in names and old_container != new_container:
        names.add("journal")
        changed.fields.pop(old_container, None)
    if "authors" in names:
        authors = [name.strip() for name in row["authors"].split(";") if name.strip()]
        changed.persons["author"] = [_person(name) for name in authors]
    if "journal" in names:
        _set(changed, new_container, _latex(row["journal"]))
    for column in sorted(names & set(_FIELDS), key=list(_FIELDS).index):
        value = row[column]
        if column == "title":
            value = _protected(value)
        elif column == "pages":
            value = re.sub(r"\s*[-–—]+\s*", "--", _latex(value))
        elif column not in _VERBATIM:
            value = _latex(value)
        _set(changed, _FIELDS[column], value)
    return changed


def _set(entry: Any, field: str, value: str) -> None:
    if value:
        entry.fields[field] = value
    else:
        entry.fields.pop(field, None)


def _person(name: str) -> Any:
    from pybtex.database import Person

    family, comma, given = name.partition(",")
    if not comma and (family.casefold() == "others" or " " not in family):
        return Person(_latex(family))
    if not comma:
        # Without a comma it cannot be known which word is the family name: a group stays whole.
        return Person(last=f"{{{_latex(family)}}}")
    return Person(f"{_latex(family)}, {_latex(given.strip())}")


def _latex(text: str) -> str:
    return "".join(_LATEX.get(sign, sign) for sign in " ".join(text.split()))


def _protected(title: str) -> str:
    """Write a title so that styles which change capitals keep names and abbreviations.

    In a title written like a sentence every capital after the first word is meant; in one written
    In Title Case only capitals inside a word are.
    """
    words = title.split()
    # Abbreviations say nothing about how the title is written, nor do short words.
    plain = [word for word in words[1:] if word[1:].islower() and len(word) > 3]
    sentence = sum(word[0].isupper() for word in plain) <= len(plain) / 2
    first = True

    def protect(match: re.Match[str]) -> str:
        nonlocal first
        word, was_first = match[0], first
        first = False
        inner = any(sign.isupper() for sign in word[1:])
        meant = inner or (sentence and not was_first and any(sign.isupper() for sign in word))
        return f"{{{_latex(word)}}}" if meant else _latex(word)

    return _WORD.sub(protect, " ".join(words))


@cache
def _writer() -> Any:
    from pybtex.database.output.bibtex import Writer

    class AsWritten(Writer):
        """Writes fields as they are: they are TeX already, or not to be touched."""

        def _encode(self, text: Any) -> Any:
            return text

        def quote(self, s: str) -> str:
            return f"{{{s}}}"

    return AsWritten


def _entry_text(key: str, entry: Any) -> str:
    from pybtex.database import BibliographyData

    return str(_writer()().to_string(BibliographyData({key: entry}))).strip()


def _span(text: str, key: str) -> tuple[int, int]:
    """Find the entry of a key: where it begins, and where the bracket that opens it is closed."""
    found = re.search(_START.format(key=re.escape(key)), text, re.MULTILINE)
    if found is None:
        raise LookupError(key)
    opening = next(i for i in range(found.start(), found.end()) if text[i] in "{(")
    closing = "}" if text[opening] == "{" else ")"
    depth = 0
    for place in range(opening + 1, len(text)):
        sign = text[place]
        if depth == 0 and sign == closing:
            return found.start(), place + 1
        if text[place - 1] != "\\":
            depth += (sign == "{") - (sign == "}")
    raise LookupError(key)


def _replace_entry(text: str, key: str, entry: str) -> str:
    start, end = _span(text, key)
    if not entry and text[end : end + 1] == "\n":
        end += 1
    return text[:start] + entry + text[end:]


def _lines(text: str, key: str) -> range:
    start, end = _span(text, key)
    first = text.count("\n", 0, start) + 1
    return range(first, text.count("\n", 0, end) + 2)
