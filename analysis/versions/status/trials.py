"""Whether the registry has to be looked at: trials that may have ended, or were not looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.dates import written
from analysis.versions.status.point import Point, counted, last_day, months_later
from schemas.frame_records import records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from schemas.review_data import ReviewData

_SUBJECT = "Ongoing trials"
_COMMAND = "review registry read FILE --date YYYY-MM-DD"


def trial_points(data: ReviewData, today: date) -> Iterator[Point]:
    """Give the trials whose end has passed, whose results are posted, or that were not checked."""
    # A withdrawn trial has no patient, and never will have.
    trials = [row for row in records(data.ongoing_trials) if row["status"] != "withdrawn"]
    known = _known(data)
    posted = [row for row in trials if row["results_posted"] == "yes" and not _ids(row) & known]
    if posted:
        yield Point(
            _SUBJECT,
            f"{counted(len(posted), 'trial')} with results in the registry.",
            due=True,
            why="They are neither extracted nor on the list of studies that wait.",
            command=f"{_COMMAND} --propose all",
            items=tuple(_name(row) for row in posted),
        )
    ended = [row for row in trials if row not in posted and _has_ended(row, today)]
    if ended:
        yield Point(
            _SUBJECT,
            f"{counted(len(ended), 'trial')} whose completion date has passed.",
            due=True,
            why="Results may have been published: look in the registry and search for the report.",
            command=_COMMAND,
            items=tuple(f"{_name(row)} ({written(_end(row) or '')})" for row in ended),
        )
    months = data.protocol.update.registry_interval_months
    old = [] if months is None else [row for row in trials if _is_old(row, months, today)]
    if old:
        never = sum(row["status_date"] is None for row in old)
        unknown = f" (of {never}, no day is recorded)" if never else ""
        yield Point(
            _SUBJECT,
            f"the status of {counted(len(old), 'trial')} has to be read again{unknown}.",
            due=True,
            why=f"The protocol asks for a look every {counted(months or 0, 'month')}.",
            command=_COMMAND,
            items=tuple(_name(row) for row in old),
        )
    if not (posted or ended or old):
        yield Point(_SUBJECT, f"{counted(len(trials), 'trial')}, none of which is due.")


def _known(data: ReviewData) -> set[str]:
    return {
        name
        for table in (data.studies, data.awaiting_extraction)
        for row in records(table)
        for name in _ids(row)
    }


def _ids(row: Mapping[str, object]) -> set[str]:
    return {part.strip() for part in str(row["registry_id"] or "").split(";") if part.strip()}


def _name(row: Mapping[str, object]) -> str:
    return str(row["registry_id"])


def _end(row: Mapping[str, object]) -> str | None:
    found = row["primary_completion"] or row["completion"]
    return None if found is None else str(found)


def _has_ended(row: Mapping[str, object], today: date) -> bool:
    end = _end(row)
    return end is not None and last_day(end) < today


def _is_old(row: Mapping[str, object], months: int, today: date) -> bool:
    checked = row["status_date"]
    return checked is None or months_later(last_day(str(checked)), months) <= today
