"""Table quality_jadad.csv: the Jadad items for randomised trials."""

import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.tables import fields
from schemas.vocabulary import JADAD_ANSWERS


class QualityJadad(pa.DataFrameModel):
    """Jadad items (doi 10.1016/0197-2456(95)00134-4), one row for each randomised trial."""

    study_id: str = fields.study_id()
    q1_randomised: str = fields.choice("Was the study described as randomised?", JADAD_ANSWERS)
    q2_method_appropriate: str = fields.choice(
        "Was the method of randomisation described and appropriate?", JADAD_ANSWERS
    )
    q3_double_blind: str = fields.choice("Was the study double blind?", JADAD_ANSWERS)
    q4_withdrawals: str = fields.choice("Were withdrawals and dropouts described?", JADAD_ANSWERS)
    evidence: str = fields.evidence()
    source: str = fields.source()
    location: str = fields.location()
    note: str = fields.note()

    class Config(BaseConfig):
        """A study is judged once."""

        strict = True
        unique = ["study_id"]  # noqa: RUF012
