"""Table ongoing_trials.csv: registered trials without results yet."""

import pandas as pd
import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.tables import fields
from schemas.vocabulary import DATE_TYPES, TRIAL_STATUSES, YES_NO


class OngoingTrials(pa.DataFrameModel):
    """One row for each registered trial that has no results yet."""

    registry_id: str = fields.text("Registration of the trial", required=True, role="registry")
    title: str = fields.text("Title in the registry", required=True)
    phase: str = fields.text(
        "Phase of the trial", pattern=r"^[1-4](/[1-4])?$", form="1, 1/2, 2, 2/3, 3 or 4"
    )
    regimen: str = fields.text("Treatment arms")
    population: str = fields.text("Patients")
    target_n: pd.Int64Dtype = fields.count("Planned number of patients", low=1)
    primary_outcome: str = fields.text("Primary outcome")
    status: str = fields.choice("Status in the registry", TRIAL_STATUSES)
    status_date: str = fields.text("Day on which the status was read", role="date")
    sponsor: str = fields.text("Sponsor")
    start: str = fields.text("Start of the trial", role="date")
    primary_completion: str = fields.text(
        "Day on which the last patient is, or was, seen for the primary outcome", role="date"
    )
    primary_completion_type: str = fields.choice("How that day is known", DATE_TYPES)
    completion: str = fields.text(
        "Day on which the last patient is, or was, seen at all", role="date"
    )
    completion_type: str = fields.choice("How that day is known", DATE_TYPES)
    results_posted: str = fields.choice("Whether the registry shows results", YES_NO)
    source: str = fields.source()
    note: str = fields.note()

    class Config(BaseConfig):
        """A trial has one row."""

        strict = True
        unique = ["registry_id"]  # noqa: RUF012
