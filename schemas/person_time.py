"""Units of person-time: read from the protocol and the tables, and converted."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Days of each unit; a month is a twelfth of a year of 365.25 days.
_DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
_FORM = re.compile(r"(?:per )?(?:(\d[\d,]*) )?(?:([a-z]+)[- ])?(day|week|month|year)s?")
_WHOM = "person"
EXAMPLES = "patient-years, per 100 patient-years, per 1000 device-days"


@dataclass(frozen=True, slots=True)
class PersonTime:
    """A unit such as ``per 100 patient-years``: a number of times, of whom, and of what."""

    per: float
    whom: str
    span: str

    def factor_to(self, other: PersonTime) -> float:
        """Return what a time in this unit is multiplied by to be in the span of another."""
        return _DAYS[self.span] / _DAYS[other.span]


def person_time_unit(text: str | None) -> PersonTime | None:
    """Read a unit; None where it is not one.

    Parameters
    ----------
    text
        As it is written: ``patient-years``, ``per 100 patient-years``, ``1,000 device days``;
        ``years`` alone are those of persons.
    """
    found = _FORM.fullmatch((text or "").strip().lower())
    if found is None:
        return None
    number, whom, span = found.groups()
    per = float(number.replace(",", "")) if number else 1.0
    return PersonTime(per, whom or _WHOM, span) if per > 0 else None
