"""Decisions of the screening: by whom, on which record, for what reason, and in which order."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from schemas.screening_log import FULL_TEXT, TITLE_ABSTRACT, Log, screening_log
from schemas.screening_verdicts import EXCLUDE, UNSURE, Decision
from schemas.vocabulary import NOT_RETRIEVED, list_hint

if TYPE_CHECKING:
    from schemas.checks.context import Context, Row
    from schemas.screening_choices import Screening

_NEEDED = ("record_id", "stage", "reviewer", "decision")


def check_screening(context: Context) -> None:
    """Check every decision, and that it could be made when it was made."""
    rows = context.rows("screening", *_NEEDED)
    if context.protocol is None or not rows:
        return
    choices = context.protocol.screening
    for row in rows:
        _check_reviewer(row, choices)
        _check_reason(row, choices)
        _check_decision(row, choices)
    log = log_of(context)
    if log is not None:
        for row in rows:
            _check_record(row, log)
            _check_order(row, log, choices)


def log_of(context: Context) -> Log | None:
    """Settle the records of the review; None when a table that is needed cannot be used."""
    if context.protocol is None or not (
        context.knows("records", "record_id", "search_id")
        and context.knows("record_merges", "record_id", "undone")
        and context.knows("record_studies", "record_id", "study")
        and context.knows("screening", *_NEEDED)
    ):
        return None
    choices = context.protocol.screening
    people = {*choices.reviewers, choices.arbiter}
    studies: dict[str, list[str]] = defaultdict(list)
    for row in context.rows("records"):
        record, doi = row.text("record_id"), row.text("doi")
        if record is not None and doi is not None:
            studies[record].append(doi.lower())
    for row in context.rows("record_studies"):
        record, study = row.text("record_id"), row.text("study")
        if record is not None and study is not None:
            studies[record].append(study)
    return screening_log(
        {
            record: row.text("search_id") or ""
            for row in context.rows("records")
            if (record := row.text("record_id")) is not None
        },
        [
            record
            for row in context.rows("record_merges")
            if (record := row.text("record_id")) is not None and not row.has("undone")
        ],
        {record: tuple(names) for record, names in studies.items()},
        [
            decision
            for row in context.rows("screening")
            if (decision := _decision(row)) is not None and decision.reviewer in people
        ],
        choices,
    )


def _decision(row: Row) -> Decision | None:
    record, stage, reviewer, decision = (row.text(column) for column in _NEEDED)
    if record is None or stage is None or reviewer is None or decision is None:
        return None
    return Decision(record, stage, reviewer, decision, row.text("reason"), line=row.line)


def _check_reviewer(row: Row, choices: Screening) -> None:
    name = row.text("reviewer")
    if name is None or name in {*choices.reviewers, choices.arbiter}:
        return
    known = [*choices.reviewers, *([] if choices.arbiter is None else [choices.arbiter])]
    row.report(
        "screening-reviewer",
        "reviewer",
        "This is neither a reviewer nor the arbiter.",
        list_hint(name, known)
        if known
        else "Name the reviewers in the section screening of data/protocol.yml.",
    )


def _check_reason(row: Row, choices: Screening) -> None:
    reason, decision = row.text("reason"), row.text("decision")
    known = [entry.id for entry in choices.reasons]
    if reason is not None and reason not in known:
        row.report(
            "screening-reason",
            "reason",
            "This reason is not in the protocol's list.",
            list_hint(reason, known) + " They stand in data/protocol.yml, section screening.",
        )
    elif reason is not None and decision not in (None, EXCLUDE):
        row.report(
            "screening-reason",
            "reason",
            f'A reason belongs to an exclusion, the decision is "{decision}".',
            "Correct the decision, or empty the reason and use the note.",
        )
    elif (
        reason is None
        and decision == EXCLUDE
        and row.text("stage") == FULL_TEXT
        and not row.written("reason")
    ):
        row.report(
            "screening-reason-missing",
            "reason",
            "A report that is excluded in full text needs its reason.",
            f"Allowed: {', '.join(known)}.",
        )


def _check_decision(row: Row, choices: Screening) -> None:
    stage, decision = row.text("stage"), row.text("decision")
    if decision == NOT_RETRIEVED and stage == TITLE_ABSTRACT:
        row.report(
            "screening-decision",
            "decision",
            "Only a full text can be missing; the title is in the record.",
            "Decide on what the record shows: include, exclude or unsure.",
        )
    elif decision in (UNSURE, NOT_RETRIEVED) and row.text("reviewer") == choices.arbiter:
        row.report(
            "screening-decision",
            "decision",
            "The arbiter has the last word.",
            "Decide: include or exclude.",
        )


def _check_record(row: Row, log: Log) -> None:
    record = row.text("record_id")
    if record is None:
        return
    if record not in log.searches:
        row.report(
            "screening-record",
            "record_id",
            "There is no record of this number in data/records.csv.",
            "Correct the number, or delete the row.",
        )
    elif record in log.duplicates:
        row.report(
            "screening-duplicate",
            "record_id",
            "This record was merged into another one; the decision is not counted.",
            "Decide on the record that was kept, or undo the merge: `review search undo`.",
            "warning",
        )


def _check_order(row: Row, log: Log, choices: Screening) -> None:
    record, stage = row.text("record_id") or "", row.text("stage")
    state = log.states.get(record)
    if state is None or stage is None:
        return
    if stage == FULL_TEXT and not state.passed:
        row.report(
            "screening-order",
            "stage",
            f"The full text is not to be read yet: this record is {state.status}.",
            "Decide on title and abstract first, or correct the number of the record.",
        )
    settled = state.full_text if stage == FULL_TEXT else state.title_abstract
    if row.text("reviewer") == choices.arbiter and not settled.disagreed:
        row.report(
            "screening-arbiter",
            "reviewer",
            "The reviewers do not disagree on this record, or have not all decided.",
            "Delete the row: the arbiter decides only where they disagree or are unsure.",
        )
