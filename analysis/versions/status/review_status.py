"""Everything that says whether an update of the review is due, on one day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from analysis.synthesis.results import Outcome
    from analysis.versions.status.point import Point


@dataclass(frozen=True, slots=True)
class ReviewStatus:
    """What is due on a day, and how much the pools know.

    Attributes
    ----------
    edition, title
        Of the protocol.
    day
        The day that was asked for.
    points
        In the order of the work: searches first, the release last.
    outcomes
        Every outcome with its information.
    """

    edition: str
    title: str
    day: date
    points: tuple[Point, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def due(self) -> tuple[Point, ...]:
        """The points that ask for something to be done."""
        return tuple(point for point in self.points if point.due)


def review_status(root: Path, day: date) -> ReviewStatus:
    """Look at everything that can make an update due.

    Parameters
    ----------
    root
        The project's folder.
    day
        The day that counts as today.

    Raises
    ------
    DataProblems
        If the data have errors: then nothing can be said.
    """
    from analysis.paper.choices import check
    from analysis.synthesis.computation import synthesise
    from analysis.synthesis.screening_state import log_of_review
    from analysis.versions.status.certainty import certainty_points
    from analysis.versions.status.extraction import extraction_points
    from analysis.versions.status.point import Point, counted
    from analysis.versions.status.release import release_points
    from analysis.versions.status.screening import included_points, screening_points
    from analysis.versions.status.searches import search_points
    from analysis.versions.status.text import text_points
    from analysis.versions.status.trials import trial_points
    from schemas.problems import DataProblems

    report = check(root)
    if report.data is None:
        raise DataProblems(report.problems)
    data = report.data
    log = log_of_review(data)
    points = [
        *search_points(data, day),
        *screening_points(log),
        *included_points(data, log),
        *extraction_points(data),
        *trial_points(data, day),
    ]
    if report.warnings:
        points.append(
            Point(
                "Check",
                f"{counted(len(report.warnings), 'warning')} of the check.",
                due=True,
                why="Somebody should look at each.",
                command="review check",
            )
        )
    synthesis = synthesise(data, pools_only=True)
    points += [*certainty_points(synthesis.rated), *text_points(root), *release_points(root)]
    return ReviewStatus(
        edition=synthesis.edition,
        title=synthesis.title,
        day=day,
        points=tuple(points),
        outcomes=synthesis.outcomes,
    )
