"""What a synthesis takes over from the tables without pooling it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.synthesis.arms import read_arms
from analysis.synthesis.listings import Awaiting, Comparator, OngoingTrial, Search
from analysis.synthesis.results import Study
from analysis.synthesis.row import RowRef
from schemas.frame_records import records

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from analysis.synthesis.arm import Arm
    from schemas.review_data import ReviewData


def included_studies(data: ReviewData) -> tuple[Study, ...]:
    """Give the studies with their characteristics as text."""
    arms: dict[str, list[Arm]] = {}
    for arm in read_arms(data.arms):
        arms.setdefault(arm.study_id, []).append(arm)
    return tuple(
        Study(
            study_id=str(record["study_id"]),
            label=str(record["label"]),
            citation_key=record["citation_key"],
            year=_whole(record["year"]),
            n_total=_whole(record["n_total"]),
            n_arm=_whole(record["n_arm"]),
            evidence=record["evidence"],
            levels={subgroup.id: record[subgroup.column] for subgroup in data.protocol.subgroups},
            characteristics={
                str(column): _as_text(value)
                for column, value in record.items()
                if column not in ("line", "study_id")
            },
            row=RowRef("data/studies.csv", int(record["line"])),
            arms=tuple(arms.get(str(record["study_id"]), ())),
        )
        for record in records(data.studies)
    )


def database_searches(frame: pd.DataFrame) -> tuple[Search, ...]:
    """Give the searches in the order of the table."""
    return tuple(
        Search(
            database=str(record["database"]),
            date=str(record["search_date"]),
            query=str(record["query"]),
            records=_whole(record["records"]),
            row=RowRef("data/searches.csv", int(record["line"])),
            kind=record["kind"] or "database",
        )
        for record in records(frame)
    )


def ongoing_trials(data: ReviewData) -> tuple[OngoingTrial, ...]:
    """Give the registered trials without results."""
    return tuple(
        OngoingTrial(
            registry_id=str(record["registry_id"]),
            title=str(record["title"]),
            phase=record["phase"],
            regimen=record["regimen"],
            population=record["population"],
            target_n=_whole(record["target_n"]),
            primary_outcome=record["primary_outcome"],
            status=record["status"],
            status_date=record["status_date"],
            sponsor=record["sponsor"],
            start=record["start"],
            primary_completion=record["primary_completion"],
            primary_completion_type=record["primary_completion_type"],
            completion=record["completion"],
            completion_type=record["completion_type"],
            results_posted=_truth(record["results_posted"]),
            row=_ref("ongoing_trials", record),
        )
        for record in records(data.ongoing_trials)
    )


def comparators(data: ReviewData) -> tuple[Comparator, ...]:
    """Give the quoted results of other treatments: outcomes first, then adverse events."""
    outcome_ids = {outcome.code: outcome.id for outcome in data.protocol.outcomes}
    results = []
    for record in records(data.comparators):
        divisor = 100 if record["unit"] == "percent" else 1
        results.append(
            Comparator(
                comparator_id=str(record["comparator_id"]),
                label=str(record["label"]),
                regimen=str(record["regimen"]),
                topic=outcome_ids[str(record["outcome"])],
                estimate=_divided(record["estimate"], divisor),
                ci_low=_divided(record["ci_low"], divisor),
                ci_high=_divided(record["ci_high"], divisor),
                events=None,
                n=None,
                source=str(record["source"]),
                note=record["note"],
                row=_ref("comparators", record),
            )
        )
    for record in records(data.comparator_events):
        events, n = _whole(record["events"]), _whole(record["n"])
        results.append(
            Comparator(
                comparator_id=str(record["comparator_id"]),
                label=str(record["label"]),
                regimen=str(record["regimen"]),
                topic=f"{record['term']}, {record['grade']}",
                estimate=None if events is None or not n else events / n,
                ci_low=None,
                ci_high=None,
                events=events,
                n=n,
                source=str(record["source"]),
                note=record["note"],
                row=_ref("comparator_events", record),
            )
        )
    return tuple(results)


def awaiting_studies(data: ReviewData) -> tuple[Awaiting, ...]:
    """Give the studies whose results have not been read."""
    return tuple(
        Awaiting(
            study_id=str(record["study_id"]),
            citation_key=record["citation_key"],
            title=str(record["title"]),
            design=record["design"],
            partner=record["partner"],
            n_planned=_whole(record["n_planned"]),
            registry_id=record["registry_id"],
            doi=record["doi"],
            why_waiting=record["why_waiting"],
            row=_ref("awaiting_extraction", record),
        )
        for record in records(data.awaiting_extraction)
    )


def _ref(table: str, record: Mapping[str, Any]) -> RowRef:
    return RowRef(f"data/{table}.csv", int(record["line"]))


def _divided(value: Any, divisor: int) -> float | None:
    return None if value is None else float(value) / divisor


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def _truth(value: str | None) -> bool | None:
    return None if value is None else value == "yes"


def _as_text(value: object) -> str | None:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return None if value is None else str(value)
