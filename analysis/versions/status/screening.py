"""Whether records of the searches wait for somebody, and included studies for their extraction."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from analysis.versions.status.point import Point, counted
from schemas.frame_records import records
from schemas.reported_studies import reported_studies, study_names
from schemas.screening_log import FULL_TEXT, TITLE_ABSTRACT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.review_data import ReviewData
    from schemas.screening_log import Log, Status

_SUBJECT = "Screening"
_READ = "review screen sheet FILE.xlsx --reviewer NAME --stage "
_SETTLE = "review screen conflicts --sheet FILE.xlsx --stage "
# From where a record stands: what is due, why, and what to type.
_WAITING: tuple[tuple[Status, str, str, str], ...] = (
    ("not screened", "not screened", "Nobody has read title and abstract.", _READ + TITLE_ABSTRACT),
    (
        "waiting for a reviewer",
        "waiting for a second reviewer",
        "Not everyone who is to decide on title and abstract has.",
        _READ + TITLE_ABSTRACT,
    ),
    (
        "in conflict",
        "in conflict",
        "The reviewers disagree on title and abstract, or one is unsure.",
        _SETTLE + TITLE_ABSTRACT,
    ),
    (
        "full text to be read",
        "whose full text is to be read",
        "It passed the screening.",
        _READ + FULL_TEXT,
    ),
    (
        "full text waiting for a reviewer",
        "whose full text waits for a second reviewer",
        "Not everyone who is to decide on the full text has.",
        _READ + FULL_TEXT,
    ),
    (
        "full text in conflict",
        "whose full text is in conflict",
        "The reviewers disagree on the full text, or one is unsure.",
        _SETTLE + FULL_TEXT,
    ),
)


def screening_points(log: Log) -> Iterator[Point]:
    """Give the records that wait, stage by stage."""
    counts = Counter(state.status for state in log.states.values())
    waiting = [(counts[status], *rest) for status, *rest in _WAITING if counts[status]]
    for number, what, why, command in waiting:
        yield Point(_SUBJECT, f"{counted(number, 'record')} {what}.", True, why, command)
    if not waiting:
        searched = counted(len(log.states), "record") if log.states else "No record"
        what = "is kept here" if not log.states else "and none waits"
        yield Point(_SUBJECT, f"{searched} {what}.")


def included_points(data: ReviewData, log: Log) -> Iterator[Point]:
    """Give the studies that were included in the screening and have no rows yet."""
    columns = ("registry_id", "source", "evidence")
    names = {
        name: str(row["study_id"])
        for row in records(data.studies)
        for name in study_names(row["study_id"], *(str(row[key] or "") for key in columns))
    }
    waiting = {
        name
        for row in records(data.awaiting_extraction)
        for name in (str(row["study_id"]), *_registrations(row["registry_id"]))
    }
    missing = [
        study
        for study in reported_studies(log.states.values(), names)
        if not study.study_ids and not study.names & waiting
    ]
    if missing:
        yield Point(
            "Extraction",
            f"{counted(len(missing), 'study', 'studies')} included in full text "
            f"{'is' if len(missing) == 1 else 'are'} neither extracted nor on the list of those "
            "that wait.",
            due=True,
            why="Its records were included, and no table has it.",
            command="review workbook new.xlsx",
            items=tuple(
                sorted(study.names)[0] if study.names else study.records[0] for study in missing
            ),
        )


def _registrations(cell: object) -> list[str]:
    return [part.strip() for part in str(cell or "").split(";") if part.strip()]
