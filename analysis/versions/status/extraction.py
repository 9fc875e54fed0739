"""Whether studies wait for extraction, and rows for somebody who reads the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.versions.status.point import Point, counted
from schemas.frame_records import records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.review_data import ReviewData

_TABLES = (
    ("studies", "study", "studies"),
    ("outcomes", "row of outcomes", "rows of outcomes"),
    ("adverse_events", "row of adverse events", "rows of adverse events"),
    ("contrasts", "row of comparisons", "rows of comparisons"),
)


def extraction_points(data: ReviewData) -> Iterator[Point]:
    """Give the studies that wait, and how many rows are not verified."""
    waiting = [str(row["study_id"]) for row in records(data.awaiting_extraction)]
    if waiting:
        yield Point(
            "Extraction",
            f"{counted(len(waiting), 'study waits', 'studies wait')} for extraction.",
            due=True,
            why="data/awaiting_extraction.csv says for each what is missing.",
            command="review workbook new.xlsx",
            items=tuple(waiting),
        )
    else:
        yield Point("Extraction", "No study waits.")
    yield from _evidence(data)


def _evidence(data: ReviewData) -> Iterator[Point]:
    found = {kind: _rows_of(data, kind) for kind in ("reconstructed", "derived", "data set")}
    if found["reconstructed"]:
        yield Point(
            "Evidence",
            f"{found['reconstructed']} reconstructed.",
            due=True,
            why="A reconstructed row belongs to no real study; the report has to be read in its "
            "place.",
            command="review workbook new.xlsx",
        )
    if found["derived"]:
        yield Point(
            "Evidence", f"{found['derived']} derived: computed from what was reported, not read."
        )
    if found["data set"]:
        yield Point(
            "Evidence",
            f"{found['data set']} taken from a data set: not compared with the studies' reports.",
        )
    if not any(found.values()):
        read = "Every row was read in its study's own report."
        what = "No rows yet." if data.studies.empty else read
        yield Point("Evidence", what)


def _rows_of(data: ReviewData, kind: str) -> str:
    counts = [
        (sum(value == kind for value in getattr(data, name)["evidence"]), *nouns)
        for name, *nouns in _TABLES
    ]
    return ", ".join(counted(number, *nouns) for number, *nouns in counts if number)
