"""Numbers that a measure needs and a file holds in another form: each with what it assumed."""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING

from schemas.problems import count_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from analysis.meta.conversion import Converted
    from analysis.pool.csv_table import StudyTable

__all__ = [
    "accuracy_tables",
    "log_rank_ratios",
    "means_of_errors",
    "means_of_intervals",
    "means_of_quantiles",
    "sizes_of_cells",
]

# Roles of the quantiles of a group, of its size, and of the mean and deviation made of them.
_GROUPS = (
    *(
        (f"n{i}i", f"median_{i}", f"q1_{i}", f"q3_{i}", f"min_{i}", f"max_{i}", f"m{i}i", f"sd{i}i")
        for i in "12"
    ),
    ("n", "median", "q1", "q3", "minimum", "maximum", "mean", "sd"),
)
_QUANTILES = ("q1", "q3", "minimum", "maximum")


def _sum(table: StudyTable, total: str, first: str, second: str) -> None:
    pairs = zip(table.values[first], table.values[second], strict=True)
    table.values[total] = [a + b for a, b in pairs]


def sizes_of_cells(table: StudyTable, _: str) -> None:
    """Add up the two cells of each arm."""
    _sum(table, "n1i", "ai", "bi")
    _sum(table, "n2i", "ci", "di")


def accuracy_tables(table: StudyTable, _: str) -> None:
    """Give a table of accuracy the columns of an odds ratio as well."""
    _sum(table, "diseased", "tp", "fn")
    _sum(table, "healthy", "fp", "tn")
    names = {"ai": "tp", "n1i": "diseased", "ci": "fp", "n2i": "healthy"}
    table.values |= {role: table.values[source] for role, source in names.items()}


def means_of_errors(table: StudyTable, _: str) -> None:
    """Turn standard errors of means into standard deviations."""
    from analysis.meta.mean_conversions import sd_from_se

    _deviations(table, sd_from_se, "se{}i", "n{}i")


def means_of_intervals(table: StudyTable, _: str) -> None:
    """Turn 95% intervals of means into standard deviations."""
    from analysis.meta.mean_conversions import sd_from_interval

    _deviations(table, sd_from_interval, "lower_{}", "upper_{}", "n{}i")


def log_rank_ratios(table: StudyTable, _: str) -> None:
    """Turn observed less expected events and their variance into log hazard ratios."""
    from analysis.meta.hazard_ratios import log_hr_from_log_rank

    columns = (table.values["o_minus_e"], table.values["vi"])
    found = _converted(table, lambda excess, v: log_hr_from_log_rank(excess, 0.0, v), columns)
    table.values["yi"] = [one["log_hr"] for one in found]
    table.values["vi"] = [one["se"] ** 2 for one in found]
    _say(table, "Log hazard ratios were computed from log-rank statistics", found)


def _deviations(table: StudyTable, convert: Callable[..., Converted], *names: str) -> None:
    found: list[Converted] = []
    for arm in "12":
        found = _converted(table, convert, [table.values[name.format(arm)] for name in names])
        table.values[f"sd{arm}i"] = [one["sd"] for one in found]
    _say(table, "Standard deviations were computed from what is known of the means", found)


def _converted(
    table: StudyTable, convert: Callable[..., Converted], columns: Sequence[Sequence[float]]
) -> list[Converted]:
    found: list[Converted] = []
    for row, values in enumerate(zip(*columns, strict=True)):
        with _about(table, row):
            found.append(convert(*values))
    return found


def _say(table: StudyTable, what: str, found: Sequence[Converted]) -> None:
    assumed = "; ".join(found[-1].assumptions)
    table.warnings.append(f"{what} ({found[-1].method}){f'; assumed: {assumed}' * bool(assumed)}.")


def means_of_quantiles(table: StudyTable, method: str) -> None:
    """Turn medians with quartiles or range into means and standard deviations, by a named method.

    Raises
    ------
    MetaInputError
        If the numbers of a study are not in order; it is named.
    """
    from analysis.meta.quantile_conversions import mean_from_quantiles

    converted: list[Converted] = []
    for n, median, *quantiles, mean, sd in _GROUPS:
        if median not in table.values:
            continue
        converted = []
        for row in range(len(table.lines)):
            given = [_given(table, role, row) for role in quantiles]
            with _about(table, row):
                converted.append(
                    mean_from_quantiles(
                        table.values[n][row],
                        table.values[median][row],
                        **dict(zip(_QUANTILES, given, strict=True)),
                        method=method,
                    )
                )
        table.values[mean] = [one["mean"] for one in converted]
        table.values[sd] = [one["sd"] for one in converted]
    rows = count_text(len(table.lines), "row")
    what = f"Means and standard deviations of {rows} were estimated from medians and quantiles"
    _say(table, what, converted)


def _given(table: StudyTable, role: str, row: int) -> float | None:
    value = table.values[role][row] if role in table.values else math.nan
    return None if math.isnan(value) else value


@contextmanager
def _about(table: StudyTable, row: int) -> Iterator[None]:
    """Begin what is refused with the name of the study."""
    from analysis.meta.errors import MetaInputError

    try:
        yield
    except MetaInputError as error:
        raise MetaInputError(f"{table.named(row)}: {error}") from error
