"""Are exports in the layouts that databases and reference managers really write read whole?

The layouts (columns, tags, lines above and between the records, quotation marks, line ends) are
those of exports in public repositories: asreview/citation-file-formatting, asreview/asreview,
ESHackathon/CiteSource and elizagrames/litsearchr, looked at in November 2026. The content is
invented: each file holds the same two examples, a trial and a series with an article number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analysis.update.searching.citation_line import from_embase, from_pubmed
from analysis.update.searching.cleaning import clean
from analysis.update.searching.exports import Export, read_export
from tests.update.searching.conftest import EXAMPLES, Row, rows, take

if TYPE_CHECKING:
    from pathlib import Path

TITLE = (
    "Example trial A of drug alpha plus drug beta in a condition: a randomised, controlled, "
    "phase 3 trial"
)
# File, format, lines on which its two records begin.
LAYOUTS = (
    ("embase-columns.csv", "csv", (6, 7)),
    ("embase-source.csv", "csv", (2, 5)),
    ("central.csv", "csv", (2, 3)),
    ("central.ris", "ris", (5, 28)),
    ("zotero.csv", "csv", (2, 4)),
    ("zotero.ris", "ris", (1, 22)),
    ("rayyan.csv", "csv", (2, 3)),
    ("covidence.csv", "csv", (2, 3)),
    ("ebsco.csv", "csv", (2, 3)),
    ("ovid-medline.ris", "ris", (2, 26)),
    ("endnote-pubmed.ris", "ris", (2, 36)),
    ("web-of-science.bib", "bibtex", (2, 25)),
    ("web-of-science.ris", "ris", (1, 29)),
    ("scopus-references.csv", "csv", (2, 3)),
    ("scopus.ris", "ris", (1, 24)),
)
# What a layout has no field for.
WITHOUT = {
    "embase-source.csv": ("doi", "pmid"),
    "covidence.csv": ("pmid",),
    "ebsco.csv": ("pmid",),
    "central.csv": ("registry_id",),
}


def read(name: str) -> tuple[Export, list[Row]]:
    export = read_export((EXAMPLES / name).read_bytes(), name)
    return export, [clean(found) for found in export.records]


@pytest.mark.parametrize(("name", "form", "lines"), LAYOUTS)
def test_every_field_is_in_its_place(name: str, form: str, lines: tuple[int, ...]) -> None:
    export, (trial, series) = read(name)
    assert export.format == form
    assert tuple(found.line for found in export.records) == lines
    expected = {
        "title": TITLE,
        "year": "2025",
        "volume": "12",
        "issue": "3",
        "doi": "10.1000/example.a",
        "pmid": "99000001",
        # The trial that the reference list of some examples names (NCT90000009) is another one.
        "registry_id": "NCT90000001",
    } | dict.fromkeys(WITHOUT.get(name, ()), "")
    assert {field: trial[field] for field in expected} == expected
    assert trial["pages"] == ("101" if name == "ebsco.csv" else "101-110")
    assert trial["source_title"].lower() == "journal of invented examples"
    assert [author.split(",")[0] for author in trial["authors"].split("; ")] == [
        "Example",
        "Muster",
    ]
    assert "invented" in trial["abstract"].lower()
    assert (series["title"], series["year"], series["volume"], series["pmid"]) == (
        "Example series C of a procedure",
        "2023",
        "4",
        "",
    )
    assert series["registry_id"] == ""
    # Ovid writes "No Pagination Specified", Scopus "[No author name available]".
    assert series["pages"] == ("" if name == "ovid-medline.ris" else "17")
    assert series["authors"].startswith("Prueba") or name == "scopus-references.csv"


def test_exports_of_all_databases_are_two_reports(root: Path) -> None:
    for number, (name, _, _) in enumerate(LAYOUTS):
        take(root, name, f"Database {number}", query="example")
    duplicates = {row["record_id"] for row in rows(root, "record_merges")}
    kept = [row for row in rows(root, "records") if row["record_id"] not in duplicates]
    assert sorted(row["title"] for row in kept) == ["Example series C of a procedure", TITLE]


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("Ex J. 2020 Feb;63(2):103640. doi: 10.1000/a. Epub 2019 Mar 25.", ("63", "2", "103640")),
        ("Ex J. 2022 Nov 30;11:e80092. doi: 10.1000/a.", ("11", "", "e80092")),
        ("Ex J. 2019 Mar;77(3):555.e1-555.e6. doi: 10.1000/a.", ("77", "3", "555.e1-555.e6")),
        ("Ex J. 2021 Sep;32 Suppl 5:S818-S828.", ("32 Suppl 5", "", "S818-S828")),
    ],
)
def test_citation_of_pubmed(line: str, place: tuple[str, ...]) -> None:
    assert tuple(from_pubmed(line).values()) == place


def test_article_without_a_place_yet() -> None:
    assert from_pubmed("Ex J. 2024 Jan 5. doi: 10.1000/a. Online ahead of print.") == {}


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("Ex J (2004) 102:4 (253-258). Date of Publication: 2004", ("102", "4", "253-258")),
        ("Ex J (2019) 54 (83-86). Date of Publication: 2019", ("54", "", "83-86")),
        ("Ex J (2024) 15:1 Article Number: 4063. Date of", ("15", "1", "4063")),
        ("Ex J (2021) 39:15 SUPPL. Date of Publication: 2021", ("39", "15 SUPPL", "")),
        ("Ex J (2020) 31 Supplement 4 (S567). Date of", ("31", "Supplement 4", "S567")),
        ("Ex J (2024). Date of Publication: 2024", ("", "", "")),
    ],
)
def test_source_of_embase(line: str, place: tuple[str, ...]) -> None:
    found = from_embase(line)
    assert (found["source_title"], found["year"]) == ("Ex J", line[6:10])
    assert (found["volume"], found["issue"], found["pages"]) == place


def test_plain_journal_is_no_citation() -> None:
    assert from_embase("Journal of invented examples") == {}


def test_line_ends_of_an_old_macintosh() -> None:
    export = read_export(b"Title,Year,DOI\rExample,2020,10.1000/a\r", "mac.csv")
    assert clean(export.records[0])["title"] == "Example"


def test_volume_with_its_supplement_is_the_same_volume() -> None:
    from analysis.update.searching.titles import traits
    from tests.update.searching.conftest import record

    assert traits(record(1, volume="32 Suppl 5")).volume == traits(record(2, volume="32")).volume


def test_files_put_together_lose_no_record() -> None:
    one = b"\xef\xbb\xbfTY  - JOUR\r\nTI  - A\r\nER  - \r\n"
    export = read_export(one + one.replace(b"- A", b"- B"), "both.ris")
    assert [clean(found)["title"] for found in export.records] == ["A", "B"]
