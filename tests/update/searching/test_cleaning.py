"""Does a record become cells that the check accepts, and does it come back as it went out?"""

from __future__ import annotations

import csv
import io

import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import BibliographyData, Entry, Person

from analysis.update.searching.cleaning import clean, one_line, plain_doi, safe, unguarded
from analysis.update.searching.export_record import FIELDS, ExportRecord
from analysis.update.searching.exports import read_export
from analysis.update.searching.trial_numbers import one_trial, trial_numbers
from schemas.cells import refuse_any, refuse_text
from tests.update.searching.conftest import Row

QUICK = settings(max_examples=40, deadline=None)

# Words as they stand in titles; what LaTeX gives a meaning is looked at in test_formats.py.
WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "Nd"), exclude_characters="ıŉ"), min_size=1
)
SENTENCES = st.lists(
    st.one_of(WORDS, st.sampled_from(["≥3", "(PD-1)", "50 %", "β-blocker,", "“so”", "A&B", "='x"])),
    min_size=2,
    max_size=8,
).map(lambda words: "Example " + " ".join(words))
NAMES = st.tuples(WORDS, WORDS).map(lambda parts: f"{parts[0]}, {parts[1]}")
FIELDS_GIVEN = st.fixed_dictionaries(
    {
        "title": SENTENCES,
        "authors": st.lists(NAMES, min_size=1, max_size=4).map("; ".join),
        "year": st.integers(1900, 2030).map(str),
        "source_title": SENTENCES,
        "volume": st.integers(1, 999).map(str),
        "issue": st.integers(1, 12).map(str),
        "pages": st.tuples(st.integers(1, 500), st.integers(501, 999)).map(
            lambda ends: f"{ends[0]}-{ends[1]}"
        ),
        "doi": st.integers(0, 10**9).map(lambda number: f"10.1000/example.{number}"),
        "abstract": SENTENCES,
        "language": st.sampled_from(["English", "Spanish"]),
    }
)


def cleaned(fields: Row) -> Row:
    return clean(ExportRecord(1, fields, "", ""))


def back(data: bytes, name: str) -> list[Row]:
    return [
        {field: cells[field] for field in FIELDS if field not in ("pmid", "report_type")}
        for cells in map(clean, read_export(data, name).records)
    ]


def expected(records: list[Row]) -> list[Row]:
    return [
        {field: cells[field] for field in FIELDS if field not in ("pmid", "report_type")}
        for cells in map(cleaned, records)
    ]


@QUICK
@given(st.lists(FIELDS_GIVEN, min_size=1, max_size=3))
def test_records_come_back_from_ris(records: list[Row]) -> None:
    """Written by rispy, an independent program: are all fields the same?"""
    entries = []
    for found in records:
        first, last = found["pages"].split("-")
        entries.append(
            {
                "type_of_reference": "JOUR",
                "title": found["title"],
                "authors": found["authors"].split("; "),
                "year": found["year"],
                "secondary_title": found["source_title"],
                "volume": found["volume"],
                "number": found["issue"],
                "start_page": first,
                "end_page": last,
                "doi": found["doi"],
                "abstract": found["abstract"],
                "language": found["language"],
            }
        )
    assert back(rispy.dumps(entries).encode(), "random.ris") == expected(records)


@QUICK
@given(st.lists(FIELDS_GIVEN, min_size=1, max_size=3))
def test_records_come_back_from_bibtex(records: list[Row]) -> None:
    """Written by pybtex: are all fields the same?"""
    text = ""
    for number, found in enumerate(records):
        people = [name.split(", ") for name in found["authors"].split("; ")]
        fields = {
            "title": found["title"],
            "year": found["year"],
            "journal": found["source_title"],
            "volume": found["volume"],
            "number": found["issue"],
            "pages": found["pages"].replace("-", "--"),
            "doi": found["doi"],
            "abstract": found["abstract"],
            "language": found["language"],
        }
        persons = {"author": [Person(last=f"{{{a}}}", first=f"{{{b}}}") for a, b in people]}
        entry = Entry("article", fields=fields, persons=persons)
        text += BibliographyData({f"k{number}": entry}).to_string("bibtex") + "\n"
    assert back(text.encode(), "random.bib") == expected(records)


