"""The rows of one outcome: criteria, instrument, time and arms chosen as the protocol says."""

from __future__ import annotations

import difflib
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from analysis.measures.conventions import Conventions, departing
from analysis.synthesis.arms import compared, read_arms, with_contrasts
from analysis.synthesis.rows import Row, preferred_criteria
from analysis.synthesis.time_points import chosen_settings
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from analysis.synthesis.results import LeftOut
    from schemas.protocol_outcomes import Comparison
    from schemas.protocol_outcomes import Outcome as OutcomeChoice
    from schemas.review_data import ReviewData

_OPPOSITE = {"higher": "worse", "lower": "better"}


def outcome_conventions(conventions: Conventions, choice: OutcomeChoice) -> Conventions:
    """Return the protocol's conventions with what an outcome changes in them.

    Raises
    ------
    DataProblems
        If the outcome names a convention that no profile has.
    """
    try:
        return departing(conventions, choice.model)
    except KeyError as error:
        name = str(error.args[0])
        known = [field.name for field in fields(conventions.profile)]
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        problem = Problem(
            "data/protocol.yml",
            None,
            f"outcomes[{choice.id}].model.{name}",
            str(choice.model[name]),
            "No profile has a convention of this name.",
            f"{hint}The names are the fields of a profile, scale and zero.",
            "error",
            "protocol-model",
        )
        raise DataProblems([problem]) from None


def rows_of_outcome(
    rows: list[Row],
    choice: OutcomeChoice,
    comparison: Comparison | None,
    data: ReviewData,
    contrasts: list[Row],
) -> tuple[list[Row], list[Row], list[LeftOut]]:
    """Choose among the rows of an outcome and bring the groups of a comparison together.

    Parameters
    ----------
    rows, contrasts
        Of this outcome, in the order of their files.
    choice
        The outcome in the protocol.
    comparison
        Which arms meet; None for an outcome of single groups.
    data
        For the arms.

    Returns
    -------
    all_rows, kept, left_out
        ``all_rows`` are those that any of the others was made of.

    Raises
    ------
    DataProblems
        If a study has several arms and the comparison does not say what is done with them.
    """
    kept, by_criteria = preferred_criteria(rows, choice)
    kept, by_setting = chosen_settings([_oriented(row, choice) for row in kept], choice)
    left = [*by_criteria, *by_setting]
    if comparison is None:
        return rows, kept, left
    pairs, other_arms = compared(kept, read_arms(data.arms), comparison, choice.id)
    meant = [row for row in contrasts if row.comparison in (None, comparison.id)]
    printed, passed_over = chosen_settings([_oriented(row, choice) for row in meant], choice)
    everything = [*left, *other_arms, *passed_over]
    return [*rows, *contrasts], with_contrasts(pairs, printed), everything


def _oriented(row: Row, choice: OutcomeChoice) -> Row:
    """Turn the scores of an instrument that runs against the outcome's direction."""
    against = _OPPOSITE.get(choice.better)
    runs = {entry.id: entry.higher_is for entry in choice.instruments}.get(row.instrument or "")
    if against is None or runs != against:
        return row
    groups = tuple(
        replace(
            group,
            **{
                name: None if value is None else -value
                for name, value in (
                    ("mean", group.mean),
                    ("median", group.median),
                    ("q1", group.q3),
                    ("q3", group.q1),
                    ("minimum", group.maximum),
                    ("maximum", group.minimum),
                    ("ci_low", group.ci_high),
                    ("ci_high", group.ci_low),
                )
            },
        )
        for group in row.groups
    )
    note = f"sign of {row.instrument} reversed: its high scores are {runs}"
    return replace(row, groups=groups, notes=(*row.notes, note))
