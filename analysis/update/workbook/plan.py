"""Which sheets and columns the workbook has, taken from the schemas of the tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from analysis.update.workbook.judged import judged_entries
from schemas.quality_records import OLD_TABLES
from schemas.tables import table_schemas

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandera.pandas as pa

    from schemas.protocol import Protocol

README = "Read me"
LISTS = "Lists"
PROBLEMS = "Problems"
REFERENCES = "references"

#: In the order in which a study is extracted.
TABLES = (
    "studies",
    "arms",
    "outcomes",
    "contrasts",
    "adverse_events",
    "adverse_event_terms",
    "quality",
    "quality_jadad",
    "quality_jbi",
    "certainty",
    "awaiting_extraction",
    "ongoing_trials",
)

#: Columns that steer the reading and belong to no table.
REMOVE = "remove"
ROW_IN_DATA = "row_in_data"

#: What the tables say of numbers whose unit is that of the row's outcome.
OUTCOME_UNIT = "the outcome's unit"

Kind = Literal["text", "whole", "number"]
_KINDS: dict[str, Kind] = {"Int64": "whole", "float64": "number"}


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a sheet.

    Attributes
    ----------
    name, description
        As in the table; the description is shown when a cell is chosen.
    kind
        What its cells hold.
    required
        True when an empty cell is an error.
    closed
        Values of a closed list; empty when other values are possible.
    labels
        What values of the closed list mean, as pairs.
    low, high
        Smallest and largest number that is possible at all.
    unit
        Unit of a number.
    units
        For a number in the unit of its outcome: the unit of each, as pairs.
    form
        Form of a text, in words.
    is_date
        True when the cells hold dates.
    is_exact
        True when the cells are keys, dates, DOIs or list entries, not prose.
    role
        `key`, `doi`, `date`, `registry`, or empty.
    """

    name: str
    description: str
    kind: Kind = "text"
    required: bool = False
    closed: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    low: float | None = None
    high: float | None = None
    unit: str = ""
    units: tuple[tuple[str, str], ...] = ()
    form: str = ""
    is_date: bool = False
    is_exact: bool = False
    role: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its table, what a row is, its columns and the columns that identify a row."""

    name: str
    purpose: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns in the order of the table."""
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """Find a column by its name."""
        return next(field for field in self.fields if field.name == name)


def plan_sheets(protocol: Protocol, root: Path | None = None) -> dict[str, Sheet]:
    """Plan the sheets of a review's workbook: of the tables that it has a use for.

    Parameters
    ----------
    protocol
        Gives the columns and closed lists that only this review has.
    root
        The review's folder: tables of older editions have no sheet where their file is not there.

    Returns
    -------
    dict
        From sheet name to its plan, in the order of the workbook.
    """
    schemas = table_schemas(protocol)
    sheets = {REFERENCES: _references()}
    for name in TABLES:
        forgotten = root is not None and not (root / f"data/{name}.csv").is_file()
        if name not in schemas or (name in OLD_TABLES and forgotten):
            continue
        schema = schemas[name]
        fields = tuple(_field(str(key), column) for key, column in schema.columns.items())
        if name == "outcomes":
            fields = tuple(_of_outcomes(field, protocol) for field in fields)
        if name == "quality":
            entries = judged_entries(protocol, root)
            fields = tuple(_with_entries(field, entries.get(field.name, ())) for field in fields)
        purpose = str(schema.description or schema.title or name)
        sheets[name] = Sheet(name, purpose, fields, tuple(schema.unique or ()))
    return sheets


def _field(name: str, column: pa.Column) -> Field:
    metadata: Mapping[str, Any] = column.metadata or {}
    limits: dict[str, float] = {}
    for check in column.checks:
        statistics = check.statistics or {}
        if "min_value" in statistics:
            limits["low"] = statistics["min_value"]
        if "max_value" in statistics:
            limits["high"] = statistics["max_value"]
    kind = _KINDS.get(str(column.dtype), "text")
    role = metadata.get("role")
    return Field(
        name=name,
        description=str(column.description or name),
        kind=kind,
        required=not column.nullable,
        closed=tuple(metadata.get("values") or ()),
        labels=tuple((metadata.get("values") or {}).items()),
        unit=str(metadata.get("unit") or ""),
        form=str(metadata.get("form") or ""),
        is_date=role == "date",
        is_exact=kind != "text" or role is not None or bool(metadata.get("values")),
        role=str(role or ""),
        low=limits.get("low"),
        high=limits.get("high"),
    )


def _with_entries(field: Field, labels: tuple[tuple[str, str], ...]) -> Field:
    """Offer entries in a column that has no list of its own."""
    from dataclasses import replace

    return replace(
        field,
        closed=field.closed or tuple(dict.fromkeys(entry for entry, _ in labels)),
        labels=labels or field.labels,
        is_exact=field.is_exact or bool(labels),
    )


def _of_outcomes(field: Field, protocol: Protocol) -> Field:
    """Give a column what the protocol says of all outcomes: their units, or their criteria.

    Which criteria fit which outcome is checked later.
    """
    from dataclasses import replace

    if field.unit == OUTCOME_UNIT:
        units = tuple((outcome.code, outcome.unit) for outcome in protocol.outcomes if outcome.unit)
        return replace(field, units=units)
    if field.name != "criteria":
        return field
    names = (name for outcome in protocol.outcomes for name in outcome.criteria_preferred)
    return replace(field, closed=tuple(dict.fromkeys(names)))


def _references() -> Sheet:
    fields = (
        Field(
            "citation_key",
            "Short name of the report, used as citation_key in the other sheets: Zhou2025",
            required=True,
            form="a letter, then letters, digits, _ or -, without spaces",
            is_exact=True,
            role="key",
        ),
        Field(
            "type",
            "Kind of report; empty = article in a journal",
            closed=("article", "book", "incollection", "inproceedings", "misc"),
            is_exact=True,
        ),
        Field("authors", "Family name, given names; the authors are separated by semicolons"),
        Field("title", "Title as printed", required=True),
        Field("journal", "Journal in full; for a chapter or abstract the book or proceedings"),
        Field("year", "Year of publication", kind="whole", low=1900, high=2100, is_exact=True),
        Field("volume", "Volume", is_exact=True),
        Field("issue", "Number of the issue", is_exact=True),
        Field("pages", "Pages, 719-731, or the number of the article", is_exact=True),
        Field("doi", "DOI alone: 10.1000/xyz, without https", is_exact=True, role="doi"),
        Field("pmid", "Number in PubMed", is_exact=True),
    )
    purpose = "One row for each report; they are added to manuscript/references.bib."
    return Sheet(REFERENCES, purpose, fields, ("citation_key",))
