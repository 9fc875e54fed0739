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

Format = Literal["ris", "nbib", "bibtex", "endnote", "wos", "csv", "refer", "ovid", "registry"]

# Name, module and file ending of each format.
FORMATS: Mapping[str, tuple[str, str, str]] = {
    "ris": ("RIS", "ris", "ris"),
    "nbib": ("NBIB (MEDLINE)", "medline", "nbib"),
    "bibtex": ("BibTeX", "bibtex", "bib"),
    "endnote": ("XML (EndNote, PubMed, ICTRP)", "endnote", "xml"),
    "wos": ("Web of Science plain text", "web_of_science", "txt"),
    "csv": ("table (CSV)", "delimited", "csv"),
    "refer": ("EndNote .enw", "refer", "enw"),
    "ovid": ("Ovid plain text", "ovid", "ovid"),
    "registry": ("JSON (ClinicalTrials.gov)", "registers", "json"),
}

# What a line of each format looks like; the first line that fits decides. RIS without its first
# line, whose tags NBIB has too, only where no line says more.
_SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ris", re.compile(r"^(?:TY|ty)[ \t]{0,4}-")),
    ("nbib", re.compile(r"^(PMID *- *\d|OWN *- *ERIC\b)")),
    ("wos", re.compile(r"^(FN (Clarivate|Thomson|ISI)|PT [A-Z]$)")),
    ("bibtex", re.compile(r"^\s*@\s*[A-Za-z]+\s*[{(]")),
    (
        "endnote",
        re.compile(
            r"^\s*(<\?xml|<!DOCTYPE|<xml>|<records>|<PubmedArticle|<Trials?\b|<Trials_|<html)",
            re.IGNORECASE,
        ),
    ),
    ("refer", re.compile(r"^%[0TAD] \S")),
    ("ovid", re.compile(r"^<1>\s*$")),
    ("ovid", re.compile(r"^Unique Identifier\s*$")),
    ("registry", re.compile(r'^\s*(\{\s*("|$)|\[\s*(\{|$))')),
)
_WEAK_SIGNS = (("ris", re.compile(r"^(TI|T1|AU|A1|ER|DO|PY)[ \t]{1,4}-")),)
# A line of short cells, as the first of a table is.
_SEPARATED = re.compile(r"^(?:[^,;\t]{0,60}[,;\t]){2,}[^,;\t]{0,60}$")
# "1: Doe J. Alpha in adults. J Ex. 2019;7(2):11-19."
_SUMMARY = re.compile(r"1: \S.*\. (?:19|20)\d\d\b")
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
    notes
        What was not read, or was read in spite of its form, with its lines.
    """

    format: str
    encoding: str
    records: tuple[ExportRecord, ...]
    notes: tuple[str, ...] = ()


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
    decoded = decode(data, file)
    text = decoded.text
    name = detect(text) if asked == "auto" else asked
    first = next((line.strip() for line in text.split("\n") if line.strip()), "")
    if name in (None, "csv") and _SUMMARY.match(first):
        what = "This is PubMed's summary as text, in which fields have no names."
        broken(file, 1, what, "On PubMed: Send to, Citation manager, which gives an .nbib.", first)
    if name is None:
        known = ", ".join(title for title, _, _ in FORMATS.values())
        again = f"Export the records again, best as RIS. Known: {known}."
        broken(file, 1, "The format of this file is not known.", again, first)
    module = import_module(f"analysis.update.searching.{FORMATS[str(name)][1]}")
    found = module.parse(text, file)
    return Export(str(name), decoded.encoding, tuple(found.records), (*decoded.notes, *found.notes))


def detect(text: str) -> str | None:
    """Say which format a text has, None when it is none of them."""
    lines = [line.rstrip("\r") for line in text.split("\n", _LINES_TO_LOOK_AT)]
    for signs in (_SIGNS, _WEAK_SIGNS):
        for line in lines[:_LINES_TO_LOOK_AT]:
            for name, sign in signs:
                if sign.match(line):
                    return name
            if signs is _SIGNS and line.strip() and delimited.looks_delimited(line):
                return "csv"
    # A table of something else: its reader says which columns it looks for.
    first = next((line for line in lines if line.strip()), "")
    return "csv" if _SEPARATED.match(first) else None
