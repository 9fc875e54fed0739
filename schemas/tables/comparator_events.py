"""Table comparator_events.csv: adverse events of other treatments."""

import pandas as pd
import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.tables import fields


class ComparatorEvents(pa.DataFrameModel):
    """Adverse events of other treatments for the discussion; never pooled."""

    comparator_id: str = fields.comparator_id()
    label: str = fields.text("Name printed in tables", required=True)
    regimen: str = fields.text("Treatment", required=True)
    term: str = fields.text(
        "Adverse event under its standard term in adverse_event_terms.csv",
        required=True,
        role="key",
    )
    grade: str = fields.text(
        "Grade: one of the protocol's `adverse_events.grades`", required=True, role="key"
    )
    n: pd.Int64Dtype = fields.count("Patients whose adverse events were recorded", low=1)
    events: pd.Int64Dtype = fields.count("Patients with the adverse event")
    percent_reported: float = fields.percent("Percentage printed in the report")
    evidence: str = fields.evidence(required=False)
    source: str = fields.source()
    location: str = fields.location()
    note: str = fields.note()

    class Config(BaseConfig):
        """A comparator reports a term once for each grade."""

        strict = True
        unique = ["comparator_id", "regimen", "term", "grade"]  # noqa: RUF012
