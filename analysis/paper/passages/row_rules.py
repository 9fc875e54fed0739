"""By which rules one row of several is taken of a study, for the methods of any review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.manuscript.value import join_words
from schemas.frame_records import records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from analysis.paper.passages.passage import Material
    from schemas.protocol import Outcome


def row_rules(material: Material, outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Say which time point and which period of a study was taken.

    Parameters
    ----------
    material
        For the rows and the values.
    outcomes
        Of the protocol. Those with the same rule share a sentence; one without a rule has the
        usual one, where a study has several times.
    """
    alike: dict[str, list[str]] = {}
    second = False
    for outcome in outcomes:
        rows = _rows_of(material, outcome.code)
        if outcome.time is not None or _several_times(rows):
            words = material.values[f"{outcome.id}.time_words"].text
            alike.setdefault(words, []).append(outcome.id)
        before = outcome.time is None or outcome.time.before_crossover
        second = second or (before and _passed_over(rows))
    for names in alike.values():
        labels = join_words(material.value(f"{name}.label") for name in names)
        yield f"For the {labels}, {material.value(f'{names[0]}.time_words')}."
    if second:
        yield "Of crossover trials, only the first period was used."


def _rows_of(material: Material, code: str) -> list[dict[str, Any]]:
    tables = (material.data.outcomes, material.data.contrasts)
    return [row for table in tables for row in records(table) if row["outcome"] == code]


def _passed_over(rows: Iterable[dict[str, Any]]) -> bool:
    """Tell whether results of a second period, or of both beside the first alone, are not taken."""
    periods: dict[tuple[Any, Any], set[Any]] = {}
    for row in rows:
        periods.setdefault((row["study_id"], row.get("cohort")), set()).add(row.get("period"))
    return any("second" in found or {"first", "all"} <= found for found in periods.values())


def _several_times(rows: Iterable[dict[str, Any]]) -> bool:
    """Tell whether any study has an outcome at several times."""
    times: dict[Any, set[Any]] = {}
    for row in rows:
        when = tuple(row.get(part) for part in ("time", "time_unit", "time_label"))
        times.setdefault((row["study_id"], row.get("cohort")), set()).add(when)
    return any(len(found) > 1 for found in times.values())
