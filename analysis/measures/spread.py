"""Means and standard deviations of one group from whatever a report gives instead.

Cochrane Handbook 6.5, sections 6.5.2.2 (standard error, confidence interval with *t*); medians with
quartiles or range by Luo and colleagues (2018, Stat Methods Med Res 27:1785) for the mean and Wan
and colleagues (2014, BMC Med Res Methodol 14:135) for the standard deviation; several groups as one
by Handbook 6.5.2.10.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.measures.observation import Group

FROM_SE = "standard deviation from the standard error"
FROM_INTERVAL = "standard deviation from the confidence interval of the mean"
FROM_QUARTILES = "mean and standard deviation from median and quartiles"
FROM_RANGE = "mean and standard deviation from median and range"


@dataclass(frozen=True, slots=True)
class Spread:
    """A mean with its standard deviation; ``how`` says what they were computed from, if at all."""

    mean: float
    sd: float
    how: str | None = None


def spread(group: Group) -> Spread | None:
    """Return mean and standard deviation of a group, None where nothing gives them.

    What is printed goes before what is computed, a standard error before an interval, quartiles
    before a range.

    Parameters
    ----------
    group
        ``ci_low`` and ``ci_high`` are taken as those of the mean where there is a mean.
    """
    n = group.n
    if n is None or n < 2:
        return None
    if group.mean is not None:
        return _of_mean(group, group.mean, n)
    return _of_median(group, n)


def _of_mean(group: Group, mean: float, n: int) -> Spread | None:
    if group.sd is not None:
        return Spread(mean, group.sd)
    if group.se is not None:
        return Spread(mean, group.se * math.sqrt(n), FROM_SE)
    if group.ci_low is None or group.ci_high is None:
        return None
    from analysis.meta.distributions import special

    quantile = float(special.stdtrit(n - 1, 0.5 + group.ci_level / 2))
    return Spread(
        mean, (group.ci_high - group.ci_low) * math.sqrt(n) / (2 * quantile), FROM_INTERVAL
    )


def _of_median(group: Group, n: int) -> Spread | None:
    from analysis.meta.distributions import special

    middle = group.median
    if middle is None:
        return None
    if group.q1 is not None and group.q3 is not None:
        weight = 0.7 + 0.39 / n
        mean = weight * (group.q1 + group.q3) / 2 + (1 - weight) * middle
        width = 2 * float(special.ndtri((0.75 * n - 0.125) / (n + 0.25)))
        return Spread(mean, (group.q3 - group.q1) / width, FROM_QUARTILES)
    if group.minimum is not None and group.maximum is not None:
        weight = 4 / (4 + n**0.75)
        mean = weight * (group.minimum + group.maximum) / 2 + (1 - weight) * middle
        width = 2 * float(special.ndtri((n - 0.375) / (n + 0.25)))
        return Spread(mean, (group.maximum - group.minimum) / width, FROM_RANGE)
    return None


def combined(groups: Sequence[Group], label: str) -> Group | None:
    """Return several groups of patients as one.

    Counts and person-time are added; means and standard deviations are those of all patients
    together. None where a number that one group has is missing in another, or where only medians
    of times are there, which cannot be combined.

    Parameters
    ----------
    groups
        At least one.
    label
        Name of the combined group.
    """
    first = groups[0]
    if len(groups) == 1:
        return first
    merged = replace(
        first,
        arm="+".join(group.arm or "" for group in groups),
        label=label,
        n=_total([group.n for group in groups]),
        events=_total([group.events for group in groups]),
        person_time=_total([group.person_time for group in groups]),
        **dict.fromkeys(
            ("mean", "sd", "se", "median", "q1", "q3", "minimum", "maximum", "ci_low", "ci_high")
        ),
    )
    spreads = [spread(group) for group in groups]
    whole = None
    for group, one in zip(groups, spreads, strict=True):
        if one is None or group.n is None:
            whole = None
            break
        part = (group.n, one.mean, one.sd)
        whole = part if whole is None else _pair(whole, part)
    if whole is not None:
        return replace(merged, mean=whole[1], sd=whole[2])
    return merged if merged.events is not None else None


def _total(values: Sequence[float | int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None  # type: ignore[return-value]


def _pair(one: tuple[int, float, float], two: tuple[int, float, float]) -> tuple[int, float, float]:
    (n1, m1, sd1), (n2, m2, sd2) = one, two
    n = n1 + n2
    between = n1 * n2 / n * (m1 - m2) ** 2
    variance = ((n1 - 1) * sd1**2 + (n2 - 1) * sd2**2 + between) / (n - 1)
    return n, (n1 * m1 + n2 * m2) / n, math.sqrt(variance)


def shared(group: Group, parts: int) -> tuple[Group, ...]:
    """Split a group that several others are compared with, so that nobody is counted twice.

    Patients, events and person-time are shared out, whole numbers as evenly as possible, the larger
    parts first; means and standard deviations stay (Cochrane Handbook 6.5, section 23.3.4).

    Parameters
    ----------
    group
        The shared one, usually the control.
    parts
        With how many it is compared.
    """
    return tuple(
        replace(
            group,
            n=_share(group.n, parts, place),
            events=_share(group.events, parts, place),
            person_time=None if group.person_time is None else group.person_time / parts,
        )
        for place in range(parts)
    )


def _share(whole: int | None, parts: int, place: int) -> int | None:
    if whole is None:
        return None
    each, rest = divmod(whole, parts)
    return each + (place < rest)
