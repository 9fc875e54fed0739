"""Is a sentence stopped that says more than its evidence is rated, and no other?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemas.problems import Problem
from tests.lint.conftest import Desk

NAME = "_results.qmd"


def found(desk: Desk, level: str, sentence: str) -> list[Problem]:
    """Lint a sentence, where the response rate is rated at a level."""
    template = desk.values["orr.estimate"]
    told = {
        "orr.certainty.level": level,
        "orr.certainty.statement": "The response rate may be 33%.",
    }
    values = {name: replace(template, name=name, text=text) for name, text in told.items()}
    rated = replace(desk, values={**desk.values, **values})
    line = rated.add(NAME, sentence)
    return [
        problem
        for problem in rated.lint()
        if problem.rule == "certainty"
        and (problem.file, problem.line) == (f"manuscript/{NAME}", line)
    ]


@pytest.mark.parametrize(
    ("level", "sentence"),
    [
        ("low", "Anlotinib reduces the objective response rate."),
        ("low", "Anlotinib probably increases the objective response rate."),
        ("moderate", "Anlotinib increases the objective response rate."),
        ("very low", "Anlotinib may increase the objective response rate."),
        ("low", "With anlotinib, {{< var orr.estimate >}} is superior."),
    ],
)
def test_more_than_the_rating_allows_is_an_error(desk: Desk, level: str, sentence: str) -> None:
    (problem,) = found(desk, level, sentence)
    assert problem.severity == "error"
    assert level in problem.what
    assert "The response rate may be 33%." in problem.hint


@pytest.mark.parametrize(
    ("level", "sentence"),
    [
        ("low", "Anlotinib may reduce the objective response rate."),
        ("low", "Whether anlotinib increases the objective response rate is not known."),
        ("moderate", "Anlotinib probably increases the objective response rate."),
        ("moderate", "Anlotinib may increase the objective response rate."),
        ("very low", "The evidence on anlotinib and the objective response rate is uncertain."),
        ("high", "Anlotinib increases the objective response rate."),
        ("low", "A trial increased the objective response rate [@JBIcaseseries]."),
        ("not rated", "Anlotinib increases the objective response rate."),
        ("low", "The objective response rate was measured twice."),
    ],
)
def test_what_the_rating_allows_passes(desk: Desk, level: str, sentence: str) -> None:
    assert found(desk, level, sentence) == []


def test_an_entry_of_the_authors_allows_a_sentence(desk: Desk) -> None:
    sentence = "The belief that it increases the objective response rate is old."
    assert found(desk, "low", sentence)
    desk.allow("{rule: certainty, text: The belief that it increases, reason: not ours}")
    assert found(desk, "low", sentence) == []
