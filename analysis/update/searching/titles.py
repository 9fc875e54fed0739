"""What is compared of a record: its title, first author, year, place and identifiers."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from analysis.update.searching.cleaning import unguarded
from analysis.update.searching.export_record import AUTHOR_SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Mapping

_GREEK_NAMES = (
    ("α", "alpha"), ("β", "beta"), ("γ", "gamma"), ("δ", "delta"), ("ε", "epsilon"), ("κ", "kappa"),
    ("λ", "lambda"), ("μ", "mu"), ("π", "pi"), ("σ", "sigma"), ("χ", "chi"), ("ω", "omega"),
)  # fmt: skip
_GREEK = {ord(letter): f" {name} " for letter, name in _GREEK_NAMES}
_LETTERS = {ord("ß"): "ss", ord("ø"): "o", ord("æ"): "ae", ord("œ"): "oe", ord("ł"): "l"}
_TOKEN = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")
# The first word with a digit, or a page in Roman numerals; `pp.` and `Article` are not pages.
_PAGE = re.compile(r"[^\W_]*\d[^\W_]*|\b[ivxlc]+\b", re.IGNORECASE)
_ELECTRONIC = re.compile(r"^e(?=\d)")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
# Letters that are numbers only after such a word.
_ROMAN_LETTERS = {"i": "1", "v": "5", "x": "10"}
_COUNTED = frozenset({"phase", "part", "stage", "grade", "type", "class", "study", "volume", "no"})
# What Ovid, CENTRAL and PubMed hang on a title: remarks about other reports of it, its number in a
# book of abstracts, and the title in its own language. None of it is the title.
_REMARKS = re.compile(
    r"\s*[\[(]\s*(?:(?:published )?err?at(?:um|a)|corrected and republished|corrections?|"
    r"comments?|see comments?|retractions?|retracted|expressions? of concern|republished|"
    r"reprint(?:ed)?|updated?|summary|original(?: report)?)"
    r"(?: appears?)?(?: in| on| from| for| of)?\s*:?(?=[^\])]*\d|\s*[\])])[^\]]*[\])]?\s*$"
    r"|\s*[\[(]\s*see comments?[^\]]*[\])]?\s*$"
    r"|\s*[\[(]\s*(?:meeting |conference |congress )?(?:abstract|poster|paper)s?"
    r"(?: (?:no|nr|number|id)?\.?:? ?[\w./-]*\d[\w./-]*)?\s*[\])]?\s*$"
    r"|\s*<ORIGINAL>.*$",
    re.IGNORECASE,
)
_RETRACTED = re.compile(r"^(retracted|withdrawn)( article)?\s*:\s*", re.IGNORECASE)

_TITLE_KINDS = (
    ("correction", re.compile(r"^((author|publisher)('?s)? )?(correction|corrigend|errat|addend)")),
    ("retraction", re.compile(r"^(retraction|withdrawal|expression of concern|notice of retr)")),
    ("comment", re.compile(r"^(comment|commentary|in reply|reply|response to|re:|letter)\b")),
    ("comment", re.compile(r"^(author'?s'? (reply|response)|editorial)\b")),
)
# "…: Erratum" behind the title of the article, as some publishers write it.
_TITLE_ENDS = (
    ("correction", re.compile(r"[.:;(\[–—-]\s*(correction|corrigendum|erratum|addendum)\W*$")),
    ("retraction", re.compile(r"[.:;(\[–—-]\s*(retraction|expression of concern)\W*$")),
    # Web of Science: "… (vol 100, pg 1528, 2011)" is the title of a correction.
    ("correction", re.compile(r"\(vol\.? [^()]*\bpg?\.? [^()]*\)\W*$")),
)
_TYPE_KINDS = (
    ("registration", re.compile(r"trial regist|registry record|clinical trial record")),
    ("correction", re.compile(r"erratum|corrigend|correction")),
    ("retraction", re.compile(r"retraction (notice|of)|retraction$")),
    ("conference", re.compile(r"conference|meeting abstract|congress|proceedings")),
    ("preprint", re.compile(r"preprint|posted content")),
)
_REGISTRIES = re.compile(r"clinicaltrials\.gov|trialsearch|ictrp|chictr\.org|isrctn\.com")
_PREPRINT_SERVERS = re.compile(r"^(medrxiv|biorxiv|arxiv|ssrn|research square|preprints|authorea)")


@dataclass(frozen=True, slots=True)
class Traits:
    """A record as the comparison sees it.

    Attributes
    ----------
    record_id
        The record.
    title
        Words of the title without accents, signs and capitals; Greek letters and Roman numerals
        written out.
    letters
        The same without spaces, so that hyphens make no difference.
    numbers
        The digits of the title, in order.
    kind
        correction, retraction, comment, conference, preprint, registration (the entry of a trial
        registry), or empty for anything else.
    family, names
        Family name and all names of the first author.
    year
        None when not given.
    volume, first_page, source
        Where it was published; empty when not given. `source` are the words of the journal.
    doi, pmid
        Identifiers; empty when not given.
    """

    record_id: str
    title: tuple[str, ...]
    letters: str
    numbers: tuple[str, ...]
    kind: str
    family: str
    names: frozenset[str]
    year: int | None
    volume: str
    first_page: str
    source: tuple[str, ...]
    doi: str
    pmid: str


def traits(record: Mapping[str, str]) -> Traits:
    """Take from a row of records.csv what is compared."""
    title = without_remarks(unguarded(record["title"]))
    words = title_words(title)
    first_author = unguarded(record["authors"]).split(AUTHOR_SEPARATOR)[0]
    return Traits(
        record_id=record["record_id"],
        title=words,
        letters="".join(words),
        numbers=tuple(_DIGITS.findall(" ".join(words))),
        kind=_kind(title, record["report_type"], record["source_title"]),
        family="".join(_words(first_author.split(",")[0])),
        names=frozenset(_words(first_author)),
        year=int(record["year"]) if record["year"] else None,
        volume=_volume(unguarded(record["volume"])),
        first_page=_first_page(unguarded(record["pages"])),
        source=_source(record["source_title"]),
        doi=record["doi"],
        pmid=record["pmid"],
    )


def without_remarks(title: str) -> str:
    """Take off what databases hang on a title, unless nothing would be left."""
    found = title
    while (shorter := _REMARKS.sub("", found)) != found and shorter.strip(" .<>"):
        found = shorter
    return found


def title_words(title: str) -> tuple[str, ...]:
    """Write a title so that different databases write it the same way."""
    words = _words(_RETRACTED.sub("", title.replace("&", " and ")))
    found = []
    for place, word in enumerate(words):
        counted = place > 0 and words[place - 1] in _COUNTED
        found.append(_ROMAN.get(word) or (_ROMAN_LETTERS.get(word) if counted else None) or word)
    return tuple(found)


def _words(text: str) -> list[str]:
    if not text.isascii():
        spelled = text.casefold().translate(_GREEK).translate(_LETTERS)
        text = "".join(
            c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c)
        )
    return _TOKEN.findall(text.casefold())


def _kind(title: str, report_type: str, source: str) -> str:
    start = title.lower()
    for kind, sign in _TITLE_KINDS:
        if sign.match(start):
            return kind
    for kind, sign in _TITLE_ENDS:
        if sign.search(start):
            return kind
    told = report_type.lower()
    for kind, sign in _TYPE_KINDS:
        if sign.search(told):
            return kind
    place = source.lower()
    if _REGISTRIES.search(place):
        return "registration"
    return "preprint" if _PREPRINT_SERVERS.match(place) else ""


def _volume(text: str) -> str:
    """Give the number alone: MEDLINE writes `32 Suppl 5`, others the supplement elsewhere."""
    match = _TOKEN.search(text)
    return "" if match is None else match[0].casefold().lstrip("0")


def _first_page(pages: str) -> str:
    """Give the first page, or the number of an article: `e123`, `Article 123` and `123` are one."""
    match = _PAGE.search(pages)
    if match is None:
        return ""
    return _ELECTRONIC.sub("", match[0].casefold()).lstrip("0")


@lru_cache(maxsize=4096)
def _source(text: str) -> tuple[str, ...]:
    # What follows a colon or stands in brackets (a place) is in some databases only.
    short = re.split(r"[:(=]", unguarded(text))[0]
    return tuple(word for word in _words(short) if word not in {"the", "of", "and", "in", "for"})


def same_source(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Say whether two journal names are the same or one abbreviates the other word by word."""
    if len(first) != len(second):
        return False
    return all(a.startswith(b) or b.startswith(a) for a, b in zip(first, second, strict=True))
