"""Prints what is due: for people, and for other programs."""

from __future__ import annotations

import re
from dataclasses import asdict
from textwrap import fill
from typing import TYPE_CHECKING, Any

from analysis.formatting.dates import written
from analysis.paper.information_text import information_text, what_is_tested
from analysis.versions.status.point import counted
from schemas.problems import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.versions.status.review_status import ReviewStatus

# More than these are counted, not named.
_NAMED = 8
_WIDTH = 96
_INDENT = "    "


def status_text(status: ReviewStatus) -> str:
    """Write the status as plain text: what is due, why, and what to type."""
    return "\n".join(_lines(status))


def status_markdown(status: ReviewStatus) -> str:
    """Write the status as the text of an issue; nothing from the data can become markup in it."""
    body = status_text(status)
    # A fence ends at a line of as many backticks: this one has more than any run in the text.
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", body)), default=0))
    return f"## Is an update due?\n\n{fence}text\n{body}\n{fence}\n"


def status_json(status: ReviewStatus) -> dict[str, Any]:
    """Give the status as plain content for JSON."""
    return {
        "title": status.title,
        "edition": status.edition,
        "date": status.day.isoformat(),
        "due": bool(status.due),
        "points": [asdict(point) for point in status.points],
        "information": [
            {
                "outcome": outcome.id,
                "label": outcome.label,
                "text": information_text(outcome),
                "numbers": None if outcome.information is None else asdict(outcome.information),
            }
            for outcome in status.outcomes
        ],
    }


def _lines(status: ReviewStatus) -> Iterator[str]:
    yield f"{status.title}, edition {status.edition}, on {written(status.day.isoformat())}"
    due = status.due
    yield (
        f"\n{counted(len(due), 'point is', 'points are')} due.\n" if due else "\nNothing is due.\n"
    )
    for point in due:
        yield _wrapped(f"{point.subject}: {point.what}", "")
        yield _wrapped(f"Why: {point.why}", _INDENT)
        if not all(item in point.what for item in point.items):
            named = "; ".join(map(printable, point.items[:_NAMED]))
            more = len(point.items) - _NAMED
            yield _wrapped(f"{named}{f'; and {more} more' if more > 0 else ''}", _INDENT)
        yield f"{_INDENT}Do:  {point.command}"
        yield ""
    rest = [point for point in status.points if not point.due]
    if rest:
        yield "Not due"
        yield from (_wrapped(f"{point.subject}: {point.what}", _INDENT) for point in rest)
        yield ""
    yield "How much is known"
    yield _wrapped(what_is_tested(status.outcomes), _INDENT)
    for outcome in status.outcomes:
        yield _wrapped(f"{outcome.label}: {information_text(outcome)}", _INDENT)


def _wrapped(text: str, indent: str) -> str:
    return fill(text, _WIDTH, initial_indent=indent, subsequent_indent=_INDENT)
