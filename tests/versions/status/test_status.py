"""Does `review status` say what is due, why and what to type, and nothing that is not?

Trials and versions here are invented.
"""

from __future__ import annotations

import ast
import csv
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from analysis.build.history.shelf import record_bytes
from analysis.cli import main
from analysis.storage.provenance import hashes_of
from analysis.storage.table_files import read_table, table_bytes, table_path
from analysis.synthesis.versions import Version
from analysis.versions.status.extraction import extraction_points
from analysis.versions.status.point import Point
from analysis.versions.status.release import release_points
from analysis.versions.status.report import status_markdown
from analysis.versions.status.review_status import ReviewStatus, review_status
from analysis.versions.status.screening import included_points, screening_points
from analysis.versions.status.searches import search_points
from analysis.versions.status.trials import trial_points
from schemas import load_review
from schemas.screening_choices import Screening
from schemas.screening_log import Log, screening_log
from schemas.screening_verdicts import Decision

# The published search ended on 20 May 2025; the protocol asks for one every six months.
LAST_DAY_OFF = date(2025, 11, 19)
TODAY = date(2025, 11, 20)


@pytest.fixture(scope="module")
def shipped(edition: Path) -> ReviewStatus:
    """The status of edition 1.0 on the day on which its searches are due again."""
    return review_status(edition, TODAY)


def points(status: ReviewStatus, subject: str) -> list[Point]:
    return [point for point in status.points if point.subject == subject]


def searches(root: Path, day: date = TODAY) -> list[Point]:
    return list(search_points(load_review(root), day))


def trials(root: Path, day: date = TODAY) -> list[Point]:
    return list(trial_points(load_review(root), day))


def change(root: Path, table: str, *new: dict[str, str], keep: bool = True) -> None:
    columns, rows = read_table(root, table)
    fresh = [*(rows if keep else []), *new]
    (root / table_path(table)).write_bytes(table_bytes(columns, fresh))


def trial(number: int, **cells: str) -> dict[str, str]:
    name = f"NCT000000{number:02d}"
    return {"registry_id": name, "title": "Example trial", "source": "registry", **cells}


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--root", str(root), "status", *arguments])


# Searches


@pytest.mark.parametrize("written", ["2025-05-21", "2025-06", "2026"])
def test_a_search_that_is_still_to_come_is_a_mistake(review: Path, written: str) -> None:
    path = review / "data/searches.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("2025-05-20", written), encoding="utf-8")
    (early,) = searches(review, date(2025, 5, 20))
    assert early.due
    assert "still to come" in early.what
    (later,) = searches(review, date(2026, 1, 1))
    assert "still to come" not in later.what


def test_a_search_is_due_on_the_day_the_interval_ends(edition: Path) -> None:
    (before,) = searches(edition, LAST_DAY_OFF)
    assert not before.due
    assert "due again on 20 November 2025" in before.what
    (point,) = searches(edition)
    assert point.due
    assert "every 6 months" in point.why
    assert set(point.items) == {"PubMed", "Embase", "Web of Science", "Cochrane Library"}


def test_without_an_interval_nothing_is_due(review: Path) -> None:
    protocol = review / "data/protocol.yml"
    text = protocol.read_text(encoding="utf-8")
    protocol.write_text(re.sub(r"\nupdate:\n(  .*\n)+", "\n", text), encoding="utf-8")
    (point,) = searches(review, date(2040, 1, 1))
    assert not point.due
    assert "no interval" in point.what
    assert not [point for point in trials(review, date(2040, 1, 1)) if point.due]
    texts = [entry["text"] for entry in json.loads(run(review, "--json").stdout)["information"]]
    assert all("the protocol names no precision" in text for text in texts)


# Ongoing trials


def test_trials_say_what_is_due_with_them(review: Path) -> None:
    change(
        review,
        "ongoing_trials",
        trial(1, status="recruiting", status_date="2025-10-01", primary_completion="2025-10"),
        trial(2, status="recruiting", status_date="2025-10-01", primary_completion="2025-11"),
        trial(3, status="completed", status_date="2025-10-01", results_posted="yes"),
        trial(4, status="recruiting", status_date="2025-08-20"),
        trial(5, status="recruiting", status_date="2025-08-21"),
        trial(6, status="withdrawn", primary_completion="2020"),
        trial(7, status="recruiting"),
        keep=False,
    )
    posted, ended, old = trials(review)
    assert posted.items == ("NCT00000003",)
    assert posted.command.endswith("--propose all")
    # November 2025 has not ended on the 20th; a withdrawn trial has no results to wait for.
    assert ended.items == ("NCT00000001 (October 2025)",)
    # Three months after 20 August is 20 November; nobody knows when the last one was read.
    assert old.items == ("NCT00000004", "NCT00000007")
    assert "of 1, no day is recorded" in old.what


