"""A problem at a place of a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.problems import Problem, Severity

if TYPE_CHECKING:
    from analysis.lint.sentences import Sentence


def finding(
    sentence: Sentence,
    place: int,
    value: str,
    what: str,
    hint: str,
    rule: str,
    severity: Severity = "error",
) -> Problem:
    """Make a problem about a place of a sentence, with its file and line.

    Parameters
    ----------
    sentence, place
        Where it stands.
    value
        What stands there.
    what, hint, rule, severity
        As in `Problem`.
    """
    line = sentence.line_at(place)
    return Problem(line.file, line.line, None, value, what, hint, severity, rule)
