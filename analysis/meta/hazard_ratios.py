"""Hazard ratios from log-rank statistics, events and p values.

Parmar, Torri & Stewart 1998, Stat Med 17:2815; Tierney, Stewart, Ghersi et al. 2007, Trials 8:16.
Medians are not among the routes: a ratio of Kaplan-Meier medians is a hazard ratio only under
exponential survival, which nobody checked.
"""

from __future__ import annotations

from math import log, sqrt

from analysis.meta.checks import level_fraction
from analysis.meta.conversion import Converted, number, positive
from analysis.meta.distributions import special, z_quantile
from analysis.meta.errors import MetaInputError

__all__ = ["log_hr_from_events", "log_hr_from_interval", "log_hr_from_log_rank"]

_TIERNEY = "Tierney 2007 (Parmar 1998)"


def log_hr_from_log_rank(observed: float, expected: float, variance: float) -> Converted:
    """Return ``log_hr`` and ``se`` from the log-rank O, E and V of the treated group.

    Raises
    ------
    MetaInputError
        If the variance is not positive.
    """
    v = positive("variance", variance)
    excess = number("observed", observed) - number("expected", expected)
    return Converted(
        {"log_hr": excess / v, "se": 1 / sqrt(v)},
        f"{_TIERNEY}, equation 1",
        ("hazards are proportional", "O and E are of the treated group"),
    )


def log_hr_from_interval(hr: float, low: float, high: float, *, level: float = 0.95) -> Converted:
    """Return ``log_hr`` and ``se`` from a hazard ratio and its confidence interval.

    Raises
    ------
    MetaInputError
        If a limit is not positive, or the ratio outside its interval.
    """
    values = [positive(name, x) for name, x in (("hr", hr), ("low", low), ("high", high))]
    if not low < high or not low <= hr <= high:
        msg = f"The hazard ratio {hr:g} lies outside {low:g} to {high:g}: check the three numbers."
        raise MetaInputError(msg)
    logs = [log(x) for x in values]
    se = (logs[2] - logs[1]) / (2 * z_quantile(level_fraction(level)))
    return Converted(
        {"log_hr": logs[0], "se": se},
        f"{_TIERNEY}, equation 7",
        ("the interval is symmetric on the log scale",),
    )


def log_hr_from_events(
    p: float,
    *,
    favours_treated: bool,
    events: float | None = None,
    events_treated: float | None = None,
    events_control: float | None = None,
    allocation: float = 1.0,
) -> Converted:
    """Return ``log_hr`` and ``se`` from a two-sided log-rank p value and numbers of events.

    Parameters
    ----------
    p : float
        Two-sided p value of the log-rank test.
    favours_treated : bool
        Whether the treated group fared better: a p value has no direction.
    events : float, optional
        Events of both groups together, with `allocation`.
    events_treated, events_control : float, optional
        Events of each group.
    allocation : float
        Treated for each control.

    Raises
    ------
    MetaInputError
        If p is not between 0 and 1, or there are no events.
    """
    share = number("p", p)
    if not 0 < share < 1:
        msg = f"An exact p value strictly between 0 and 1 is needed; it is {share:g}."
        raise MetaInputError(msg)
    if events_treated is not None and events_control is not None:
        first, second = (
            positive("events_treated", events_treated),
            positive("events_control", events_control),
        )
        v, equation = first * second / (first + second), "equation 3"
        assumed = "the variance follows from the events of the groups"
    elif events is not None:
        ratio = positive("allocation", allocation)
        v, equation = positive("events", events) * ratio / (1 + ratio) ** 2, "equations 4 and 5"
        assumed = f"events fall as participants were allocated, {ratio:g} to 1"
    else:
        msg = "Give the events of both groups, or their total with the allocation."
        raise MetaInputError(msg)
    z = float(-special.ndtri(share / 2))
    log_hr = (-z if favours_treated else z) / sqrt(v)
    return Converted(
        {"log_hr": log_hr, "se": 1 / sqrt(v)},
        f"{_TIERNEY}, {equation}",
        ("p is exact, two-sided, of a log-rank test", assumed),
    )
