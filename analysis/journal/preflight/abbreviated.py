"""Abbreviations that are used before they are spelled out, by the rule of `review lint`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.journal.context import Submission
    from schemas.problems import Problem


def abbreviation_problems(submission: Submission) -> Iterator[Problem]:
    """Find abbreviations that a reader cannot know yet; they are warnings."""
    from analysis.lint import RULES
    from analysis.lint.facts import facts_of
    from analysis.lint.rules.abbreviations import abbreviations
    from analysis.lint.sentences import sentences
    from analysis.manuscript.value import Value

    # The words of the built values are enough: nothing is computed again.
    values = {
        name: Value(name, entry["text"], entry["raw"], entry["unit"], entry["method"], ())
        for name, entry in submission.results["values"].items()
    }
    facts = facts_of(submission.root, submission.data, values, RULES)
    found = sentences(facts.manuscript, facts.values, facts.float_kinds)
    for problem in abbreviations(facts, found):
        yield replace(problem, severity="warning")
