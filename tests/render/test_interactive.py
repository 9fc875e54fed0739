"""Do sorting, filtering, downloads, rows of forest plots and traced numbers do what they say?"""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.svgLib.path import parse_path
from lxml import etree, html

from analysis.paper.figures import style
from analysis.render.finish_html import SCRIPTS, finish_html
from tests.conftest import ROOT
from tests.render.conftest import OpenPaper

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.rendered, pytest.mark.xdist_group("rendered")]


@pytest.fixture
def page(open_page: OpenPaper, rendered: Path) -> Page:
    return open_page(rendered / "_output/paper.html")


def column(table: Locator, number: int) -> list[str]:
    """Texts of a column in the rows that are shown, headings of groups left out."""
    rows = table.locator("tbody tr:not([hidden])").all()
    cells = [row.locator("th, td").all() for row in rows]
    return [row[number].inner_text() for row in cells if len(row) > 1]


def download(page: Page, item: str, kind: str) -> tuple[str, bytes]:
    button = page.locator(f"#{item} .paper-tools button", has_text=kind).first
    assert (button.get_attribute("aria-label") or "").startswith("Download ")
    with page.expect_download() as waiting:
        button.click()
    file = waiting.value
    return file.suggested_filename, Path(file.path()).read_bytes()


# Tables --------------------------------------------------------------------------------------


def test_a_column_sorts_up_down_and_back_inside_its_groups(page: Page) -> None:
    table = page.locator("#tbl-baseline table")
    before = column(table, 3)
    heads = table.locator("[scope=rowgroup]").all_inner_texts()
    header = table.locator("thead th").nth(3)
    header.locator("button").focus()
    page.keyboard.press("Enter")
    assert header.get_attribute("aria-sort") == "ascending"
    groups = []
    for body in table.locator("tbody").all():
        numbers = [int(text.split()[0]) for text in column_of_body(body, 3)]
        assert numbers == sorted(numbers)
        groups.append(numbers)
    page.keyboard.press("Space")
    assert header.get_attribute("aria-sort") == "descending"
    for body, numbers in zip(table.locator("tbody").all(), groups, strict=True):
        assert [int(text.split()[0]) for text in column_of_body(body, 3)] == numbers[::-1]
    page.keyboard.press("Enter")
    assert header.get_attribute("aria-sort") is None
    assert column(table, 3) == before
    assert table.locator("[scope=rowgroup]").all_inner_texts() == heads


def column_of_body(body: Locator, number: int) -> list[str]:
    rows = [row.locator("th, td").all() for row in body.locator("tr").all()]
    return [row[number].inner_text() for row in rows if len(row) > 1]


def test_only_one_column_is_marked_as_sorted(page: Page) -> None:
    table = page.locator("#tbl-pools table")
    for number in (0, 2):
        table.locator("thead th button").nth(number).click()
    assert table.locator("[aria-sort]").count() == 1


def test_the_filter_says_how_many_rows_are_left_and_hides_empty_groups(page: Page) -> None:
    item = page.locator("#tbl-baseline")
    every = len(column(item.locator("table"), 0))
    assert item.get_by_role("status").inner_text() == f"{every} rows"
    field = item.get_by_label("Filter Table")
    field.fill("reconstructed TACE")
    left = column(item.locator("table"), 0)
    assert 0 < len(left) < every
    assert all("TACE" in text for text in left)
    assert item.get_by_role("status").inner_text() == f"{len(left)} of {every} rows"
    assert item.locator("[scope=rowgroup]:visible").count() == 1
    field.fill("no study is called this")
    assert item.get_by_role("status").inner_text() == f"0 of {every} rows"
    field.fill("")
    assert len(column(item.locator("table"), 0)) == every


def test_a_filtered_table_is_printed_whole(page: Page) -> None:
    page.locator("#tbl-baseline input").fill("no study is called this")
    page.emulate_media(media="print")
    assert page.locator("#tbl-baseline tbody tr:visible").count() > 10
    assert page.locator(".paper-tools:visible").count() == 0


def test_the_csv_holds_every_cell_of_the_table(page: Page) -> None:
    name, content = download(page, "tbl-pools", "CSV")
    assert name == "tbl-pools.csv"
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert {len(row) for row in rows} == {7}
    assert rows[0][0] == "Studies pooled"
    shown = page.locator("#tbl-pools tbody tr").count()
    assert len(rows) == 1 + shown + page.locator("#tbl-pools .notes p").count()
    estimates = [row[3] for row in rows[1:] if row[3]]
    assert estimates == column(page.locator("#tbl-pools table"), 3)


# Figures -------------------------------------------------------------------------------------


