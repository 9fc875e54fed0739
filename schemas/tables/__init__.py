"""The tables of a review: one Pandera model each, gathered under the file's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandera.pandas as pa

from schemas.tables.adverse_event_terms import AdverseEventTerms
from schemas.tables.adverse_events import AdverseEvents
from schemas.tables.awaiting_extraction import AwaitingExtraction
from schemas.tables.comparator_events import ComparatorEvents
from schemas.tables.comparators import Comparators
from schemas.tables.flow import Flow
from schemas.tables.ongoing_trials import OngoingTrials
from schemas.tables.outcomes import Outcomes
from schemas.tables.prisma_checklist import PrismaChecklist
from schemas.tables.quality_jadad import QualityJadad
from schemas.tables.quality_jbi import QualityJbi
from schemas.tables.record_merges import RecordMerges
from schemas.tables.record_studies import RecordStudies
from schemas.tables.records import Records
from schemas.tables.screening import ScreeningLog
from schemas.tables.searches import Searches
from schemas.tables.studies import Studies

if TYPE_CHECKING:
    from schemas.protocol import Protocol

MODELS: dict[str, type[pa.DataFrameModel]] = {
    "studies": Studies,
    "outcomes": Outcomes,
    "adverse_events": AdverseEvents,
    "adverse_event_terms": AdverseEventTerms,
    "quality_jbi": QualityJbi,
    "quality_jadad": QualityJadad,
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
}


def table_schemas(protocol: Protocol | None) -> dict[str, pa.DataFrameSchema]:
    """Give the schema of every table, with the columns and closed lists of the protocol.

    Parameters
    ----------
    protocol
        None when the protocol could not be read: then its columns and lists are not known, and
        the tables are checked for everything else.

    Returns
    -------
    dict
        From table name (`studies`, …) to its schema, in the order of the dictionary.
    """
    schemas = {name: model.to_schema() for name, model in MODELS.items()}
    if protocol is None:
        return schemas
    codes = {outcome.code: outcome.label for outcome in protocol.outcomes}
    grades = dict.fromkeys(protocol.adverse_events.grades, "")
    for table in ("outcomes", "comparators"):
        schemas[table] = _with_list(schemas[table], "outcome", codes)
    for table in ("adverse_events", "comparator_events"):
        schemas[table] = _with_list(schemas[table], "grade", grades)
    schemas["studies"] = _with_review_columns(schemas["studies"], protocol)
    return schemas


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
