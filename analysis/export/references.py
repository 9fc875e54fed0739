"""References of the included studies as RIS and BibTeX, for reference managers and registers.

Only studies whose report was read have one: a reconstructed study stands for no report.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from schemas.problems import DataProblems, Problem
from schemas.references import REFERENCES_FILE

if TYPE_CHECKING:
    from analysis.synthesis.results import Synthesis
    from schemas.review_data import ReviewData

RIS = "included_studies.ris"
BIBTEX = "included_studies.bib"

# BibTeX's types in RIS (Research Information Systems, RIS Format Specifications, 2011).
_TYPES = {
    "article": "JOUR",
    "book": "BOOK",
    "inbook": "CHAP",
    "incollection": "CHAP",
    "inproceedings": "CPAPER",
    "conference": "CPAPER",
    "proceedings": "CONF",
    "phdthesis": "THES",
    "mastersthesis": "THES",
    "techreport": "RPRT",
    "unpublished": "UNPB",
}
_FIELDS = (
    ("title", "TI"),
    ("journal", "T2"),
    ("booktitle", "T2"),
    ("year", "PY"),
    ("volume", "VL"),
    ("number", "IS"),
    ("publisher", "PB"),
    ("doi", "DO"),
    ("pmid", "AN"),
    ("url", "UR"),
    ("howpublished", "N1"),
)
# How BibTeX says that authors are missing; RIS has no word for it.
_OTHERS = "others"
_PAGES = re.compile(r"\s*(?:-+|–)\s*")


def ris_files(synthesis: Synthesis, data: ReviewData) -> dict[str, bytes]:
    """Give the included studies in RIS.

    Parameters
    ----------
    synthesis, data
        The computed review, and its folder with the reference list.

    Raises
    ------
    DataProblems
        If the reference list cannot be read.
    """
    entries = included(synthesis, data)
    text = "".join(_ris(key, entry) for key, entry in entries.items())
    return {RIS: text.encode("utf-8")}


def bibtex_files(synthesis: Synthesis, data: ReviewData) -> dict[str, bytes]:
    """Give the included studies in BibTeX; otherwise as :func:`ris_files`.

    Remarks for the authors (``annote``, ``note``) stay behind.
    """
    entries = included(synthesis, data)
    text = "\n".join(_bibtex(key, entry) for key, entry in entries.items())
    return {BIBTEX: text.encode("utf-8")}


def included(synthesis: Synthesis, data: ReviewData) -> dict[str, Any]:
    """Give the entries of the included studies by citation key, in the order of the studies.

    Raises
    ------
    DataProblems
        If the reference list cannot be read.
    """
    from pybtex.database import parse_file
    from pybtex.exceptions import PybtexError

    try:
        library = parse_file(str(data.root / REFERENCES_FILE), "bibtex", encoding="utf-8-sig")
    except (PybtexError, OSError) as error:
        what = f"The reference list cannot be read: {error}."
        problem = Problem(REFERENCES_FILE, None, None, None, what, "", "error", "references")
        raise DataProblems([problem]) from None
    keys = dict.fromkeys(
        study.citation_key
        for study in synthesis.studies
        if study.citation_key and not study.reconstructed
    )
    return {key: library.entries[key] for key in keys if key in library.entries}


def _ris(key: str, entry: Any) -> str:
    lines = [("TY", _TYPES.get(entry.type, "GEN"))]
    names = [_name(person) for person in entry.persons.get("author", ())]
    lines += [("AU", name) for name in names if name != _OTHERS]
    for field, tag in _FIELDS:
        if field in entry.fields:
            lines.append((tag, entry.fields[field]))
    first, *last = _PAGES.split(entry.fields.get("pages", ""), maxsplit=1)
    lines += [("SP", first)] if first else []
    lines += [("EP", part) for part in last]
    lines += [("N1", "The list of authors is not complete.")] if _OTHERS in names else []
    lines.append(("ID", key))
    # CRLF and two spaces before the hyphen are what the specification asks for.
    return "".join(f"{tag}  - {_plain(text)}\r\n" for tag, text in lines) + "ER  - \r\n\r\n"


def _name(person: Any) -> str:
    family = " ".join((*person.prelast_names, *person.last_names))
    given = " ".join((*person.first_names, *person.middle_names))
    return ", ".join(part for part in (family, given, " ".join(person.lineage_names)) if part)


def _plain(text: str) -> str:
    """Take LaTeX out of a field; a line break would begin a new field."""
    from pybtex.exceptions import PybtexError
    from pybtex.richtext import Text

    try:
        text = str(Text.from_latex(text))
    except (PybtexError, ValueError):  # not LaTeX that can be read: the words are still there
        text = text.replace("{", "").replace("}", "")
    return " ".join(text.split())


def _bibtex(key: str, entry: Any) -> str:
    from pybtex.database import BibliographyData, Entry

    kept = {
        name: value
        for name, value in entry.fields.items()
        if name.lower() not in {"annote", "note"}
    }
    fresh = Entry(entry.type, fields=kept, persons=entry.persons)
    return BibliographyData({key: fresh}).to_string("bibtex").replace("\r\n", "\n")