def test_pictures_download_as_drawing_and_as_pixels(page: Page) -> None:
    name, content = download(page, "fig-survival", "SVG")
    assert name == "fig-survival.svg"
    assert etree.QName(etree.fromstring(content)).localname == "svg"
    name, content = download(page, "fig-survival", "PNG")
    assert name == "fig-survival.png"
    assert content.startswith(b"\x89PNG")
    assert int.from_bytes(content[16:20], "big") == 2400


def test_rows_of_a_forest_plot_show_evidence_and_source_on_hover_and_focus(page: Page) -> None:
    figure = page.locator("#fig-response")
    note = figure.locator(".row-note")
    assert not note.is_visible()
    spots = figure.locator(".row-spots button")
    spots.first.hover()
    assert "Zhou 2025" in note.inner_text()
    assert "derived" in note.inner_text()
    page.mouse.move(0, 0)
    assert not note.is_visible()
    # One stop for each picture.
    stops = [spot.get_attribute("tabindex") for spot in spots.all()].count("0")
    assert stops == figure.locator(".row-spots").count() == 1
    spots.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert "reconstructed" in note.inner_text()
    assert "data/outcomes.csv" in note.inner_text()
    assert "reconstructed" in (
        page.evaluate("document.activeElement.getAttribute('aria-label')") or ""
    )
    page.keyboard.press("End")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.tabIndex") == 0
    page.keyboard.press("Escape")
    assert not note.is_visible()


def test_every_strip_lies_over_its_own_row(rendered: Path) -> None:
    # The shaded bands of the drawing are as high as a row: every other strip lies on one.
    items = json.loads((rendered / "manuscript/_generated/items.json").read_text(encoding="utf-8"))
    for name in ("fig-survival",):
        rows = items[name]["rows"]
        assert all("middle" in row for row in rows)
        picture = etree.parse(rendered / f"manuscript/_generated/figures/{name}.svg").getroot()
        height = float(picture.get("viewBox", "").split()[3])
        bands = []
        for path in picture.iter("{*}path"):
            if style.BAND.lower() in path.get("style", ""):
                pen = BoundsPen(None)
                parse_path(path.get("d", ""), pen)
                assert pen.bounds is not None
                bands.append((pen.bounds[1] / height, pen.bounds[3] / height))
        on_band = [row for row in rows if any(low < row["middle"] < high for low, high in bands)]
        assert len(on_band) == len(bands) > 3
        for row in on_band:
            low, high = next(band for band in bands if band[0] < row["middle"] < band[1])
            assert abs(row["middle"] - (low + high) / 2) < 0.15 * (high - low)


def test_the_rows_are_in_the_page_without_javascript(open_page: OpenPaper, rendered: Path) -> None:
    page = open_page(rendered / "_output/paper.html", script=False)
    assert page.locator(".paper-tools, .row-spots, .trace-switch").count() == 0
    rows = page.locator("#fig-response details.rows")
    rows.locator("summary").click()
    text = rows.inner_text()
    for words in ("Zhou 2025 (APOLLO)", "verified", "reconstructed", "data/outcomes.csv, line 2"):
        assert words in text
    address = rows.locator("a").first.get_attribute("href")
    assert (address or "").startswith("https://doi.org/10.")


# Numbers -------------------------------------------------------------------------------------


def test_a_number_can_be_traced_by_keyboard_and_gives_the_focus_back(
    page: Page, rendered: Path
) -> None:
    values = json.loads((rendered / "_output/results.json").read_text(encoding="utf-8"))["values"]
    number = page.locator("[data-value='orr.estimate']").first
    assert number.get_attribute("tabindex") is None
    switch = page.get_by_role("button", name="Show where the numbers come from")
    switch.focus()
    page.keyboard.press("Enter")
    assert switch.get_attribute("aria-pressed") == "true"
    number.focus()
    page.keyboard.press("Enter")
    text = page.get_by_role("dialog").inner_text()
    assert str(values["orr.estimate"]["raw"]) in text
    assert values["orr.estimate"]["method"] in text
    for row in values["orr.estimate"]["rows"]:
        assert re.search(rf"\b{row['line']}\b", text)
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog").is_visible()
    assert number.evaluate("e => e === document.activeElement")
    switch.click()
    assert number.get_attribute("role") is None


def test_only_values_that_the_page_prints_are_embedded(rendered: Path) -> None:
    tree = html.parse(str(rendered / "_output/paper.html")).getroot()
    block = tree.get_element_by_id("values").text or ""
    printed = {span.get("data-value") for span in tree.iter("span") if span.get("data-value")}
    assert set(json.loads(block)) == printed


# As Quarto writes it, and hostile text -------------------------------------------------------

