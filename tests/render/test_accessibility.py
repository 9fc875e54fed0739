"""Can everybody read and use the page? axe-core looks at it in a real browser."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.render.conftest import OpenPaper

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.rendered, pytest.mark.xdist_group("rendered")]

WIDTHS = (360, 1440)


@pytest.fixture(scope="module")
def axe() -> str:
    # The wheel carries axe-core itself; its own wrapper is not used.
    pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def assert_accessible(page: Page, axe: str) -> None:
    page.evaluate(axe)
    # The thousands of places that are right stay in the browser: to hand them over takes as long
    # as to find them.
    found = page.evaluate(
        "axe.run().then(all => ({passes: all.passes.length, violations: all.violations}))"
    )
    # Behind an open dialog there is less to look at, but never nothing.
    assert found["passes"] > 12
    bad = [
        f"{violation['impact']}: {violation['help']}: {violation['nodes'][0]['html'][:200]}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
    assert bad == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_as_it_opens(open_page: OpenPaper, rendered: Path, axe: str, width: int) -> None:
    assert_accessible(open_page(rendered / "_output/paper.html", width), axe)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_with_everything_opened_sorted_and_traced(
    open_page: OpenPaper, rendered: Path, axe: str, width: int
) -> None:
    page = open_page(rendered / "_output/paper.html", width)
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    page.locator("th button.sort").first.click()
    page.locator(".paper-tools input").first.fill("a")
    page.locator(".row-spots button").first.focus()
    page.get_by_role("button", name="Show where the numbers come from").click()
    assert_accessible(page, axe)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_dialog_about_a_number(
    open_page: OpenPaper, rendered: Path, axe: str, width: int
) -> None:
    page = open_page(rendered / "_output/paper.html", width)
    page.get_by_role("button", name="Show where the numbers come from").click()
    page.locator("[data-value='orr.estimate']").first.click()
    assert page.locator("dialog").is_visible()
    assert_accessible(page, axe)
