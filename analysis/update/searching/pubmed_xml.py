"""PubMed's XML, as its E-utilities and its files of a day give it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.update.searching.export_record import AUTHOR_SEPARATOR, first_year

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_TITLES = (".//ArticleTitle", ".//VernacularTitle", ".//BookTitle")
_YEARS = (".//JournalIssue/PubDate/Year", ".//JournalIssue/PubDate/MedlineDate", ".//PubDate/Year")


def pubmed_fields(record: Element) -> dict[str, str]:
    """Give the fields of a `PubmedArticle` or `PubmedBookArticle`.

    Returns
    -------
    dict
        As `ExportRecord.fields`.
    """
    told = [record.findtext(path, "") for path in (*_YEARS, ".//ArticleDate/Year")]
    return {
        "title": next(filter(None, (_text(record, path) for path in _TITLES)), ""),
        "authors": AUTHOR_SEPARATOR.join(filter(None, map(_name, record.iterfind(_AUTHORS)))),
        "year": first_year(told),
        "source_title": _text(record, ".//Journal/Title")
        or _text(record, ".//Journal/ISOAbbreviation")
        or _text(record, ".//Book/BookTitle"),
        "volume": _text(record, ".//JournalIssue/Volume"),
        "issue": _text(record, ".//JournalIssue/Issue"),
        "pages": _text(record, ".//Pagination/MedlinePgn"),
        "doi": _identifier(record, "doi"),
        "pmid": _text(record, "MedlineCitation/PMID")
        or _text(record, "BookDocument/PMID")
        or _identifier(record, "pubmed"),
        "abstract": " ".join(
            " ".join(part.itertext()) for part in record.iterfind(".//Abstract/AbstractText")
        ),
        "language": _text(record, ".//Language"),
        "report_type": AUTHOR_SEPARATOR.join(
            "".join(kind.itertext()) for kind in record.iterfind(".//PublicationType")
        ),
    }


_AUTHORS = ".//AuthorList/Author"


def _text(record: Element, path: str) -> str:
    found = record.find(path)
    return "" if found is None else re.sub(r"\s+", " ", "".join(found.itertext())).strip()


def _name(author: Element) -> str:
    family = author.findtext("LastName", "")
    given = author.findtext("ForeName") or author.findtext("Initials") or ""
    return ", ".join(filter(None, (family, given))) or author.findtext("CollectiveName", "")


def _identifier(record: Element, kind: str) -> str:
    # Those of the references that it cites have the same form.
    paths = ("PubmedData/ArticleIdList/ArticleId", "PubmedBookData/ArticleIdList/ArticleId")
    told = [found for path in paths for found in record.iterfind(path)]
    named = next((f.text or "" for f in told if f.get("IdType") == kind), "")
    placed = f".//ELocationID[@EIdType='{kind}']"
    return named or record.findtext(placed, "")