@QUICK
@given(st.lists(FIELDS_GIVEN, min_size=1, max_size=3), st.sampled_from([",", ";", "\t"]))
def test_records_come_back_from_csv(records: list[Row], delimiter: str) -> None:
    """Written by the csv module: are all fields the same, whatever separates the cells?"""
    columns = {
        "title": "Title",
        "authors": "Authors",
        "year": "Year",
        "source_title": "Source title",
        "volume": "Volume",
        "issue": "Issue",
        "pages": "Pages",
        "doi": "DOI",
        "abstract": "Abstract",
        "language": "Language",
    }
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(columns.values())
    writer.writerows([found[field] for field in columns] for found in records)
    assert back(text.getvalue().encode("utf-8-sig"), "random.csv") == expected(records)


@QUICK
@given(st.text(max_size=40))
def test_any_text_becomes_a_cell_that_the_check_accepts(text: str) -> None:
    cell = safe(one_line(text))
    assert cell == "" or (refuse_any(cell) is None and refuse_text(cell) is None)
    assert cell == " ".join(cell.split())


@pytest.mark.parametrize("text", ["=cmd|'/c calc'!A1", "+1-800", "@SUM(A1)", "-2+3"])
def test_what_a_spreadsheet_would_execute_stays_text(text: str) -> None:
    cell = safe(text)
    assert cell == f"'{text}"
    assert unguarded(cell) == text


def test_what_stands_for_no_value_is_empty() -> None:
    assert [safe(text) for text in ("NA", "n/a", "-", "Dec-15", "")] == [""] * 5
    assert safe("x" * 40_000).endswith("…")
    assert len(safe("x" * 40_000)) < 32_767


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("https://doi.org/10.1000/ABC.1", "10.1000/abc.1"),
        ("doi: 10.1000/abc(25)00190-1.", "10.1000/abc(25)00190-1"),
        ("10.1000/abc [doi]", "10.1000/abc"),
        ("10.1000%2Fabc", "10.1000/abc"),
        ("none", ""),
        ("10.1/abc", ""),
    ],
)
def test_doi(text: str, doi: str) -> None:
    assert plain_doi(text) == doi


@pytest.mark.parametrize(
    ("field", "text", "cell"),
    [
        ("title", "[Example of a translated title.]", "[Example of a translated title.]"),
        ("title", "H<sub>2</sub>O in <i>vitro</i> &amp; p<0.05.", "H2O in vitro & p<0.05"),
        ("title", "Soft\u00adhyphen and\u200b space", "Softhyphen and space"),
        ("authors", "Doe, Jane", "Doe, Jane"),
        ("authors", "Doe J, Roe R.B., van der Muster F.", "Doe, J; Roe, R.B.; van der Muster, F"),
        ("authors", "Example Study Group", "Example Study Group"),
        ("year", "2024 Jan-Feb", "2024"),
        ("year", "in press", ""),
        ("pmid", "99000001.0", "99000001"),
        ("pmid", "PMC99000001", ""),
    ],
)
def test_fields(field: str, text: str, cell: str) -> None:
    assert cleaned({field: text})[field] == cell


def test_registrations_in_running_text() -> None:
    text = (
        "(NCT 90000001; nct90000001) ISRCTN90000004, EudraCT 2010-999999-12, ChiCTR2090000001, "
        "chictr-ooc-90000001, CTR20190001, jRCTs039000001, UMIN000090001, not NCT900000011 or "
        "PROSPERO CRD42090000001 or 99000001"
    )
    assert trial_numbers(text) == (
        "NCT90000001",
        "ISRCTN90000004",
        "2010-999999-12",
        "ChiCTR-OOC-90000001",
        "ChiCTR2090000001",
        "CTR20190001",
        "UMIN000090001",
        "jRCTs039000001",
    )
    assert one_trial(["NCT90000001", "ISRCTN90000004"])
    assert not one_trial(["NCT90000001", "NCT90000002"])
