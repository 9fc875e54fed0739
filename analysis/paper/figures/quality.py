"""Quality of the studies: traffic lights by study and bars by question, one pair for each tool.

Every answer is told by a shape, a letter and a colour, so that any one of them is enough.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import count
from analysis.paper.figures.forest_layout import EN_SPACE
from analysis.paper.figures.quality_panels import (
    Panel,
    answers_to,
    bars_of,
    draw_pages,
    lights_of,
    message_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from analysis.synthesis.results import Rating, Synthesis
    from schemas.protocol import DisplayItem

__all__ = ["alt_text", "figures"]

TOOLS: Final = {"jbi": "JBI checklist for case series", "jadad": "Jadad scale"}
NO_STUDY: Final = "No study has been included."
LEGEND: Final = (
    "Y and disc: yes; U and diamond: unclear; N and square: no; NA: not applicable; –: not "
    "assessed. Bars: number of studies."
)
LEGEND_HOLLOW: Final = (
    " †\N{NO-BREAK SPACE}Reconstructed study: there is no report that could be assessed."
)


def figures(synthesis: Synthesis, item: DisplayItem) -> tuple[Figure, ...]:
    """Draw the lights and the bars of every tool that a study was to be assessed by."""
    panels: list[Panel] = []
    for tool, ratings in _by_tool(synthesis):
        questions = _questions(tool)
        noun = "study" if len(ratings) == 1 else "studies"
        name = f"{TOOLS[tool]}, {count(len(ratings))} {noun}"
        first, second = (string.ascii_uppercase[len(panels) + index] for index in (0, 1))
        panels += [
            lights_of(f"{first}{EN_SPACE}{name}", ratings, scored=tool == "jadad"),
            bars_of(f"{second}{EN_SPACE}{TOOLS[tool]}, by question", ratings, questions),
        ]
    if not panels:
        return draw_pages([message_of("Quality of the studies", NO_STUDY)], "")
    reconstructed = any(rating.reconstructed for rating in synthesis.ratings)
    return draw_pages(panels, LEGEND + (LEGEND_HOLLOW if reconstructed else ""))


def alt_text(synthesis: Synthesis, item: DisplayItem) -> str:
    """Describe the answers in plain sentences made from their numbers."""
    parts = [_text(tool, ratings) for tool, ratings in _by_tool(synthesis)]
    return f"Quality of the studies. {' '.join(parts) or NO_STUDY}"


def _by_tool(synthesis: Synthesis) -> list[tuple[str, list[Rating]]]:
    grouped = [(tool, [r for r in synthesis.ratings if r.tool == tool]) for tool in TOOLS]
    return [(tool, ratings) for tool, ratings in grouped if ratings]


def _questions(tool: str) -> list[str]:
    """Return the words of a tool's questions as the tables of data have them."""
    from schemas.tables.quality_jadad import QualityJadad
    from schemas.tables.quality_jbi import QualityJbi

    model = QualityJadad if tool == "jadad" else QualityJbi
    columns = model.to_schema().columns
    return [
        str(column.description) for name, column in columns.items() if str(name).startswith("q")
    ]


def _text(tool: str, ratings: Sequence[Rating]) -> str:
    assessed = sum(rating.assessed for rating in ratings)
    noun = "study" if len(ratings) == 1 else "studies"
    names = dict.fromkeys(name for rating in ratings for name in rating.answers)
    answers = "; ".join(
        f"{name}, "
        + ", ".join(f"{number} {answer.words}" for answer, number in answers_to(ratings, name))
        for name in names
    )
    return f"{TOOLS[tool]}: {count(len(ratings))} {noun}, {count(assessed)} assessed. {answers}."
