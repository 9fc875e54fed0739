"""Columns of a forest plot that the protocol can ask for besides counts, estimate and weight."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.paper.figures.forest_cells import Column, default_columns
from analysis.paper.quality_text import level_of, whole
from analysis.synthesis.rating import ratings_for
from schemas.vocabulary import DESIGNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from analysis.paper.figures.forest_content import Panel
    from analysis.synthesis.results import Pool, Study, StudyEstimate, Synthesis
    from analysis.synthesis.study_rating import Rating

COLUMNS = ("year", "criteria", "design", "quality", "domains")
_HEADINGS = {"year": "Year", "criteria": "Criteria", "design": "Design", "quality": "Quality"}
_UNKNOWN = "–"


def with_columns(panel: Panel, synthesis: Synthesis, names: Sequence[str], outcome: str) -> Panel:
    """Give a panel the columns that a display item names, before the usual ones.

    Parameters
    ----------
    panel
        Of the outcome, grouped or not.
    synthesis, names, outcome
        As for `further_columns`; without names nothing changes.
    """
    if not names:
        return panel
    pools = (panel.overall, *panel.groups)
    usual = default_columns(pools, synthesis.level, panel.arms)
    return replace(panel, columns=(*further_columns(synthesis, names, outcome), *usual))


def further_columns(synthesis: Synthesis, names: Iterable[str], outcome: str) -> tuple[Column, ...]:
    """Make the columns that a display item names, left of the plot.

    Parameters
    ----------
    synthesis
        Studies and their quality ratings.
    names
        Out of `COLUMNS`. ``quality`` is the judgement of the whole; for a tool without one its
        points, or the number of questions with a favourable answer: ``7/10`` of the JBI checklist.
        ``domains`` are the signs of all domains or questions in their order.
    outcome
        Id of the outcome, of whose result a tool such as RoB 2 judges.

    Raises
    ------
    KeyError
        If a name is not in `COLUMNS`.
    """
    studies = {study.study_id: study for study in synthesis.studies}
    ratings = ratings_for(synthesis.ratings, outcome)
    cells: dict[str, Callable[[StudyEstimate], str]] = {
        "year": lambda row: _year(studies[row.study_id]),
        "criteria": lambda row: row.criteria or _UNKNOWN,
        "design": lambda row: design_cell(studies[row.study_id]),
        "quality": lambda row: quality_cell(synthesis, ratings.get(row.study_id)),
        "domains": lambda row: _signs(synthesis, ratings.get(row.study_id)),
    }
    return tuple(
        Column(name, _heading(synthesis, name, ratings), True, cells[name], _nothing)
        for name in names
    )


def _heading(synthesis: Synthesis, name: str, ratings: dict[str, Rating]) -> str:
    tools = [synthesis.quality_tools[tool] for tool in {r.tool for r in ratings.values()}]
    if name == "domains":
        heads = {f"{tool.shown[0].short}–{tool.shown[-1].short}" for tool in tools}
        return heads.pop() if len(heads) == 1 else "Domains"
    if name == "quality" and tools and all(tool.concept == "risk of bias" for tool in tools):
        return "Risk of bias"
    return _HEADINGS[name]


def _year(study: Study) -> str:
    return _UNKNOWN if study.year is None else str(study.year)


def design_cell(study: Study) -> str:
    """Name a study's design, a dash where it is not known."""
    design = study.characteristics.get("design")
    return _UNKNOWN if design is None else DESIGNS.get(design, design)


def quality_cell(synthesis: Synthesis, rating: Rating | None) -> str:
    """Give the judgement of the whole of a study, or its points; a dash where nobody judged."""
    if rating is None:
        return _UNKNOWN
    tool = synthesis.quality_tools[rating.tool]
    said = whole(rating, tool)
    if said is not None:
        return said[:1].upper() + said[1:].replace(" of ", "/")
    levels = [level_of(tool, name, value) for name, value in rating.answers.items()]
    return f"{sum(level is not None and level.favourable for level in levels)}/{len(levels)}"


def _signs(synthesis: Synthesis, rating: Rating | None) -> str:
    if rating is None:
        return _UNKNOWN
    tool = synthesis.quality_tools[rating.tool]
    levels = [level_of(tool, name, value) for name, value in rating.answers.items()]
    return " ".join(_UNKNOWN if level is None else level.sign for level in levels)


def _nothing(_: Pool) -> str:
    return ""
