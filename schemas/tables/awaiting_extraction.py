"""Table awaiting_extraction.csv: studies that are known but not yet extracted."""

import pandas as pd
import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.tables import fields


class AwaitingExtraction(pa.DataFrameModel):
    """Studies that probably belong to the review and have not been extracted yet."""

    study_id: str = fields.text(
        "Short name the study will have",
        required=True,
        pattern=fields.ID_PATTERN,
        form=fields.ID_FORM,
        role="key",
    )
    citation_key: str = fields.text("Key of the report in manuscript/references.bib", role="key")
    title: str = fields.text("Title, shortened if need be", required=True)
    design: str = fields.text("Design in words")
    partner: str = fields.text("Treatment given together with the intervention")
    n_planned: pd.Int64Dtype = fields.count("Patients, as far as known", low=1)
    registry_id: str = fields.text("Registration of the trial", role="registry")
    doi: str = fields.text("DOI of the report", role="doi")
    why_waiting: str = fields.text("What is still missing", required=True)

    class Config(BaseConfig):
        """A study waits once."""

        strict = True
        unique = ["study_id"]  # noqa: RUF012
