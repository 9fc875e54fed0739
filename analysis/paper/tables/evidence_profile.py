"""GRADE evidence profile: the judgement of each domain beside the numbers, for the supplement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import count
from analysis.measures.registry import measure
from analysis.paper.certainty_text import absolute_words, is_relative
from analysis.paper.tables.assembly import Column, Line, assemble, visible
from analysis.paper.tables.cells import (
    DAGGER,
    DAGGER_POOL_NOTE,
    NOT_READ,
    abbreviations_note,
    estimate,
    limits_below,
    lines,
    text,
)
from analysis.paper.tables.certainty_notes import Reasons, baseline_notes, open_note, plan_note
from analysis.paper.tables.summary_of_findings import certainty_cell
from schemas.certainty import DOMAINS
from schemas.vocabulary import DESIGNS

if TYPE_CHECKING:
    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.grade import Grade
    from analysis.synthesis.results import Outcome, Synthesis

_COLUMNS: Final = (
    Column("outcome", "Outcome"),
    Column("studies", "Studies"),
    Column("risk_of_bias", "Risk of bias"),
    Column("inconsistency", "Inconsistency"),
    Column("indirectness", "Indirectness"),
    Column("imprecision", "Imprecision"),
    Column("other", "Other"),
    Column("people", "Participants", "right"),
    Column("effect", "Effect", "right"),
    Column("certainty", "Certainty", "center"),
)
_OWN: Final = ("risk_of_bias", "inconsistency", "indirectness", "imprecision")


def build(synthesis: Synthesis) -> Table:
    """Build the table: a row for each outcome that the protocol wants rated."""
    reasons = Reasons()
    body = [
        _line(outcome, outcome.grade, reasons)
        for outcome in synthesis.rated
        if outcome.grade is not None
    ]
    shown = visible(_COLUMNS, body)
    notes = [
        plan_note(synthesis),
        *reasons.notes,
        *baseline_notes(synthesis),
        open_note(synthesis),
        f"{NOT_READ} Not judged." if any(NOT_READ in line.cells for line in body) else "",
        DAGGER_POOL_NOTE if DAGGER in shown else "",
        abbreviations_note(shown, synthesis.abbreviations),
    ]
    return assemble(_COLUMNS, body, notes if body else [], "No outcome is rated.")


def _line(outcome: Outcome, grade: Grade, reasons: Reasons) -> Line:
    pool = outcome.overall
    judged = {rating.domain: rating for rating in grade.domains}
    # A rating that is open again is not shown: its judgements are of another result.
    hidden = grade.earlier is not None
    cells = [
        NOT_READ if hidden or name not in judged else text(judged[name].level.capitalize())
        for name in _OWN
    ]
    others = [
        text(f"{DOMAINS[name].label}: {rating.level}")
        for name, rating in judged.items()
        if name not in _OWN and not hidden
    ]
    designs = lines(text(DESIGNS[name]) for name in grade.designs if name in DESIGNS)
    start = f"begins at {grade.start}" if grade.start else ""
    importance = text(grade.importance.capitalize()) if grade.importance else ""
    return Line(
        (
            lines([text(outcome.label) + (DAGGER if pool.reconstructed else ""), importance]),
            lines([count(grade.n_studies), designs, text(start)]),
            *cells,
            lines(others) or NOT_READ,
            _people(outcome, grade),
            _effect(outcome, grade),
            certainty_cell(grade, reasons),
        )
    )


def _people(outcome: Outcome, grade: Grade) -> str:
    """Count participants, by group where two are compared, with the event where it is counted."""
    pool = outcome.overall
    measured = measure(pool.measure)
    if (
        pool.estimate is None
        or measured.null is None
        or not any(study.groups for study in pool.studies)
    ):
        return NOT_READ if grade.n_participants is None else count(grade.n_participants)
    told = []
    for role in ("experimental", "control"):
        events, people = pool.side(role)
        shown = f"{count(events)}/{count(people)}" if measured.counted else count(people)
        told.append(text(f"{getattr(outcome, role) or role}: {shown}"))
    return lines(told)


def _effect(outcome: Outcome, grade: Grade) -> str:
    pool = outcome.overall
    measured = measure(pool.measure)
    if pool.estimate is None:
        return "Not pooled"
    head = f"{measured.short} " if measured.short else ""
    unit = text(measured.after(pool.unit))
    told = grade.absolute if is_relative(outcome) else ()
    absolute = [limits_below(text(absolute_words(outcome, entry.effect))) for entry in told]
    return lines([limits_below(f"{head}{estimate(pool)}{unit}"), *absolute])
