"""Table searches.csv: what was searched, when, and how."""

import pandas as pd
import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.identifiers import SHA256_PATTERN
from schemas.tables import fields
from schemas.vocabulary import SEARCH_KINDS


class Searches(pa.DataFrameModel):
    """One row for each database and day of search; `review search import` writes them."""

    search_id: str = fields.text(
        "Name of the search: its day and its database",
        required=True,
        pattern=r"^[a-z0-9][a-z0-9-]*$",
        form="small letters, digits and -, such as 2025-05-20-pubmed",
        role="key",
    )
    database: str = fields.text("Database, register or other source", required=True)
    kind: str = fields.choice("Kind of source (PRISMA counts each apart)", SEARCH_KINDS)
    search_date: str = fields.text("Day of the search", required=True, role="date")
    query: str = fields.text("The search as it was typed", required=True)
    records: pd.Int64Dtype = fields.count("Records found", unit="records")
    file: str = fields.text(
        "Export that is kept, relative to data/; several are separated by `; `; empty = nobody "
        "has the export",
        role="key",
    )
    sha256: str = fields.text(
        "SHA-256 of each file, by which `review check` sees that it is still the same",
        pattern=rf"{SHA256_PATTERN[:-1]}(; [0-9a-f]{{64}})*$",
        form="64 digits and letters from a to f for each file",
        role="key",
    )

    class Config(BaseConfig):
        """A search has one row."""

        strict = True
        unique = ["search_id"]  # noqa: RUF012
