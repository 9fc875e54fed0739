"""Table record_merges.csv: which records are the same report, why, and who said so."""

import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.identifiers import RECORD_FORM, RECORD_PATTERN
from schemas.tables import fields
from schemas.vocabulary import UNDONE


class RecordMerges(pa.DataFrameModel):
    """The log of de-duplication: a record was merged into another one of the same report.

    `kept_id` may itself have been merged into a third record. `review search` writes the table.
    """

    record_id: str = fields.text(
        "The duplicate: `record_id` of records.csv",
        required=True,
        pattern=RECORD_PATTERN,
        form=RECORD_FORM,
        role="key",
    )
    kept_id: str = fields.text(
        "The record that it repeats: `record_id` of records.csv",
        required=True,
        pattern=RECORD_PATTERN,
        form=RECORD_FORM,
        role="key",
    )
    reason: str = fields.text("Why the two are the same report", required=True)
    score: float = fields.number("Likeness of the two titles", "0 to 100", high=100)
    decided_by: str = fields.text("`program`, or the name of a person", required=True)
    undone: str = fields.choice("Whether, and why, the merge no longer holds", UNDONE)
    note: str = fields.text("Remark of the person who decided")

    class Config(BaseConfig):
        """Two records are compared once."""

        strict = True
        unique = ["record_id", "kept_id"]  # noqa: RUF012
