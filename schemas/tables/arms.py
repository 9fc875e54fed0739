"""Table arms.csv: one row for each arm of a study."""

import pandas as pd
import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.tables import fields
from schemas.vocabulary import ARM_ROLES


class Arms(pa.DataFrameModel):
    """One row for each arm of a study with several; a review of single groups needs none."""

    study_id: str = fields.study_id()
    arm: str = fields.text(
        "Short name of the arm within its study, used in outcomes.csv",
        required=True,
        pattern=fields.ID_PATTERN,
        form=fields.ID_FORM,
        role="key",
    )
    role: str = fields.choice("Role of the arm", ARM_ROLES, required=True)
    label: str = fields.text("Name printed in tables and figures", required=True)
    treatment: str = fields.text(
        "Treatment; a comparison of the protocol may name it under `treatments`", role="key"
    )
    dose: float = fields.number("Dose, as a number, to order arms by", "see dose_unit", high=1e6)
    dose_unit: str = fields.text("Unit of the dose")
    n_randomised: pd.Int64Dtype = fields.count("Patients allocated to the arm", low=1)
    evidence: str = fields.evidence()
    source: str = fields.source()
    location: str = fields.location()
    note: str = fields.note()

    class Config(BaseConfig):
        """A study has an arm once."""

        strict = True
        unique = ["study_id", "arm"]  # noqa: RUF012
