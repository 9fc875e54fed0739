"""What is known of the studies' quality, from quality.csv and from the tables of older editions."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from schemas.frame_records import records
from schemas.quality_rules import apply_rules
from schemas.quality_tool import OVERALL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from schemas.quality_rules import Outcome
    from schemas.quality_tool import QualityTool

#: The tables of older editions, one row a study, and the tool that each holds.
OLD_TABLES: Mapping[str, str] = MappingProxyType(
    {"quality_jbi": "jbi_case_series", "quality_jadad": "jadad_items"}
)
_ABOUT = ("evidence", "source", "location", "note")


@dataclass(frozen=True, slots=True)
class QualityRecord:
    """One row of quality.csv, or one answer in a table of an older edition; None: empty."""

    study_id: str
    outcome: str | None
    tool: str
    item: str
    answer: str | None
    judgement: str | None
    support: str | None
    assessor: str | None
    evidence: str | None
    source: str | None
    location: str | None
    note: str | None
    table: str
    line: int

    @property
    def value(self) -> str | None:
        """The answer or the judgement, whichever the item has."""
        return self.judgement or self.answer


@dataclass(frozen=True, slots=True)
class Assessment:
    """A study by one tool, for one outcome or for all.

    Attributes
    ----------
    study_id, tool
        Which study, and the id of the tool.
    outcome
        Code of the outcome; None for all.
    records
        The rows by item; those of the outcome stand before those of all outcomes.
    rules
        What the tool's rules make of them.
    overall
        The judgement of the whole: as people gave it, or else by the rule.
    """

    study_id: str
    tool: str
    outcome: str | None
    records: Mapping[str, QualityRecord]
    rules: Outcome
    overall: str | None

    @property
    def own_overall(self) -> QualityRecord | None:
        """The row in which people judged the whole, if any."""
        return self.records.get(OVERALL)

    @property
    def departs(self) -> bool:
        """Whether people judged the whole otherwise than the tool's rule does."""
        own = self.own_overall
        if own is None or own.judgement is None or self.rules.overall is None:
            return False
        return not self.rules.allows(own.judgement)


def fitting(found: Sequence[Assessment], code: str) -> list[Assessment]:
    """Choose those for an outcome: of its result, or else of all results of the study.

    Parameters
    ----------
    found
        Of all studies and tools.
    code
        The outcome in the tables.
    """
    own = {(each.study_id, each.tool) for each in found if each.outcome == code}
    return [
        each
        for each in found
        if each.outcome == code or (each.outcome is None and (each.study_id, each.tool) not in own)
    ]


def quality_records(frames: Mapping[str, pd.DataFrame]) -> tuple[QualityRecord, ...]:
    """Read all rows about quality as one kind of record.

    Parameters
    ----------
    frames
        The checked tables by name; `quality` and `OLD_TABLES` are read, each if it is there.

    Returns
    -------
    tuple of QualityRecord
        Rows without answer and judgement are among them: they say that the item was looked at.
    """
    found = []
    for row in _rows(frames, "quality"):
        values = {name: row.get(name) for name in ("outcome", "answer", "judgement")}
        known = {name: row.get(name) for name in ("support", "assessor", *_ABOUT)}
        if row["study_id"] and row["tool"] and row["item"]:
            found.append(
                QualityRecord(
                    study_id=row["study_id"],
                    tool=row["tool"],
                    item=row["item"],
                    **values,
                    **known,
                    table="quality",
                    line=int(row["line"]),
                )
            )
    for table, tool in OLD_TABLES.items():
        for row in _rows(frames, table):
            for column, answer in row.items():
                if not column.startswith("q") or not row["study_id"]:
                    continue
                found.append(
                    QualityRecord(
                        study_id=row["study_id"],
                        outcome=None,
                        tool=tool,
                        # q2_method_appropriate is the second item.
                        item=column.split("_")[0],
                        answer=answer,
                        judgement=None,
                        support=None,
                        assessor=None,
                        **{name: row.get(name) for name in _ABOUT},
                        table=table,
                        line=int(row["line"]),
                    )
                )
    return tuple(found)


def assessments(
    records: Sequence[QualityRecord], tools: Mapping[str, QualityTool]
) -> tuple[Assessment, ...]:
    """Put the records of a study together, by tool and outcome.

    A row without outcome holds for all of them, so that a domain that is the same for every
    result, such as the randomisation, is entered once.

    Parameters
    ----------
    records
        As `quality_records` gives them.
    tools
        The tools by id; records of another one are left out (a check has told of them).

    Returns
    -------
    tuple of Assessment
        In the order in which study and tool first occur: for all outcomes first, unless these
        rows only complete those of single outcomes.
    """
    groups: dict[tuple[str, str], dict[str | None, dict[str, QualityRecord]]] = {}
    for record in records:
        if record.tool in tools:
            group = groups.setdefault((record.study_id, record.tool), {})
            group.setdefault(record.outcome, {}).setdefault(record.item, record)
    found = []
    for (study, name), by_outcome in groups.items():
        tool = tools[name]
        for_all = by_outcome.get(None, {})
        outcomes = [outcome for outcome in by_outcome if outcome is not None]
        whole = _assess(study, tool, None, for_all)
        if for_all and (not outcomes or not whole.rules.missing):
            found.append(whole)
        found += [_assess(study, tool, o, {**for_all, **by_outcome[o]}) for o in outcomes]
    return tuple(found)


def _assess(
    study: str, tool: QualityTool, outcome: str | None, records: dict[str, QualityRecord]
) -> Assessment:
    given = {
        item: record.value
        for item, record in records.items()
        if item != OVERALL and record.value is not None
    }
    rules = apply_rules(tool, given)
    own = records.get(OVERALL)
    overall = own.judgement if own is not None and own.judgement is not None else rules.overall
    return Assessment(study, tool.id, outcome, MappingProxyType(records), rules, overall)


def _rows(frames: Mapping[str, pd.DataFrame], table: str) -> list[dict[str, Any]]:
    frame = frames.get(table)
    if frame is None:
        return []
    return records(frame)
