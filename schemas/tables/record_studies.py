"""Table record_studies.csv: which records report the same study."""

import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.identifiers import RECORD_FORM, RECORD_PATTERN
from schemas.tables import fields


class RecordStudies(pa.DataFrameModel):
    """Reports of one study share its name here; a report is not a study.

    The program groups records that name the same trial registration, a person any others.
    """

    record_id: str = fields.text(
        "The report: `record_id` of records.csv",
        required=True,
        pattern=RECORD_PATTERN,
        form=RECORD_FORM,
        role="key",
    )
    study: str = fields.text(
        "Trial registration, or `study_id` of studies.csv; empty = a person said that the record "
        "belongs to no study of this table",
        role="key",
    )
    decided_by: str = fields.text("`program`, or the name of a person", required=True)
    note: str = fields.text("Remark of the person who decided")

    class Config(BaseConfig):
        """A report belongs to a study once."""

        strict = True
        unique = ["record_id", "study"]  # noqa: RUF012
