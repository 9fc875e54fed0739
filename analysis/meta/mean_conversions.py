"""Standard deviations from what reports give instead, change scores, and arms joined or split.

Cochrane Handbook for Systematic Reviews of Interventions 6.5, chapters 6.5.2 and 23.3.4.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from analysis.meta.checks import level_fraction, same_length, vector
from analysis.meta.conversion import Converted, number, positive, size
from analysis.meta.distributions import quantile, special
from analysis.meta.errors import MetaInputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = [
    "change_score",
    "combined_counts",
    "combined_groups",
    "correlation_of_change",
    "pooled_sd_from_difference",
    "sd_from_interval",
    "sd_from_se",
    "split_control",
]

_HANDBOOK = "Cochrane Handbook 6.5"
_T = "the interval or test used the t distribution with n - 1 degrees of freedom"
_EQUAL = "both groups have the same standard deviation"


def sd_from_se(se: float, n: float) -> Converted:
    """Return ``sd``, the standard error of a mean times √n."""
    sd = positive("se", se) * sqrt(size("n", n))
    return Converted({"sd": sd}, f"{_HANDBOOK}.2.2", ("the standard error is that of the mean",))


def sd_from_interval(low: float, high: float, n: float, *, level: float = 0.95) -> Converted:
    """Return ``sd`` and ``mean`` from the confidence interval of a mean.

    Parameters
    ----------
    low, high : float
    n : float
    level : float
        Confidence level, a fraction.

    Raises
    ------
    MetaInputError
        If the interval has no width or a number is impossible.
    """
    count = size("n", n)
    width = positive("the width of the interval", number("high", high) - number("low", low))
    reach = float(quantile(level_fraction(level), count - 1))
    return Converted(
        {"sd": width / (2 * reach) * sqrt(count), "mean": (low + high) / 2},
        f"{_HANDBOOK}.2.2",
        (_T, "the mean is the middle of its interval"),
    )


def pooled_sd_from_difference(
    difference: float,
    n1: float,
    n2: float,
    *,
    se: float | None = None,
    low: float | None = None,
    high: float | None = None,
    t: float | None = None,
    p: float | None = None,
    level: float = 0.95,
) -> Converted:
    """Return ``sd`` of both groups and ``se`` of a difference of means from one of its statistics.

    Parameters
    ----------
    difference : float
        Mean of the first group less that of the second.
    n1, n2 : float
    se, t, p : float, optional
        Standard error, t statistic, or two-sided p value of the t test.
    low, high : float, optional
        Confidence interval.
    level : float

    Raises
    ------
    MetaInputError
        If not exactly one statistic is given, or it is impossible (p of 0 or 1, t of 0).
    """
    first, second = size("n1", n1, 1), size("n2", n2, 1)
    gap, df = number("difference", difference), first + second - 2
    interval = low is not None and high is not None
    given = [se is not None, interval, t is not None, p is not None]
    if sum(given) != 1:
        msg = "Give one of se, low with high, t, or p: the standard deviation follows from one."
        raise MetaInputError(msg)
    notes = [_EQUAL]
    if se is not None:
        error = positive("se", se)
    elif low is not None and high is not None:
        width = positive("the width of the interval", number("high", high) - number("low", low))
        error = width / (2 * float(quantile(level_fraction(level), df)))
        notes.append(f"the interval used the t distribution with {df:g} degrees of freedom")
    elif t is not None:
        error = abs(gap) / positive("the size of t", abs(number("t", t)))
    else:
        share = number("p", p if p is not None else 0.0)
        if not 0 < share < 1 or gap == 0:
            msg = f"A p value of {share:g} and a difference of {gap:g} give no standard error."
            raise MetaInputError(msg)
        error = abs(gap) / float(-special.stdtrit(df, share / 2))
        notes.append(f"p is exact, two-sided, of a t test with {df:g} degrees of freedom")
    positive("the standard error that follows", error)
    sd = error / sqrt(1 / first + 1 / second)
    return Converted({"sd": sd, "se": error}, f"{_HANDBOOK}.2.3", tuple(notes))


def change_score(
    mean_before: float,
    sd_before: float,
    mean_after: float,
    sd_after: float,
    *,
    correlation: float,
) -> Converted:
    """Return ``mean`` and ``sd`` of the change from before to after, with a stated correlation.

    Parameters
    ----------
    mean_before, sd_before, mean_after, sd_after : float
    correlation : float
        Between the two measurements of a person; stated, never guessed by the program.

    Raises
    ------
    MetaInputError
        If a standard deviation is not positive, or the correlation not between -1 and 1.
    """
    r = number("correlation", correlation)
    if not -1 <= r <= 1:
        msg = f"A correlation lies between -1 and 1; it is {r:g}."
        raise MetaInputError(msg)
    first, second = positive("sd_before", sd_before), positive("sd_after", sd_after)
    sd = sqrt(max(first**2 + second**2 - 2 * r * first * second, 0.0))
    change = number("mean_after", mean_after) - number("mean_before", mean_before)
    assumed = f"the correlation of the measurements before and after is {r:g}"
    return Converted({"mean": change, "sd": sd}, f"{_HANDBOOK}.2.8", (assumed,))


def correlation_of_change(sd_before: float, sd_after: float, sd_change: float) -> Converted:
    """Return ``correlation`` of before and after where a study reports all three deviations.

    Raises
    ------
    MetaInputError
        If a standard deviation is not positive, or no correlation gives the three.
    """
    first, second = positive("sd_before", sd_before), positive("sd_after", sd_after)
    change = positive("sd_change", sd_change)
    r = (first**2 + second**2 - change**2) / (2 * first * second)
    if not -1 <= r <= 1:
        msg = f"No correlation gives these deviations (it would be {r:.3g}): check the three."
        raise MetaInputError(msg)
    return Converted({"correlation": r}, f"{_HANDBOOK}.2.8", ("the three are of the same people",))


def combined_groups(n: ArrayLike, mean: ArrayLike, sd: ArrayLike) -> Converted:
    """Return ``n``, ``mean`` and ``sd`` of several groups as if they had been one.

    Parameters
    ----------
    n, mean, sd : array_like, shape (m,)

    Raises
    ------
    MetaInputError
        If lengths differ, a group is empty or a deviation negative.
    """
    size_, mean_, sd_ = vector("n", n), vector("mean", mean), vector("sd", sd)
    same_length(n=size_, mean=mean_, sd=sd_)
    if (size_ < 1).any() or (sd_ < 0).any():
        msg = "Groups have at least one participant and no negative standard deviation."
        raise MetaInputError(msg)
    total = float(size_.sum())
    middle = float((size_ * mean_).sum() / total)
    squares = float(((size_ - 1) * sd_**2 + size_ * (mean_ - middle) ** 2).sum())
    return Converted(
        {"n": total, "mean": middle, "sd": sqrt(squares / (total - 1)) if total > 1 else 0.0},
        f"{_HANDBOOK}.2.10",
        ("the groups are of different people",),
    )


def combined_counts(events: ArrayLike, n: ArrayLike) -> Converted:
    """Return ``events`` and ``n`` of several groups as if they had been one.

    Raises
    ------
    MetaInputError
        If lengths differ or events exceed a group.
    """
    x, size_ = vector("events", events), vector("n", n)
    same_length(events=x, n=size_)
    if (x < 0).any() or (x > size_).any():
        msg = "Events are between 0 and the size of their group: check both."
        raise MetaInputError(msg)
    assumed = ("the groups are of different people",)
    return Converted(
        {"events": float(x.sum()), "n": float(size_.sum())}, f"{_HANDBOOK}, 23.3.4", assumed
    )


def split_control(n: float, parts: int, *, events: float | None = None) -> Converted:
    """Return ``n`` (and ``events``) of each of several equal parts of a shared control group.

    Mean and standard deviation of a part are those of the whole. Only part of the correlation of
    the comparisons is removed so; `clusters.shared_control_covariance` keeps it.

    Parameters
    ----------
    n : float
    parts : int
        Comparisons that share the group.
    events : float, optional

    Raises
    ------
    MetaInputError
        If there are fewer than two parts, or fewer participants than parts.
    """
    if parts < 2 or number("n", n) < parts:
        msg = f"A group of {n:g} cannot be split into {parts} parts."
        raise MetaInputError(msg)
    values = {"n": n / parts}
    if events is not None:
        x = number("events", events)
        if not 0 <= x <= n:
            msg = f"Events of {x:g} in a group of {n:g}: check both."
            raise MetaInputError(msg)
        values["events"] = x / parts
    assumed = f"1 in {parts} of the shared group answers for each comparison, whole or not"
    return Converted(values, f"{_HANDBOOK}, 23.3.4", (assumed,))
