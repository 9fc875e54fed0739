"""Table outcomes.csv: one row for each study, arm or cohort, outcome, criterion and time point."""

import pandas as pd
import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.tables import fields
from schemas.vocabulary import PERIODS, YES_NO

# What tells the rows apart; a review has those of these columns that it needs.
KEY = (
    *("study_id", "cohort", "arm", "outcome", "criteria", "instrument"),
    *("time", "time_unit", "time_label", "period"),
)


class Outcomes(pa.DataFrameModel):
    """One row for each study, arm (or cohort), outcome, criterion or instrument, and time point.

    A review has the columns that its measures need; the others are neither in its form nor asked
    for.
    """

    study_id: str = fields.study_id()
    cohort: str = fields.cohort()
    arm: str = fields.text("Arm of the study: `arm` of arms.csv", role="key")
    outcome: str = fields.text(
        "Outcome: a `code` of the protocol's outcomes", required=True, role="key"
    )
    criteria: str = fields.text(
        "Response criteria: one of the outcome's `criteria_preferred` in the protocol; "
        "empty = not reported",
        role="key",
    )
    instrument: str = fields.text(
        "Instrument: one of the outcome's `instruments` in the protocol; empty = not reported",
        role="key",
    )
    time: float = fields.time_point()
    time_unit: str = fields.time_unit()
    time_label: str = fields.text("Time point in the words of the report")
    primary: str = fields.choice(
        "yes when it is the study's own primary instrument and time point", YES_NO
    )
    period: str = fields.choice("Crossover trials: the period the result is of", PERIODS)
    n: pd.Int64Dtype = fields.count("Patients evaluated", low=1)
    events: pd.Int64Dtype = fields.count("Patients with the outcome; for rates: events")
    percent_reported: float = fields.percent("Percentage printed in the report")
    mean: float = fields.signed("Mean")
    sd: float = fields.number("Standard deviation", "as the mean", high=1e6)
    se: float = fields.number("Standard error of the mean", "as the mean", high=1e6)
    change: str = fields.choice("yes when mean and SD are of the change from baseline", YES_NO)
    baseline_mean: float = fields.signed("Mean at baseline")
    baseline_sd: float = fields.number("Standard deviation at baseline", "as the mean", high=1e6)
    median: float = fields.signed(
        "Median; of a time in the outcome's unit; empty = not reached or not reported"
    )
    q1: float = fields.signed("First quartile")
    q3: float = fields.signed("Third quartile")
    minimum: float = fields.signed("Smallest value")
    maximum: float = fields.signed("Largest value")
    ci_low: float = fields.signed("Lower limit of the confidence interval of the median or mean")
    ci_high: float = fields.signed("Upper limit of the confidence interval of the median or mean")
    ci_level: float = fields.confidence_level("Level of the confidence interval")
    upper_not_reached: str = fields.choice(
        "Medians: yes when the report says the upper limit was not reached", YES_NO
    )
    person_time: float = fields.number("Rates: time at risk, of all patients", "see unit", high=1e9)
    person_time_unit: str = fields.text("Unit of the time at risk: patient-years, device-days")
    correlation: float = fields.number("Correlation", "−1 to 1", low=-1, high=1)
    tp: pd.Int64Dtype = fields.count("True positives")
    fp: pd.Int64Dtype = fields.count("False positives")
    fn: pd.Int64Dtype = fields.count("False negatives")
    tn: pd.Int64Dtype = fields.count("True negatives")
    cluster_size: float = fields.number("Samples of clusters: mean size of a cluster", "patients")
    icc: float = fields.number(
        "Samples of clusters: intracluster correlation; with the cluster size it gives the design "
        "effect",
        "0 to 1",
        high=1,
    )
    design_effect: float = fields.number(
        "Samples of clusters: design effect as the report gives it, instead of the two before",
        "factor of the variance",
        low=0.1,
        high=1000,
    )
    clusters_allowed: str = fields.choice(
        "Samples of clusters: yes when SD, standard error or interval as printed allow for them",
        YES_NO,
    )
    evidence: str = fields.evidence()
    source: str = fields.source()
    location: str = fields.location()
    note: str = fields.note()

    class Config(BaseConfig):
        """A result is reported once."""

        strict = True
        unique = list(KEY)  # noqa: RUF012
