"""Table screening.csv: what each reviewer decided on each record."""

import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.tables import fields
from schemas.vocabulary import SCREENING_DECISIONS, SCREENING_STAGES


class ScreeningLog(pa.DataFrameModel):
    """One row for each decision of a reviewer; `review screen read` writes them."""

    record_id: str = fields.text("Record: `record_id` of records.csv", required=True, role="key")
    stage: str = fields.choice("What was read", SCREENING_STAGES, required=True)
    reviewer: str = fields.text("Who decided: a reviewer or the arbiter", required=True, role="key")
    decision: str = fields.choice("What was decided", SCREENING_DECISIONS, required=True)
    reason: str = fields.text(
        "Why it was excluded: `id` of screening.reasons in the protocol", role="key"
    )
    note: str = fields.note()
    decided_on: str = fields.text("Day of the decision", role="date")

    class Config(BaseConfig):
        """A reviewer decides once on a record at each stage."""

        strict = True
        unique = ["record_id", "stage", "reviewer"]  # noqa: RUF012
