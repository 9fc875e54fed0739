"""Comparisons of a stranger's CSV that share their second arm, as those of a trial of three."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from analysis.pool.csv_effects import engine_columns
from analysis.pool.csv_layouts import LAYOUTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np

    from analysis.meta.effect_sizes import EffectSizes
    from analysis.pool.csv_settings import Settings
    from analysis.pool.csv_table import StudyTable

__all__ = ["counted_twice", "sampling_covariance"]

#: What the second arm adds to the variance of a comparison; sources in
#: `analysis.meta.clusters.shared_control_covariance`.
_PARTS: dict[str, Callable[[Mapping[str, float]], float]] = {
    "RR": lambda row: 1 / row["ci"] - 1 / row["n2i"],
    "OR": lambda row: 1 / row["ci"] + 1 / (row["n2i"] - row["ci"]),
    "RD": lambda row: row["ci"] * (row["n2i"] - row["ci"]) / row["n2i"] ** 3,
    "MD": lambda row: row["sd2i"] ** 2 / row["n2i"],
    "ROM": lambda row: row["sd2i"] ** 2 / (row["n2i"] * row["m2i"] ** 2),
    "IRR": lambda row: 1 / row["x2i"],
    "IRD": lambda row: row["x2i"] / row["t2i"] ** 2,
}
_NUMBERED = re.compile(r" \(\d+\)$")


def _second_arms(table: StudyTable, rows: Sequence[int], names: Sequence[str]) -> list[object]:
    """Return what tells the second arms apart: the group of the row, and the arm's numbers."""
    roles = LAYOUTS[table.layout].counts[1]
    return [
        (name, *(table.values[role][row] for role in roles))
        for row, name in zip(rows, names, strict=True)
    ]


def counted_twice(table: StudyTable) -> tuple[str, ...]:
    """Say which rows of one study have the same second arm, whose people a pool counts twice."""
    if len(LAYOUTS[table.layout].counts) < 2 or "cluster" in table.columns:
        return ()
    rows = range(len(table.lines))
    # Rows of one name have been given numbers.
    names = [_NUMBERED.sub("", label) for label in table.labels]
    first: dict[object, int] = {}
    notes: list[str] = []
    for row, arm in zip(rows, _second_arms(table, rows, names), strict=True):
        earlier = first.setdefault(arm, row)
        if earlier != row:
            notes.append(
                f"{table.named(earlier)} and {table.named(row)} have the same second arm: its "
                "people are counted twice. --cluster COLUMN takes account of it."
            )
    return tuple(notes)


def sampling_covariance(
    model: Settings, part: EffectSizes, clusters: Sequence[str]
) -> tuple[np.ndarray | None, tuple[str, ...]]:
    """Return the covariances of comparisons that share their second arm, and what to say of it.

    Parameters
    ----------
    model, part
        The model, and the effects that are pooled.
    clusters
        Of each effect; rows of one cluster share the arm when all of its numbers are the same.

    Returns
    -------
    covariance, notes
        None where no arm is shared, or its part in the variance is not known.

    Raises
    ------
    MetaInputError
        If a part is impossible; the study is named.
    """
    import numpy as np

    from analysis.meta.clusters import shared_control_covariance

    table = model.table
    if len(LAYOUTS[table.layout].counts) < 2:
        return None, ()
    rows = [int(i) for i in part.index]
    arms = _second_arms(table, rows, clusters)
    counted = Counter(arms)
    shared = [counted[arm] > 1 for arm in arms]
    if not any(shared):
        return None, ()
    names = ", ".join(
        table.named(row) for row, is_shared in zip(rows, shared, strict=True) if is_shared
    )
    columns = engine_columns(table)
    numbers = [{name: column[row] for name, column in columns.items()} for row in rows]
    try:
        own = [
            _PARTS[model.measure](row) if is_shared else 0.0
            for row, is_shared in zip(numbers, shared, strict=True)
        ]
    except (KeyError, ZeroDivisionError):
        note = (
            f"{names} share their second arm; the covariance of {model.measure} is not known here"
        )
        return None, (note,)
    covariance = shared_control_covariance(part.vi, np.array(own), list(map(str, arms)))
    return covariance, (f"{names} share their second arm: their covariance was taken account of",)