def test_results_that_wait_for_extraction_are_not_proposed_again(review: Path) -> None:
    change(review, "ongoing_trials", trial(3, status_date="2025-11-01", results_posted="yes"))
    assert any("--propose" in point.command for point in trials(review))
    waiting = {
        "study_id": "Example",
        "title": "Example",
        "registry_id": "ChiCTR2000000011; NCT00000003",
        "why_waiting": "not read",
    }
    change(review, "awaiting_extraction", waiting)
    assert not any("--propose" in point.command for point in trials(review))


# Screening

CHOICES = Screening.model_validate(
    {"reviewers": ["AB", "CD"], "arbiter": "EF", "reasons": [{"id": "design", "label": "design"}]}
)


def log(decisions: dict[str, list[tuple[str, str, str]]], **studies: str) -> Log:
    """Settle records from (stage, reviewer, decision)."""
    return screening_log(
        dict.fromkeys(decisions, "2026-01-10-example"),
        [],
        {record: (study,) for record, study in studies.items()},
        [
            Decision(record, stage, reviewer, decision)
            for record, made in decisions.items()
            for stage, reviewer, decision in made
        ],
        CHOICES,
    )


T, F = "title_abstract", "full_text"
INCLUDED = [(stage, name, "include") for stage in (T, F) for name in ("AB", "CD")]


def test_records_are_counted_where_they_wait() -> None:
    found = list(
        screening_points(
            log(
                {
                    "r1": [],
                    "r2": [],
                    "r3": [(T, "AB", "include")],
                    "r4": [(T, "AB", "include"), (T, "CD", "exclude")],
                    "r5": INCLUDED[:2],
                    "r6": INCLUDED[:3],
                    "r7": [*INCLUDED[:3], (F, "CD", "exclude")],
                    "r8": [(T, "AB", "exclude"), (T, "CD", "exclude")],
                    "r9": INCLUDED,
                }
            )
        )
    )
    assert [point.what for point in found] == [
        "2 records not screened.",
        "1 record waiting for a second reviewer.",
        "1 record in conflict.",
        "1 record whose full text is to be read.",
        "1 record whose full text waits for a second reviewer.",
        "1 record whose full text is in conflict.",
    ]
    assert all(point.due and point.why for point in found)
    assert [point.command.split()[2] for point in found] == [
        *("sheet", "sheet", "conflicts"),
        *("sheet", "sheet", "conflicts"),
    ]
    assert [T in point.command for point in found] == [True] * 3 + [False] * 3


def test_when_no_record_waits_that_is_said() -> None:
    (point,) = screening_points(log({"r9": INCLUDED}))
    assert (point.due, point.what) == (False, "1 record and none waits.")
    (point,) = screening_points(log({}))
    assert (point.due, point.what) == (False, "No record is kept here.")


def test_an_included_study_without_rows_is_due_until_it_is_listed(review: Path) -> None:
    data = load_review(review)
    here = str(data.studies["study_id"].iloc[0])
    waits = str(data.awaiting_extraction["study_id"].iloc[0])
    studies = log({"r1": INCLUDED, "r2": INCLUDED, "r3": INCLUDED}, r1=here, r2=waits, r3="New")
    (point,) = included_points(data, studies)
    assert (point.due, point.items) == (True, ("New",))
    assert "1 study included in full text is neither" in point.what
    assert not list(included_points(data, log({"r1": INCLUDED}, r1=here)))


# Extraction and evidence


def test_waiting_studies_and_unread_rows(edition: Path, shipped: ReviewStatus) -> None:
    (waiting,) = points(shipped, "Extraction")
    with (edition / "data/awaiting_extraction.csv").open(encoding="utf-8") as file:
        assert list(waiting.items) == [row["study_id"] for row in csv.DictReader(file)]
    unread, derived = points(shipped, "Evidence")
    # The numbers of the README's table of edition 1.0.
    assert unread.what == (
        "12 studies, 32 rows of outcomes, 47 rows of adverse events reconstructed."
    )
    assert (unread.due, derived.due) == (True, False)
    assert derived.what.startswith("4 rows of outcomes, 2 rows of adverse events derived")


