"""Table flow.csv: the numbers of the PRISMA flow diagram."""

import pandas as pd
import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.tables import fields
from schemas.vocabulary import FLOW_STAGES


class Flow(pa.DataFrameModel):
    """Boxes of the PRISMA flow diagram of an edition whose records exist only as numbers.

    One row for each box, or for each reason within a box. The numbers of an update are those of
    its own searches. Editions whose records were screened here are counted from screening.csv.
    """

    edition: str = fields.text("Edition of the review that the number belongs to", required=True)
    stage: str = fields.choice("Box of the diagram", FLOW_STAGES, required=True)
    reason: str = fields.text("Reason of exclusion, where the box is divided by reason")
    records: pd.Int64Dtype = fields.count("Number in the box; empty = not reported", unit="records")
    evidence: str = fields.evidence()
    source: str = fields.source()
    note: str = fields.note()

    class Config(BaseConfig):
        """A box of an edition has one number for each reason."""

        strict = True
        unique = ["edition", "stage", "reason"]  # noqa: RUF012
