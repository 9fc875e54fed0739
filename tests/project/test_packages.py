"""Does the bill of materials say what the lock file installs?"""

from __future__ import annotations

import json

import pytest

from tests.conftest import ROOT
from tests.project.packages import BUNDLED, LOCK, PAGE, SBOM, packages, verdict


def test_the_bill_names_every_package_of_the_lock_file_with_its_version() -> None:
    """A new lock file asks for `make sbom`."""
    told = {
        (part["name"], part["version"])
        for part in json.loads(SBOM.read_text("utf-8"))["components"]
        if part["type"] == "library"
    }
    pinned = {(entry["name"], entry["version"]) for entry in packages()}
    assert len(pinned) == LOCK.read_text("utf-8").count("==") - LOCK.read_text("utf-8").count(
        " == "
    )
    assert told == pinned


def test_every_installed_package_has_a_licence_on_the_page() -> None:
    text = PAGE.read_text("utf-8")
    for entry in packages():
        assert f"| {entry['name']} | {entry['version']} |" in text
    assert text.count("not stated") < 20


def test_the_work_of_others_in_the_repository_stands_there_with_its_licence() -> None:
    told = {
        part["bom-ref"]: part["licenses"][0]["license"]["id"]
        for part in json.loads(SBOM.read_text("utf-8"))["components"]
        if part["type"] == "file"
    }
    assert told == {entry["folder"]: entry["licence"] for entry in BUNDLED}
    fonts = {
        path.parent.relative_to(ROOT).as_posix() for path in (ROOT / "analysis").rglob("*.ttf")
    }
    assert fonts <= told.keys()
    assert all((ROOT / folder / "OFL.txt").is_file() for folder in fonts)


_KNOWN = {"name": "a", "version": "1", "vulns": []}
_FAULTY = {"name": "b", "version": "2", "vulns": [{"id": "X-1", "fix_versions": ["3"]}]}
_PASSED_OVER = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("found", "status", "said"),
    [
        ([_KNOWN], 0, "1 of 1 packages looked up, 0 known faults"),
        ([_KNOWN, _FAULTY], 1, "b 2: X-1, mended in 3"),
        ([_KNOWN, _PASSED_OVER], 2, "NOT CHECKED: the database did not answer for 1 (c)"),
        ([_PASSED_OVER], 2, "0 of 1 packages looked up"),
        ([], 2, "0 of 0"),
        (None, 2, "NOT CHECKED: no database"),
    ],
)
def test_packages_that_nobody_looked_up_are_not_called_sound(
    found: list[object] | None, status: int, said: str
) -> None:
    answer = "" if found is None else json.dumps({"dependencies": found})
    text, ended = verdict(answer, "no route")
    assert ended == status
    assert said in text
