"""The rows of one outcome: criteria, instrument, time and arms chosen as the protocol says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.measures.registry import measure
from analysis.synthesis.arms import compared, read_arms, with_contrasts
from analysis.synthesis.rows import Row, preferred_criteria
from analysis.synthesis.time_points import chosen_settings
from schemas.person_time import person_time_unit

if TYPE_CHECKING:
    from analysis.synthesis.results import LeftOut
    from schemas.protocol_outcomes import Comparison
    from schemas.protocol_outcomes import Outcome as OutcomeChoice
    from schemas.review_data import ReviewData

_OPPOSITE = {"higher": "worse", "lower": "better"}


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
    kept = [_in_unit(_oriented(row, choice), choice) for row in kept]
    kept, by_setting = chosen_settings(kept, choice)
    left = [*by_criteria, *by_setting]
    if comparison is None:
        return rows, kept, left
    pairs, other_arms = compared(kept, read_arms(data.arms), comparison, choice.id)
    meant = [row for row in contrasts if row.comparison in (None, comparison.id)]
    printed, passed_over = chosen_settings([_oriented(row, choice) for row in meant], choice)
    everything = [*left, *other_arms, *passed_over]
    met = with_contrasts(pairs, printed)
    if pairs and len(met) > len(pairs):
        # Results from two tables stand in the order of the studies, not one table behind the other.
        order = {name: place for place, name in enumerate(data.studies["study_id"])}
        met.sort(key=lambda row: order[row.study.study_id])
    return [*rows, *contrasts], met, everything


def _in_unit(row: Row, choice: OutcomeChoice) -> Row:
    """Turn times at risk into the unit of the outcome."""
    wanted = person_time_unit(choice.unit)
    given = person_time_unit(row.group.person_time_unit)
    time = row.group.person_time
    if wanted is None or given is None or time is None:
        return row
    factor = given.factor_to(wanted) * given.per
    group = replace(
        row.group,
        person_time=time * factor,
        person_time_unit=f"{wanted.whom}-{wanted.span}s",
        person_time_per=wanted.per,
    )
    notes = row.notes
    if factor != 1:
        notes = (*notes, f"{row.group.person_time_unit} turned into {group.person_time_unit}")
    return replace(row, groups=(group,), notes=notes)


def _oriented(row: Row, choice: OutcomeChoice) -> Row:
    """Turn the scores of an instrument that runs against the outcome's direction."""
    against = _OPPOSITE.get(choice.better)
    named = {entry.id: entry for entry in choice.instruments}.get(row.instrument or "")
    runs = None if named is None else named.higher_is
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
    reported = row.reported
    if reported is not None and measure(reported.measure).null == 0:
        reported = replace(
            reported,
            estimate=-reported.estimate,
            ci_low=None if reported.ci_high is None else -reported.ci_high,
            ci_high=None if reported.ci_low is None else -reported.ci_low,
        )
    if groups == row.groups and reported == row.reported:
        # Counts have no sign: that they come from such an instrument changes nothing.
        return row
    label = row.instrument if named is None else named.label
    note = f"scores of {label} with their sign changed, because high ones are {runs}"
    return replace(row, groups=groups, reported=reported, notes=(*row.notes, note))
