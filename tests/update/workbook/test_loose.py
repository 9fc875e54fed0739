"""Is what clinicians type taken where it can mean one thing only, and refused where it can not?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analysis.update.workbook.choices import entry_of
from analysis.update.workbook.loose import loose_reading
from analysis.update.workbook.plan import Field
from analysis.update.workbook.reference_rows import pubmed_names
from analysis.update.workbook.report import intake_text
from analysis.update.workbook.row_readings import row_readings
from schemas.problems import Problem, told_once
from schemas.tables.fields import ID_FORM
from tests.update.workbook.conftest import Form, read

DOI = Field("doi", "DOI", role="doi", is_exact=True)
KEY = Field("study_id", "Study", role="key", is_exact=True, required=True, form=ID_FORM)
TERM = Field("term", "Standard term", role="key", is_exact=True)
DATE = Field("enrolment_start", "Start", role="date", is_date=True, is_exact=True)
COUNT = Field("n", "Patients", kind="whole", unit="patients", is_exact=True)
PERCENT = Field("percent_reported", "Share", kind="number", unit="percent as printed: 46.9")
FRACTION = Field("ci_level", "Level", kind="number", unit="fraction: 0.95")
MEDIAN = Field("median", "Median", kind="number", unit="months")
AGE = Field("age_median", "Age", kind="number", unit="years")
PLACE = Field("country", "Country")
NAME = Field("label", "Name printed", required=True)


@pytest.mark.parametrize(
    ("field", "text", "read_as"),
    [
        (DOI, "https://doi.org/10.1000/tc.1", "10.1000/tc.1"),
        (DOI, "http://dx.doi.org/10.1000/tc.1.", "10.1000/tc.1"),
        (DOI, "doi: 10.1000/tc.1", "10.1000/tc.1"),
        (DOI, "DOI 10.1000/tc.1;", "10.1000/tc.1"),
        (DOI, "10.1000/a(b)c.", "10.1000/a(b)c"),
        (DOI, "doi:10.1000/a; https://doi.org/10.1000/b", "10.1000/a; 10.1000/b"),
        (DOI, "10.1000/tc.1", None),
        (DOI, "Abstract 12, see 10.1000/tc.1", None),  # words beside it: a source told in words
        (KEY, "Cho 2019", "Cho2019"),
        (KEY, "O'Brien2023", "OBrien2023"),
        (KEY, "Müller, 2020", "Muller2020"),
        (KEY, "2020Cho", None),
        (TERM, "Abnormal liver function", None),
        (DATE, "March 2015", "2015-03"),
        (DATE, "15 Mar. 2015", "2015-03-15"),
        (DATE, "March 15th, 2015", "2015-03-15"),
        (DATE, "März 2015", "2015-03"),
        (DATE, "17.08.2020", "2020-08-17"),
        (DATE, "08/17/2020", "2020-08-17"),
        (DATE, "2020/08/17", "2020-08-17"),
        (DATE, "42064", "2015-03-01"),  # as Excel counts days: =DATE(2015,3,1)
        (DATE, "03/04/2020", None),  # two days
        (DATE, "31.02.2020", None),
        (DATE, "early 2015", None),
        (DATE, "March or May 2015", None),
        (COUNT, "40a", "40"),
        (COUNT, "40†", "40"),
        (COUNT, "41¹", "41"),
        (COUNT, "12 (35.7%)", "12"),
        (COUNT, "1,234", "1234"),
        (COUNT, "zero", "0"),
        (COUNT, "22 patients", "22"),
        (COUNT, "n/a", ""),
        (COUNT, "not reported", ""),
        (COUNT, "–", ""),
        (COUNT, "1.234", None),
        (COUNT, "~60", None),
        (COUNT, "2/9", None),  # the row decides
        (PERCENT, "22.5%", "22.5"),
        (PERCENT, "22,5 %", "22.5"),
        (FRACTION, "95%", "0.95"),
        (AGE, "57 years", "57"),
        (AGE, "57 months", None),
        (AGE, "57 (25-80)", None),  # a range or the middle half
        (AGE, "NR", ""),
        (MEDIAN, "NR", None),  # not reported, or not reached
        (MEDIAN, "4.2 mo", "4.2"),
        (PLACE, "NR", ""),
        (PLACE, "Norway", None),
        (NAME, "Cho et al., 2019¹", "Cho et al., 2019"),
        (NAME, "NR", None),  # must be filled
    ],
)
def test_reading_of_a_cell(field: Field, text: str, read_as: str | None) -> None:
    assert loose_reading(text, field) == read_as


@pytest.mark.parametrize(
    ("name", "closed", "text", "entry"),
    [
        ("q1", ("yes", "no", "unclear", "not applicable"), "Y", "yes"),
        ("q1", ("yes", "no", "unclear", "not applicable"), "ja", "yes"),
        ("q1", ("yes", "no", "unclear", "not applicable"), "N", "no"),
        ("q1", ("yes", "no", "unclear", "not applicable"), "n/a", "not applicable"),
        ("q1", ("yes", "no", "unclear", "not applicable"), "?", None),
        ("grade", ("any", ">=3"), "any grade", "any"),
        ("grade", ("any", ">=3"), "Grade ≥3", ">=3"),
        ("grade", ("any", ">=3"), "3-4", None),
    ],
)
def test_entry_of_a_list(name: str, closed: tuple[str, ...], text: str, entry: str | None) -> None:
    assert entry_of(text, Field(name, name, closed=closed, is_exact=True)) == entry


def test_beginning_of_a_label_is_its_entry_where_only_one_begins_so() -> None:
    labels = (
        ("ORR", "Objective response rate"),
        ("PFS", "Median progression-free survival"),
        ("OS", "Median overall survival"),
    )
    field = Field("outcome", "Outcome", closed=("ORR", "PFS", "OS"), labels=labels, is_exact=True)
    assert entry_of("Objective response", field) == "ORR"
    assert entry_of("objective-response", field) == "ORR"
    assert entry_of("Objective", field) is None
    assert entry_of("Median", field) is None
    assert entry_of("Objective responses", field) is None


FIELDS = {
    "events": Field("events", "Events", kind="whole"),
    "n": COUNT,
    "percent_reported": PERCENT,
    "ci_low": Field("ci_low", "Lower limit", kind="number"),
    "ci_high": Field("ci_high", "Upper limit", kind="number"),
    "median": MEDIAN,
    "upper_not_reached": Field("upper_not_reached", "Open", closed=("yes", "no"), is_exact=True),
}
_UNREACHED = {"ci_high": "", "upper_not_reached": "yes"}


@pytest.mark.parametrize(
    ("cells", "changed"),
    [
        ({"events": "2/9", "n": "9"}, {"events": "2"}),
        ({"events": "2 of 9", "n": "9"}, {"events": "2"}),
        ({"events": "2/9", "n": "10"}, {}),
        ({"ci_low": "5,3 - 6,9", "ci_high": ""}, {"ci_low": "5.3", "ci_high": "6.9"}),
        ({"ci_low": "5.3–6.9", "ci_high": "7"}, {}),
        ({"ci_low": "-0.5", "ci_high": ""}, {}),
        ({"events": "9", "n": "40", "percent_reported": "0.225"}, {"percent_reported": "22.5"}),
        ({"events": "1", "n": "200", "percent_reported": "0.5"}, {}),  # half a percent
        ({"events": "", "n": "40", "percent_reported": "0.225"}, {}),
        ({"ci_low": "12.1", "ci_high": "NE"}, _UNREACHED),
        ({"ci_low": "12.1", "ci_high": "not reached"}, _UNREACHED),
        ({"ci_low": "12.1", "ci_high": "n.r."}, _UNREACHED),
        ({"ci_low": "12.1", "ci_high": "∞"}, _UNREACHED),
        ({"median": "NR", "ci_low": "12.1", "ci_high": "NE"}, {"median": "", **_UNREACHED}),
        ({"ci_low": "9", "ci_high": "NE", "upper_not_reached": "yes"}, {"ci_high": ""}),
        # Without a lower limit NR may be "not reported"; "no" contradicts it; "n/a" says neither.
        ({"median": "NR", "ci_low": "", "ci_high": "NR"}, {}),
        ({"ci_low": "9", "ci_high": "NE", "upper_not_reached": "no"}, {}),
        ({"ci_low": "9", "ci_high": "n/a"}, {}),
    ],
)
def test_reading_that_follows_from_the_row(cells: dict[str, str], changed: dict[str, str]) -> None:
    assert {found.column: found.after for found in row_readings(cells, FIELDS)} == changed


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Giaccone G, Kim C, Thompson J, et al.", "Giaccone, G; Kim, C; Thompson, J; others"),
        ("van der Doe JA and Roe R.-B.", "van der Doe, JA; Roe, R.-B"),
        ("Müller Ö", "Müller, Ö"),
        ("Zhou, Jian; Bai, Li", None),
        ("The Example Study Group", None),
        ("Jane Doe, Richard Roe", None),
    ],
)
def test_authors_as_pubmed_prints_them(text: str, names: str | None) -> None:
    assert pubmed_names(text) == names


def test_form_with_loose_cells_is_read_with_notes(root: Path, form: Callable[..., Form]) -> None:
    filled = form().example()
    filled.put(
        "references", 2, doi="https://doi.org/10.1000/example.", authors="Example A, Muster B"
    )
    filled.put("outcomes", 2, n="30*", events="12/30")
    filled.put("quality_jbi", 2, q1="Y")
    intake = read(root, filled)
    assert not intake.refused
    assert intake.written
    said = intake_text(intake, None, dry_run=False)
    for words in ("30* was read as 30", "12/30 was read as 12", "Y was read as yes"):
        assert words in said
    assert "row 2, column n (" in said
    assert "line 2" not in said


def test_value_merged_down_a_column_holds_for_each_row(
    root: Path, form: Callable[..., Form]
) -> None:
    filled = form().example()
    first = filled.cell("outcomes", 2, "source")
    below = filled.cell("outcomes", 3, "source")
    below.value = None
    filled.book["outcomes"].merge_cells(f"{first.coordinate}:{below.coordinate}")
    intake = read(root, filled)
    assert not intake.refused
    assert any("was read for each row" in found.problem.what for found in intake.found)


def problem(line: int, value: str, what: str, **other: Any) -> Problem:
    told: dict[str, Any] = {"severity": "warning", "rule": "workbook-read-as", **other}
    return Problem("f.xlsx, sheet references", line, f"doi (J{line})", value, what, "Look.", **told)


def test_one_mistake_in_many_rows_is_one_message() -> None:
    rows = range(2, 22)
    notes = [problem(n, f"https://doi.org/10.1000/{n}", f"read as {n}.") for n in rows]
    other = problem(30, "n/a", "read as an empty cell.")
    (first, second) = told_once([*notes, other])
    assert first.what == "read as 2. The same in rows 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 9 more."
    assert second == other


def test_one_mistake_in_many_sheets_is_one_message() -> None:
    """A study that was misspelt in its own sheet is missing from the view of all the others."""
    told = {"severity": "error", "rule": "study-unknown"}
    sheets = {"adverse_events": (5, 6), "outcomes": (2, 3, 4), "quality": (2,)}
    found = [
        Problem(f"f.xlsx, sheet {sheet}", n, "study_id (A1)", "Cho", "No study.", "Look.", **told)  # pyright: ignore[reportArgumentType]
        for sheet, rows in sheets.items()
        for n in rows
    ]
    (one,) = told_once(found)
    assert one.what == (
        "No study. The same in row 6; sheet outcomes, rows 2, 3, 4; sheet quality, row 2."
    )


def test_the_same_text_read_in_several_columns_is_one_message() -> None:
    doi = problem(10, "10.1000/x.", "10.1000/x. was read as 10.1000/x.")
    source = replace(doi, file="f.xlsx, sheet outcomes", column="source (N10)", line=12)
    (one,) = told_once([doi, source])
    assert one.what.endswith("The same in sheet outcomes, column source, row 12.")


def test_a_warning_about_many_studies_is_one_message() -> None:
    told = {"rule": "study-not-judged"}
    found = [problem(n, f"Study{n}", "Not judged.", **told) for n in (3, 5, 8)]
    (one,) = told_once(found)
    assert one.what == "Not judged. The same in rows 5, 8."


def test_warnings_without_a_row_name_the_others_by_their_value() -> None:
    """Does a message about headings of an abstract that stand in no row name the others?"""
    missing = Problem(
        "paper.qmd", None, "abstract", "Objective", "Wanted.", "Write it.", "warning", "abstract"
    )
    others = [replace(missing, value=value) for value in ("Data Sources", "Study Selection")]
    (one,) = told_once([missing, *others])
    assert one.what == 'Wanted. The same in "Data Sources", "Study Selection".'


def test_errors_are_one_message_only_where_the_value_is_the_same() -> None:
    refused = {"severity": "error", "rule": "study-unknown"}
    told = told_once([problem(n, v, "No such study.", **refused) for n, v in ((2, "A"), (3, "A"))])
    assert [one.what for one in told] == ["No such study. The same in row 3."]
    apart = [problem(2, "A", "No such study.", **refused), problem(3, "B", "No.", **refused)]
    assert told_once(apart) == apart
