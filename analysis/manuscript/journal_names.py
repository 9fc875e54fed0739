"""Names of journals as AMA and Vancouver print them: abbreviated as in the NLM Catalog.

``journal_titles.csv`` holds those that reviews of treatments cite most; an author adds another with
``shortjournal = {...}`` in its entry. A name that nobody has abbreviated is printed in full, and
the preflight names it.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# Where the build puts those of the paper, in its generated folder.
ABBREVIATIONS = "abbreviations.json"
_CSL = "{http://purl.org/net/xbiblio/csl}"
_BRACES = re.compile(r"[{}\\]")
_NOISE = re.compile(r"[^\w]+")


def abbreviation(title: str) -> str | None:
    """Give the abbreviation of a journal, None where it is not known.

    Parameters
    ----------
    title
        The title, or its abbreviation, with or without article, braces and points.
    """
    return _known().get(_key(title))


def abbreviations(titles: Iterable[str]) -> dict[str, dict[str, dict[str, str]]]:
    """Give the known abbreviations of titles in the form that pandoc and Quarto read.

    Parameters
    ----------
    titles
        As they stand in the reference list.

    Returns
    -------
    dict
        ``{"default": {"container-title": {title: abbreviation}}}``, see the manual of pandoc,
        citation-abbreviations.
    """
    plain = sorted({" ".join(_BRACES.sub("", title).split()) for title in titles})
    found = {title: short for title in plain if (short := abbreviation(title)) is not None}
    return {"default": {"container-title": found}}


def abbreviates(csl: Path) -> bool:
    """Tell whether a citation style prints the short names of journals."""
    from lxml import etree

    asked = {
        (node.get("variable"), node.get("form")) for node in etree.parse(csl).iter(f"{_CSL}text")
    }
    return any(
        variable == "container-title-short" or (variable == "container-title" and form == "short")
        for variable, form in asked
    )


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    text = files("analysis.manuscript").joinpath("journal_titles.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    # Who writes the abbreviation itself into the reference list means the same journal.
    known = {_key(row["abbreviation"]): row["abbreviation"] for row in rows}
    return known | {_key(row["title"]): row["abbreviation"] for row in rows}


def _key(title: str) -> str:
    words = _NOISE.sub(" ", _BRACES.sub("", title).replace("&", " and ").casefold()).split()
    return " ".join(words[1:] if words[:1] == ["the"] else words)
