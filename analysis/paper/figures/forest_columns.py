"""Columns of a forest plot that the protocol can ask for besides counts, estimate and weight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.paper.figures.forest_content import Column
from schemas.vocabulary import DESIGNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from analysis.synthesis.results import Pool, Rating, Study, StudyEstimate, Synthesis

COLUMNS = ("year", "criteria", "design", "quality")
_HEADINGS = {"year": "Year", "criteria": "Criteria", "design": "Design", "quality": "Quality"}
_UNKNOWN = "–"


def further_columns(synthesis: Synthesis, names: Iterable[str]) -> tuple[Column, ...]:
    """Make the columns that a display item names, left of the plot.

    Parameters
    ----------
    synthesis
        Studies and their quality ratings.
    names
        Out of `COLUMNS`. ``quality`` counts the questions answered yes: ``2/4`` of the Jadad items
        or ``7/10`` of the JBI checklist.

    Raises
    ------
    KeyError
        If a name is not in `COLUMNS`.
    """
    studies = {study.study_id: study for study in synthesis.studies}
    ratings = {rating.study_id: rating for rating in synthesis.ratings}
    cells: dict[str, Callable[[StudyEstimate], str]] = {
        "year": lambda row: _year(studies[row.study_id]),
        "criteria": lambda row: row.criteria or _UNKNOWN,
        "design": lambda row: _design(studies[row.study_id]),
        "quality": lambda row: _quality(ratings.get(row.study_id)),
    }
    return tuple(Column(name, _HEADINGS[name], True, cells[name], _nothing) for name in names)


def _year(study: Study) -> str:
    return _UNKNOWN if study.year is None else str(study.year)


def _design(study: Study) -> str:
    design = study.characteristics.get("design")
    return _UNKNOWN if design is None else DESIGNS.get(design, design)


def _quality(rating: Rating | None) -> str:
    if rating is None or not rating.assessed:
        return _UNKNOWN
    answers = list(rating.answers.values())
    return f"{answers.count('yes')}/{len(answers)}"


def _nothing(_: Pool) -> str:
    return ""