def test_of_a_review_without_rows_nothing_is_called_read(edition: Path) -> None:
    data = load_review(edition)
    empty = {name: getattr(data, name)[:0] for name in ("studies", "outcomes", "adverse_events")}
    *_, evidence = extraction_points(replace(data, **empty))
    assert (evidence.subject, evidence.what) == ("Evidence", "No rows yet.")


# Check and version


def test_warnings_of_the_check_are_due(review: Path, shipped: ReviewStatus) -> None:
    assert not points(shipped, "Check")
    change(review, "ongoing_trials", trial(1, registry_id="XYZ123"))
    (point,) = points(review_status(review, TODAY), "Check")
    assert (point.due, point.what, point.command) == (
        True,
        "1 warning of the check.",
        "review check",
    )


def test_changes_since_a_release_are_due(review: Path) -> None:
    (none,) = release_points(review)
    assert "No version has been released" in none.what
    hashes = hashes_of(review)
    version = Version("1.0", "2026-01-10", "an example", "first", 14, {}, ())
    folder = review / "versions/1.0"
    folder.mkdir(parents=True)
    kept = {"data": hashes.data, "protocol": hashes.protocol}
    (folder / "version.json").write_bytes(record_bytes(version, kept, []))
    (same,) = release_points(review)
    assert (same.due, same.what) == (
        False,
        "Tables and protocol are those of version 1.0, released on 10 January 2026.",
    )
    change(review, "ongoing_trials", trial(1, status="recruiting"))
    (changed,) = release_points(review)
    assert (changed.due, changed.command) == (True, "review changes 1.0")


# The command


def test_what_is_printed_names_reason_and_command(edition: Path, shipped: ReviewStatus) -> None:
    result = run(edition, "--date", TODAY.isoformat())
    assert result.exit_code == 0
    text = result.stdout
    due = shipped.due
    assert f"{len(due)} points are due." in text
    assert text.count("    Why: ") == text.count("    Do:  review ") == len(due)
    assert "boundaries for repeated tests" in text
    assert max(map(len, text.splitlines())) < 110


def test_other_programs_get_everything_and_scheduled_runs_an_exit_status(edition: Path) -> None:
    result = run(edition, "--json", "--date", "2025-11-20", "--fail-if-due")
    assert result.exit_code == 3
    content = json.loads(result.stdout)
    assert (content["due"], content["date"]) == (True, "2025-11-20")
    assert {entry["outcome"] for entry in content["information"]} == {"orr", "dcr", "pfs", "os"}
    assert all(point["why"] and point["command"] for point in content["points"] if point["due"])


def test_in_an_issue_no_title_is_markup_or_calls_anybody(shipped: ReviewStatus) -> None:
    hostile = "\n```\n@somebody <img src=x> ````"
    status = replace(shipped, points=(Point("Trials", hostile, due=True, items=(hostile,)),))
    lines = status_markdown(status).splitlines()
    fence = lines[2].removesuffix("text")
    assert set(fence) == {"`"}
    # Nothing before the last line closes the fence, so everything is plain text.
    assert lines[-1] == fence
    assert not any(line.strip().startswith(fence) for line in lines[3:-1])


def test_data_with_errors_give_no_status(review: Path) -> None:
    change(review, "ongoing_trials", trial(1, status="recruting"))
    result = run(review)
    assert result.exit_code == 1
    assert 'mean "recruiting"' in result.stderr


def typed(line: str) -> tuple[click.Command, list[str]]:
    """Find the command that a line names, and give its options."""
    command: click.Command = main
    words = line.split()[1:]
    while words and isinstance(command, click.Group) and words[0] in command.commands:
        command = command.commands[words.pop(0)]
    return command, [word for word in words if word.startswith("--")]


def test_every_command_that_is_named_exists_with_its_options() -> None:
    folder = Path(__file__).resolve().parents[3] / "analysis/versions/status"
    named = {
        node.value
        for file in folder.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith("review ")
    }
    assert {line.split()[1] for line in named} >= {"search", "screen", "registry", "workbook"}
    for line in named:
        command, options = typed(line)
        assert command is not main, line
        known = {name for parameter in command.params for name in parameter.opts}
        assert set(options) <= known, line
