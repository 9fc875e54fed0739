"""Do the versions that ship with the review hold what their readers were promised?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from analysis.build.history.shelf import shelf
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    return json.loads((ROOT / "versions/1.1/results.json").read_text(encoding="utf-8"))


def test_the_first_update_lies_beside_the_first_version() -> None:
    found = {entry.edition: entry for entry in shelf(ROOT)}
    assert {"1.0", "1.1"} <= set(found)
    assert (found["1.1"].date, found["1.1"].version.kind) == ("2026-11-29", "minor")
    # Two orr rows of a pool of 15 were read; the study that came has 4 of 14 (DDDT.S358092).
    orr = next(line for line in found["1.1"].version.headline if line.outcome == "orr")
    assert f"{orr.estimate:.3f}" == "0.337"


def test_the_changes_say_what_is_not_known_of_the_study_that_came(results: dict[str, Any]) -> None:
    """Nobody knows whether Chen XQ 2022 was among the fourteen studies of the published review."""
    told = json.dumps(results["synthesis"]["history"]["changes"])
    assert "its medians do not fit the survival rows that the published review prints" in told
    assert "whether it was among the fourteen studies of that review is unknown" in told


def test_the_paper_says_what_model_rule_and_group_size_explain() -> None:
    page = (ROOT / "versions/1.1/paper.html").read_text(encoding="utf-8")
    assert "it explains this row and brings no other nearer to the print" in page
    assert "The size of the group taken from APOLLO matters more" in page
