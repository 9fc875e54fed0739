"""The rows behind every pool, and what this program computed from them, as plain tables.

The checks in R and Stata read the rows as they were extracted (counts, medians, limits), not effect
sizes: what they are to check includes the way from one to the other.
"""

from __future__ import annotations

import csv
import io
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

from analysis.measures.registry import COUNTED, measure
from analysis.synthesis.conventions import conventions_of
from analysis.synthesis.groupings import scores_of
from schemas.frame_records import records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from analysis.measures.conventions import Conventions
    from analysis.measures.measure import Measure
    from analysis.synthesis.results import Outcome, Pool, StudyEstimate, Synthesis
    from analysis.synthesis.row import RowRef
    from analysis.synthesis.sensitivity_results import Refit, Sensitivity
    from schemas.review_data import ReviewData

Cell = str | int | float | None

# Estimators of the between-study variance that need no iteration; the others stop somewhere.
_CLOSED_FORM = frozenset({"DL", "HE", "HS", "SJ"})
CLOSED_TOLERANCE = 1e-8
ITERATIVE_TOLERANCE = 1e-6
_FEWEST_TESTED = 3
_GROUP_COLUMNS = (
    *("ai", "n1i", "ci", "n2i", "m1i", "sd1i", "m2i", "sd2i"),
    *("x1i", "t1i", "x2i", "t2i"),
)


#: Kinds of effect that the scripts compute from counts and limits; of others they get the effect.
RECOMPUTED = frozenset({"proportion", "median"})


@dataclass(frozen=True, slots=True)
class Analysis:
    """An outcome or adverse event: its pools are the overall one and those of the groups.

    ``overall`` is False for an adverse event that too few studies report to be pooled.
    """

    id: str
    label: str
    measure: str
    overall: bool
    pool: Pool
    groups: dict[str, tuple[Pool, ...]]
    leave_one_out: tuple[Refit, ...]
    sensitivity: Sensitivity | None
    conventions: Conventions


@dataclass(frozen=True, slots=True)
class Expected:
    """One line of results; None is what does not exist or was not computed.

    ``p`` is that of Cochran's Q for a pool, of the test or the coefficient otherwise. ``tolerance``
    is relative.
    """

    name: str
    model: str
    k: int
    estimate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    tau2: float | None = None
    i2: float | None = None
    q: float | None = None
    p: float | None = None
    pi_low: float | None = None
    pi_high: float | None = None
    r2: float | None = None
    tolerance: float = CLOSED_TOLERANCE


def analyses(synthesis: Synthesis) -> list[Analysis]:
    """Give all outcomes and adverse events, in the order of the paper."""
    found = [
        _of_outcome(outcome, conventions_of(synthesis, outcome)) for outcome in synthesis.outcomes
    ]
    found += [
        Analysis(
            event.id,
            event.id,
            event.pool.measure,
            event.pooled,
            event.pool,
            event.subgroups,
            event.leave_one_out,
            None,
            conventions_of(synthesis, event),
        )
        for event in synthesis.adverse_events
    ]
    return found


def _of_outcome(outcome: Outcome, conventions: Conventions) -> Analysis:
    sensitivity = outcome.sensitivity
    refits = sensitivity.leave_one_out if sensitivity else ()
    return Analysis(
        outcome.id,
        outcome.label,
        outcome.measure,
        True,
        outcome.overall,
        outcome.subgroups,
        refits,
        sensitivity,
        conventions,
    )


def kind_of(measured: Measure) -> str:
    """Name the kind of effect for a script: every share of one group is a proportion."""
    shares = measured.counted and measured.null is None
    return COUNTED if shares else measured.name


def unit_name(study: StudyEstimate) -> str:
    """Name a row within an analysis: the study's id, with the cohort where it has several."""
    return f"{study.study_id}, {study.cohort}" if study.cohort else study.study_id


def estimate_rows(synthesis: Synthesis, data: ReviewData) -> tuple[list[str], list[list[Cell]]]:
    """Give the header and the rows that enter pools, one for each analysis and estimate.

    Columns ``group.<variable>`` hold the study's level, ``moderator.<column>`` its number.
    """
    studies = {study.study_id: study for study in synthesis.studies}
    levels = {int(r["line"]): r.get("ci_level") for r in records(data.outcomes)}
    variables = list(synthesis.subgroup_labels)
    moderators = [*synthesis.moderator_labels]
    header = [
        *("analysis", "kind", "unit", "label", "year", "events", "n"),
        *("median", "ci_low", "ci_high", "ci_level", "evidence"),
        *_GROUP_COLUMNS,
        *("yi", "sei", "table", "design_effect"),
        *(f"group.{name}" for name in variables),
        *(f"moderator.{name}" for name in moderators),
    ]
    rows: list[list[Cell]] = []
    for analysis in analyses(synthesis):
        measured = measure(analysis.measure)
        quoted = not measured.counted or measured.null is not None
        # Of a grouping by judgement only the pools know the level: it may differ by outcome.
        own = {
            (name, member.row): pool.level
            for name, pools in analysis.groups.items()
            for pool in pools
            for member in pool.studies
        }
        scores = _scores(analysis, data)
        for row in analysis.pool.studies:
            study = studies[row.study_id]
            level = (levels.get(row.row.line) or synthesis.level) if quoted else None
            rows.append(
                [
                    *(analysis.id, kind_of(measured), unit_name(row), row.label, study.year),
                    *(row.events, row.n),
                    row.estimate if quoted else None,
                    row.ci_low if quoted else None,
                    row.ci_high if quoted else None,
                    level,
                    row.evidence,
                    *_of_groups(row, measured),
                    *(row.yi, row.sei, "yes" if row.tabled else "no", row.design_effect),
                    *(own.get((name, row.row), study.levels.get(name)) for name in variables),
                    *(
                        scores.get((name, row.row), study.characteristics.get(name))
                        for name in moderators
                    ),
                ]
            )
    return header, rows


