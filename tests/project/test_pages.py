"""Is what the pages name there: every command, option, target, file, link and heading?"""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from analysis.cli import main
from analysis.render.formats import FORMATS
from analysis.render.output_stamps import RESULTS
from schemas import check_review, render_report
from tests.project.pages import ROOT, Page, anchors, make_targets

NAMES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (
        *(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG", "SECURITY")),
        *ROOT.glob("docs/*.md"),
    )
)
# Made on the user's machine: not in the repository, and named in .gitignore.
MADE = ("_output/", "_variables.yml", "manuscript/_generated/", ".venv/")
# Folders of the repository; a span that begins with one is a path. What stands in other projects
# has the same names there: pages that name their files say so by linking to them.
FOLDERS = (
    "analysis",
    "examples",
    "schemas",
    "tests",
    "docs",
    "data",
    "manuscript",
    "published",
    "versions",
)
# Pages on what other programs hold, with the paths of their repositories.
OF_OTHERS = {"docs/agreement.md"}


@pytest.fixture(params=NAMES)
def page(request: pytest.FixtureRequest) -> Page:
    return Page(request.param)


def test_every_make_target_exists(page: Page) -> None:
    named = {name for text in page.code for name in re.findall(r"^make ([a-z-]+)", text, re.M)}
    assert named <= make_targets()


def test_every_review_command_and_its_options_exist(page: Page) -> None:
    found = [
        use
        for text in page.code
        for use in re.findall(r"^(?:\S*/)?review (?:--root \S+ )?([a-z].*)$", text, flags=re.M)
    ]
    for use in found:
        command: click.Command = main
        for word in re.split(r"\s+", use):
            if not isinstance(command, click.Group) or re.search(r"[^a-z-]", word):
                break
            assert word in command.commands, f"{page.name} names review {use}, which does not exist"
            command = command.commands[word]
        commands = command.commands.values() if isinstance(command, click.Group) else [command]
        known = {option for c in commands for p in c.params for option in p.opts} | {"--help"}
        known |= {option for c in commands for p in c.params for option in p.secondary_opts}
        options = set(re.findall(r"(?<!\S)--[a-z][a-z-]*", use.partition("#")[0]))
        assert options <= known, f"{page.name}: review {use}"


def test_every_file_exists(page: Page) -> None:
    """Spans that begin with a folder of the repository; and those of capital letters."""
    if page.name in OF_OTHERS:
        pytest.skip("names files of other programs")
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    pattern = re.compile(rf"({'|'.join(FOLDERS)})/[\w./-]*|[A-Z]{{7}}[\w.-]*\.md")
    for path in filter(pattern.fullmatch, page.spans):
        made = [prefix for prefix in MADE if path.startswith(prefix)]
        if made:
            assert {made[0], f"**/{made[0]}"} & set(ignored)
        else:
            assert _is_there(path), f"{page.name} names {path}, which does not exist"


def _is_there(path: str) -> bool:
    """Whether the file exists here, or is made by a search or the next release."""
    optional = (
        "data/profiles",
        "data/quality",
        "data/searches/",
        "data/records",
        "data/screening",
        "data/record_",
        "versions/1.1/",
    )
    return (ROOT / path).exists() or path.startswith(optional)


def test_every_link_leads_somewhere(page: Page) -> None:
    for path, anchor in page.links:
        target = ROOT / path
        assert target.exists(), f"{page.name} links to {path}, which does not exist"
        assert not anchor or anchor in anchors(target), f"{page.name}: {path}#{anchor}"


def test_what_comments_name_is_there() -> None:
    """A comment that sends its reader to a file that has moved is worse than none."""
    pattern = re.compile(r"(?<![\w/.-])(?:analysis|schemas|tests)/[\w/-]+\.py\b")
    sources = [
        path for name in ("analysis", "schemas", "tests") for path in ROOT.glob(f"{name}/**/*.py")
    ]
    named = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in sources
        for name in pattern.findall(path.read_text(encoding="utf-8"))
    }
    assert {name for _, name in named} >= {"schemas/dictionary.py"}
    assert [found for found in sorted(named) if not (ROOT / found[1]).is_file()] == []


def test_the_index_lists_every_page() -> None:
    listed = {path.name for path, _ in Page("docs/README.md").links}
    assert listed >= {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}


def test_the_engines_and_formats_are_those_of_the_command() -> None:
    parameters = {parameter.name: parameter for parameter in main.commands["render"].params}
    engine = parameters["engine"].type
    assert isinstance(engine, click.Choice)
    expected = f"--engine {'|'.join(engine.choices)} --to {','.join(FORMATS)}"
    assert expected in Page("docs/quarto.md").text
    made = [form.file for form in FORMATS.values()] + [RESULTS]
    assert set(made) <= set(Page("README.md").spans)


def test_the_message_that_is_shown_is_what_the_check_says(review: Path) -> None:
    """The count by other criteria, typed in the wrong row."""
    [shown] = [text for text in Page("docs/first-steps.md").fenced if "ERROR" in text]
    outcomes = review / "data" / "outcomes.csv"
    text = outcomes.read_text(encoding="utf-8")
    row = "ChenS2023,,ORR,RECIST 1.1,32,15,46.9"
    assert row in text
    outcomes.write_text(text.replace(row, row.replace(",15,", ",21,")), encoding="utf-8")
    assert shown in render_report(check_review(review)) + "\n"
