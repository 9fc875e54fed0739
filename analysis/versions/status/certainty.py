"""Whether the certainty of the evidence waits for a rating, or for a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.versions.status.point import Point, counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analysis.synthesis.results import Outcome

_SUBJECT = "Certainty"
_COMMAND = "review certainty"


def certainty_points(outcomes: Sequence[Outcome]) -> Iterator[Point]:
    """Give the outcomes whose rating is open again, and those that have none."""
    asked = [(x, x.grade) for x in outcomes if x.grade is not None]
    opened = [x.label for x, grade in asked if grade.earlier is not None]
    absent = [x.label for x, grade in asked if grade.level is None and grade.earlier is None]
    if opened:
        yield Point(
            _SUBJECT,
            f"{counted(len(opened), 'rating is', 'ratings are')} open again.",
            due=True,
            why="The result has changed since it was rated; the paper says not rated until then.",
            command=_COMMAND,
            items=tuple(opened),
        )
    if absent:
        yield Point(
            _SUBJECT,
            f"{counted(len(absent), 'outcome is', 'outcomes are')} not rated.",
            due=True,
            why="The protocol asks for a rating.",
            command=_COMMAND,
            items=tuple(absent),
        )
    if asked and not opened and not absent:
        yield Point(_SUBJECT, f"{counted(len(asked), 'outcome')} rated, for the present results.")
