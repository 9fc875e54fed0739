"""Is what README says true: the counts, the commands, the paths, the message it shows?"""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from pathlib import Path

import click
import pytest
import yaml

from analysis.cli import main
from analysis.render.formats import FORMATS
from analysis.render.publish import RESULTS
from schemas import check_review, render_report
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCED = re.findall(r"^```\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
SPANS = re.findall(r"`([^`\n]+)`", re.sub(r"^```\n.*?^```", "", README, flags=re.M | re.S))
CODE = [*FENCED, *SPANS]

STATES = ("verified", "derived", "reconstructed")
TABLES = {
    "studies": "studies.csv",
    "outcomes": "outcomes.csv",
    "adverse events": "adverse_events.csv",
}
# Made on the user's machine: not in the repository, and named in .gitignore.
MADE = ("_output/", "_variables.yml", "manuscript/_generated/", ".venv/")


def counted(file: str) -> list[int]:
    """Count a table's rows by state of evidence, then all of them."""
    path = ROOT / "tests" / "edition-1.0" / "data" / file
    with path.open(encoding="utf-8-sig", newline="") as stream:
        states = Counter(row["evidence"] for row in csv.DictReader(stream))
    return [*(states[state] for state in STATES), states.total()]


@pytest.mark.parametrize(("name", "file"), TABLES.items())
def test_the_state_of_the_data_is_that_of_the_tables(name: str, file: str) -> None:
    """README describes edition 1.0; this says which line to write if it does not."""
    expected = f"| {name} | {' | '.join(map(str, counted(file)))} |"
    assert expected in README.splitlines(), f"write this line in README.md: {expected}"


def test_the_table_of_states_names_its_columns_in_the_order_that_is_compared() -> None:
    assert f"| rows | {' | '.join(STATES)} | all |" in README.splitlines()


def test_every_make_target_exists() -> None:
    makefile = "".join(
        (ROOT / name).read_text("utf-8") for name in ("Makefile", "tests/program.mk")
    )
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    named = {name for text in CODE for name in re.findall(r"^make ([a-z]+)", text, flags=re.M)}
    assert {"paper", "test", "check", "setup", "help"} <= named
    assert named <= targets


def test_every_review_command_and_its_options_exist() -> None:
    found = [use for text in CODE for use in re.findall(r"\breview ([a-z].*)$", text, flags=re.M)]
    assert {use.split()[0] for use in found} >= {"render", "meta"}
    for use in found:
        command: click.Command = main
        for word in use.split():
            if not isinstance(command, click.Group) or word.endswith((".xlsx", ".csv")):
                break
            assert word in command.commands, f"README names review {use}, which does not exist"
            command = command.commands[word]
        if isinstance(command, click.Group):  # `review workbook new.xlsx`
            command = command.commands["write"]
        known = {option for parameter in command.params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", use)) <= known


def test_the_engines_and_formats_are_those_of_the_command() -> None:
    parameters = {parameter.name: parameter for parameter in main.commands["render"].params}
    engine = parameters["engine"].type
    assert isinstance(engine, click.Choice)
    assert f"--engine {'|'.join(engine.choices)} --to {','.join(FORMATS)}" in README


def test_every_path_exists() -> None:
    """Code spans that look like files or folders, and the targets of links and images."""
    results = {form.file for form in FORMATS.values()} | {RESULTS}
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    looks_like_a_path = re.compile(r"[\w.-]+(/[\w.-]*)+|[\w.-]+\.[a-z]{2,4}|[A-Z]{7}[\w.-]*")
    paths = [text for text in SPANS if looks_like_a_path.fullmatch(text)] + links
    assert {"data/README.md", "docs/paper.png", "LICENSE", "tests/project/test_readme.py"} <= set(
        paths
    )
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    for path in paths:
        if path in results or path == "WARNING":
            continue
        made = [prefix for prefix in MADE if path.startswith(prefix)]
        if made:
            assert made[0] in ignored
        else:
            assert (ROOT / path).exists(), f"README names {path}, which does not exist"


def test_the_message_it_shows_is_what_the_check_says(review: Path) -> None:
    """The count by other criteria, typed in the wrong row."""
    [shown] = [text for text in FENCED if "ERROR" in text]
    outcomes = review / "data" / "outcomes.csv"
    text = outcomes.read_text(encoding="utf-8")
    row = "ChenS2023,,ORR,RECIST 1.1,32,15,46.9"
    assert row in text
    outcomes.write_text(text.replace(row, row.replace(",15,", ",21,")), encoding="utf-8")
    assert shown in render_report(check_review(review)) + "\n"


def test_it_is_short_and_names_no_machine() -> None:
    assert len(README.splitlines()) < 230
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
