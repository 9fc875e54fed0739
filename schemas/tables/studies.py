"""Table studies.csv: one row for each included study."""

import pandas as pd
import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.tables import fields
from schemas.vocabulary import DESIGNS


class Studies(pa.DataFrameModel):
    """One row for each included study; the protocol adds the columns of its subgroups."""

    study_id: str = fields.text(
        "Short name of the study, used in all tables",
        required=True,
        pattern=fields.ID_PATTERN,
        form=fields.ID_FORM,
        role="key",
    )
    citation_key: str = fields.text(
        "Key of the report in manuscript/references.bib; empty for a reconstructed study",
        role="key",
    )
    label: str = fields.text("Name printed in tables and figures", required=True)
    year: pd.Int64Dtype = fields.number("Year of publication", "year", low=1900, high=2100)
    country: str = fields.text("Country of the centres")
    design: str = fields.choice("Design of the study", DESIGNS, required=True)
    partner: str = fields.text("Treatment given together with the intervention, with dose")
    line_of_treatment: str = fields.text("Line of treatment: first, second, …")
    enrolment_start: str = fields.text("Start of enrolment", role="date")
    enrolment_end: str = fields.text("End of enrolment", role="date")
    n_total: pd.Int64Dtype = fields.count("Patients in the study, all arms together", low=1)
    n_arm: pd.Int64Dtype = fields.count(
        "Patients who were given the intervention of the review", low=1
    )
    age_mean: float = fields.number("Mean age", "years", high=120)
    age_sd: float = fields.number("Standard deviation of the age", "years", high=120)
    age_median: float = fields.number("Median age", "years", high=120)
    age_low: float = fields.number("Lower end of the age range", "years", high=120)
    age_high: float = fields.number("Upper end of the age range", "years", high=120)
    male_percent: float = fields.percent("Share of men")
    ecog: str = fields.text("ECOG performance status of the patients, as reported")
    dose: str = fields.text("Dose and schedule of the intervention")
    response_criteria: str = fields.text("Response criteria of the study, as reported")
    ctcae_version: str = fields.text("Version of the CTCAE by which adverse events were graded")
    control: str = fields.text("Control arm with its number of patients")
    registry_id: str = fields.text("Registration of the trial", role="registry")
    evidence: str = fields.evidence()
    source: str = fields.source()
    location: str = fields.location()
    note: str = fields.note()

    class Config(BaseConfig):
        """A study has one row."""

        strict = True
        unique = ["study_id"]  # noqa: RUF012
