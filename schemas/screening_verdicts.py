"""What the decisions of the reviewers on one record amount to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from schemas.vocabulary import NOT_RETRIEVED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from schemas.screening_choices import Screening

Standing = Literal["open", "waiting", "conflict", "decided"]

INCLUDE = "include"
EXCLUDE = "exclude"
UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Decision:
    """What one person decided on one record at one stage; ``line`` is its line in screening.csv."""

    record_id: str
    stage: str
    reviewer: str
    decision: str
    reason: str | None = None
    note: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the decisions on a record at one stage amount to.

    Attributes
    ----------
    standing
        ``open``: nobody has decided; ``waiting``: not everyone who is to decide has; ``conflict``:
        they disagree or are unsure and the arbiter has not decided; ``decided``.
    outcome
        ``include``, ``exclude`` or ``not retrieved`` once decided, otherwise None.
    reason
        Id of the reason of an exclusion.
    disagreed
        Whether the reviewers disagreed or were unsure, also after the arbiter has decided.
    """

    standing: Standing
    outcome: str | None = None
    reason: str | None = None
    disagreed: bool = False


def verdict(decisions: Sequence[Decision], choices: Screening) -> Verdict:
    """Settle one record at one stage.

    Reviewers who agree have decided. Where they differ, or one of them is unsure, the arbiter's
    decision counts. A reviewer who could not get the full text has not judged it: when another
    one has read it, the record waits for the first. Reasons that differ are no conflict: the one
    that stands first in the protocol is kept.

    Parameters
    ----------
    decisions
        All decisions on the record at this stage, at most one of each person.
    choices
        Section `screening` of the protocol.
    """
    arbiter = next((d for d in decisions if d.reviewer == choices.arbiter), None)
    votes = [d for d in decisions if d.reviewer != choices.arbiter]
    judged = [d for d in votes if d.decision != NOT_RETRIEVED]
    if not votes:
        return Verdict("open")
    if len(judged or votes) < choices.reviewers_per_record:
        return Verdict("waiting")
    if not judged:
        return Verdict("decided", NOT_RETRIEVED)
    outcomes = {d.decision for d in judged}
    if len(outcomes) == 1 and UNSURE not in outcomes:
        return _decided(judged, choices, disagreed=False)
    if arbiter is None:
        return Verdict("conflict", disagreed=True)
    return _decided([arbiter], choices, disagreed=True)


def _decided(decisions: Sequence[Decision], choices: Screening, *, disagreed: bool) -> Verdict:
    outcome = decisions[0].decision
    reason = first_reason((d.reason for d in decisions), choices) if outcome == EXCLUDE else None
    return Verdict("decided", outcome, reason, disagreed)


def first_reason(reasons: Iterable[str | None], choices: Screening) -> str | None:
    """Give the reason that stands first in the protocol's list; None when there is none."""
    given = {reason for reason in reasons if reason is not None}
    order = [reason.id for reason in choices.reasons]
    # An id that the list does not have is reported by the checks; here it comes last.
    return min(given, key=lambda x: (order.index(x) if x in order else len(order), x), default=None)
