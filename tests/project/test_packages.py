"""Does the bill of materials say what the lock file installs?"""

from __future__ import annotations

import json

from tests.project.packages import LOCK, PAGE, SBOM, packages


def test_the_bill_names_every_package_of_the_lock_file_with_its_version() -> None:
    """A new lock file asks for `make sbom`."""
    told = {
        (part["name"], part["version"])
        for part in json.loads(SBOM.read_text("utf-8"))["components"]
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
