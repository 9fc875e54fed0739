"""Applies the protocol to the data: every outcome, subgroup and adverse event, once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from analysis.measures.registry import measure, measure_of
from analysis.synthesis.arms import compared, read_arms, read_contrasts
from analysis.synthesis.catalogue import (
    awaiting_studies,
    comparators,
    database_searches,
    included_studies,
    ongoing_trials,
)
from analysis.synthesis.conventions import conventions_of_protocol, own_conventions
from analysis.synthesis.effects import Contribution, Target, contributions
from analysis.synthesis.excluded import excluded_reports
from analysis.synthesis.grading import graded
from analysis.synthesis.groupings import (
    column_groupings,
    groupings,
    moderators,
    with_judgements,
)
from analysis.synthesis.information import information_of
from analysis.synthesis.listings import EvidenceCount
from analysis.synthesis.narrative import synthesised, unpooled
from analysis.synthesis.outcome_rows import rows_of_outcome
from analysis.synthesis.pooling import listed_only, pool_contributions
from analysis.synthesis.rating import ratings, used_tools, without_high_risk
from analysis.synthesis.results import AdverseEvent, Outcome, Study, Synthesis
from analysis.synthesis.row import RESULTS, Evidence
from analysis.synthesis.rows import Row, read_rows
from analysis.synthesis.screening_flow import flow_of_review
from analysis.synthesis.sensitivity import leave_one_out, sensitivity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from analysis.measures.conventions import Conventions
    from analysis.synthesis.groupings import Grouping
    from analysis.synthesis.results import LeftOut, Narrative, Pool
    from schemas.protocol import Outcome as OutcomeChoice
    from schemas.protocol import Protocol
    from schemas.review_data import ReviewData

# The tables of results by arm, with their files.
_RESULT_TABLES = (("outcomes", "data/outcomes.csv"), ("adverse_events", "data/adverse_events.csv"))


def synthesise(
    data: ReviewData,
    *,
    pools_only: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Synthesis:
    """Compute the whole review.

    Parameters
    ----------
    data
        The checked tables and the protocol.
    pools_only
        Leave out everything that shows how firm a pool stands.
    progress
        Called with a line of text before each step.

    Returns
    -------
    Synthesis
        Immutable; the same data give an equal one.
    """
    protocol = data.protocol
    conventions = conventions_of_protocol(protocol)
    studies = included_studies(data)
    by_id = {study.study_id: study for study in studies}
    outcome_rows = _rows_by(data.outcomes, "outcome", _RESULT_TABLES[0][1], by_id, protocol)
    contrasts = read_contrasts(data.contrasts, by_id, protocol.confidence_level)
    outcomes, narratives = [], []
    for choice in protocol.unpooled:
        progress(f"bringing together {choice.label.lower()}")
        rows, printed = outcome_rows.get(choice.code, []), contrasts.get(choice.code, [])
        narratives.append(_narrative(choice, rows, printed, data, conventions))
    for choice in protocol.pooled:
        progress(f"pooling {choice.label.lower()}")
        rows = outcome_rows.get(choice.code, [])
        printed = contrasts.get(choice.code, [])
        outcomes.append(_outcome(choice, rows, printed, data, conventions, pools_only))
    flow = flow_of_review(data)
    judged = ratings(data, studies)
    outcomes = [graded(outcome, data, studies, judged) for outcome in outcomes]
    narratives = [
        replace(told, outcome=graded(told.outcome, data, studies, judged, told.findings))
        for told in narratives
    ]
    if protocol.adverse_events is not None:
        progress("pooling adverse events")
    return Synthesis(
        title=protocol.review.title,
        edition=protocol.review.edition,
        profile=protocol.profile,
        own_profile=protocol.own_profile,
        level=protocol.confidence_level,
        studies=studies,
        outcomes=tuple(outcomes),
        adverse_events=_adverse_events(data, by_id, conventions, pools_only),
        flow=flow.stages,
        flow_since=flow.since,
        flow_from_log=flow.from_log,
        excluded=excluded_reports(data),
        searches=database_searches(data.searches),
        evidence=tuple(
            _evidence(name, frame)
            for name in RESULTS
            # Few reviews have printed comparisons.
            if len(frame := getattr(data, name)) or name != "contrasts"
        ),
        abbreviations=dict(protocol.abbreviations),
        characteristics={entry.column: entry.label for entry in protocol.characteristics},
        subgroup_labels={entry.id: entry.label for entry in groupings(data)},
        moderator_labels={entry.column: entry.label for entry in moderators(protocol)},
        significance_level=protocol.significance_level,
        ratings=judged,
        quality_tools=used_tools(data.quality_tools, judged),
        ongoing=ongoing_trials(data),
        comparators=comparators(data),
        awaiting=awaiting_studies(data),
        terms=_terms(data.adverse_events),
        kind=protocol.review.kind,
        comparisons={entry.id: entry.label for entry in protocol.comparisons},
        study_interval=protocol.study_interval,
        narratives=tuple(narratives),
    )


def _rows_by(
    frame: pd.DataFrame, column: str, file: str, studies: dict[str, Study], protocol: Protocol
) -> dict[str, list[Row]]:
    rows = read_rows(frame, file, studies, protocol.confidence_level)
    groups: dict[str, list[Row]] = {}
    for key, row in zip(frame[column], rows, strict=True):
        groups.setdefault(str(key), []).append(row)
    return groups


def _outcome(
    choice: OutcomeChoice,
    rows: list[Row],
    contrasts: list[Row],
    data: ReviewData,
    conventions: Conventions,
    pools_only: bool,
) -> Outcome:
    protocol = data.protocol
    target = Target(choice.id, choice.label, measure_of(choice).name, choice.unit)
    conventions = own_conventions(conventions, choice.model, f"outcomes[{choice.id}]")
    comparison = protocol.comparison_of(choice)
    rows = with_judgements(rows, choice.code, data)
    contrasts = with_judgements(contrasts, choice.code, data)
    rows, kept, passed_over = rows_of_outcome(rows, choice, comparison, data, contrasts)
    found, left = contributions(kept, target, conventions)
    everything = [*left, *passed_over]
    found = _ordered(found, target, protocol, conventions)
    overall = pool_contributions(found, everything, target, protocol, conventions)
    firmness = None if pools_only else sensitivity(found, overall, protocol, conventions)
    in_time = () if firmness is None else firmness.cumulative
    return Outcome(
        without_high_risk=without_high_risk(found, target, data, conventions, choice.code),
        better=choice.better,
        experimental=None if comparison is None else comparison.experimental.label,
        control=None if comparison is None else comparison.control.label,
        model=dict(choice.model),
        id=choice.id,
        code=choice.code,
        label=choice.label,
        measure=target.measure,
        unit=choice.unit,
        overall=overall,
        subgroups=_subgroups(
            groupings(data), found, everything, rows, target, protocol, conventions, overall
        ),
        sensitivity=firmness,
        information=information_of(overall, in_time, protocol, len(data.awaiting_extraction)),
    )


def _narrative(
    choice: OutcomeChoice,
    rows: list[Row],
    contrasts: list[Row],
    data: ReviewData,
    conventions: Conventions,
) -> Narrative:
    protocol = data.protocol
    target = Target(choice.id, choice.label, measure_of(choice).name, choice.unit)
    conventions = own_conventions(conventions, choice.model, f"outcomes[{choice.id}]")
    comparison = protocol.comparison_of(choice)
    _, kept, passed_over = rows_of_outcome(rows, choice, comparison, data, contrasts)
    pool, findings = unpooled(kept, passed_over, target, choice, conventions)
    outcome = Outcome(
        id=choice.id,
        code=choice.code,
        label=choice.label,
        measure=target.measure,
        unit=choice.unit,
        overall=pool,
        subgroups={},
        better=choice.better,
        experimental=None if comparison is None else comparison.experimental.label,
        control=None if comparison is None else comparison.control.label,
        model=dict(choice.model),
    )
    return synthesised(outcome, findings, choice, protocol.confidence_level)


_ORDERS: dict[str, Callable[[Contribution], Any]] = {
    "year": lambda item: item.row.study.year or 0,
    "effect": lambda item: item.shown.estimate,
    "name": lambda item: item.row.label.casefold(),
}


def _ordered(
    found: list[Contribution], target: Target, protocol: Protocol, conventions: Conventions
) -> list[Contribution]:
    """Put rows in the order of the protocol: the heaviest first, or the oldest; ties stay."""
    if protocol.order in _ORDERS:
        return sorted(found, key=_ORDERS[protocol.order])
    if protocol.order == "weight" and len(found) > 1:
        pool = pool_contributions(found, (), target, protocol, conventions)
        weights = [-(study.weight or 0.0) for study in pool.studies]
        return [found[place] for place in sorted(range(len(found)), key=weights.__getitem__)]
    return found


def _subgroups(
    by: Sequence[Grouping],
    found: list[Contribution],
    left_out: list[LeftOut],
    rows: list[Row],
    target: Target,
    protocol: Protocol,
    conventions: Conventions,
    overall: Pool,
) -> dict[str, tuple[Pool, ...]]:
    """Pool every level of every subgroup variable under the same rule."""
    rule = protocol.model_rule
    kept = overall.model if rule is not None and rule.applies_to == "outcome" else None
    groups: dict[str, tuple[Pool, ...]] = {}
    for grouping in by:
        pools = []
        for level, label in grouping.levels:
            members = [c for c in found if c.row.study.levels[grouping.id] == level]
            absent = _of_level(left_out, rows, grouping.id, level)
            part = replace(target, variable=grouping.id, level=level, level_label=label)
            pools.append(pool_contributions(members, absent, part, protocol, conventions, kept))
        groups[grouping.id] = tuple(pools)
    return groups


def _of_level(left_out: list[LeftOut], rows: list[Row], variable: str, level: str) -> list[LeftOut]:
    members = {row.ref for row in rows if row.study.levels[variable] == level}
    return [entry for entry in left_out if entry.row in members]


def _adverse_events(
    data: ReviewData, studies: dict[str, Study], conventions: Conventions, pools_only: bool
) -> tuple[AdverseEvent, ...]:
    protocol = data.protocol
    choice = protocol.adverse_events
    if choice is None:
        return ()
    conventions = own_conventions(conventions, choice.model, "adverse_events")
    by_column = column_groupings(protocol)
    comparison = protocol.comparison_of(choice)
    arms = () if comparison is None else read_arms(data.arms)
    frame = data.adverse_events
    rows = read_rows(frame, _RESULT_TABLES[1][1], studies, protocol.confidence_level)
    groups: dict[tuple[str, str], list[Row]] = {}
    for term, grade, row in zip(frame["term"], frame["grade"], rows, strict=True):
        groups.setdefault((str(term), str(grade)), []).append(row)
    events = []
    grades = list(protocol.grades)
    for (term, grade), members in sorted(
        groups.items(), key=lambda item: (grades.index(item[0][1]), item[0][0])
    ):
        identifier = f"{term}, {grade}"
        measured = measure(choice.measure)
        target = Target(identifier, term, measured.name, "percent" if measured.sign else "")
        passed_over: list[LeftOut] = []
        kept = members
        if comparison is not None:
            kept, passed_over = compared(members, arms, comparison, identifier)
        found, left = contributions(kept, target, conventions)
        left += passed_over
        found = _ordered(found, target, protocol, conventions)
        pooled = _studies_in(found) >= protocol.minimum_studies
        pool = (
            pool_contributions(found, left, target, protocol, conventions)
            if pooled
            else listed_only(found, left, target)
        )
        events.append(
            AdverseEvent(
                id=identifier,
                term=term,
                grade=grade,
                pool=pool,
                pooled=pooled,
                model=dict(choice.model),
                experimental=None if comparison is None else comparison.experimental.label,
                control=None if comparison is None else comparison.control.label,
                subgroups=_subgroups(
                    by_column, found, left, members, target, protocol, conventions, pool
                ),
                leave_one_out=(
                    leave_one_out(found, pool, protocol, conventions)
                    if pooled and not pools_only and pool.model in {"common", "random"}
                    else ()
                ),
            )
        )
    return tuple(events)


def _studies_in(found: list[Contribution]) -> int:
    return len({item.row.study.study_id for item in found})


def _terms(frame: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    """Give the reported terms with their standard terms, each pair once."""
    pairs = zip(frame["term_reported"], frame["term"], strict=True)
    return tuple(sorted({(str(reported), str(term)) for reported, term in pairs}))


def _evidence(table: str, frame: pd.DataFrame) -> EvidenceCount:
    found = frame["evidence"].to_list()
    return EvidenceCount(table, *(found.count(kind) for kind in get_args(Evidence)))
