"""Can the scheduled run do what it says, and can nobody's text make it do something else?

GitHub's own rules are checked with actionlint when the file changes; here stands the rest.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from analysis.cli import main

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / ".github/workflows/living.yml"
WHEEL = ROOT / ".github/workflows/wheel.yml"


@pytest.fixture(scope="module")
def workflow() -> dict[Any, Any]:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def steps(workflow: dict[Any, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def scripts(workflow: dict[Any, Any]) -> list[str]:
    return [step["run"] for step in steps(workflow) if "run" in step]


def test_it_runs_every_month_on_changes_and_by_hand(workflow: dict[Any, Any]) -> None:
    # YAML 1.1 reads the word "on" as a truth value.
    events = workflow[True]
    assert set(events) == {"schedule", "workflow_dispatch", "push", "pull_request"}
    (entry,) = events["schedule"]
    assert re.fullmatch(r"\d+ \d+ \d+ \* \*", entry["cron"])


def test_every_command_that_it_calls_exists(workflow: dict[Any, Any]) -> None:
    text = "\n".join(scripts(workflow))
    called = re.findall(r"\.venv/bin/review ([a-z-]+)((?: --[a-z-]+)*)", text)
    assert {name for name, _ in called} >= {"status", "changes"}
    for name, options in called:
        command = main.commands[name]
        known = {option for parameter in command.params for option in parameter.opts}
        assert set(options.split()) <= known, name
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    used = re.findall(r"\bmake ([a-z]+)", text)
    assert used
    assert set(used) <= set(targets)
    assert "quarto render" in text


def test_the_quarto_that_it_installs_is_new_enough(workflow: dict[Any, Any]) -> None:
    from analysis.render.quarto_program import OLDEST

    (setup,) = [s for s in steps(workflow) if "quarto-actions/setup" in s.get("uses", "")]
    assert tuple(int(part) for part in setup["with"]["version"].split("."))[:2] >= OLDEST


def test_python_is_one_that_the_program_supports(workflow: dict[Any, Any]) -> None:
    import tomllib

    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = oldest["requires-python"].removeprefix(">=").split(".")
    (setup,) = [s for s in steps(workflow) if "setup-python" in s.get("uses", "")]
    assert [*map(int, setup["with"]["python-version"].split("."))] >= [*map(int, needed)]


def pinned(file: Path = FILE) -> list[tuple[str, str]]:
    """Give every action with the version that stands behind its commit."""
    lines = re.findall(r"uses: (.*)", file.read_text(encoding="utf-8"))
    # A tag of an action can be moved to other code; a commit cannot.
    found = [re.fullmatch(r"([\w-]+/[\w/-]+)@[0-9a-f]{40} # v(\d+\.\d+\.\d+)", x) for x in lines]
    assert all(found), lines
    return [(match[1], match[2]) for match in found if match]


def test_actions_are_pinned_by_commit(workflow: dict[Any, Any]) -> None:
    assert len(pinned()) == sum("uses" in step for step in steps(workflow))


# The first versions that run on Node 24, by `runs.using` of each action.yml: GitHub removed Node 20
# from its runners in September 2026.
FIRST_ON_NODE_24 = {"checkout": 5, "setup-python": 6, "upload-artifact": 6, "download-artifact": 7}


def test_actions_run_on_what_github_still_has() -> None:
    own = [(name[8:], version) for name, version in pinned() if name.startswith("actions/")]
    assert {name for name, _ in own} == set(FIRST_ON_NODE_24)
    assert all(int(version.split(".")[0]) >= FIRST_ON_NODE_24[name] for name, version in own)


def test_no_text_from_outside_becomes_part_of_a_script(workflow: dict[Any, Any]) -> None:
    assert not [script for script in scripts(workflow) if "${{" in script]
    # Titles and comments of pull requests are anybody's; only a number is taken from the event.
    taken = re.findall(r"github\.event\.[\w.]+", FILE.read_text(encoding="utf-8"))
    assert set(taken) <= {
        "github.event.pull_request.number",
        "github.event.pull_request.head.repo.full_name",
    }
    posted = [script for script in scripts(workflow) if re.search(r"\bgh (issue|pr)\b", script)]
    assert posted
    assert all("--body-file" in script and "--body " not in script for script in posted)


def test_what_may_write_runs_nothing_from_the_repository(workflow: dict[Any, Any]) -> None:
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        if "write" not in str(job.get("permissions", "")):
            continue
        text = str(job["steps"])
        assert "checkout" not in text
        assert ".venv" not in text
        assert "make " not in text


def test_the_paper_is_kept(workflow: dict[Any, Any]) -> None:
    from analysis.render.output_stamps import OUTPUT

    kept = [s["with"]["path"] for s in steps(workflow) if "upload-artifact" in s.get("uses", "")]
    assert f"{OUTPUT}/" in kept


def test_the_wheel_is_tried_on_every_system_that_the_first_steps_name() -> None:
    wheel = yaml.safe_load(WHEEL.read_text(encoding="utf-8"))
    assert set(wheel[True]) == {"workflow_dispatch", "push", "pull_request"}
    assert wheel["permissions"] == {"contents": "read"}
    job = wheel["jobs"]["wheel"]
    systems = {entry["system"].split("-")[0] for entry in job["strategy"]["matrix"]["include"]}
    names = {"ubuntu": "Linux", "macos": "macOS", "windows": "Windows"}
    told = (ROOT / "docs/first-steps.md").read_text(encoding="utf-8")
    assert {names[system] for system in systems} == {n for n in names.values() if n in told}
    assert not [script for script in scripts(wheel) if "${{" in script]
    assert len(pinned(WHEEL)) == sum("uses" in step for step in steps(wheel))
    assert set(pinned(WHEEL)) <= set(pinned())


def test_every_command_of_the_way_with_the_wheel_exists() -> None:
    wheel = yaml.safe_load(WHEEL.read_text(encoding="utf-8"))
    called = re.findall(r"^ *review ([a-z].*)$", "\n".join(scripts(wheel)), re.M)
    assert {words.split()[0] for words in called} >= {"new", "check", "render"}
    for line in called:
        command: Any = main
        for word in line.split():
            command = getattr(command, "commands", {}).get(word, command)
        known = {
            option
            for parameter in command.params
            for option in (*parameter.opts, *parameter.secondary_opts)
        }
        assert command is not main, line
        assert set(re.findall(r"--[a-z-]+", line)) <= known, line
