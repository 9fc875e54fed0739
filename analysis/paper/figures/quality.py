"""Quality of the studies: traffic lights by study and bars by item, one pair for each tool.

Every judgement is told by a shape, a sign and a colour, so that any one of them is enough. An item
that names outcomes shows the studies of their pools, and its bars are weighted by the pool.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import count, percent
from analysis.paper.figures.forest_layout import EN_SPACE
from analysis.paper.figures.quality_lights import lights_of
from analysis.paper.figures.quality_panels import Panel, bars_of, draw_pages, message_of, shares
from analysis.paper.quality_text import by_tool, levels_used, name_of, not_assessed, whole
from analysis.paper.whole_rows import FIRST_ROWS, LONGEST_PANEL, Whole, sentence
from analysis.synthesis.rating import ratings_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure

    from analysis.synthesis.results import Synthesis
    from analysis.synthesis.study_rating import Rating
    from schemas.protocol import DisplayItem
    from schemas.quality_tool import QualityTool

__all__ = ["alt_text", "every_row", "figures"]

_OVERALL: Final = "Overall"
_NOT_ASSESSED: Final = "not assessed"
NO_STUDY: Final = "No study has been included."
NOBODY: Final = "No study was assessed."
HOLLOW: Final = "†\N{NO-BREAK SPACE}Reconstructed study."

# Tool, name, ratings, and weights by study where the bars are weighted.
_Group = tuple["QualityTool", str, list["Rating"], "Mapping[str, float] | None"]


def figures(synthesis: Synthesis, item: DisplayItem) -> tuple[Figure, ...]:
    """Draw the lights and the bars of every tool that a study was assessed by."""
    panels: list[Panel] = []
    groups = _groups(synthesis, item)
    for tool, name, ratings, weights in groups:
        noun = "study" if len(ratings) == 1 else "studies"
        first, second = (_letter(len(panels) + index) for index in (0, 1))
        how = "by item" if weights is None else "by item, weighted as in the pool"
        panels += [
            lights_of(
                f"{first}{EN_SPACE}{name}, {count(len(ratings))} {noun}", _shown(ratings), tool
            ),
            bars_of(f"{second}{EN_SPACE}{name}, {how}", ratings, tool, weights),
        ]
    if not panels:
        message = NOBODY if synthesis.studies else NO_STUDY
        return draw_pages(
            [message_of("Quality of the studies", message)], not_assessed(synthesis, item.outcomes)
        )
    parts = [
        sentence(FIRST_ROWS, len(ratings), item.id)
        for _, _, ratings, _ in groups
        if len(ratings) > LONGEST_PANEL
    ]
    told = _legend(groups, not_assessed(synthesis, item.outcomes))
    return draw_pages(panels, " ".join([told, *parts]))


def every_row(synthesis: Synthesis, item: DisplayItem) -> Whole | None:
    """Give all judgements where the lights show a part of them, else None."""
    groups = _groups(synthesis, item)
    if all(len(ratings) <= LONGEST_PANEL for _, _, ratings, _ in groups):
        return None
    return Whole(
        ("Tool", "Study", "Item", "Judgement"),
        tuple(
            (name, rating.label, asked, answer or _NOT_ASSESSED)
            for tool, name, ratings, _ in groups
            for rating in ratings
            for asked, answer in (
                *((each.short, rating.answers.get(each.id)) for each in tool.shown),
                (_OVERALL, whole(rating, tool)),
            )
        ),
    )


def _shown(ratings: Sequence[Rating]) -> Sequence[Rating]:
    return ratings if len(ratings) <= LONGEST_PANEL else ratings[:FIRST_ROWS]


def alt_text(synthesis: Synthesis, item: DisplayItem) -> str:
    """Describe the judgements in plain sentences made from their numbers."""
    parts = [_text(*group) for group in _groups(synthesis, item)]
    parts.append(not_assessed(synthesis, item.outcomes))
    nothing = NOBODY if synthesis.studies else NO_STUDY
    return f"Quality of the studies. {' '.join(filter(None, parts)) or nothing}"


def _groups(synthesis: Synthesis, item: DisplayItem) -> list[_Group]:
    if not item.outcomes:
        return [
            (tool, name_of(tool, outcome), found, None)
            for tool, outcome, found in by_tool(synthesis)
        ]
    groups: list[_Group] = []
    for name in item.outcomes:
        outcome = synthesis.outcome(name)
        weights: dict[str, float] = {}
        for study in outcome.overall.studies:
            # One alone carries its whole pool; cohorts of a study carry it together.
            share = 1.0 if study.weight is None else study.weight
            weights[study.study_id] = weights.get(study.study_id, 0.0) + share
        chosen = ratings_for(synthesis.ratings, name)
        judged = [chosen[study] for study in weights if study in chosen]
        for tool in dict.fromkeys(rating.tool for rating in judged):
            found = [rating for rating in judged if rating.tool == tool]
            known = synthesis.quality_tools[tool]
            groups.append((known, name_of(known, outcome.label), found, weights))
    return groups


def _letter(place: int) -> str:
    """Give A to Z, then AA, AB and so on."""
    letters = string.ascii_uppercase
    first, last = divmod(place, len(letters))
    return (letters[first - 1] if first else "") + letters[last]


def _legend(groups: Sequence[_Group], absent: str) -> str:
    used = {
        (level.sign, level.value): level
        for tool, _, ratings, _ in groups
        for level in levels_used(tool, ratings)
    }
    told = [
        f"{level.sign}: {level.value}"
        if level.shape == "none"
        else f"{level.sign} and {level.shape}: {level.value}"
        for level in used.values()
    ]
    if any(None in rating.answers.values() for _, _, ratings, _ in groups for rating in ratings):
        told.append("–: not assessed")
    weighted = any(weights is not None for *_, weights in groups)
    bars = "Bars: share of the weight in the pool." if weighted else "Bars: number of studies."
    hollow = any(rating.reconstructed for _, _, ratings, _ in groups for rating in ratings)
    parts = ["; ".join(told) + ".", bars, absent, HOLLOW if hollow else ""]
    return " ".join(filter(None, parts))


def _text(
    tool: QualityTool, name: str, ratings: Sequence[Rating], weights: Mapping[str, float] | None
) -> str:
    noun = "study" if len(ratings) == 1 else "studies"
    told = []
    for item in tool.shown:
        pieces = shares(ratings, tool, item.id, weights)
        amounts = [
            count(round(part)) if weights is None else f"{percent(part)} of the weight"
            for _, part in pieces
        ]
        words = [level.value if level is not None else "not assessed" for level, _ in pieces]
        said = map(" ".join, zip(amounts, words, strict=True))
        told.append(f"{item.short}, {', '.join(said)}")
    wholes = [said for rating in ratings if (said := whole(rating, tool)) is not None]
    overall = ""
    if wholes and tool.overall.scale is not None:
        numbers = (f"{wholes.count(value)} {value}" for value in dict.fromkeys(wholes))
        overall = f" Overall: {', '.join(numbers)}."
    return f"{name}: {count(len(ratings))} {noun}. {'; '.join(told)}.{overall}"
