"""Numbers that a measure needs and a file holds in another form: each with what it assumed."""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING

from schemas.problems import count_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.meta.conversion import Converted
    from analysis.pool.csv_studies import StudyTable

__all__ = ["accuracy_tables", "means_of_errors", "means_of_quantiles", "sizes_of_cells"]

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

    for arm in "12":
        found: list[float] = []
        for row, (se, n) in enumerate(
            zip(table.values[f"se{arm}i"], table.values[f"n{arm}i"], strict=True)
        ):
            with _about(table, row):
                found.append(sd_from_se(se, n)["sd"])
        table.values[f"sd{arm}i"] = found
    table.warnings.append("Standard deviations were computed from standard errors of the means.")


def means_of_quantiles(table: StudyTable, method: str) -> None:
    """Turn medians with quartiles or range into means and standard deviations, by a named method.

    Raises
    ------
    MetaInputError
        If the numbers of a study are not in order; it is named.
    """
    from analysis.meta.quantile_conversions import mean_from_quantiles

    used: Converted | None = None
    for n, median, *quantiles, mean, sd in _GROUPS:
        if median not in table.values:
            continue
        converted: list[Converted] = []
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
        used = converted[-1]
    if used is not None:
        rows = count_text(len(table.lines), "row")
        assumed = "; ".join(used.assumptions)
        table.warnings.append(
            f"Means and standard deviations of {rows} were estimated from medians and quantiles "
            f"({used.method}); assumed: {assumed}."
        )


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
