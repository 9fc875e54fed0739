"""Whether the databases have to be searched again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.dates import written
from analysis.versions.status.point import Point, counted, last_day, months_later
from schemas.frame_records import records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from schemas.review_data import ReviewData

_SUBJECT = "Searches"
_COMMAND = "review search import FILE --database NAME --date YYYY-MM-DD"


def search_points(data: ReviewData, today: date) -> Iterator[Point]:
    """Give the databases whose last search is older than the protocol's interval."""
    latest: dict[str, str] = {}
    for row in records(data.searches):
        name, day = str(row["database"]), str(row["search_date"])
        if name not in latest or last_day(day) > last_day(latest[name]):
            latest[name] = day
    months = data.protocol.update.search_interval_months
    if not latest:
        why = "data/searches.csv is empty."
        yield Point(_SUBJECT, "No search is recorded.", due=True, why=why, command=_COMMAND)
        return
    if months is None:
        what = "The protocol gives no interval (update, search_interval_months)."
        yield Point(_SUBJECT, what)
        return
    by_day: dict[str, list[str]] = {}
    for name, day in latest.items():
        by_day.setdefault(day, []).append(name)
    for day, names in sorted(by_day.items()):
        # A month or a year alone is compared with that of today.
        if day > today.isoformat()[: len(day)]:
            yield Point(
                _SUBJECT,
                f"{', '.join(names)}: the search is dated {written(day)}, which is still to come.",
                due=True,
                why="Look at search_date in data/searches.csv, or at the day given with --date.",
                command="review check",
                items=tuple(names),
            )
            continue
        following = months_later(last_day(day), months)
        what = f"{', '.join(names)}: last searched {_on(day)}"
        if following > today:
            yield Point(_SUBJECT, f"{what}, due again on {written(following.isoformat())}.")
            continue
        yield Point(
            _SUBJECT,
            f"{what}.",
            due=True,
            why=f"The protocol asks for a search every {counted(months, 'month')}: it was due on "
            f"{written(following.isoformat())}.",
            command=_COMMAND,
            items=tuple(names),
        )


def _on(day: str) -> str:
    return f"{'on' if len(day) == 10 else 'in'} {written(day)}"