def _scores(analysis: Analysis, data: ReviewData) -> dict[tuple[str, RowRef], Cell]:
    """Give the scores of judgements, which the pools of a grouping know for each outcome."""
    found: dict[tuple[str, RowRef], Cell] = {}
    for entry in data.protocol.judgement_groups if analysis.overall else ():
        numbers = scores_of(data.quality_tools[entry.tool])
        for pool in analysis.groups.get(entry.id, ()) if entry.score else ():
            for member in pool.studies:
                found[entry.score_column, member.row] = numbers.get(pool.level or "")
    return found


def _of_groups(study: StudyEstimate, measured: Measure) -> list[Cell]:
    """Give the numbers of both groups under metafor's names; empty where others were pooled."""
    found: dict[str, Cell] = {}
    groups = study.groups if study.tabled else ()
    for names, group in zip(measured.data.two, groups, strict=False):
        numbers = measured.data.numbers(group)
        if not isinstance(numbers, str):
            found |= dict(zip(names, numbers, strict=True))
    return [found.get(name) for name in _GROUP_COLUMNS]


def expected_results(synthesis: Synthesis) -> list[Expected]:
    """Give every result that the check in R repeats."""
    return [line for analysis in analyses(synthesis) for line in _results(analysis, synthesis)]


def _results(analysis: Analysis, synthesis: Synthesis) -> Iterator[Expected]:
    conventions = analysis.conventions.profile
    closed = conventions.tau2_method in _CLOSED_FORM
    iterative = CLOSED_TOLERANCE if closed else ITERATIVE_TOLERANCE
    if analysis.overall and analysis.pool.estimate is not None:
        yield _pool(analysis.id, analysis.pool, iterative)
    for variable, pools in analysis.groups.items():
        for pool in pools:
            if pool.estimate is not None:
                yield _pool(f"{analysis.id} | {variable} = {pool.level}", pool, iterative)
    refits = analysis.leave_one_out if analysis.pool.model in {"common", "random"} else ()
    for row, refit in zip(analysis.pool.studies, refits, strict=bool(refits)):
        yield Expected(
            f"{analysis.id} | without {unit_name(row)}",
            analysis.pool.model,
            refit.k,
            refit.estimate,
            refit.ci_low,
            refit.ci_high,
            refit.tau2,
            refit.i2,
            p=refit.q_p,
            tolerance=CLOSED_TOLERANCE if analysis.pool.model == "common" else iterative,
        )
    if analysis.sensitivity is not None:
        yield from _sensitivity(analysis, analysis.sensitivity, conventions, iterative)


def _pool(name: str, pool: Pool, iterative: float) -> Expected:
    low, high = pool.prediction or (None, None)
    return Expected(
        name,
        pool.model,
        pool.k,
        pool.estimate,
        pool.ci_low,
        pool.ci_high,
        pool.tau2,
        pool.i2,
        pool.q,
        pool.q_p,
        low,
        high,
        tolerance=iterative if pool.model == "random" else CLOSED_TOLERANCE,
    )


def _sensitivity(
    analysis: Analysis, found: Sensitivity, conventions: object, iterative: float
) -> Iterator[Expected]:
    small = found.small_study
    # Of fewer, there is no test; independent_check.R leaves them out by the same rule.
    if small is not None and small.k >= _FEWEST_TESTED:
        name = analysis.id
        mixed = getattr(conventions, "egger_model", "lm") == "rma"
        yield Expected(f"{name} | Begg", "rank correlation", small.k, p=small.begg_p)
        yield Expected(
            f"{name} | Egger",
            small.egger_method,
            small.k,
            p=small.egger_p,
            tolerance=iterative if mixed else CLOSED_TOLERANCE,
        )
        # metafor has its own rules for the side, the ties and the model of the iterations.
        if getattr(conventions, "trim_fill_convention", "") == "metafor":
            yield Expected(
                f"{name} | trim and fill",
                f"{small.imputed} imputed on the {small.side}",
                small.k + small.imputed,
                small.filled_estimate,
                small.filled_ci_low,
                small.filled_ci_high,
                tolerance=iterative,
            )
    for variable, test in found.comparisons.items():
        if test.reason is None:
            yield Expected(
                f"{analysis.id} | between {variable}",
                "test between groups",
                test.k,
                q=test.q_between,
                p=test.q_between_p,
                tolerance=iterative,
            )
            yield Expected(
                f"{analysis.id} | regression on {variable}",
                "meta-regression",
                test.k,
                i2=test.residual_i2,
                p=test.regression_p,
                r2=test.r2,
                tolerance=ITERATIVE_TOLERANCE,
            )
    for column, line in found.regressions.items():
        yield Expected(
            f"{analysis.id} | slope of {column}",
            "meta-regression",
            line.k,
            line.slope,
            p=line.slope_p,
            r2=line.r2,
            tolerance=ITERATIVE_TOLERANCE,
        )


def expected_table(synthesis: Synthesis) -> tuple[list[str], list[list[Cell]]]:
    """Give the header and the lines of the expected results."""
    header = [entry.name for entry in fields(Expected)]
    return header, [list(astuple(line)) for line in expected_results(synthesis)]


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write a table as CSV in UTF-8: numbers in full, None as an empty cell."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8")
