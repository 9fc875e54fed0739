"""How certain the evidence on an outcome is, as people rated it, and its effect in absolute terms.

Nothing is rated here: a rating is what data/certainty.csv says of the result that stands there.
"""

from __future__ import annotations

from bisect import bisect_right
from statistics import median
from typing import TYPE_CHECKING

from analysis.measures.absolute import AbsoluteEffect, absolute_effect
from analysis.measures.registry import measure
from analysis.measures.spread import spread
from analysis.synthesis.grade import BaselineEffect, DomainRating, Grade, InPoints
from analysis.synthesis.row import RowRef
from schemas.certainty import DOMAINS, STATEMENT, body_start, moved
from schemas.frame_records import records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from analysis.measures.measure import Measure
    from analysis.measures.observation import Group
    from analysis.synthesis.results import Finding, Pool, Study
    from schemas.certainty import CertaintyLevel
    from schemas.protocol_certainty import RatedOutcome
    from schemas.protocol_outcomes import Outcome as OutcomeChoice
    from schemas.review_data import ReviewData

_FILE = "data/certainty.csv"
_MINUS = str.maketrans({"−": "-", "–": "-"})


def grade_of(
    pool: Pool,
    choice: OutcomeChoice,
    data: ReviewData,
    studies: Sequence[Study],
    findings: Sequence[Finding] = (),
) -> Grade | None:
    """Put together what is known and what was judged of an outcome.

    Parameters
    ----------
    pool
        Its overall pool.
    choice, data
        The outcome in the protocol, and the tables.
    studies
        For their designs.
    findings
        Of an outcome that is brought together without pooling.

    Returns
    -------
    Grade or None
        None where the protocol does not ask for a rating of this outcome.
    """
    plan = data.protocol.certainty
    entry = None if plan is None else plan.outcome(choice.id)
    if plan is None or entry is None:
        return None
    measured = measure(pool.measure)
    known = {study.study_id: study.characteristics.get("design") for study in studies}
    designs = tuple(
        dict.fromkeys(
            design
            for entry in (*pool.studies, *findings)
            if (design := known.get(entry.study_id)) is not None
        )
    )
    start = entry.start or body_start(designs, plan.start)
    domains, statement, rated = _judged(data.certainty, choice.code)
    result = result_of(pool, findings)
    level = None if start is None else _level(start, domains)
    changed = rated is not None and plain(rated) != plain(result)
    absolute = _absolute(pool, measured, choice, entry)
    scale = measured.per if measured.per != 1 else measured.factor
    sizes = entry.thresholds.rising if entry.thresholds else ()
    thresholds = tuple(value / scale for value in sizes)
    return Grade(
        importance=entry.importance,
        event=entry.event,
        baseline_source=entry.baseline_source,
        baseline_time=entry.baseline_time,
        start=start,
        designs=designs,
        domains=domains,
        level=None if changed else level,
        earlier=level if changed else None,
        statement=None if changed else statement,
        result=result,
        rated_result=rated,
        thresholds=thresholds,
        limits=tuple(measured.stored(value) for value in entry.decision_limits),
        size=_size(absolute, entry, scale),
        absolute=absolute,
        points=_in_points(pool, measured, choice, entry),
        note=plan.note,
        place=[each.id for each in plan.outcomes].index(choice.id),
        n_studies=len({entry.study_id for entry in findings}) or pool.n_studies,
        n_participants=sum(entry.n or 0 for entry in findings) or pool.n_participants,
    )


def plain(result: str) -> str:
    """Give a result as it can be compared: signs that look alike are one, spaces do not count."""
    return "".join(result.translate(_MINUS).split()).casefold()


def result_of(pool: Pool, findings: Sequence[Finding] = ()) -> str:
    """Write a result in a line, by which a later one is known to be another."""
    if pool.estimate is None:
        return "; ".join(_unpooled(pool, findings))
    measured = measure(pool.measure)
    told = measured.estimate(pool.estimate, pool.ci_low, pool.ci_high)
    head = measured.headed(pool.unit)
    people = f"; {pool.n_participants} participants" if pool.n_participants else ""
    noun = "estimate" if pool.k == 1 else "estimates"
    return f"{head} {told}; {pool.k} {noun}{people}".strip()


def _unpooled(pool: Pool, findings: Sequence[Finding]) -> Iterator[str]:
    yield "not pooled"
    number = len({entry.study_id for entry in (findings or pool.left_out)})
    yield f"{number} {'study' if number == 1 else 'studies'}"
    sides = [entry.direction for entry in findings if entry.direction is not None]
    if sides:
        told = (("experimental", "for"), ("control", "against"), ("none", "unclear"))
        yield ", ".join(f"{sides.count(side)} {word}" for side, word in told)
    if people := sum(entry.n or 0 for entry in findings):
        yield f"{people} participants"


