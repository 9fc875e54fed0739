"""How dates are written in tables."""

from __future__ import annotations

import re
from typing import Final

#: English, whatever the language of the machine, which strftime and strptime follow.
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ISO: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?")


def written(date: str) -> str:
    """Write an ISO date in words: ``2025-05-20`` as 20 May 2025, ``2020-08`` as August 2020.

    Anything else stands as it is: what a source says about a date is not guessed at.
    """
    if not (match := _ISO.fullmatch(date.strip())):
        return date
    year, month, day = match.groups()
    name = f"{MONTHS[int(month) - 1]} {year}"
    return name if day is None else f"{int(day)} {name}"
