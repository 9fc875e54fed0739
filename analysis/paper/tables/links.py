"""Links from a table to the registry entry or the report that it names."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from analysis.paper.tables.cells import lines, text

# Registries whose entries have an address that is made of their number alone.
_REGISTRIES: Final = {
    r"NCT\d{8}": "https://clinicaltrials.gov/study/{}",
    r"ISRCTN\d{8}": "https://www.isrctn.com/{}",
    r"DRKS\d{8}": "https://drks.de/search/en/trial/{}",
}
_DOI: Final = re.compile(r"10\.\d{4,9}/\S+")


def registrations(value: str | None) -> str:
    """Return registration numbers, one below the other, each a link where its registry is known.

    Parameters
    ----------
    value : str or None
        A cell of the data, several numbers separated by semicolons.

    Returns
    -------
    str
        HTML, empty if there is none.
    """
    return lines(_registration(part.strip()) for part in (value or "").split(";"))


def sources(value: str | None) -> str:
    """Return the reports a row was read in, DOIs as links."""
    return "; ".join(doi(part.strip()) for part in (value or "").split("; "))


def doi(value: str) -> str:
    """Return a DOI as a link; other words stay as they are."""
    if not _DOI.fullmatch(value):
        return text(value)
    return f'<a href="https://doi.org/{quote(value, safe="/()")}">{text(value)}</a>'


def _registration(number: str) -> str:
    for pattern, address in _REGISTRIES.items():
        if re.fullmatch(pattern, number):
            return f'<a href="{address.format(number)}">{text(number)}</a>'
    return text(number)
