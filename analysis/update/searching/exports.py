"""An export of any known format: what it is, and the records in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from analysis.update.searching import delimited
from analysis.update.searching.encoding import decode
from analysis.update.searching.export_record import ExportRecord, broken

if TYPE_CHECKING:
    from collections.abc import Mapping

Format = Literal["ris", "nbib", "bibtex", "endnote", "wos", "csv"]

# Name, module and file ending of each format.
FORMATS: Mapping[str, tuple[str, str, str]] = {
    "ris": ("RIS", "ris", "ris"),
    "nbib": ("NBIB (MEDLINE)", "medline", "nbib"),
    "bibtex": ("BibTeX", "bibtex", "bib"),
    "endnote": ("EndNote XML", "endnote", "xml"),
    "wos": ("Web of Science plain text", "web_of_science", "txt"),
    "csv": ("table (CSV)", "delimited", "csv"),
}

# What a line of each format looks like; the first line that fits decides.
_SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ris", re.compile(r"^TY  -")),
    ("nbib", re.compile(r"^PMID- *\d")),
    ("wos", re.compile(r"^(FN (Clarivate|Thomson|ISI)|PT [A-Z]$)")),
    ("bibtex", re.compile(r"^\s*@\s*[A-Za-z]+\s*[{(]")),
    ("endnote", re.compile(r"^\s*(<\?xml|<!DOCTYPE|<xml>|<records>)")),
)
_LINES_TO_LOOK_AT = 60


@dataclass(frozen=True, slots=True)
class Export:
    """The content of an export.

    Attributes
    ----------
    format, encoding
        How it was read.
    records
        In the order of the file.
    """

    format: str
    encoding: str
    records: tuple[ExportRecord, ...]


def read_export(data: bytes, file: str, asked: str = "auto") -> Export:
    """Read the records of an export.

    Parameters
    ----------
    data
        Content of the file.
    file
        Its name for messages.
    asked
        A key of `FORMATS`; `auto` looks at the content, not at the name.

    Raises
    ------
    DataProblems
        If the file is broken or its format is not known; names the line.
    """
    text, encoding = decode(data, file)
    name = detect(text) if asked == "auto" else asked
    if name is None:
        known = ", ".join(title for title, _, _ in FORMATS.values())
        first = next(line.strip() for line in text.split("\n") if line.strip())
        again = f"Export the records again, best as RIS. Known: {known}."
        if first.startswith("%0"):
            again = (
                "This is EndNote's .enw: bring it into a reference manager, and export RIS there."
            )
        broken(file, 1, "The format of this file is not known.", again, first)
    module = import_module(f"analysis.update.searching.{FORMATS[str(name)][1]}")
    return Export(str(name), encoding, tuple(module.parse(text, file)))


def detect(text: str) -> str | None:
    """Say which format a text has, None when it is none of them."""
    lines = [line.rstrip("\r") for line in text.split("\n", _LINES_TO_LOOK_AT)]
    for line in lines[:_LINES_TO_LOOK_AT]:
        for name, sign in _SIGNS:
            if sign.match(line):
                return name
        if line.strip() and delimited.looks_delimited(line):
            return "csv"
    return None
