"""Where a report was published, from the one line in which some tables of databases write it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.update.searching.export_record import page_range

if TYPE_CHECKING:
    from collections.abc import Mapping

# "J Ex. 2020 Feb;63(2):103640. doi: 10.1000/a. Epub 2019 Mar 25." The volume may be missing.
_PUBMED = re.compile(
    r"\.\s(?P<year>(?:18|19|20)\d{2})\b[^;:]{0,20};"
    r"(?P<volume>[^:;()]{0,30})(?:\((?P<issue>[^()]{1,30})\))?:(?P<pages>\S.*?)\.(?:\s|$)"
)
# "Journal (2014) 3:3 (152-160). Date of …", "Journal (2024) 15:1 Article Number: 4063. Date of …"
_EMBASE = re.compile(
    r"^(?P<source_title>\S.*?)\s\((?P<year>(?:18|19|20)\d{2})\)"
    r"(?:\s(?P<volume>[^\s:().]+)(?::(?P<issue>[^(]*?)|\s(?P<supplement>Suppl[^(.]*?))?)?"
    r"(?:\s\((?P<pages>[^()]*\d[^()]*)\)|\sArticle Number: (?P<article>[^\s.]+))?\."
)
# "Journal of Examples. 12(3):101-10, 2025 Mar 1." The place of publication may follow the name.
_OVID = re.compile(
    r"^(?P<source_title>\S.*?)\.\s+(?P<volume>[^\s:().,]+)?(?:\s*\((?P<issue>[^()]{1,40})\))?"
    r"\s*(?::\s*(?P<pages>[^,]*\d[^,]*?))?,\s*(?P<year>(?:18|19|20)\d{2})\b"
)


def from_pubmed(line: str) -> Mapping[str, str]:
    """Read the column *Citation* of PubMed's table.

    Returns
    -------
    dict
        Volume, issue and pages; empty when the line has another form (an article that has no
        place yet).
    """
    match = _PUBMED.search(line)
    if match is None:
        return {}
    return {name: (match[name] or "").strip() for name in ("volume", "issue", "pages")}


def from_embase(line: str) -> Mapping[str, str]:
    """Read the column *Source* of Embase's table.

    Returns
    -------
    dict
        Journal, year, volume, issue and pages; empty when the line has another form, such as the
        plain name of a journal.
    """
    match = _EMBASE.match(line)
    if match is None:
        return {}
    found = {name: (match[name] or "").strip() for name in ("source_title", "year", "volume")}
    issue = (match["issue"] or match["supplement"] or "").strip()
    return found | {
        "issue": issue,
        "pages": page_range(match["pages"] or "", "", match["article"] or ""),
    }


def from_ovid(line: str) -> Mapping[str, str]:
    """Read the field *Source* of Ovid's plain text.

    Returns
    -------
    dict
        Journal, year, volume, issue and pages; empty when the line has another form.
    """
    match = _OVID.match(line)
    if match is None:
        return {}
    return {name: (value or "").strip() for name, value in match.groupdict().items()}
