"""From the fields of an export to cells that the tables can hold."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import unquote

from analysis.update.searching.export_record import AUTHOR_SEPARATOR, year_in
from analysis.update.searching.trial_numbers import trial_numbers
from schemas.cells import refuse_any, refuse_text
from schemas.identifiers import DOI, DOI_WITHIN, PMID_PATTERN

if TYPE_CHECKING:
    from analysis.update.searching.export_record import ExportRecord

# Markup that databases leave in titles and abstracts; any other < and > are text.
_MARKUP = re.compile(
    r"</?(?:i|b|u|p|em|strong|sub|sup|inf|h\d|br|sec|title|jats:[\w-]+)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_PMID = re.compile(PMID_PATTERN)
# "Doe J", "Doe J.-P.", "van der Doe JA": a family name and initials without a comma.
_FAMILY_INITIALS = re.compile(r"^(\S.*?)\s+((?:[A-Z]\.?[ -]?){1,4})$")
# "J Doe", "R.B. Roe", as Publish or Perish and Crossref write them.
_INITIALS_FAMILY = re.compile(r"^((?:[A-Z]\.?[ -]?){1,4})\s(?=\S{2})(\D+)$")
_EMAIL = re.compile(r"[\s,(<\[]*\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+[\s)>\]]*")
# Between authors; OpenAlex writes a stroke.
_BETWEEN = re.compile(r"[;|]")
# Excel holds 32 767 characters in a cell.
_LONGEST = 32_000
# Scopus adds its own number to each author: "Doe, Jane (57200000000)".
_AUTHOR_NUMBER = re.compile(r"\s*\(\d+\)$")
# What databases write where a report names no author or no pages.
_NO_AUTHOR = re.compile(
    r"\[?(anonymous|no author\w*( name)?( available)?|(and )?others|(and )?et\.? al\.?|nan)\]?",
    re.IGNORECASE,
)
_ET_AL = re.compile(r",?\s+(?:et\.? al\.?|and others)\s*$", re.IGNORECASE)
_HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"))
_NO_PAGES = re.compile(r"no[ .-]*(pagination )?specified|np|no pages", re.IGNORECASE)
# The accession number that Cochrane writes, and what a reference manager keeps as a remark.
_PMID_TOLD = re.compile(r"^(?:PMID|PUBMED)\b[\s:]*(\d+)", re.IGNORECASE)
_PMID_ADDRESS = re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov|/pubmed)/(\d+)")
_AND = " and "
GUARD = "'"


def clean(record: ExportRecord) -> dict[str, str]:
    """Turn a record into cells that `review check` accepts; what cannot be right is left empty.

    Parameters
    ----------
    record
        As the export gives it. Everything left out here stays in the kept export.

    Returns
    -------
    dict
        The columns of the table of records without `record_id`, `search_id` and `position`.
    """
    fields = record.fields
    cells = {
        "title": safe(_title(fields.get("title", ""))),
        "authors": safe(_authors(fields.get("authors", ""))),
        "year": year_in(fields.get("year", "")),
        "doi": plain_doi(fields.get("doi", "")),
        "pmid": _pmid(fields.get("pmid", "")),
        "registry_id": AUTHOR_SEPARATOR.join(trial_numbers(record.own)),
    }
    others = ("source_title", "volume", "issue", "pages", "abstract", "language", "report_type")
    cells |= {name: safe(one_line(fields.get(name, ""))) for name in others}
    pages = re.sub(r"(?<=\w)\s*-+\s*(?=\w)", "-", cells["pages"].translate(_HYPHENS))
    return cells | {"pages": "" if _NO_PAGES.fullmatch(pages) else pages}


def one_line(text: str) -> str:
    """Take markup, entities, line breaks and characters that cannot be seen out of a text."""
    if "<" in text:
        text = _MARKUP.sub("", text)
    if "&" in text:
        text = html.unescape(text)
    text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " if c.isspace() else "" for c in text)
    return " ".join(text.split())


def safe(text: str) -> str:
    """Make a text one that a spreadsheet shows and does not execute.

    A text that begins like a formula gets an apostrophe before it, as spreadsheets themselves
    write it (OWASP, CSV injection). A text that stands for no value becomes empty.
    """
    text = text if len(text) <= _LONGEST else text[: _LONGEST - 2].rstrip() + " …"
    if not text or refuse_text(text) is not None:
        return ""
    refused = refuse_any(text)
    if refused is None:
        return text
    return GUARD + text if refused[0] == "cell-formula" else ""


def unguarded(cell: str) -> str:
    """Take the apostrophe of `safe` away again, for comparisons and for the reference list."""
    return cell[1:] if cell.startswith(GUARD) and refuse_any(cell[1:]) is not None else cell


def plain_doi(text: str) -> str:
    """Give a DOI alone and in small letters; empty when there is none of the right form."""
    match = DOI_WITHIN.search(unquote(text.strip()) if "%" in text else text.strip())
    if match is None:
        return ""
    found = one_line(match[0]).split(" ")[0].rstrip(".,;:").lower()
    return found if DOI.match(found) and found.isprintable() else ""


def _title(text: str) -> str:
    title = one_line(text)
    # PubMed ends every title with a full stop, the others none.
    return title[:-1].rstrip() if title.endswith(".") and not title.endswith("..") else title


def _authors(text: str) -> str:
    found = one_line(_EMAIL.sub(" ", text) if "@" in text else text)
    names = _BETWEEN.split(found) if _BETWEEN.search(found) else _split_authors(found)
    plain = [_name(_AUTHOR_NUMBER.sub("", name.strip()).rstrip(",")) for name in names]
    return AUTHOR_SEPARATOR.join(name for name in plain if name and not _NO_AUTHOR.fullmatch(name))


def _split_authors(text: str) -> list[str]:
    """Split `Doe J, Roe RB` at its commas, but leave `Doe, Jane` whole; `and` as in BibTeX."""
    if _AND in text and all("," in name for name in text.split(_AND)):
        return text.split(_AND)
    text = _ET_AL.sub("", text)
    # A full stop ends PubMed's list, and every initial in Scopus's.
    parts = [part.strip() for part in text.strip(", ").split(",")]
    if not all(part.endswith(".") for part in parts):
        parts[-1] = parts[-1].rstrip(". ")
    signs = (_FAMILY_INITIALS, _INITIALS_FAMILY)
    told = sum(any(sign.match(part) for sign in signs) for part in parts)
    if len(parts) > 1 and told * 2 > len(parts):
        return parts
    return [text]


def _name(name: str) -> str:
    if "," in name:
        return name
    if match := _FAMILY_INITIALS.match(name):
        return f"{match[1]}, {match[2].strip()}"
    match = _INITIALS_FAMILY.match(name)
    return name if match is None else f"{match[2]}, {match[1].strip()}"


def _pmid(text: str) -> str:
    number = text.strip().removesuffix(".0")  # a spreadsheet makes 12345678.0 of it
    told = _PMID_TOLD.match(number) or _PMID_ADDRESS.search(number)
    number = number if told is None else told[1]
    return number if _PMID.match(number) else ""
