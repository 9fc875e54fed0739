"""Turns rows into effect sizes on the scale of the profile, or says why a row has none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from analysis.synthesis.results import LeftOut, StudyEstimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.meta.back_transform import Transform
    from analysis.meta.profiles import Profile
    from analysis.synthesis.rows import Row
    from schemas.protocol import Protocol

Kind = Literal["proportion", "median"]

_CONVENTIONAL_LEVEL = 0.95
#: Rows that a note names one by one.
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Target:
    """What a pool is about: an outcome or an adverse event, overall or in one subgroup level."""

    outcome: str
    label: str
    kind: Kind
    unit: str
    variable: str | None = None
    level: str | None = None
    level_label: str | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """A row that can be pooled, with what tables and figures show of it."""

    row: Row
    shown: StudyEstimate


@dataclass(frozen=True, slots=True)
class Scale:
    """Effects of the rows of one pool on the scale of the model, and the way back.

    Attributes
    ----------
    yi, vi
        Effects and variances, in the order of the rows.
    transform
        From the scale of the model to proportions or months.
    notes
        What was corrected, and where the method misleads.
    """

    yi: tuple[float, ...]
    vi: tuple[float, ...]
    transform: Transform
    notes: tuple[str, ...]


def contributions(
    rows: Sequence[Row], target: Target, protocol: Protocol, profile: Profile
) -> tuple[list[Contribution], list[LeftOut]]:
    """Separate the rows that can be pooled from those that cannot.

    Parameters
    ----------
    rows
        Rows of one outcome or adverse event, one per study and cohort.
    target
        What they are about.
    protocol
        Names the interval shown for a single proportion, and the confidence level.
    profile
        Says whether studies without, or with only, events drop out.

    Returns
    -------
    found, left_out
        In the order of the rows.
    """
    from analysis.meta.study_intervals import study_intervals

    found: list[Contribution] = []
    left: list[LeftOut] = []
    for row in rows:
        reason = _missing(row, target.kind) or _dropped(row, target.kind, profile)
        if reason is not None:
            left.append(row.left_out(target.outcome, reason))
        elif target.kind == "median":
            low = math.nan if row.ci_low is None else row.ci_low
            found.append(Contribution(row, _shown(row, row.median or 0.0, low, row.ci_high)))
        else:
            limits = study_intervals(
                [row.events or 0],
                [row.n or 0],
                method=protocol.study_interval,
                level=protocol.confidence_level,
            )
            share = (row.events or 0) / (row.n or 1)
            low, high = float(limits.low[0]), float(limits.high[0])
            found.append(Contribution(row, _shown(row, share, low, high)))
    return found, left


def _missing(row: Row, kind: Kind) -> str | None:
    if kind == "proportion":
        return "count not reported" if row.events is None or row.n is None else None
    if row.median is None:
        return "median not reached" if row.upper_not_reached else "median not reported"
    if row.ci_low is None:
        return "no confidence interval reported"
    if row.ci_high is None and not row.upper_not_reached:
        return "upper limit not reported"
    return None


def _dropped(row: Row, kind: Kind, profile: Profile) -> str | None:
    if kind == "median" or profile.proportion_zero != "drop":
        return None
    if profile.proportion_model == "glmm" or row.events not in (0, row.n):
        return None
    return (
        f"{row.events} of {row.n}: the proportion has no standard error and drops out under the "
        f"profile {profile.name}"
    )


def _shown(row: Row, estimate: float, low: float, high: float | None) -> StudyEstimate:
    return StudyEstimate(
        study_id=row.study.study_id,
        cohort=row.cohort,
        label=row.label,
        criteria=row.criteria,
        estimate=estimate,
        se=None,
        ci_low=low,
        ci_high=high,
        events=row.events,
        n=row.n,
        weight=None,
        evidence=row.evidence,
        reconstructed=row.reconstructed,
        row=row.ref,
        source=row.source,
        location=row.location,
    )


def scale_of(found: Sequence[Contribution], kind: Kind, profile: Profile) -> Scale:
    """Give the effect sizes of a pool under a profile.

    Parameters
    ----------
    found
        At least one contribution.
    kind
        Proportions take measure, zero rule and Freeman–Tukey convention from the profile, medians
        their scale and divisor.
    profile
        The numerical conventions.
    """
    if kind == "proportion":
        from analysis.meta.effect_sizes import proportion

        effects = proportion(
            [item.row.events or 0 for item in found],
            [item.row.n or 0 for item in found],
            measure=profile.proportion_measure,
            zero=profile.proportion_zero if profile.proportion_measure in {"PR", "PLO"} else "none",
            freeman_tukey=profile.freeman_tukey,
        )
        corrected = _told(found, effects.corrected)
        return Scale(
            tuple(map(float, effects.yi)),
            tuple(map(float, effects.vi)),
            effects.transform,
            (*corrected, *effects.warnings),
        )
    return _scale_of_medians(found, profile)


def _scale_of_medians(found: Sequence[Contribution], profile: Profile) -> Scale:
    from analysis.meta.back_transform import IDENTITY, Transform
    from analysis.meta.medians import medians

    yi = [math.nan] * len(found)
    vi = [math.nan] * len(found)
    notes: list[str] = []
    # Intervals of different confidence levels need different quantiles.
    for level in sorted({item.row.ci_level for item in found}):
        places = [place for place, item in enumerate(found) if item.row.ci_level == level]
        rows = [found[place].row for place in places]
        effects = medians(
            [row.median or math.nan for row in rows],
            [math.nan if row.ci_low is None else row.ci_low for row in rows],
            [math.nan if row.ci_high is None else row.ci_high for row in rows],
            scale=profile.median_scale,
            level=level,
            divisor=profile.median_divisor if level == _CONVENTIONAL_LEVEL else "exact",
        )
        notes += _told([found[place] for place in places], effects.corrected)
        for position, place in enumerate(places):
            yi[place], vi[place] = float(effects.yi[position]), float(effects.vi[position])
    transform = Transform("exp") if profile.median_scale == "log" else IDENTITY
    return Scale(tuple(yi), tuple(vi), transform, tuple(notes))


def _told(found: Sequence[Contribution], corrected: Sequence[tuple[int, str]]) -> list[str]:
    """Say once for each correction in which rows it was made, so that sixty zeros are one note."""
    by_rule: dict[str, list[str]] = {}
    for place, rule in corrected:
        by_rule.setdefault(rule, []).append(found[place].row.label)
    notes: list[str] = []
    for rule, labels in by_rule.items():
        more = len(labels) - _MOST_NAMED
        names = [*labels[:_MOST_NAMED], f"{more} more"] if more > 1 else labels
        together = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
        notes.append(f"{together}: {rule}")
    return notes
