"""One browser for all tests that look at the page as a reader does, and one long paper."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import copy_review
from tests.render.own_syntax import review_with_examples
from tests.short_review import keep_items

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LONG = "A reconstructed study with a name of sixty characters, no {:02d}"
# With the fourteen of edition 1.0, fifty studies.
ADDED = 36

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

OpenPaper = Callable[..., "Page"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPaper]:
    """Opens a file at a width; what the page says on the console or breaks on fails the test."""
    contexts = []
    said: list[str] = []

    def open_file(path: Path, width: int = 1440, *, script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=script
        )
        contexts.append(context)
        context.set_default_timeout(120_000)  # milliseconds, of a machine that does much else
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path.as_uri())
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert said == []


def add_studies(review: Path, number: int) -> None:
    """Add studies with one response each; they are reconstructed, so they may be made up."""
    studies = review / "data/studies.csv"
    header = studies.read_text(encoding="utf-8").splitlines()[0].split(",")
    outcomes = review / "data/outcomes.csv"
    columns = outcomes.read_text(encoding="utf-8").splitlines()[0].split(",")
    source = {"evidence": "reconstructed", "source": "10.1177/10732748251390032"}
    with studies.open("a", encoding="utf-8") as file, outcomes.open("a", encoding="utf-8") as other:
        for index in range(number):
            row = source | {
                "study_id": f"X{index:02d}",
                "label": f'"{LONG.format(index)}"',
                "design": "single_arm_trial",
                "timing": "prospective",
                "therapy": "ICI",
                "n_total": "40",
                "n_arm": "40",
                "note": "made for a test",
            }
            file.write(",".join(row.get(name, "") for name in header) + "\n")
            for outcome, events in (("ORR", 4 + index % 20), ("DCR", 26 + index % 13)):
                row = source | {
                    "study_id": f"X{index:02d}",
                    "outcome": outcome,
                    "n": "40",
                    "events": str(events),
                }
                other.write(",".join(row.get(name, "") for name in columns) + "\n")
    flow = review / "data/flow.csv"
    text = flow.read_text(encoding="utf-8")
    text = text.replace("included,,14,", f"included,,{14 + number},")
    text = text.replace("full texts assessed,,43,", f"full texts assessed,,{43 + number},")
    flow.write_text(text, encoding="utf-8")


@pytest.fixture(scope="session")
def long_paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A paper of fifty studies in all formats: all its tables, and figures with a row a study."""
    from analysis.render.engine import render

    root = copy_review(tmp_path_factory.mktemp("long") / "review")
    keep_items(root, {"tbl", "stbl", "fig-response", "sfig-leave-one-out"})
    add_studies(root, ADDED)
    render(root, ["html", "pdf", "docx", "jats"], engine="embedded")
    return root


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short review with all examples of docs/manuscript.md in its discussion, in all formats."""
    from analysis.render.engine import render

    root = review_with_examples(tmp_path_factory.mktemp("own") / "review")
    render(root, ["html", "pdf", "docx", "jats"], engine="embedded")
    return root
