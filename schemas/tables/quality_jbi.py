"""Table quality_jbi.csv: the JBI checklist for case series."""

import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.tables import fields
from schemas.vocabulary import JBI_ANSWERS


class QualityJbi(pa.DataFrameModel):
    """JBI checklist for case series (doi 10.11124/JBISRIR-D-19-00099), one row for each study."""

    study_id: str = fields.study_id()
    q1: str = fields.choice("Were the criteria for inclusion clear?", JBI_ANSWERS)
    q2: str = fields.choice(
        "Was the condition measured in a standard, reliable way for all?", JBI_ANSWERS
    )
    q3: str = fields.choice(
        "Were valid methods used to identify the condition in all?", JBI_ANSWERS
    )
    q4: str = fields.choice("Were participants included consecutively?", JBI_ANSWERS)
    q5: str = fields.choice("Was the inclusion of participants complete?", JBI_ANSWERS)
    q6: str = fields.choice("Were demographics reported clearly?", JBI_ANSWERS)
    q7: str = fields.choice("Was clinical information reported clearly?", JBI_ANSWERS)
    q8: str = fields.choice("Were outcomes or follow-up reported clearly?", JBI_ANSWERS)
    q9: str = fields.choice("Were the sites' or clinics' demographics reported?", JBI_ANSWERS)
    q10: str = fields.choice("Was the statistical analysis appropriate?", JBI_ANSWERS)
    evidence: str = fields.evidence()
    source: str = fields.source()
    location: str = fields.location()
    note: str = fields.note()

    class Config(BaseConfig):
        """A study is judged once."""

        strict = True
        unique = ["study_id"]  # noqa: RUF012
