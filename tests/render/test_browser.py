"""Does the page work in a real browser: on a phone, at a desk, and without JavaScript?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.render.paper_text import plain

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.rendered, pytest.mark.xdist_group("rendered")]

WIDTHS = (360, 768, 1440)


def open_paper(browser: Browser, rendered: Path, width: int, *, script: bool = True) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, java_script_enabled=script
    )
    return context.new_page()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_loads_without_errors_or_requests(
    browser: Browser, rendered: Path, width: int
) -> None:
    page = open_paper(browser, rendered, width)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((rendered / "_output/paper.html").as_uri())
    page.wait_for_load_state("networkidle")
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_never_scrolls_sideways(browser: Browser, rendered: Path, width: int) -> None:
    page = open_paper(browser, rendered, width)
    page.goto((rendered / "_output/paper.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_wide_tables_scroll_inside_themselves_and_take_the_keyboard(
    browser: Browser, rendered: Path
) -> None:
    page = open_paper(browser, rendered, 360)
    page.goto((rendered / "_output/paper.html").as_uri())
    # Those of the supplement are folded on a phone.
    boxes = page.locator("figure.float-table .scroll:visible").all()
    assert len(boxes) >= 3
    for box in boxes:
        inner, outer = box.evaluate("e => [e.scrollWidth, e.clientWidth]")
        assert inner > outer
        assert box.get_attribute("tabindex") == "0"
        assert (box.get_attribute("aria-label") or "").startswith("Table")
    page.context.close()


def test_text_is_large_enough_on_a_phone(browser: Browser, rendered: Path) -> None:
    page = open_paper(browser, rendered, 360)
    page.goto((rendered / "_output/paper.html").as_uri())
    size = page.locator("main > section p").first.evaluate(
        "e => parseFloat(getComputedStyle(e).fontSize)"
    )
    assert size >= 16
    page.context.close()


def test_on_paper_nothing_is_wider_than_the_page(browser: Browser, rendered: Path) -> None:
    """A browser prints a page with one table too wide smaller, down to two thirds of its size."""
    # A4 without the margins of the style sheet: 210 mm − 2 · 16 mm, at 96 px an inch.
    page = open_paper(browser, rendered, 672)
    page.emulate_media(media="print")
    page.goto((rendered / "_output/paper.html").as_uri())
    wide = page.evaluate(
        "[...document.querySelectorAll('main *')].filter(x => x.getBoundingClientRect().right > "
        "window.innerWidth).map(x => x.closest('figure')?.id ?? x.tagName)"
    )
    assert not set(wide)
    size = "parseFloat(getComputedStyle(document.querySelector('{}')).fontSize)"
    text, caption = (page.evaluate(size.format(x)) for x in ("main > section p", "figcaption"))
    # 10 pt in px; browsers print six digits.
    assert caption < text == pytest.approx(10 * 96 / 72, rel=1e-5)
    page.context.close()


def test_everything_is_there_without_javascript(browser: Browser, rendered: Path) -> None:
    page = open_paper(browser, rendered, 1440, script=False)
    page.goto((rendered / "_output/paper.html").as_uri())
    text = plain(page.locator("body").inner_text())
    for words in ("Abstract", "Table S4", "Figure 3", "References", "Not for clinical use"):
        assert words in text
    page.locator("nav#toc a", has_text="Limitations").click()
    assert page.url.endswith("#sec-limitations")
    page.context.close()
