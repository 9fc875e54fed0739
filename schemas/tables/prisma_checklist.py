"""Table prisma_checklist.csv: where the paper reports what PRISMA asks for."""

import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.tables import fields
from schemas.vocabulary import CHECKLISTS, YES_NO


class PrismaChecklist(pa.DataFrameModel):
    """Items of PRISMA 2020 and of PRISMA-LSR, one row each; topics in words of our own.

    Sources: doi 10.1136/bmj.n71 and, for living reviews, doi 10.1136/bmj-2024-079183.
    """

    checklist: str = fields.choice("Which of the checklists", CHECKLISTS, required=True)
    item: str = fields.text(
        "Number of the item, with its letter",
        required=True,
        pattern=r"^L?[1-9]\d?[a-f]?$",
        form="a number, with a letter for a part of an item, or L before it: 1, 10a, L1",
        role="key",
    )
    section: str = fields.text("Section of the checklist", required=True)
    topic: str = fields.text("What is to be reported, in short", required=True)
    location: str = fields.text(
        "Where the paper reports it: ids of headings, figures, tables and passages in the "
        "manuscript, or title, abstract or keywords, separated by spaces; empty, or a passage that "
        "says nothing = not reported",
        pattern=r"^[A-Za-z][\w.:-]*( [A-Za-z][\w.:-]*)*$",
        form="ids separated by one space: sec-search stbl-searches",
        role="key",
    )
    confirmed: str = fields.choice(
        "yes when somebody of the team has read the places and found the item there; without it "
        "the paper says that the item is not reported",
        YES_NO,
    )
    note: str = fields.text("What is missing, or was done otherwise")

    class Config(BaseConfig):
        """An item is answered once."""

        strict = True
        unique = ["checklist", "item"]  # noqa: RUF012
