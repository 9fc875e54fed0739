"""One trial as databases know it: which of its records are one report, and which are not?

False merges lose a report; what is left apart costs a person a minute. All records are invented;
their cells are written as PubMed, Embase, CENTRAL, Web of Science and Scopus write them.
"""

from __future__ import annotations

import pytest

from analysis.update.searching.deduplication import deduplicate
from analysis.update.searching.titles import traits
from tests.update.searching.conftest import Row, record

ARTICLE = "Drug alpha plus drug beta as first-line therapy for a condition: a phase II trial"

# What each report is called here, and its records.
REPORTS: dict[str, list[Row]] = {
    "article": [
        # PubMed: in print; Embase: ahead of print, the year before; CENTRAL: hyphens of their own;
        # Scopus: number of the article instead of pages, no PubMed number.
        {
            "title": ARTICLE,
            "authors": "García-Example, Ana B; van der Muster, Max",
            "year": "2024",
            "source_title": "Journal of invented clinical examples",
            "volume": "42 Suppl 1",
            "pages": "117-25",
            "pmid": "99000001",
        },
        {
            "title": "Drug α plus drug β as first‐line therapy for a condition: a phase 2 trial",
            "authors": "Garcia Example A.B.; van der Muster M.",
            "year": "2023",
            "source_title": "J. Invented Clin. Examples",
            "doi": "10.1000/alpha",
            "report_type": "Article in Press",
        },
        {
            "title": ARTICLE.replace("first-line", "first‐line"),
            "authors": "García-Example, AB; van der Muster, M",
            "year": "2024",
            "source_title": "Journal of invented clinical examples",
            "volume": "42",
            "pages": "117‐125",
            "pmid": "99000001",
            "doi": "10.1000/alpha",
        },
        {
            "title": ARTICLE.upper(),
            "authors": "García-Example, A.B.; van der Muster, M.",
            "year": "2024",
            "source_title": "Journal of Invented Clinical Examples",
            "volume": "42",
            "pages": "pp. 117–125",
        },
    ],
    # The same words at a congress, twice; the DOI is that of the whole supplement.
    "congress abstract": [
        {
            "title": ARTICLE,
            "authors": "Garcia-Example A.B.; van der Muster M.",
            "year": "2023",
            "source_title": "Annals of invented congresses",
            "volume": "34",
            "pages": "S567",
            "report_type": "Conference Abstract",
            "doi": "10.1000/supplement",
        },
    ],
    "other abstract of the supplement": [
        {
            "title": "Drug alpha plus drug gamma as second-line therapy for a condition",
            "authors": "Autre Z.",
            "year": "2023",
            "source_title": "Annals of invented congresses",
            "volume": "34",
            "pages": "S568",
            "report_type": "Conference Abstract",
            "doi": "10.1000/supplement",
        },
    ],
    "preprint": [
        {
            "title": ARTICLE,
            "authors": "García-Example, Ana B.; van der Muster, Max",
            "year": "2023",
            "source_title": "medRxiv",
        },
    ],
    "erratum": [
        {
            "title": f"Erratum: {ARTICLE}",
            "authors": "García-Example, Ana B",
            "year": "2024",
            "source_title": "Journal of invented clinical examples",
            "volume": "42",
            "pages": "900",
        },
    ],
    "erratum behind the title": [
        {
            "title": f"{ARTICLE}: Erratum",
            "authors": "García-Example, Ana B",
            "year": "2024",
            "source_title": "Journal of invented clinical examples",
            "volume": "42",
            "pages": "117-125",
        },
    ],
    "entry of the registry": [
        {
            "title": ARTICLE,
            "authors": "NCT90000001",
            "year": "2020",
            "source_title": "https://clinicaltrials.gov/show/NCT90000001",
            "report_type": "Trial registry record",
        },
    ],
    "longer follow-up": [
        {
            "title": ARTICLE.replace("a phase II trial", "5-year results of a phase II trial"),
            "authors": "García-Example, Ana B",
            "year": "2024",
            "source_title": "Journal of invented clinical examples",
        },
    ],
    "secondary publication in another language": [
        {
            "title": f"[{ARTICLE}]",
            "authors": "García-Example, Ana B",
            "year": "2024",
            "source_title": "Revista de ejemplos",
            "volume": "7",
            "pages": "12-19",
            "language": "spa",
        },
    ],
    "reply of the authors": [
        {
            "title": f"Reply to: {ARTICLE}",
            "authors": "García-Example, Ana B",
            "year": "2024",
            "source_title": "Journal of invented clinical examples",
        },
    ],
}


def test_one_trial_is_as_many_reports_as_were_published() -> None:
    named = [(name, cells) for name, found in REPORTS.items() for cells in found]
    rows = [
        record(number, registry_id="NCT90000001", **cells)
        for number, (_, cells) in enumerate(named, start=1)
    ]
    result = deduplicate(rows, [])
    merged = {frozenset(members) for members in result.sets.values()}
    report = {row["record_id"]: name for row, (name, _) in zip(rows, named, strict=True)}
    for members in merged:
        assert len({report[member] for member in members}) == 1, members
    article = {number for number, name in report.items() if name == "article"}
    assert frozenset(article) in merged


@pytest.mark.parametrize(
    ("written", "page"),
    [
        ("101-110", "101"),
        ("pp. 101–110", "101"),
        ("Article Number: 4063", "4063"),
        ("e4063", "4063"),
        ("S567-S568", "s567"),
        ("0012", "12"),
        ("xii-xiv", "xii"),
        ("no pages", ""),
    ],
)
def test_first_page_as_databases_write_it(written: str, page: str) -> None:
    assert traits(record(1, pages=written)).first_page == page
