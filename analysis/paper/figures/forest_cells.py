"""Columns of a forest plot: numbers of the groups, estimate with interval, weight."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import count, number
from analysis.measures.registry import measure
from analysis.paper.figures.measure import wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analysis.measures.measure import Measure
    from analysis.synthesis.results import Pool, StudyEstimate

# Inches that the name of a group may take in one line over its column.
_WIDEST_ARM: Final = 1.15
# A study that is shown with its pool but has no part in it.
NOT_WEIGHTED = "–"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a forest plot, filled from a study's estimate or from a pool.

    A column of one's own (year, risk of bias) is an instance of this class. ``id`` tells columns
    apart; those called ``estimate`` and ``weight`` take part in the summary rows.
    """

    id: str
    heading: str
    before_plot: bool
    study: Callable[[StudyEstimate], str]
    pool: Callable[[Pool], str]
    above: tuple[str, ...] = ()


def default_columns(
    pools: Sequence[Pool], level: float, arms: tuple[str, str] | None = None
) -> tuple[Column, ...]:
    """Return the columns for pools of one kind: numbers, estimate with interval, weight.

    Parameters
    ----------
    pools
        Of one measure.
    level
        Confidence level.
    arms
        Names of the groups that are compared; each has a column of its own.
    """
    studies = [study for pool in pools for study in pool.studies]
    columns: list[Column] = []
    if arms is not None:
        roles = zip(("experimental", "control"), arms, strict=True)
        sides = [arm_column(role, name, measure(pools[0].measure)) for role, name in roles]
        # Of printed comparisons, such as hazard ratios, reports may not say how many were compared.
        columns += sides if any(s.study(study) for s in sides for study in studies) else []
    elif any(study.only is not None for study in studies):
        columns.append(_only_column(measure(pools[0].measure)))
    elif any(study.events is not None for study in studies):
        columns.append(Column("events", "Events/n", True, _events, _pooled_events))
    elif any(study.n is not None for study in studies):
        columns.append(
            Column("n", "n", True, lambda s: _count(s.n), lambda p: _count(p.n_participants))
        )
    measured = measure(pools[0].measure)
    heading = measured.heading(pools[0].unit, level)
    estimate = partial(_estimate, measured=measured)
    columns.append(Column("estimate", heading, False, estimate, estimate))
    if any(study.weight is not None for study in studies):
        columns.append(Column("weight", "Weight, %", False, _weight, _pooled_weight))
    return tuple(columns)


def _only_column(measured: Measure) -> Column:
    """Return the column of groups of which nothing is compared: means, events in a time."""
    data = measured.data

    def of_pool(pool: Pool) -> str:
        return data.total([study.only for study in pool.studies if study.only is not None])

    return Column(
        "only", data.heading, True, lambda s: "" if s.only is None else data.cell(s.only), of_pool
    )


def arm_column(role: str, name: str, measured: Measure) -> Column:
    """Return the column of one of two groups, its name above.

    Parameters
    ----------
    role, name
        ``experimental`` or ``control``, and the group's name.
    measured
        Says what describes a group.
    """
    data = measured.data

    def of_study(study: StudyEstimate) -> str:
        group = study.group(role)
        if group is None:
            return ""
        return data.cell(group) or ("" if group.n is None else f"n = {count(group.n)}")

    def of_pool(pool: Pool) -> str:
        groups = [group for study in pool.studies if (group := study.group(role)) is not None]
        return data.total(groups)

    above = wrap(name, _WIDEST_ARM, face="bold")
    return Column(role, data.heading, True, of_study, of_pool, above)


def _estimate(item: StudyEstimate | Pool, measured: Measure) -> str:
    if item.estimate is None:
        return ""
    return measured.estimate(item.estimate, item.ci_low, item.ci_high)


def _count(value: int | None) -> str:
    return "" if value is None else count(value)


def _events(study: StudyEstimate) -> str:
    return "" if study.events is None else f"{count(study.events)}/{_count(study.n)}"


def _pooled_events(pool: Pool) -> str:
    return "" if pool.events is None else f"{count(pool.events)}/{_count(pool.n_participants)}"


def _weight(study: StudyEstimate) -> str:
    return NOT_WEIGHTED if study.weight is None else number(study.weight * 100, 1)


def _pooled_weight(pool: Pool) -> str:
    return number(100, 1) if any(study.weight is not None for study in pool.studies) else ""
