"""From what pandera finds to sentences an extractor can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaError, SchemaErrorReason, SchemaErrors

from schemas.vocabulary import list_hint

if TYPE_CHECKING:
    from schemas.cells import Table


def check_columns(table: Table, schema: pa.DataFrameSchema) -> None:
    """Check each cell against its column, and that the key of the table is unique.

    Parameters
    ----------
    table
        Typed table; problems are added to its file.
    schema
        Schema with the protocol's columns and closed lists.
    """
    frame = table.frame.drop(columns="line")
    if frame.empty:
        return  # no cell, and the columns are those of the schema already
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        for error in errors.schema_errors:
            _translate(table, schema, error)


def _translate(table: Table, schema: pa.DataFrameSchema, error: SchemaError) -> None:
    if error.reason_code == SchemaErrorReason.DUPLICATES:
        _report_duplicates(table, schema)
        return
    column = error.schema
    if not isinstance(column, pa.Column) or not isinstance(error.failure_cases, pd.DataFrame):
        raise error  # a mistake in the schemas themselves: nothing a user can do
    name = str(column.name)
    for position in error.failure_cases["index"]:
        line = int(table.frame["line"].iloc[int(position)])
        written = str(table.written[name].iloc[int(position)])
        rule, what, hint = _words(column, error, written)
        table.source.report(rule, what, hint, line=line, column=name, value=written or None)
        if rule != "cell-empty":
            table.bad_cells.add((line, name))


def _words(column: pa.Column, error: SchemaError, written: str) -> tuple[str, str, str]:
    metadata: dict[str, Any] = column.metadata or {}
    look = metadata.get("look") or ""
    if error.reason_code == SchemaErrorReason.SERIES_CONTAINS_NULLS:
        values = metadata.get("values")
        allowed = f" Allowed: {', '.join(values)}." if values else ""
        hint = look or f"Fill it in. It means: {column.description}."
        return "cell-empty", "The cell is empty, but must be filled.", f"{hint}{allowed}"
    check = error.check
    if not isinstance(check, pa.Check):
        raise error
    statistics = check.statistics or {}
    if check.name == "isin":
        values = [str(value) for value in statistics["allowed_values"]]
        origin = " of the protocol" if metadata.get("from_protocol") else ""
        what = f"This is not in the closed list{origin} for {column.name}."
        return "cell-not-in-list", what, list_hint(written, values)
    if check.name == "str_matches":
        return "cell-form", "This does not have the right form.", f"Write {metadata['form']}."
    unit = metadata.get("unit", "")
    if check.name == "greater_than_or_equal_to":
        what = (
            f"The number is too small: it must be at least {statistics['min_value']:.10g} ({unit})."
        )
        return "cell-range", what, look or "Look at the number in the report."
    if check.name == "less_than_or_equal_to":
        what = (
            f"The number is too large: it can be at most {statistics['max_value']:.10g} ({unit})."
        )
        return "cell-range", what, look or "Look at the number in the report."
    raise error


def _report_duplicates(table: Table, schema: pa.DataFrameSchema) -> None:
    key = [name for name in schema.unique or [] if name not in table.source.missing]
    if not key or len(key) < len(schema.unique or []):
        return  # without the whole key nothing can be said
    frame = table.frame[table.frame[key[0]].notna()]
    for _, rows in frame.groupby(key, dropna=False, sort=False):
        first = rows.index[0]
        for index in rows.index[1:]:
            same = table.written.loc[index].equals(table.written.loc[first])
            filled = [name for name in key if table.written.loc[index, name] != ""]
            table.source.report(
                "row-duplicate",
                f"The row is the same as line {frame.loc[first, 'line']}."
                if same
                else f"Line {frame.loc[first, 'line']} has the same {', '.join(filled)} already.",
                "Delete one of the two rows."
                if same
                else f"Keep one row for each {' and '.join(key)}; look which one is right.",
                line=int(frame.loc[index, "line"]),
                column=filled[-1],
                value=str(table.written.loc[index, filled[-1]]),
            )
