"""Table adverse_event_terms.csv: under which standard term a reported adverse event is pooled."""

import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.tables import fields


class AdverseEventTerms(pa.DataFrameModel):
    """One row for each term that reports use; capitals and spaces make no difference."""

    term_reported: str = fields.text(
        "Adverse event in the words of a report; empty = a standard term that only a comparator has"
    )
    term: str = fields.text("Standard term under which it is pooled", required=True, role="key")
    note: str = fields.text("Remark; says why the two are the same event where that is a judgement")

    class Config(BaseConfig):
        """A pair of terms stands here once."""

        strict = True
        unique = ["term", "term_reported"]  # noqa: RUF012
