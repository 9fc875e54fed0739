"""Dates as ClinicalTrials.gov writes them, in the form that the review's tables keep."""

from __future__ import annotations

import re
from typing import Final

from analysis.formatting.dates import MONTHS
from schemas.cells import refuse_date

_IN_WORDS: Final = re.compile(r"([A-Za-z]+)(?: (\d{1,2}),)? (\d{4})")


def registry_date(written: str) -> str | None:
    """Read a date of the registry.

    Parameters
    ----------
    written
        ``2024-05`` or ``2024-05-31``; ``May 2024`` or ``May 31, 2024`` in older downloads.

    Returns
    -------
    str or None
        YYYY-MM-DD, YYYY-MM or YYYY, as much as is given; None if it is not such a date. A form
        that a spreadsheet made of it (5/31/2024, May-24) is not guessed at.
    """
    text = " ".join(written.split())
    if match := _IN_WORDS.fullmatch(text):
        name, day, year = match.groups()
        if name.capitalize() not in MONTHS:
            return None
        month = MONTHS.index(name.capitalize()) + 1
        text = f"{year}-{month:02d}" + (f"-{int(day):02d}" if day else "")
    return None if refuse_date(text) else text