PICTURE = base64.b64encode(
    b'<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50"></svg>'
).decode()
QUARTO_PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>x</title></head><body>
<header id="title-block-header"><h1>x</h1></header><main>
<p><span class="value" data-value="a.b">1</span></p>
<div id="fig-a" class="quarto-float"><figure class="quarto-float quarto-float-fig">
<div aria-describedby="fig-a-caption-0"><p><img src="data:image/svg+xml;base64,{PICTURE}" alt="x"
style="width:100%"></p></div>
<figcaption class="quarto-float-caption" id="fig-a-caption-0">Figure&nbsp;1: Title.</figcaption>
</figure></div>
<div id="tbl-a" class="quarto-float"><figure class="quarto-float quarto-float-tbl">
<figcaption id="tbl-a-caption-0">Table&nbsp;1: Title.</figcaption><div>
<table><thead><tr><th rowspan="2">Name</th><th colspan="2">Both</th></tr>
<tr><th>One</th><th>Two</th></tr></thead><tbody>
<tr><td>=1+1</td><td>−2.5</td><td>&lt;.001</td></tr>
<tr><td>b, "c"</td><td>10</td><td>.04</td></tr>
<tr><td>d</td><td>NR</td><td>.2</td></tr>
<tr><td>e</td><td>9.5%</td><td>–</td></tr></tbody></table></div></figure></div>
</main></body></html>"""


def quarto_row(**changes: Any) -> dict[str, Any]:
    row = {
        "panel": "Response",
        "label": "A <script>alert(1)</script> & B",
        "result": "1/2",
        "evidence": "verified",
        "source": '10.1000/"><img src=x onerror=alert(1)>',
        "location": "page 3",
        "note": "",
        "row": "data/outcomes.csv, line 2",
        "image": 0,
        "middle": 0.5,
        "height": 0.2,
    }
    return row | changes


@pytest.fixture
def quarto_page(tmp_path: Path, open_page: OpenPaper) -> Page:
    path = tmp_path / "paper.html"
    path.write_text(QUARTO_PAGE, encoding="utf-8")
    rows = [quarto_row(), quarto_row(label="C", middle=0.7)]
    items = {"fig-a": {"kind": "figure", "images": [], "rows": rows}}
    value = {
        "name": "a.b",
        "text": "</script>",
        "raw": 1.0,
        "unit": None,
        "method": "m",
        "rows": [],
    }
    scripts = [(ROOT / name).read_text(encoding="utf-8") for name in SCRIPTS]
    nothing = {"outcomes": [], "adverse_events": []}
    results = {"values": {"a.b": value, "not.used": value}, "synthesis": nothing}
    finish_html(path, items, results, scripts)
    once = path.read_bytes()
    finish_html(path, items, {}, scripts)
    assert path.read_bytes() == once
    return open_page(path)


def test_quartos_page_gets_the_same_tools(quarto_page: Page) -> None:
    figure = quarto_page.locator("#fig-a")
    figure.locator(".row-spots button").nth(1).hover()
    assert figure.locator(".row-note").inner_text().startswith("C")
    assert quarto_page.locator("#fig-a figcaption ~ details").count() == 0  # above its caption
    assert download(quarto_page, "fig-a", "SVG")[0] == "fig-a.svg"
    table = quarto_page.locator("#tbl-a table")
    assert table.locator("..").get_attribute("tabindex") == "0"
    buttons = table.locator("thead button")
    assert buttons.all_inner_texts() == ["Name", "One", "Two"]
    buttons.nth(1).click()
    assert column(table, 1) == ["−2.5", "9.5%", "10", "NR"]
    buttons.nth(2).click()
    buttons.nth(2).click()
    assert column(table, 2) == [".2", ".04", "<.001", "–"]


def test_data_stays_data_in_the_page_and_in_the_csv(quarto_page: Page) -> None:
    label = quarto_page.locator("#fig-a tbody th").nth(1).text_content()
    assert label == "A <script>alert(1)</script> & B"
    assert quarto_page.locator("#fig-a details img").count() == 0
    _, content = download(quarto_page, "tbl-a", "CSV")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[2] == ["'=1+1", "−2.5", "<.001"]
    assert rows[3] == ['b, "c"', "10", ".04"]


def test_a_review_without_scripts_gets_those_of_the_program(short: Path) -> None:
    from analysis.render.engine import render

    for name in SCRIPTS:
        (short / name).unlink()
    render(short, ["html"], engine="embedded")
    page = (short / "_output/paper.html").read_text(encoding="utf-8")
    for name in SCRIPTS:
        assert (ROOT / name).read_text(encoding="utf-8") in page
