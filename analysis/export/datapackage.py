"""The tables of ``data/`` as a Frictionless data package, described from the schemas.

Tabular Data Package, version 1 of the specification (https://specs.frictionlessdata.io). The folder
holds the descriptor and copies of the tables, byte for byte, because a descriptor may only point to
files below it.
"""

from __future__ import annotations

import csv
import hashlib
import inspect
import io
import json
from typing import TYPE_CHECKING, Any

from analysis.synthesis.reconstruction import reconstruction_warning
from schemas.tables import MODELS, all_schemas

if TYPE_CHECKING:
    import pandera.pandas as pa

    from analysis.synthesis.results import Synthesis
    from schemas.review_data import ReviewData

DESCRIPTOR = "datapackage.json"
_TYPES = {"Int64": "integer", "float64": "number"}
# Pandera's name of a check to Frictionless's name of a constraint and the statistic it takes.
_CONSTRAINTS = {
    "greater_than_or_equal_to": ("minimum", "min_value"),
    "less_than_or_equal_to": ("maximum", "max_value"),
    "str_matches": ("pattern", "pattern"),
    "isin": ("enum", "allowed_values"),
}


def datapackage_files(synthesis: Synthesis, data: ReviewData, provenance: str) -> dict[str, bytes]:
    """Give the descriptor and the tables by file name.

    Parameters
    ----------
    synthesis, data
        The computed review and its tables; the files are read from ``data.root``.
    provenance
        The line of provenance.
    """
    schemas = all_schemas(data.protocol)
    tables = {}
    for name in schemas:
        path = data.root / "data" / f"{name}.csv"
        if path.is_file():
            tables[name] = path.read_bytes()
    warning = reconstruction_warning(synthesis)
    descriptor = {
        "profile": "tabular-data-package",
        "name": "living-review-data",
        "title": synthesis.title,
        "version": synthesis.edition,
        **({"description": warning} if warning else {}),
        "provenance": provenance,
        "resources": [
            _resource(name, schemas[name], content, "studies" in tables)
            for name, content in tables.items()
        ],
    }
    text = json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n"
    return {
        DESCRIPTOR: text.encode("utf-8"),
        **{f"{name}.csv": content for name, content in tables.items()},
    }


def _resource(
    name: str, schema: pa.DataFrameSchema, content: bytes, with_studies: bool
) -> dict[str, Any]:
    columns = header(content)
    resource: dict[str, Any] = {
        "profile": "tabular-data-resource",
        "name": name.replace("_", "-"),
        "path": f"{name}.csv",
        "description": inspect.cleandoc(MODELS[name].__doc__ or ""),
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {
            "fields": [_field(schema.columns[column]) for column in columns],
            "missingValues": [""],
        },
    }
    key = [str(column) for column in schema.unique or []]
    # Only columns that are always filled can be a primary key.
    if key and not any(schema.columns[column].nullable for column in key):
        resource["schema"]["primaryKey"] = key
    if (
        "study_id" in columns
        and name != "studies"
        and with_studies
        and name != "awaiting_extraction"
    ):
        resource["schema"]["foreignKeys"] = [
            {"fields": "study_id", "reference": {"resource": "studies", "fields": "study_id"}}
        ]
    return resource


def header(content: bytes) -> list[str]:
    """Give the column names of a CSV file."""
    return next(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def _field(column: pa.Column) -> dict[str, Any]:
    metadata: dict[str, Any] = column.metadata or {}
    field: dict[str, Any] = {
        "name": str(column.name),
        "type": _TYPES.get(str(column.dtype), "string"),
        "description": column.description or "",
    }
    if metadata.get("unit"):
        field["unit"] = metadata["unit"]
    constraints: dict[str, Any] = {} if column.nullable else {"required": True}
    for check in column.checks:
        if check.name in _CONSTRAINTS and check.statistics:
            constraint, statistic = _CONSTRAINTS[check.name]
            value = check.statistics[statistic]
            constraints[constraint] = list(value) if constraint == "enum" else value
    if constraints:
        field["constraints"] = constraints
    return field
