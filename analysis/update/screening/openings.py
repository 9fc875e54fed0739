"""Which records are open for whom; nothing of what anybody else decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.problems import DataProblems, Problem
from schemas.screening_log import FULL_TEXT, TITLE_ABSTRACT
from schemas.vocabulary import NOT_RETRIEVED

if TYPE_CHECKING:
    from analysis.synthesis.screening_state import Desk
    from schemas.screening_log import RecordState
    from schemas.screening_verdicts import Verdict


def at_stage(state: RecordState, stage: str) -> Verdict:
    """Give what was decided on a record at a stage."""
    return state.full_text if stage == FULL_TEXT else state.title_abstract


def reached(state: RecordState, stage: str) -> bool:
    """Say whether a record is to be decided at a stage at all."""
    return stage == TITLE_ABSTRACT or state.passed


def open_records(desk: Desk, reviewer: str, stage: str, *, again: bool = False) -> list[str]:
    """Give the records on which a reviewer is to decide, in the order of the records.

    A full text that this reviewer could not get is offered again once another reviewer has read
    it.

    Parameters
    ----------
    desk
        The tables of the screening.
    reviewer
        One of the protocol's reviewers.
    stage
        ``title_abstract`` or ``full_text``.
    again
        Whether all full texts that this reviewer could not get are offered again.

    Raises
    ------
    DataProblems
        If this is the arbiter, who decides on conflicts only.
    """
    if reviewer == desk.choices.arbiter:
        what = f"{reviewer} is the arbiter and decides where the reviewers disagree."
        hint = "Have the arbiter's sheet written: review screen conflicts --sheet FILE"
        raise DataProblems(
            [
                Problem(
                    "data/protocol.yml",
                    *(None, "screening, arbiter", reviewer, what, hint),
                    severity="error",
                    rule="screening-arbiter",
                )
            ]
        )
    return [
        record
        for record, state in desk.log.states.items()
        if reached(state, stage) and _is_open(desk, record, reviewer, stage, again=again)
    ]


def _is_open(desk: Desk, record: str, reviewer: str, stage: str, *, again: bool) -> bool:
    decisions = desk.log.decisions.get((record, stage), ())
    own = next((d.decision for d in decisions if d.reviewer == reviewer), None)
    others = [d for d in decisions if d.reviewer not in (reviewer, desk.choices.arbiter)]
    judged = [d for d in others if d.decision != NOT_RETRIEVED]
    # In a larger team, others may have decided already as many times as is asked for.
    enough = len(judged) >= desk.choices.reviewers_per_record
    if own is None:
        return not enough
    return own == NOT_RETRIEVED and not enough and (again or bool(judged))


def conflicts(desk: Desk, stage: str) -> list[str]:
    """Give the records on which the arbiter is to decide, in the order of the records."""
    return [
        record
        for record, state in desk.log.states.items()
        if reached(state, stage) and at_stage(state, stage).standing == "conflict"
    ]
