"""By what studies are grouped: columns of the protocol, and judgements of their quality."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis.formatting.numbers import upper_first
from schemas.quality_records import fitting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from analysis.synthesis.rows import Row
    from schemas.protocol import JudgementGroups, Protocol
    from schemas.review_data import ReviewData


@dataclass(frozen=True, slots=True)
class Grouping:
    """A variable by which studies are grouped; ``levels`` are value and label of each group."""

    id: str
    label: str
    levels: tuple[tuple[str, str], ...]


def column_groupings(protocol: Protocol) -> tuple[Grouping, ...]:
    """Give the groupings by a column of studies.csv."""
    return tuple(
        Grouping(entry.id, entry.label, tuple((level.id, level.label) for level in entry.levels))
        for entry in protocol.subgroups
    )


def groupings(data: ReviewData) -> tuple[Grouping, ...]:
    """Give all groupings of an outcome: by column, then by the judgements of a quality tool."""
    by_judgement = []
    for entry in data.protocol.judgement_groups:
        tool = data.quality_tools[entry.tool]
        values = [level.value for level in tool.levels(tool.overall.scale or "")]
        levels = tuple((value, upper_first(value)) for value in values)
        by_judgement.append(Grouping(entry.id, entry.label, levels))
    return (*column_groupings(data.protocol), *by_judgement)


def with_judgements(rows: Sequence[Row], code: str, data: ReviewData) -> list[Row]:
    """Give rows whose studies have their judgement for an outcome as the level of its grouping.

    Parameters
    ----------
    rows
        Of the outcome.
    code
        The outcome in the tables: a judgement of its result stands before one of all results.
    data
        For the protocol and the judgements.

    Returns
    -------
    list
        A study that nobody judged with the tool has no level, so it is in no group.
    """
    entries = data.protocol.judgement_groups
    if not entries:
        return list(rows)
    judged = {
        (found.study_id, found.tool): found.overall for found in fitting(data.assessments, code)
    }
    return [
        replace(row, study=replace(row.study, levels={**row.study.levels, **dict(levels)}))
        for row in rows
        for levels in [_levels(entries, judged, row.study.study_id)]
    ]


def _levels(
    entries: Iterable[JudgementGroups], judged: Mapping[tuple[str, str], str | None], study: str
) -> Iterator[tuple[str, str | None]]:
    for entry in entries:
        yield entry.id, judged.get((study, entry.tool))
