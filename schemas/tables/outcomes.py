"""Table outcomes.csv: one row for each study (or cohort), outcome and criterion."""

import pandas as pd
import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.tables import fields
from schemas.vocabulary import YES_NO


class Outcomes(pa.DataFrameModel):
    """One row for each study (or cohort), outcome and response criterion."""

    study_id: str = fields.study_id()
    cohort: str = fields.cohort()
    outcome: str = fields.text(
        "Outcome: a `code` of the protocol's outcomes", required=True, role="key"
    )
    criteria: str = fields.text(
        "Response criteria: one of the outcome's `criteria_preferred` in the protocol; "
        "empty = not reported",
        role="key",
    )
    n: pd.Int64Dtype = fields.count("Patients evaluated", low=1)
    events: pd.Int64Dtype = fields.count("Proportions: patients with the outcome")
    percent_reported: float = fields.percent("Proportions: percentage printed in the report")
    median: float = fields.months("Medians: median time; empty = not reached or not reported")
    ci_low: float = fields.months("Medians: lower limit of the confidence interval")
    ci_high: float = fields.months("Medians: upper limit of the confidence interval")
    ci_level: float = fields.number(
        "Medians: level of the confidence interval",
        "fraction: 0.95",
        low=0.5,
        high=0.999,
        look="Write the level as a fraction: 95 % is 0.95.",
    )
    upper_not_reached: str = fields.choice(
        "Medians: yes when the report says the upper limit was not reached", YES_NO
    )
    evidence: str = fields.evidence()
    source: str = fields.source()
    location: str = fields.location()
    note: str = fields.note()

    class Config(BaseConfig):
        """A study reports an outcome once for each cohort and criterion."""

        strict = True
        unique = ["study_id", "cohort", "outcome", "criteria"]  # noqa: RUF012
