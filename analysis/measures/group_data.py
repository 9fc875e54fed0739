"""Kinds of numbers that groups are described by: what of them is needed, and how it is shown."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.formatting.numbers import count, interval, number
from analysis.measures.spread import spread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analysis.measures.observation import Group

Numbers = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class GroupData:
    """A kind of numbers.

    Attributes
    ----------
    one, two
        The engine's names for the numbers of a group: of the only one, and of each of two.
    numbers
        From a group to them, or what is missing, in words.
    notes
        What was computed to get them.
    heading, cell
        Column of a forest plot or table: its head and what stands in it.
    counted
        Whether they are patients with an event of all patients.
    level
        From a group to what it is at: a risk, a rate, a mean; None where it is not known.
    words
        What stands in the cell, within a note.
    beside
        Whether the numbers of a group that is compared with none are shown beside its estimate.
    """

    one: tuple[str, ...]
    two: tuple[tuple[str, ...], tuple[str, ...]]
    numbers: Callable[[Group], Numbers | str]
    heading: str
    cell: Callable[[Group], str]
    notes: Callable[[Group], tuple[str, ...]] = lambda _: ()
    counted: bool = False
    level: Callable[[Group], float | None] = lambda _: None
    words: str = ""
    beside: bool = False

    def total(self, groups: Sequence[Group]) -> str:
        """Return the cell of all groups of one side together; empty where it would mean nothing."""
        if not groups:
            return ""
        sizes = [group.n for group in groups]
        if self.counted:
            # A report that prints a comparison alone adds no patients to the events of others.
            known = [group for group in groups if group.events is not None]
            events = [group.events for group in known]
            return f"{_sum(events)}/{_sum([group.n for group in known])}" if known else ""
        times = [group.person_time for group in groups]
        if self.beside and None not in times:
            together = _time(math.fsum(filter(None, times)))
            return f"{_sum([group.events for group in groups])}/{together}"
        return "" if None in sizes else _sum(sizes)


def _time(value: float) -> str:
    return number(value, 0 if value == round(value) else 1)


def _sum(values: Sequence[int | None]) -> str:
    return count(sum(value or 0 for value in values))


def _counts(group: Group) -> Numbers | str:
    if group.events is None or group.n is None:
        return "count not reported"
    return float(group.events), float(group.n)


def _counts_cell(group: Group) -> str:
    return "" if group.n is None or group.events is None else f"{group.events}/{group.n}"


def _means(group: Group) -> Numbers | str:
    if group.n is None:
        return "number of patients not reported"
    found = spread(group)
    if found is None:
        middle = group.mean is None and group.median is None
        return "mean not reported" if middle else "no standard deviation, nor what gives one"
    if found.sd <= 0:
        return "the standard deviation is 0"
    return found.mean, found.sd, float(group.n)


def _means_cell(group: Group) -> str:
    found = spread(group)
    if found is None:
        return ""
    return f"{number(found.mean)} ({number(found.sd)}), {group.n}"


def _means_notes(group: Group) -> tuple[str, ...]:
    found = spread(group)
    return (found.how,) if found is not None and found.how else ()


def _rates(group: Group) -> Numbers | str:
    if group.events is None:
        return "number of events not reported"
    if not group.person_time:
        return "person-time not reported"
    return float(group.events), group.person_time / group.person_time_per


def _rates_cell(group: Group) -> str:
    if group.events is None or group.person_time is None:
        return ""
    return f"{group.events}/{_time(group.person_time)}"


def _correlations(group: Group) -> Numbers | str:
    if group.correlation is None:
        return "correlation not reported"
    if group.n is None or group.n < 4:
        return "number of patients not reported, or below 4"
    return group.correlation, float(group.n)


def median_columns(groups: Sequence[Group]) -> tuple[list[float], list[float], list[float]]:
    """Return medians and limits, NaN for what was not reported or not reached."""
    found = [(group.median, group.ci_low, group.ci_high) for group in groups]
    numbers = [[math.nan if value is None else value for value in row] for row in found]
    first, low, high = ([row[place] for row in numbers] for place in range(3))
    return first, low, high


def lacking_median(group: Group) -> str | None:
    """Say what keeps a group's median from having a standard error; None where nothing."""
    if group.median is None:
        return "median not reached" if group.upper_not_reached else "median not reported"
    if group.ci_low is None:
        return "no confidence interval reported"
    if group.ci_high is None and not group.upper_not_reached:
        return "upper limit not reported"
    return None


def _medians(group: Group) -> Numbers | str:
    reason = lacking_median(group)
    if reason is not None:
        return reason
    (median,), (low,), (high,) = median_columns([group])
    return median, low, high


def _medians_cell(group: Group) -> str:
    if group.median is None or group.ci_low is None:
        return ""
    return f"{number(group.median)} ({interval(group.ci_low, group.ci_high)})"


COUNTS = GroupData(
    one=("events", "n"),
    two=(("ai", "n1i"), ("ci", "n2i")),
    numbers=_counts,
    heading="Events/n",
    cell=_counts_cell,
    counted=True,
    words="events/{people}",
    level=lambda group: group.events / group.n if group.events is not None and group.n else None,
)
MEANS = GroupData(
    one=("mi", "sdi", "ni"),
    two=(("m1i", "sd1i", "n1i"), ("m2i", "sd2i", "n2i")),
    numbers=_means,
    heading="Mean (SD), n",
    cell=_means_cell,
    notes=_means_notes,
    level=lambda group: None if (found := spread(group)) is None else found.mean,
    words="mean (standard deviation), {people}",
    beside=True,
)
RATES = GroupData(
    one=("xi", "ti"),
    two=(("x1i", "t1i"), ("x2i", "t2i")),
    numbers=_rates,
    heading="Events/person-time",
    cell=_rates_cell,
    level=lambda group: (
        group.events / group.person_time if group.events is not None and group.person_time else None
    ),
    words="events/person-time",
    beside=True,
)
CORRELATIONS = GroupData(
    one=("ri", "ni"),
    two=((), ()),
    numbers=_correlations,
    heading="n",
    cell=lambda group: "" if group.n is None else count(group.n),
)
MEDIANS = GroupData(
    one=("median", "lower", "upper"),
    two=(("median_1", "lower_1", "upper_1"), ("median_2", "lower_2", "upper_2")),
    numbers=_medians,
    heading="Median (CI)",
    cell=_medians_cell,
)
NOTHING = GroupData(
    one=(),
    two=((), ()),
    numbers=lambda _: "this measure is read from contrasts.csv, where the study has no row",
    heading="n",
    cell=lambda group: "" if group.n is None else count(group.n),
)
