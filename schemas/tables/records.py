"""Table records.csv: what the searches found, one row for each record of each export."""

import pandas as pd
import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from schemas.identifiers import PMID_FORM, PMID_PATTERN, RECORD_FORM, RECORD_PATTERN
from schemas.tables import fields


class Records(pa.DataFrameModel):
    """Records as they were exported, duplicates included; written by `review search import`.

    All fields that the database gave stand in the kept export; `review search show` prints them.
    """

    record_id: str = fields.text(
        "Number of the record in this review",
        required=True,
        pattern=RECORD_PATTERN,
        form=RECORD_FORM,
        role="key",
    )
    search_id: str = fields.text(
        "Search that found it: `search_id` of searches.csv", required=True, role="key"
    )
    position: pd.Int64Dtype = fields.count(
        "Place in the export of the search, from 1", low=1, unit="records"
    )
    title: str = fields.text("Title; empty when the export gives none")
    authors: str = fields.text("Authors as `Family, Given`, separated by `; `")
    year: pd.Int64Dtype = fields.number("Year of publication", "year", low=1800, high=2100)
    source_title: str = fields.text("Journal, book or meeting")
    volume: str = fields.text("Volume")
    issue: str = fields.text("Issue")
    pages: str = fields.text("Pages, or number of the article")
    doi: str = fields.text("DOI in small letters", role="doi")
    pmid: str = fields.text("Number in PubMed", pattern=PMID_PATTERN, form=PMID_FORM)
    registry_id: str = fields.text(
        "Trial registrations named anywhere in the record", role="registry"
    )
    abstract: str = fields.text("Abstract, without line breaks")
    language: str = fields.text("Language as the database gives it")
    report_type: str = fields.text("Kinds of report as the database gives them")

    class Config(BaseConfig):
        """A record has one row."""

        strict = True
        unique = ["record_id"]  # noqa: RUF012
