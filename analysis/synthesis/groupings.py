"""By what studies are grouped: columns of the protocol, and judgements of their quality."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis.formatting.numbers import upper_first
from schemas.protocol_groups import Moderator
from schemas.quality_records import fitting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.synthesis.rows import Row
    from schemas.protocol import Protocol
    from schemas.quality_tool import QualityTool
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


def moderators(protocol: Protocol) -> tuple[Moderator, ...]:
    """Give all numeric moderators: columns of studies.csv, then scores of judgements."""
    scores = [
        Moderator(column=entry.score_column, label=f"{entry.label} as a score")
        for entry in protocol.judgement_groups
        if entry.score
    ]
    return (*protocol.moderators, *scores)


def scores_of(tool: QualityTool) -> dict[str, int]:
    """Give the judgements of a tool numbers from 0, the best; one that says nothing has none."""
    levels = tool.levels(tool.overall.scale or "")
    ordered = [level.value for level in levels if level.shape != "none"]
    return {value: place for place, value in enumerate(ordered)}


def with_judgements(rows: Sequence[Row], code: str, data: ReviewData) -> list[Row]:
    """Give rows whose studies have their judgement for an outcome as level, and as score if asked.

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
        A study that nobody judged with the tool has no level, so it is in no group, and no score.
    """
    entries = data.protocol.judgement_groups
    if not entries:
        return list(rows)
    judged = {
        (found.study_id, found.tool): found.overall for found in fitting(data.assessments, code)
    }
    numbers = {entry.tool: scores_of(data.quality_tools[entry.tool]) for entry in entries}
    found = []
    for row in rows:
        study = row.study
        own = {entry: judged.get((study.study_id, entry.tool)) for entry in entries}
        scores = {
            entry.score_column: str(numbers[entry.tool][value])
            for entry, value in own.items()
            if entry.score and value in numbers[entry.tool]
        }
        levels = {**study.levels, **{entry.id: value for entry, value in own.items()}}
        known = {**study.characteristics, **scores}
        found.append(replace(row, study=replace(study, levels=levels, characteristics=known)))
    return found
