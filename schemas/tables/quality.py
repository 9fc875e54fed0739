"""Table quality.csv: what a tool asks of a study, and what its assessors found."""

import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.tables import fields


class Quality(pa.DataFrameModel):
    """One row for each study, tool and item; domains have a judgement, questions an answer."""

    study_id: str = fields.study_id()
    outcome: str = fields.text(
        "Outcome whose result is judged, by a tool that judges results; empty = all", role="key"
    )
    tool: str = fields.text(
        "Tool: the name of a file in schemas/quality_tools or data/quality_tools",
        required=True,
        role="key",
    )
    item: str = fields.text(
        "Domain or question of the tool; `overall` for the judgement of the whole",
        required=True,
        role="key",
    )
    answer: str = fields.text("Answer to a question, as the tool has it", role="key")
    judgement: str = fields.text("Judgement of a domain or of the whole", role="key")
    support: str = fields.text(
        "What in the report supports it; also the reason why a judgement departs from the rule"
    )
    assessor: str = fields.text("Who judged; several are separated by `; `")
    evidence: str = fields.evidence()
    source: str = fields.source()
    location: str = fields.location()
    note: str = fields.note()

    class Config(BaseConfig):
        """An item is judged once for each outcome."""

        strict = True
        unique = ["study_id", "outcome", "tool", "item"]  # noqa: RUF012
