"""Table of the studies' quality: each study by the tool that fits its design."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.paper.tables.assembly import Column, Line, assemble, visible
from analysis.paper.tables.cells import (
    DAGGER,
    DAGGER_NOTE,
    NOT_APPLICABLE,
    NOT_READ,
    study_name,
    text,
)

if TYPE_CHECKING:
    from great_tables import GT

    from analysis.synthesis.results import Rating, Synthesis

_NAMES: Final = {"jbi": "JBI checklist for case series", "jadad": "Jadad scale"}
_SCORES: Final = {
    "jbi": "The checklist has no score.",
    "jadad": "The score counts the questions answered with yes.",
}
# In our own words: JBI Evidence Synthesis 2020;18:2127, and Control Clin Trials 1996;17:1.
_QUESTIONS: Final = {
    "jbi": (
        "criteria for inclusion clear",
        "condition measured in a standard, reliable way in all",
        "valid methods to identify the condition in all",
        "consecutive inclusion",
        "complete inclusion",
        "demographics reported",
        "clinical information reported",
        "outcomes or follow-up reported",
        "demographics of the sites reported",
        "statistical analysis appropriate",
    ),
    "jadad": (
        "described as randomised",
        "method of randomisation described and appropriate",
        "double blind",
        "withdrawals and dropouts described",
    ),
}
_ANSWERS: Final = {"yes": "Y", "no": "N", "unclear": "U", "not applicable": NOT_APPLICABLE}
_MEANINGS: Final = {
    "Y": "yes",
    "N": "no",
    "U": "unclear",
    NOT_APPLICABLE: "not applicable",
    NOT_READ: "not assessed",
}
_QUESTION_WIDTH: Final = 6
_SCORE_WIDTH: Final = 14


def build(synthesis: Synthesis) -> GT:
    """Build the table, grouped by tool; a study that was not assessed is listed all the same."""
    ratings = synthesis.ratings
    questions = max((len(rating.answers) for rating in ratings), default=1)
    columns = (
        Column("study", "Study", 100 - _SCORE_WIDTH - questions * _QUESTION_WIDTH),
        *(
            Column(f"q{number}", f"Q{number}", _QUESTION_WIDTH, "center")
            for number in range(1, questions + 1)
        ),
        Column("score", "Score", _SCORE_WIDTH, "center"),
    )
    body = [
        _line(rating, questions) for tool in _NAMES for rating in ratings if rating.tool == tool
    ]
    tools = [tool for tool in _NAMES if any(rating.tool == tool for rating in ratings)]
    notes = [
        _answers_note(body),
        *(_tool_note(tool) for tool in tools),
        DAGGER_NOTE if DAGGER in visible(columns, body) else "",
    ]
    return assemble(columns, body, notes if body else [], "No study has been included.")


def _line(rating: Rating, questions: int) -> Line:
    name = study_name(rating.label, rating.citation_key, reconstructed=rating.reconstructed)
    answers = [
        NOT_READ if answer is None else _ANSWERS.get(answer, text(answer))
        for answer in rating.answers.values()
    ]
    # The shorter of the two tools has no further question.
    answers += [NOT_APPLICABLE] * (questions - len(answers))
    if not rating.assessed:
        score = "Not assessed"
    else:
        score = NOT_APPLICABLE if rating.score is None else str(rating.score)
    return Line((name, *answers, score), _NAMES[rating.tool])


def _answers_note(body: list[Line]) -> str:
    used = {cell for line in body for cell in line.cells[1:]}
    meanings = [f"{sign}, {meaning}" for sign, meaning in _MEANINGS.items() if sign in used]
    return f"{'; '.join(meanings)}."


def _tool_note(tool: str) -> str:
    asked = "; ".join(
        f"Q{number}, {question}" for number, question in enumerate(_QUESTIONS[tool], start=1)
    )
    return f"{_NAMES[tool]}: {asked}. {_SCORES[tool]}"
