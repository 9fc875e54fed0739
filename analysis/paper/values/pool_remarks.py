"""What is said of how pools came about: refused models, changes from baseline, notes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.formatting.numbers import count, lower_first
from analysis.manuscript.value import Value, escape, join_words, phrase
from analysis.measures.registry import measure, subject
from analysis.synthesis.pooling import CUT
from analysis.synthesis.rows import CHANGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analysis.synthesis.results import Outcome, Pool, Synthesis

# Adverse events that a note names one by one.
_MOST_TERMS = 3
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def outcome_remarks(outcome: Outcome) -> Iterator[Value]:
    """Give what is to be said of how the pools of an outcome came about; empty where nothing is.

    Parameters
    ----------
    outcome
        With its subgroups.
    """
    refused = _refused_sentence(outcome)
    yield phrase(f"{outcome.id}.refused_sentence", refused, "pools whose model had no estimate")
    yield phrase(f"{outcome.id}.changes_sentence", _changes_sentence(outcome), "column change")
    noted = notes_sentence(outcome)
    yield phrase(f"{outcome.id}.notes_sentence", noted, "what was done to pool the studies")


def harms_remarks(synthesis: Synthesis) -> Iterator[Value]:
    """Give the same for the pools of adverse events.

    Parameters
    ----------
    synthesis
        The computed review.
    """
    refused = _refused_harms(synthesis)
    yield phrase("ae.refused_sentence", refused, "pools whose model had no estimate")
    noted = _noted_harms(synthesis)
    yield phrase("ae.notes_sentence", noted, "what was done to pool adverse events")


def _refused_sentence(outcome: Outcome) -> str:
    """Say which pools of an outcome are not of the model asked for, and why; empty where none."""
    by_reason: dict[str, list[str]] = {}
    for pool in (
        outcome.overall,
        *(pool for pools in outcome.subgroups.values() for pool in pools),
    ):
        if pool.refused:
            where = "overall" if pool.level is None else f"in the group {pool.level_label}"
            by_reason.setdefault(pool.refused, []).append(escape(where))
    return " ".join(
        f"For the {escape(subject(outcome))} {join_words(dict.fromkeys(places))}, the "
        f"logistic model had no estimate: {escape(lower_first(reason.rstrip('.')))}."
        for reason, places in by_reason.items()
    )


def _changes_sentence(outcome: Outcome) -> str:
    """Say how many estimates are of changes from baseline; empty where none is."""
    every = outcome.overall.studies
    label = escape(subject(outcome))
    changes = sum(CHANGE in study.notes for study in every)
    if not changes:
        return ""
    if changes == len(every):
        return f"Results for the {label} are changes from baseline."
    verb = "was" if changes == 1 else "were"
    # Cochrane Handbook 6.5, 10.5.2: the two have different standard deviations.
    apart = (
        " A standardised difference of changes is in other standard deviations than one of values "
        "at follow-up, so the two are not strictly comparable."
        if measure(outcome.measure).standardised
        else ""
    )
    return (
        f"Of the {count(len(every))} estimates for the {label}, {count(changes)} {verb} computed "
        f"from changes from baseline and {count(len(every) - changes)} from values at follow-up."
        f"{apart}"
    )


def notes_sentence(outcome: Outcome) -> str:
    """Give the notes of an outcome's pools: what was done to its numbers; empty without one.

    Parameters
    ----------
    outcome
        Its groups are named where they have notes of their own.
    """
    label = escape(subject(outcome))
    return " ".join(
        f"The pool of the {label} {where} has {_noted(notes)}.".replace("  ", " ")
        for where, every in (("", outcome.overall.notes), *_own_notes(outcome))
        # Changes from baseline have their own sentence.
        if (notes := [note for note in every if not note.endswith(f": {CHANGE}")])
    )


def _noted(notes: Sequence[str]) -> str:
    told = "; ".join(escape(note.rstrip(".")) for note in notes)
    return f"{'a note' if len(notes) == 1 else 'notes'} ({told})"


def _own_notes(outcome: Outcome) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give the groups that have notes which the whole pool has not, with these notes.

    What was done to single studies stands in the note of the whole pool, which names them; what
    is so of the whole pool is not told of each group with other numbers.
    """
    whole = outcome.overall
    known = {_without_numbers(_without_studies(note, whole)) for note in whole.notes}
    for pools in outcome.subgroups.values():
        for pool in pools:
            own = tuple(
                note
                for note in pool.notes
                if _without_numbers(_without_studies(note, pool)) not in known
            )
            yield f"in the group {escape(pool.level_label or '')}", own


def _without_studies(note: str, pool: Pool) -> str:
    """Return what a note says was done, without the studies that it names first."""
    studies, _, what = note.partition(": ")
    return what if any(study.label in studies for study in pool.studies) else note


def _without_numbers(note: str) -> str:
    return _NUMBER.sub("", note)


def _refused_harms(synthesis: Synthesis) -> str:
    terms = [
        f"{escape(event.term)} ({escape(event.grade)})"
        for event in synthesis.adverse_events
        if event.pool.refused
    ]
    return f"The logistic model had no estimate for {join_words(terms)}." if terms else ""


def _noted_harms(synthesis: Synthesis) -> str:
    """Say what was done in pools of adverse events, each thing once with its terms.

    That limits are cut is left out: it is said of the scale, and would be told with other numbers
    for each term.
    """
    by_what: dict[str, list[str]] = {}
    for event in synthesis.adverse_events:
        for note in event.pool.notes if event.pooled else ():
            what = _without_studies(note, event.pool).rstrip(".")
            if CUT not in what:
                by_what.setdefault(what, []).append(f"{event.term} ({event.grade})")
    told = []
    for what, terms in by_what.items():
        shown = list(map(escape, terms[:_MOST_TERMS]))
        more = len(terms) - len(shown)
        listed = join_words([*shown, f"{more} more"] if more else shown)
        told.append(f"{escape(what)} (for {listed})")
    return f"Notes on pools of adverse events: {'; '.join(told)}." if told else ""