def zone(value: float, bounds: Sequence[float]) -> int:
    """Give between which of these bounds a value lies: how many of them are not above it."""
    return bisect_right(sorted(bounds), value)


def both_sides(thresholds: Sequence[float]) -> tuple[float, ...]:
    """Give thresholds of a size on both sides of no effect; without any, no effect itself."""
    return tuple(sorted({*thresholds, *(-value for value in thresholds)})) or (0.0,)


def level_of(group: Group, measured: Measure) -> float | None:
    """Give what a group is at: its risk, rate or mean."""
    return measured.data.level(group)


def _judged(
    frame: pd.DataFrame, code: str
) -> tuple[tuple[DomainRating, ...], str | None, str | None]:
    found: list[DomainRating] = []
    statement = rated = None
    for row in records(frame):
        if row["outcome"] != code:
            continue
        domain, level = str(row["domain"]), row["level"]
        if domain == STATEMENT:
            statement = row["reason"]
            continue
        step = DOMAINS[domain].levels[str(level)]
        ref = RowRef(_FILE, int(row["line"]))
        found.append(DomainRating(domain, str(level), step, row["reason"], row["assessor"], ref))
        rated = rated or row["result"]
    order = list(DOMAINS)
    return tuple(sorted(found, key=lambda each: order.index(each.domain))), statement, rated


def _level(start: CertaintyLevel, domains: Sequence[DomainRating]) -> CertaintyLevel | None:
    """Count the steps; None where a domain that every rating needs is missing."""
    judged = {rating.domain for rating in domains}
    if any(domain.needed and name not in judged for name, domain in DOMAINS.items()):
        return None
    return moved(start, sum(rating.step for rating in domains))


def _absolute(
    pool: Pool, measured: Measure, choice: OutcomeChoice, entry: RatedOutcome
) -> tuple[BaselineEffect, ...]:
    if pool.estimate is None or pool.ci_low is None or pool.ci_high is None:
        return ()
    effect = (pool.estimate, pool.ci_low, pool.ci_high)
    names = entry.baseline_labels or tuple("" for _ in choice.baseline_risk)
    baselines: list[tuple[str, bool, float | None]] = [
        (name, True, risk) for name, risk in zip(names, choice.baseline_risk, strict=True)
    ]
    if not baselines:
        known = [
            level
            for study in pool.studies
            if (group := study.group("control")) is not None
            and (level := level_of(group, measured)) is not None
        ]
        baselines = [("", False, median(known) if known else None)]
    found = [
        (name, given, absolute_effect(measured, effect, level)) for name, given, level in baselines
    ]
    return tuple(
        BaselineEffect(name, given, told) for name, given, told in found if told is not None
    )


def _size(absolute: Sequence[BaselineEffect], entry: RatedOutcome, scale: float) -> int | None:
    """Class an effect by the thresholds that are given; a class without an end takes the next."""
    given = entry.thresholds
    if not absolute or given is None:
        return None
    # From here on an effect is small, or moderate where nothing tells the two apart, and so on.
    classes = [
        (given.small, 1 if given.moderate is not None else 2),
        (given.moderate, 2),
        (given.large, 3),
    ]
    # As printed: 50 per 1000 reach a threshold of 50 whatever the last bit of the number is.
    size = round(abs(absolute[0].effect.difference) * scale, 6)
    return max((name for bound, name in classes if bound is not None and size >= bound), default=0)


def _in_points(
    pool: Pool, measured: Measure, choice: OutcomeChoice, entry: RatedOutcome
) -> InPoints | None:
    told = entry.reexpression
    if told is None or not measured.standardised or pool.estimate is None:
        return None
    if pool.ci_low is None or pool.ci_high is None:
        return None
    spreads = [
        found.sd
        for study in pool.studies
        if study.instrument == told.instrument
        and (group := study.group("control")) is not None
        and (found := spread(group)) is not None
    ]
    sd = told.sd or (median(spreads) if spreads else None)
    if sd is None:
        return None
    effect = AbsoluteEffect(
        None, None, *(sd * v for v in (pool.estimate, pool.ci_low, pool.ci_high))
    )
    labels: Mapping[str, str] = {x.id: x.label for x in choice.instruments}
    return InPoints(
        labels[told.instrument],
        sd,
        told.sd is not None,
        len(spreads),
        effect,
        told.minimal_important_difference,
    )
