"""The question in its parts, and where the review departed from its protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.dates import written
from analysis.manuscript.value import escape
from analysis.paper.passages.passage import Passage
from schemas.frame_records import records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analysis.paper.passages.passage import Material

_PARTS = (
    ("population", "Population"),
    ("intervention", "Intervention"),
    ("comparator", "Comparator"),
    ("outcomes", "Outcomes"),
    ("designs", "Designs"),
)


def passages(material: Material) -> Iterator[Passage]:
    """Write the box of the question and the list of departures."""
    question = material.protocol.review.question
    parts = [
        f"- **{label}:** {escape(told)}"
        for name, label in _PARTS
        if question is not None and (told := getattr(question, name))
    ]
    yield Passage("question", "\n".join(parts))
    told = [_departure(row) for row in records(material.data.deviations)]
    yield Passage("deviations", "\n".join(told))


def _departure(row: Mapping[str, object]) -> str:
    """Write one departure: what was done, when it was decided, why."""
    what, why = (escape(str(row[name]).rstrip(".")) for name in ("what", "why"))
    about = f"**{escape(str(row['section']))}:** " if row["section"] else ""
    date = f" ({written(str(row['date']))})" if row["date"] else ""
    return f"- {about}{what}{date}. Reason: {why}."
