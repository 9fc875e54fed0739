"""Table deviations.csv: where the review departed from its protocol or registration."""

import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.tables import fields


class Deviations(pa.DataFrameModel):
    """One row for each departure: what was done otherwise, when it was decided, and why."""

    date: str = fields.text("When it was decided", role="date")
    what: str = fields.text("What was done otherwise than planned", required=True)
    why: str = fields.text("Why", required=True)
    section: str = fields.text("Part of the protocol it is about, in a word or two")

    class Config(BaseConfig):
        """A departure is told once."""

        strict = True
        unique = ["what"]  # noqa: RUF012
