"""One point that is looked at, and the days that it is looked at by."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that is due, or that was looked at and is not.

    Attributes
    ----------
    subject
        What it is about, in a word or two.
    what
        What is due, or how it stands, in a sentence.
    due
        Whether somebody has to do something.
    why
        Why it is due.
    command
        What to type, empty where no command does it.
    items
        What exactly: databases, trials, studies.
    """

    subject: str
    what: str
    due: bool = False
    why: str = ""
    command: str = ""
    items: tuple[str, ...] = ()


def last_day(text: str) -> date:
    """Give the last day that a date of a table can mean: ``2026-06`` ends on 30 June 2026."""
    parts = [int(part) for part in text.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    day = parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1]
    return date(year, month, day)


def months_later(day: date, months: int) -> date:
    """Give the same day some months later, or the last day of that month if it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Write a number with its noun: ``1 study``, ``2 studies``."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
