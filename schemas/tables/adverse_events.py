"""Table adverse_events.csv: one row for each study (or cohort), reported term and grade."""

import pandas as pd
import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.tables import fields


class AdverseEvents(pa.DataFrameModel):
    """One row for each study (arm or cohort), adverse event and grade."""

    study_id: str = fields.study_id()
    cohort: str = fields.cohort()
    arm: str = fields.text("Arm of the study: `arm` of arms.csv", role="key")
    term_reported: str = fields.text(
        "Adverse event in the words of the report; adverse_event_terms.csv gives its standard term",
        required=True,
    )
    grade: str = fields.text(
        "Grade: one of the protocol's `adverse_events.grades`", required=True, role="key"
    )
    n: pd.Int64Dtype = fields.count("Patients whose adverse events were recorded", low=1)
    events: pd.Int64Dtype = fields.count("Patients with the adverse event")
    percent_reported: float = fields.percent("Percentage printed in the report")
    evidence: str = fields.evidence()
    source: str = fields.source()
    location: str = fields.location()
    note: str = fields.note()

    class Config(BaseConfig):
        """A study reports a term once for each cohort and grade."""

        strict = True
        unique = ["study_id", "cohort", "arm", "term_reported", "grade"]  # noqa: RUF012
