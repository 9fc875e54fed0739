"""Is an export of ClinicalTrials.gov read as it is, in every form that users download?

The exports in `examples/` have the structure of the registry's own (JSON of version 2 of its
interface, and the CSV download of its site); their trials are invented and carry numbers below
NCT00000100.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.update.registry.dates import registry_date
from analysis.update.registry.export_file import page_notes, read_export
from analysis.update.registry.export_json import read_study, studies_of
from analysis.update.registry.trial import phase_of, status_of
from schemas.cells import refuse_date
from schemas.problems import DataProblems
from schemas.vocabulary import TRIAL_STATUSES

EXAMPLES = Path(__file__).parent / "examples"
JSON = EXAMPLES / "studies.json"
CSV = EXAMPLES / "studies.csv"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-05", "2024-05"),
        ("2024-05-31", "2024-05-31"),
        ("May 2024", "2024-05"),
        ("May 31, 2024", "2024-05-31"),
        ("September 5, 2021", "2021-09-05"),
        ("2024", "2024"),
        # What a spreadsheet makes of a date can be read in two ways, so it is not read.
        ("5/6/2024", None),
        ("May-24", None),
        ("45443", None),
        ("May 32, 2024", None),
        ("2024-13", None),
        ("Maj 2024", None),
    ],
)
def test_dates_of_the_registry(written: str, read: str | None) -> None:
    assert registry_date(written) == read


@given(st.text(max_size=20) | st.dates().map(lambda day: day.strftime("%B %d, %Y")))
def test_what_is_read_as_a_date_may_stand_in_a_table(written: str) -> None:
    day = registry_date(written)
    assert day is None or refuse_date(day) is None


def test_every_status_of_the_registry_has_its_place() -> None:
    # The values of `Status` in the registry's data structure that mean a trial.
    names = [
        "ACTIVE_NOT_RECRUITING",
        "COMPLETED",
        "ENROLLING_BY_INVITATION",
        "NOT_YET_RECRUITING",
        "RECRUITING",
        "SUSPENDED",
        "TERMINATED",
        "WITHDRAWN",
        "UNKNOWN",
    ]
    assert {status_of(name) for name in names} == set(TRIAL_STATUSES)
    # As the site and older downloads print them.
    assert status_of("Active, not recruiting") == "active, not recruiting"
    assert status_of("Unknown status") == "unknown"
    # Expanded access is no trial.
    assert status_of("NO_LONGER_AVAILABLE") is None


@pytest.mark.parametrize(
    ("written", "phase"),
    [
        ("PHASE1, PHASE2", "1/2"),
        ("PHASE2|PHASE3", "2/3"),
        ("Phase 4", "4"),
        ("EARLY_PHASE1", None),
        ("NA", None),
    ],
)
def test_phases(written: str, phase: str | None) -> None:
    assert phase_of(written) == phase


def test_json_tells_estimated_from_actual() -> None:
    first, second, third = read_export(JSON)
    assert (first.registry_id, first.status, first.phase) == (
        "NCT00000011",
        "active, not recruiting",
        "2/3",
    )
    assert (first.primary_completion, first.primary_completion_type) == ("2026-06", "estimated")
    assert (first.enrollment, first.enrollment_type) == (120, "estimated")
    assert first.interventions == "Drug A; Drug B"
    assert "ChiCTR2000000011" in first.other_ids
    assert (second.results, second.completion_type) == (True, "actual")
    assert second.other_ids == ("NCT00000099",)
    # A phase without a place in the table is told; that a trial has none is not worth telling.
    assert second.unread == ("its phase is EARLY_PHASE1, which the table does not know",)
    assert (third.phase, third.unread) == (None, ())


def test_csv_says_the_same_but_not_what_is_estimated() -> None:
    trials = {trial.registry_id: trial for trial in read_export(JSON)}
    for row in read_export(CSV):
        other = trials[row.registry_id]
        for name in ("title", "status", "phase", "start", "primary_completion", "completion"):
            assert getattr(row, name) == getattr(other, name), name
        assert (row.enrollment, row.sponsor) == (other.enrollment, other.sponsor)
        assert row.results == other.results
        assert (row.primary_completion_type, row.enrollment_type) == (None, None)
    assert next(iter(read_export(CSV))).interventions == "Drug A; Drug B"


def test_the_columns_of_older_downloads(tmp_path: Path) -> None:
    file = tmp_path / "SearchResults.csv"
    file.write_text(
        "Rank,NCT Number,Title,Status,Study Results,Sponsor/Collaborators,Phases,Enrollment,"
        "Start Date,Primary Completion Date\n"
        '1,NCT00000021,Example,"Active, not recruiting",Has Results,Example Hospital|Example '
        'Company,Phase 1|Phase 2,50,April 2020,"May 31, 2024"\n',
        encoding="utf-8-sig",
    )
    (trial,) = read_export(file)
    assert (trial.status, trial.results, trial.phase) == ("active, not recruiting", True, "1/2")
    assert (trial.sponsor, trial.start, trial.primary_completion) == (
        "Example Hospital",
        "2020-04",
        "2024-05-31",
    )


def test_one_study_a_list_and_a_page_are_the_same() -> None:
    page = json.loads(JSON.read_text(encoding="utf-8"))
    studies = page["studies"]
    assert studies_of(page) == studies_of(studies) == studies
    assert studies_of(studies[0]) == studies[:1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"studies": [', "cannot be read as such"),
        (b"[" * 100_000, "cannot be read as such"),
        (b'{"a": 1}', "not an export of ClinicalTrials.gov"),
        (b"[1, null, {}]", "no trial with an NCT number"),
        (b"PK\x03\x04", "changes the dates"),
        (b"", "empty"),
        (b"Title,Status\nA,B\n", 'no column "NCT Number"'),
        # An export of records: one sentence, not one for each line of it.
        (b"PMID- 1\nTI  - A, B\nFAU - C, D\n", 'no column "NCT Number"'),
        (b'NCT Number,Title\n"NCT1,B\n', "quotation mark"),
        (b"\xff\xfeN\x00", "UTF-16"),
    ],
)
def test_what_is_no_export_is_refused_in_words(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(DataProblems) as refusal:
        read_export(file)
    assert said in str(refusal.value)


def test_an_archive_has_to_be_unpacked(tmp_path: Path) -> None:
    file = tmp_path / "ctg-studies.zip"
    file.write_bytes(b"PK\x03\x04")
    with pytest.raises(DataProblems, match="Unpack it"):
        read_export(file)


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
_MODULES = {
    "statusModule": ["overallStatus", "startDateStruct", "primaryCompletionDateStruct"],
    "designModule": ["phases", "enrollmentInfo"],
    "identificationModule": ["nctIdAliases", "secondaryIdInfos", "briefTitle"],
    "sponsorCollaboratorsModule": ["leadSponsor"],
    "outcomesModule": ["primaryOutcomes"],
}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_stands_in_a_module_is_read_or_left(data: st.DataObject) -> None:
    protocol: dict[str, Any] = {
        name: data.draw(
            _ANYTHING | st.fixed_dictionaries({}, optional=dict.fromkeys(keys, _ANYTHING))
        )
        for name, keys in _MODULES.items()
    }
    inner = protocol["identificationModule"]
    identification = inner if isinstance(inner, dict) else {}
    protocol["identificationModule"] = {**identification, "nctId": "NCT00000031"}
    study = {"protocolSection": protocol, "hasResults": data.draw(_ANYTHING)}
    trial = read_study(study, "record 1")
    assert trial is not None
    assert trial.registry_id == "NCT00000031"


def test_page_of_an_answer_is_said_to_be_incomplete(tmp_path: Path) -> None:
    content = json.loads(JSON.read_text(encoding="utf-8"))
    studies = studies_of(content) or []
    page = tmp_path / "page.json"
    page.write_text(
        json.dumps({"studies": studies, "nextPageToken": "abc", "totalCount": 57}), encoding="utf-8"
    )
    (note,) = page_notes(page)
    assert f"it has {len(studies)} of 57 trials" in note
    page.write_text(json.dumps({"studies": studies}), encoding="utf-8")
    assert page_notes(page) == ()
    assert page_notes(CSV) == ()
