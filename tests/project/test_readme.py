"""Is what README says of the data, the tests and the citation true, and is it short?

Commands, paths and links are looked at with those of the other pages.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tests.project.readme_pictures import PICTURES, shown_version, version_of

README = (ROOT / "README.md").read_text(encoding="utf-8")

STATES = ("verified", "derived", "reconstructed")
TABLES = {
    "studies": "studies.csv",
    "outcomes": "outcomes.csv",
    "adverse events": "adverse_events.csv",
}


def counted(file: str) -> list[int]:
    """Count a table's rows by state of evidence, then all of them."""
    (version,) = re.findall(r"^This is version (\S+);", README, re.MULTILINE)
    path = ROOT / "versions" / version / "data" / file
    with path.open(encoding="utf-8-sig", newline="") as stream:
        states = Counter(row["evidence"] for row in csv.DictReader(stream))
    return [*(states[state] for state in STATES), states.total()]


@pytest.mark.parametrize(("name", "file"), TABLES.items())
def test_the_state_of_the_data_is_that_of_the_tables(name: str, file: str) -> None:
    """README describes a released version; this says which line to write if it does not."""
    expected = f"| {name} | {' | '.join(map(str, counted(file)))} |"
    assert expected in README.splitlines(), f"write this line in README.md: {expected}"


def test_the_table_of_states_names_its_columns_in_the_order_that_is_compared() -> None:
    assert f"| rows | {' | '.join(STATES)} | all |" in README.splitlines()


def test_it_is_short_and_names_no_machine() -> None:
    assert len(README.splitlines()) < 120
    assert not re.search(r"(?<![\w.])/(home|root|tmp|work|Users)/|[A-Z]:\\", README)


def test_citation_and_changelog_agree_with_the_program_and_the_protocol() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    protocol = yaml.safe_load((ROOT / "data" / "protocol.yml").read_text(encoding="utf-8"))
    published = protocol["review"]["first_published"]["doi"]
    assert citation["cff-version"] == "1.2.0"
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"] == "MIT"
    assert [reference["doi"] for reference in citation["references"]] == [published]
    assert published in README
    assert f"## {project['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_it_names_the_command_by_which_a_change_is_tested() -> None:
    """What .ci/run calls last, and what a reader finds among the two commands."""
    commands = [
        line for line in (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines() if line
    ]
    assert commands[-1] == "make test"
    assert f"```\nmake paper\n{commands[-1]}\n```" in README


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.name)
def test_a_picture_shows_the_version_that_the_review_has(picture: Path) -> None:
    """Would a reader see last year's paper? `make pictures` renders them anew."""
    assert shown_version(picture) == version_of(PICTURES[picture])
