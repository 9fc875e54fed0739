"""Table certainty.csv: how certain the evidence on each outcome is, domain by domain."""

import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.certainty import domain_values, level_values
from schemas.tables import fields


class Certainty(pa.DataFrameModel):
    """One row for each outcome and domain of GRADE; people fill it in, `review certainty` helps."""

    outcome: str = fields.text("Outcome that is rated", required=True, role="key")
    comparison: str = fields.text(
        "Comparison that is rated, where the outcome has one; empty = the outcome's own", role="key"
    )
    domain: str = fields.choice(
        "What is judged; the first five are needed for a rating", domain_values(), required=True
    )
    level: str = fields.choice(
        "The judgement, in the words of its domain",
        level_values(),
        look="review certainty lists the words of each domain.",
    )
    reason: str = fields.text("Why, in a sentence for the table's notes")
    assessor: str = fields.text("Who judged; several are separated by `; `")
    result: str = fields.text(
        "The result that was rated, as `review certainty` prints it: when the pool changes, the "
        "rating is open again",
        role="key",
    )

    class Config(BaseConfig):
        """A domain of an outcome is judged once."""

        strict = True
        unique = ["outcome", "comparison", "domain"]  # noqa: RUF012
