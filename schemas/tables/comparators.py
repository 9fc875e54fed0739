"""Table comparators.csv: results of other treatments that the discussion compares with."""

import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.tables import fields
from schemas.vocabulary import UNITS


class Comparators(pa.DataFrameModel):
    """Results of other treatments for the discussion; never pooled."""

    comparator_id: str = fields.comparator_id()
    label: str = fields.text("Name printed in tables", required=True)
    regimen: str = fields.text("Treatment", required=True)
    outcome: str = fields.text(
        "Outcome: a `code` of the protocol's outcomes", required=True, role="key"
    )
    estimate: float = fields.number("Result", "percent or months, see column unit", high=1200)
    ci_low: float = fields.number(
        "Lower limit of the confidence interval", "see column unit", high=1200
    )
    ci_high: float = fields.number(
        "Upper limit of the confidence interval", "see column unit", high=1200
    )
    unit: str = fields.choice("Unit of the result", UNITS, required=True)
    source: str = fields.source()
    location: str = fields.location()
    note: str = fields.note()

    class Config(BaseConfig):
        """A comparator has one result for each regimen and outcome."""

        strict = True
        unique = ["comparator_id", "regimen", "outcome"]  # noqa: RUF012
