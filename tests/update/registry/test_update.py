"""Does an export change what it should in the tables, say everything, and nothing else?

The trials are the invented ones of `examples/`.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.cli import main
from analysis.storage.table_files import read_table
from analysis.update.registry.reading import read_registry
from schemas.problems import DataProblems
from schemas.review_check import check_review

EXAMPLES = Path(__file__).parent / "examples"
JSON = EXAMPLES / "studies.json"
CSV = EXAMPLES / "studies.csv"
DAY = "2026-01-10"
_EARLIER = (
    "NCT00000001; ChiCTR2000000011,Example trial,3,,,100,,recruiting,2025-10-01,,2023-02,,,,,,"
    "registry,\n"
    "NCT00000012,Example trial two,,,,,,,,,,,,,,,registry,\n"
)


@pytest.fixture
def trials(review: Path) -> Path:
    """A review whose table of ongoing trials has two of the examples."""
    with (review / "data/ongoing_trials.csv").open("a", encoding="utf-8") as file:
        file.write(_EARLIER)
    return review


def rows(root: Path, table: str) -> dict[str, dict[str, str]]:
    _, found = read_table(root, table)
    return {row["registry_id"]: row for row in found}


def state(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / "data").iterdir()}


def test_status_and_dates_are_taken_over_and_every_change_is_listed(trials: Path) -> None:
    before = rows(trials, "ongoing_trials")
    steps: list[tuple[float, str]] = []
    report = read_registry(trials, JSON, DAY, progress=lambda *told: steps.append(told))
    assert [share for share, _ in steps] == [0.0, 0.6, 1.0]
    after = rows(trials, "ongoing_trials")
    row = after["NCT00000001; ChiCTR2000000011"]  # found by its Chinese number
    assert (row["status"], row["status_date"]) == ("active, not recruiting", DAY)
    assert (row["start"], row["primary_completion"]) == ("2023-02-01", "2026-06")
    assert row["primary_completion_type"] == "estimated"
    assert (row["sponsor"], row["results_posted"]) == ("Example Hospital", "no")
    differences = {
        (name, column, before[name][column], after[name][column])
        for name in before
        for column in before[name]
        if before[name][column] != after[name][column]
    }
    assert differences == {
        (c.registry_id, c.column, c.before, c.after) for c in report.update.changes
    }
    assert not [p for p in check_review(trials).problems if p.file == "data/ongoing_trials.csv"]


def test_what_a_person_wrote_stays_and_the_difference_is_said(trials: Path) -> None:
    report = read_registry(trials, JSON, DAY)
    row = rows(trials, "ongoing_trials")["NCT00000001; ChiCTR2000000011"]
    assert (row["phase"], row["target_n"], row["title"]) == ("3", "100", "Example trial")
    assert {(k.column, k.written, k.registered) for k in report.update.kept} == {
        ("phase", "3", "2/3"),
        ("target_n", "100", "120"),
    }


def test_patients_enrolled_are_no_planned_number(trials: Path) -> None:
    for export in (JSON, CSV):
        report = read_registry(trials, export, DAY, dry_run=True)
        assert any("45 patients enrolled" in note for note in report.update.notes)
        changed = {c.column for c in report.update.changes if c.registry_id == "NCT00000012"}
        assert "target_n" not in changed


def test_another_day_is_not_known_to_have_happened(trials: Path) -> None:
    # The CSV does not say what is estimated: what was known of the former day must go.
    read_registry(trials, JSON, "2026-01-09")
    table = trials / "data/ongoing_trials.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("2024-05-31", "2024-04"), "utf-8")
    read_registry(trials, CSV, DAY)
    row = rows(trials, "ongoing_trials")["NCT00000012"]
    assert (row["primary_completion"], row["primary_completion_type"]) == ("2024-05-31", "")
    assert (row["completion"], row["completion_type"]) == ("2024-11-30", "actual")


def test_an_older_export_changes_nothing(trials: Path) -> None:
    read_registry(trials, JSON, DAY)
    before = state(trials)
    report = read_registry(trials, JSON, "2025-12-31")
    assert not report.written
    assert state(trials) == before
    assert sum("left as it is" in note for note in report.update.notes) == 2


def test_reading_twice_is_reading_once(trials: Path) -> None:
    read_registry(trials, JSON, DAY, add=["all"], propose=["all"])
    before = state(trials)
    report = read_registry(trials, JSON, DAY)
    assert (report.written, report.update.changes, report.update.new) == ((), (), ())
    assert {entry.known for entry in report.update.results} == {"awaiting"}
    assert state(trials) == before


def test_a_dry_run_writes_nothing(trials: Path) -> None:
    before = state(trials)
    report = read_registry(trials, JSON, DAY, add=["all"], propose=["all"], dry_run=True)
    assert report.added == ("NCT00000013",)
    assert (report.written, state(trials)) == ((), before)


def test_trials_that_only_one_side_has_are_said(trials: Path) -> None:
    report = read_registry(trials, JSON, DAY, dry_run=True)
    assert [trial.registry_id for trial in report.update.new] == ["NCT00000013"]
    shipped = set(rows(trials, "ongoing_trials")) - {
        "NCT00000001; ChiCTR2000000011",
        "NCT00000012",
    }
    assert shipped
    assert set(report.update.missing) == shipped
    assert report.update.checked == 2


def test_a_new_trial_is_added_and_the_check_stays_green(trials: Path) -> None:
    read_registry(trials, JSON, DAY, add=["nct00000013"])
    row = rows(trials, "ongoing_trials")["NCT00000013"]
    assert (row["status"], row["population"]) == (
        "not yet recruiting",
        "Example Disease; Other Example Disease",
    )
    assert not check_review(trials).errors


def test_a_trial_with_results_awaits_extraction_once(trials: Path) -> None:
    offered = read_registry(trials, JSON, DAY)
    assert [(e.trial.registry_id, e.known) for e in offered.update.results] == [
        ("NCT00000012", "no")
    ]
    read_registry(trials, JSON, DAY, propose=["NCT00000012"])
    row = rows(trials, "awaiting_extraction")["NCT00000012"]
    assert (row["n_planned"], DAY in row["why_waiting"]) == ("45", True)
    assert not check_review(trials).errors
    with pytest.raises(DataProblems, match="not among those"):
        read_registry(trials, JSON, DAY, propose=["NCT00000012"])


def test_a_trial_whose_study_is_included_is_not_offered_again(trials: Path) -> None:
    path = trials / "data/studies.csv"
    with path.open(encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    real = next(row for row in found if row["evidence"] == "verified")
    real["registry_id"] = "NCT00000013"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)
    assert read_registry(trials, JSON, DAY, dry_run=True).update.new == ()


def test_a_title_that_a_spreadsheet_would_run_is_refused(trials: Path, tmp_path: Path) -> None:
    content = json.loads(JSON.read_text(encoding="utf-8"))
    identification = content["studies"][2]["protocolSection"]["identificationModule"]
    identification["briefTitle"] = '=HYPERLINK("http://example.org")'
    export = tmp_path / "export.json"
    export.write_text(json.dumps(content), encoding="utf-8")
    before = state(trials)
    with pytest.raises(DataProblems, match="formula"):
        read_registry(trials, export, DAY, add=["all"])
    assert state(trials) == before


def test_the_command_says_what_it_did(trials: Path) -> None:
    def run(*more: str) -> str:
        arguments = ["--root", str(trials), "registry", "read", str(JSON), "--date", DAY, *more]
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0, result.output
        return result.output

    trial = run("--dry-run", "--add", "all")
    assert "Nothing was written (--dry-run). Next: the same command without" in trial
    assert "NCT00000013 Example trial of drug C (not yet recruiting): would be added" in trial
    done = run()
    assert 'status: "recruiting" → "active, not recruiting"' in done
    assert 'phase: the table has "3", the registry "2/3"' in done
    assert "Written: data/ongoing_trials.csv. Next: review check." in done
    assert "Nothing had to be written." in run()


@pytest.mark.parametrize("day", ["10.01.2026", "2026-02-30", "2026-1-1", "yesterday"])
def test_a_day_in_another_form_is_refused(trials: Path, day: str) -> None:
    result = CliRunner().invoke(
        main, ["--root", str(trials), "registry", "read", str(JSON), "--date", day]
    )
    assert result.exit_code == 2
    assert "is not a day" in result.output
