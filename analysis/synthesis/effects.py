"""Turns rows into contributions to a pool, or says why a row is none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis.measures.registry import measure
from analysis.synthesis.results import LeftOut, StudyEstimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.measures.conventions import Conventions
    from analysis.measures.measure import Measure
    from analysis.measures.observation import Observation
    from analysis.measures.scale import Scale
    from analysis.synthesis.rows import Row


@dataclass(frozen=True, slots=True)
class Target:
    """What a pool is about: an outcome or an adverse event, overall or in one subgroup level."""

    outcome: str
    label: str
    measure: str
    unit: str
    variable: str | None = None
    level: str | None = None
    level_label: str | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """A row that can be pooled, with what tables and figures show of it."""

    row: Row
    shown: StudyEstimate

    @property
    def observation(self) -> Observation:
        """The numbers that the measure reads."""
        return self.row.observation


def contributions(
    rows: Sequence[Row], target: Target, conventions: Conventions
) -> tuple[list[Contribution], list[LeftOut]]:
    """Separate the rows that can be pooled from those that cannot.

    Parameters
    ----------
    rows
        Rows of one outcome or adverse event, one per study and cohort.
    target
        What they are about.
    conventions
        The interval shown for a single study, and which studies drop out.

    Returns
    -------
    found, left_out
        In the order of the rows.
    """
    measured = measure(target.measure)
    found: list[Contribution] = []
    left: list[LeftOut] = []
    for row in rows:
        numbers = row.observation
        reason = measured.missing(numbers) or measured.dropped(numbers, conventions)
        if reason is not None:
            left.append(row.left_out(target.outcome, reason))
        else:
            shown = _shown(row, measured, *measured.own(numbers, conventions))
            found.append(Contribution(row, replace(shown, notes=measured.notes(numbers))))
    if not found:
        return found, left
    scale = measured.scale([item.observation for item in found], conventions)
    placed = [
        Contribution(item.row, replace(item.shown, yi=yi, sei=vi**0.5))
        for item, yi, vi in zip(found, scale.yi, scale.vi, strict=True)
    ]
    return placed, left


def _shown(
    row: Row, measured: Measure, estimate: float, low: float, high: float | None
) -> StudyEstimate:
    events, n = measured.patients(row.observation)
    return StudyEstimate(
        study_id=row.study.study_id,
        cohort=row.cohort,
        label=row.label,
        criteria=row.criteria,
        estimate=estimate,
        se=None,
        ci_low=low,
        ci_high=high,
        events=events,
        n=n,
        weight=None,
        evidence=row.evidence,
        reconstructed=row.reconstructed,
        row=row.ref,
        others=row.others,
        source=row.source,
        location=row.location,
        groups=row.groups if len(row.groups) > 1 else (),
        tabled=measured.tabled(row.observation),
        instrument=row.instrument,
        design_effect=row.design_effect,
        only=row.observation.first if measured.data.beside and len(row.groups) == 1 else None,
    )


def scale_of(found: Sequence[Contribution], name: str, conventions: Conventions) -> Scale:
    """Give the effect sizes of a pool.

    Parameters
    ----------
    found
        At least one contribution.
    name
        The measure.
    conventions
        Under which rules.
    """
    return measure(name).scale([item.observation for item in found], conventions)
