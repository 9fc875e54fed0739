"""Table searches.csv: what was searched, when, and how."""

import pandas as pd
import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.tables import fields


class Searches(pa.DataFrameModel):
    """One row for each database and day of search."""

    database: str = fields.text("Database or register", required=True)
    search_date: str = fields.text("Day of the search", required=True, role="date")
    query: str = fields.text("The search as it was typed", required=True)
    records: pd.Int64Dtype = fields.count("Records found", unit="records")

    class Config(BaseConfig):
        """A database is searched once a day."""

        strict = True
        unique = ["database", "search_date"]  # noqa: RUF012
