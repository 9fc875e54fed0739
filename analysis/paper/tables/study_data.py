"""Table of the data behind every pool: each estimate with its weight, evidence and source."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from analysis.formatting.grades import grade_name
from analysis.formatting.numbers import count, number
from analysis.measures.registry import measure
from analysis.paper.tables.assembly import Column, Line, assemble, unread_note, visible
from analysis.paper.tables.cells import (
    DAGGER,
    DAGGER_NOTE,
    NOT_APPLICABLE,
    NOT_REACHED_NOTE,
    NOT_READ,
    abbreviations_note,
    text,
)
from analysis.paper.tables.links import sources

if TYPE_CHECKING:
    from analysis.measures.measure import Measure
    from analysis.measures.observation import Group
    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.results import Pool, StudyEstimate, Synthesis

# Rows from which on a source that all share is told once.
_MANY: Final = 5
_ONE_GROUP: Final = (Column("study", "Study"),)
_COMPARED: Final = (
    Column("study", "Study"),
    Column("experimental", "Experimental group", "right"),
    Column("control", "Control group", "right"),
)


def build(synthesis: Synthesis) -> Table:
    """Build the table, grouped by outcome; adverse events come last."""
    level = number(synthesis.level * 100, 0)
    pools = _pools(synthesis)
    compared = any(measure(pool.measure).null is not None for _, pool in pools)
    told = dict.fromkeys(
        words.format(people=synthesis.people)
        for _, pool in pools
        if (words := measure(pool.measure).data.words)
    )
    # One kind of numbers heads the column, several are told below.
    heading = " ".join(told).capitalize().replace("/", "/ ") if len(told) == 1 else "Numbers"
    columns = (
        *(_COMPARED if compared else (*_ONE_GROUP, Column("counts", heading, "right"))),
        Column("estimate", f"Estimate ({level}% CI)", "right"),
        Column("weight", "Weight, %", "right"),
        Column("evidence", "Evidence"),
        Column("source", "Source"),
    )
    body = [
        _line(study, pool, compared, measure(pool.measure).titled(name, pool.unit))
        for name, pool in pools
        for study in pool.studies
    ]
    columns, body, common = _one_source(columns, body)
    shown = visible(columns, body)
    judged = any(study.criteria for _, pool in pools for study in pool.studies)
    endless = any(study.ci_high is None for _, pool in pools for study in pool.studies)
    notes = [
        f"{'Groups' if compared else 'Numbers'}: {', or '.join(told)}."
        if told and (compared or len(told) > 1)
        else "",
        "Response criteria stand in parentheses where they were read." if judged else "",
        DAGGER_NOTE if DAGGER in shown else "",
        NOT_REACHED_NOTE if endless else "",
        common,
        unread_note(body),
        abbreviations_note(shown, synthesis.abbreviations),
    ]
    return assemble(columns, body, notes if body else [], "No result has been extracted.")


def _one_source(
    columns: tuple[Column, ...], body: list[Line]
) -> tuple[tuple[Column, ...], list[Line], str]:
    """Tell a source that all rows have once, below the table, and not in each row."""
    found = {line.cells[-1] for line in body}
    if len(body) < _MANY or len(found) > 1:
        return columns, body, ""
    shorter = [replace(line, cells=line.cells[:-1]) for line in body]
    return columns[:-1], shorter, f"Source of all rows: {found.pop()}."


def _pools(synthesis: Synthesis) -> list[tuple[str, Pool]]:
    outcomes = [(outcome.label, outcome.overall) for outcome in synthesis.outcomes]
    events = [
        (f"{event.term}, {grade_name(event.grade).lower()}", event.pool)
        for event in synthesis.adverse_events
    ]
    return outcomes + events


def _line(study: StudyEstimate, pool: Pool, compared: bool, group: str) -> Line:
    measured = measure(pool.measure)
    return Line(
        (
            _name(study),
            *(_sides(study, measured) if compared else (_counts(study, measured),)),
            measured.estimate(study.estimate, study.ci_low, study.ci_high),
            NOT_APPLICABLE if study.weight is None else number(study.weight * 100),
            text(study.evidence.capitalize()),
            _source(study),
        ),
        group,
    )


def _counts(study: StudyEstimate, measured: Measure) -> str:
    if study.only is not None:
        return measured.data.cell(study.only) or NOT_READ
    if not measured.counted:
        return NOT_APPLICABLE
    events = NOT_READ if study.events is None else study.events
    return f"{events}/{NOT_READ if study.n is None else study.n}"


def _sides(study: StudyEstimate, measured: Measure) -> tuple[str, str]:
    """Give the numbers of both groups; where nothing is compared those of the only one."""
    if measured.null is None:
        return _counts(study, measured), NOT_APPLICABLE
    groups = [study.group(role) for role in ("experimental", "control")]
    first, second = (
        NOT_READ if group is None else measured.data.cell(group) or _size(group) for group in groups
    )
    return first, second


def _size(group: Group) -> str:
    """Give the patients of a group of which a report prints the comparison alone."""
    return NOT_READ if group.n is None else f"n = {count(group.n)}"


def _name(study: StudyEstimate) -> str:
    criteria = "" if study.criteria is None else f" ({text(study.criteria)})"
    return text(study.label) + (DAGGER if study.reconstructed else "") + criteria


def _source(study: StudyEstimate) -> str:
    # One line each: the table has as many rows as the review has estimates.
    report = NOT_READ if study.source is None else sources(study.source)
    return report if study.location is None else f"{report}, {text(study.location)}"
