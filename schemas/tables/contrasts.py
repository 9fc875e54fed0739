"""Table contrasts.csv: results that a report gives only as a comparison."""

import pandas as pd
import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.tables import fields
from schemas.vocabulary import CONTRAST_MEASURES, DIRECTIONS, PERIODS, YES_NO

_LARGEST = 1e6


class Contrasts(pa.DataFrameModel):
    """One row for each result that a report prints only as a comparison, such as a hazard ratio."""

    study_id: str = fields.study_id()
    comparison: str = fields.text(
        "Comparison: an `id` of the protocol's comparisons", required=True, role="key"
    )
    cohort: str = fields.cohort()
    outcome: str = fields.text(
        "Outcome: a `code` of the protocol's outcomes", required=True, role="key"
    )
    instrument: str = fields.text(
        "Instrument: one of the outcome's `instruments` in the protocol", role="key"
    )
    time: float = fields.time_point()
    time_unit: str = fields.time_unit()
    time_label: str = fields.text("Time point in the words of the report")
    primary: str = fields.choice(
        "yes when it is the study's own primary result of this outcome", YES_NO
    )
    period: str = fields.choice("Crossover trials: the period the result is of", PERIODS)
    measure: str = fields.choice("Measure as printed", CONTRAST_MEASURES, required=True)
    estimate: float = fields.signed("Estimate, experimental against control, as printed")
    ci_low: float = fields.signed("Lower limit of its confidence interval")
    ci_high: float = fields.signed("Upper limit of its confidence interval")
    ci_level: float = fields.confidence_level("Level of the confidence interval")
    se: float = fields.number(
        "Standard error, of the logarithm for a ratio", "as the estimate", high=_LARGEST
    )
    p: float = fields.number("P value", "0 to 1", high=1)
    adjusted: str = fields.choice("Whether it is adjusted for other variables", YES_NO)
    adjusted_for: str = fields.text("What it is adjusted for")
    clusters_allowed: str = fields.choice(
        "Cluster trials: yes when the interval allows for the clusters, as the report says", YES_NO
    )
    direction: str = fields.choice(
        "Whom the effect favours, where the report gives no estimate", DIRECTIONS
    )
    n_experimental: pd.Int64Dtype = fields.count("Patients in the experimental group", low=1)
    n_control: pd.Int64Dtype = fields.count("Patients in the control group", low=1)
    evidence: str = fields.evidence()
    source: str = fields.source()
    location: str = fields.location()
    note: str = fields.note()

    class Config(BaseConfig):
        """A study has a contrast once for each outcome, instrument, time point and adjustment."""

        strict = True
        unique = [  # noqa: RUF012
            *("study_id", "comparison", "cohort", "outcome", "instrument"),
            *("time", "time_unit", "time_label", "period", "adjusted"),
        ]
