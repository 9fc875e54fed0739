"""The tables of a review: one Pandera model each, gathered under the file's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandera.pandas as pa

from schemas.tables.adverse_event_terms import AdverseEventTerms
from schemas.tables.adverse_events import AdverseEvents
from schemas.tables.arms import Arms
from schemas.tables.awaiting_extraction import AwaitingExtraction
from schemas.tables.certainty import Certainty
from schemas.tables.comparator_events import ComparatorEvents
from schemas.tables.comparators import Comparators
from schemas.tables.contrasts import Contrasts
from schemas.tables.deviations import Deviations
from schemas.tables.flow import Flow
from schemas.tables.ongoing_trials import OngoingTrials
from schemas.tables.outcomes import Outcomes
from schemas.tables.prisma_checklist import PrismaChecklist
from schemas.tables.quality import Quality
from schemas.tables.quality_jadad import QualityJadad
from schemas.tables.quality_jbi import QualityJbi
from schemas.tables.record_merges import RecordMerges
from schemas.tables.record_studies import RecordStudies
from schemas.tables.records import Records
from schemas.tables.screening import ScreeningLog
from schemas.tables.searches import Searches
from schemas.tables.studies import Studies
from schemas.tables.use import (
    contrast_columns,
    outcome_columns,
    study_columns,
    unused_tables,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from schemas.protocol import Protocol

# Columns of a key that only some reviews have.
_WIDER_KEY = frozenset(
    {
        "cohort",
        "criteria",
        "arm",
        "instrument",
        "time",
        "time_unit",
        "time_label",
        "period",
        "adjusted",
        "comparison",
    }
)

MODELS: dict[str, type[pa.DataFrameModel]] = {
    "studies": Studies,
    "arms": Arms,
    "outcomes": Outcomes,
    "contrasts": Contrasts,
    "adverse_events": AdverseEvents,
    "adverse_event_terms": AdverseEventTerms,
    "quality": Quality,
    "quality_jbi": QualityJbi,
    "quality_jadad": QualityJadad,
    "certainty": Certainty,
    "ongoing_trials": OngoingTrials,
    "comparators": Comparators,
    "comparator_events": ComparatorEvents,
    "awaiting_extraction": AwaitingExtraction,
    "searches": Searches,
    "records": Records,
    "record_merges": RecordMerges,
    "record_studies": RecordStudies,
    "screening": ScreeningLog,
    "flow": Flow,
    "prisma_checklist": PrismaChecklist,
    "deviations": Deviations,
}


def all_schemas(protocol: Protocol | None) -> dict[str, pa.DataFrameSchema]:
    """Give the schema of every table with every column that the program knows.

    Parameters
    ----------
    protocol
        Gives the columns and closed lists of the review. None when it could not be read: then the
        tables are checked for everything else.

    Returns
    -------
    dict
        From table name (`studies`, …) to its schema, in the order of the dictionary.
    """
    schemas = {name: model.to_schema() for name, model in MODELS.items()}
    if protocol is None:
        return schemas
    codes = {outcome.code: outcome.label for outcome in protocol.outcomes}
    for table in ("outcomes", "contrasts", "comparators", "quality", "certainty"):
        schemas[table] = _with_list(schemas[table], "outcome", codes)
    if protocol.adverse_events is not None:
        grades = dict.fromkeys(protocol.grades, "")
        for table in ("adverse_events", "comparator_events"):
            schemas[table] = _with_list(schemas[table], "grade", grades)
    if protocol.quality_tools:
        tools = dict.fromkeys(protocol.quality_tools, "")
        schemas["quality"] = _with_list(schemas["quality"], "tool", tools)
    comparisons = {entry.id: entry.label for entry in protocol.comparisons}
    if comparisons:
        for table in ("contrasts", "certainty"):
            schemas[table] = _with_list(schemas[table], "comparison", comparisons)
    instruments = {x.id: x.label for outcome in protocol.outcomes for x in outcome.instruments}
    if instruments:
        for table in ("outcomes", "contrasts"):
            schemas[table] = _with_list(schemas[table], "instrument", instruments)
    schemas["studies"] = _with_review_columns(schemas["studies"], protocol)
    return schemas


def table_schemas(protocol: Protocol | None) -> dict[str, pa.DataFrameSchema]:
    """Give the tables and columns that this review uses: its forms, dictionary and new files.

    Parameters
    ----------
    protocol
        None when it could not be read: then everything is given.

    Returns
    -------
    dict
        As `all_schemas`, without what the review has no use for.
    """
    schemas = all_schemas(protocol)
    if protocol is None:
        return schemas
    unused = unused_tables(protocol)
    used = {name: schema for name, schema in schemas.items() if name not in unused}
    keep = {
        "studies": study_columns(protocol),
        "outcomes": outcome_columns(protocol),
        "contrasts": contrast_columns(protocol),
    }
    if not protocol.comparisons:
        keep["adverse_events"] = frozenset(
            used.get("adverse_events", schemas["adverse_events"]).columns
        ) - {"arm"}
    for table, columns in keep.items():
        if table in used:
            used[table] = _only(used[table], columns)
    return used


def needed_columns(schema: pa.DataFrameSchema) -> tuple[str, ...]:
    """Give the columns a file must have: those that are filled in every row, and its key.

    Any other column may be missing; it is read as empty. So a table of an older edition of the
    program stays readable when a column is added.
    """
    key = {str(name) for name in schema.unique or ()}
    return tuple(
        str(name)
        for name, column in schema.columns.items()
        if not column.nullable
        or (
            str(name) not in _WIDER_KEY
            and (name in key or (column.metadata or {}).get("from_protocol"))
        )
    )


def _only(schema: pa.DataFrameSchema, columns: Collection[str]) -> pa.DataFrameSchema:
    dropped = [str(name) for name in schema.columns if name not in columns]
    # The key loses the columns that are gone; pandera would refuse a key without its columns.
    key = [name for name in schema.unique or () if name in columns]
    schema = schema.remove_columns(dropped)
    schema.unique = key
    return schema


def _with_list(
    schema: pa.DataFrameSchema, column: str, values: dict[str, str]
) -> pa.DataFrameSchema:
    old = schema.columns[column]
    metadata = {**(old.metadata or {}), "values": values, "from_protocol": True}
    return schema.update_column(column, checks=[pa.Check.isin(list(values))], metadata=metadata)


def _with_review_columns(schema: pa.DataFrameSchema, protocol: Protocol) -> pa.DataFrameSchema:
    """Add the columns that only this review has, before the columns about evidence."""
    for subgroup in protocol.subgroups:
        values = {level.id: level.label for level in subgroup.levels}
        if subgroup.column in schema.columns:
            schema = _with_list(schema, subgroup.column, values)
            continue
        column = pa.Column(
            str,
            checks=[pa.Check.isin(list(values))],
            nullable=True,
            description=f"{subgroup.label} (subgroup `{subgroup.id}` of the protocol)",
            metadata={"values": values, "from_protocol": True},
        )
        schema = schema.add_columns({subgroup.column: column})
    for characteristic in protocol.characteristics:
        if characteristic.column in schema.columns:
            continue  # every review has this column already
        column = pa.Column(
            str,
            nullable=True,
            description=f"{characteristic.label}: {characteristic.description}",
            metadata={"from_protocol": True},
        )
        schema = schema.add_columns({characteristic.column: column})
    return schema
