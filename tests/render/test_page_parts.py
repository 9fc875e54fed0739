"""Does the page suit a phone, a screen reader and a search engine, whichever engine wrote it?"""

from __future__ import annotations

import base64
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from analysis.render.page_head import with_head
from analysis.render.page_parts import with_parts
from tests.conftest import ROOT

_SVG = (
    "<?xml version='1.0' encoding='utf-8'?>\n"
    '<svg xmlns="http://www.w3.org/2000/svg" width="504pt" height="72pt" viewBox="0 0 504 72">'
    "<text>Zhou</text></svg>"
)
_IMG = f'<img src="data:image/svg+xml;base64,{base64.b64encode(_SVG.encode()).decode()}" alt="x">'
_PAGE = f"""<!DOCTYPE html><html lang="en-GB"><head><meta name="keywords" content="a, b">
<title>T &amp; U</title></head><body><main><header id="title-block-header">
<h1 class="title">T &amp; U</h1><p class="subtitle">Draft: 3 rows are reconstructed.</p><ul>
<li><span class="author">Ann Lee</span> <a class="orcid" href="https://orcid.org/0000-0002-1825-0097">
ORCID</a><span class="affiliation">Ward</span></li></ul></header>
<section class="abstract"><h2 class="abstract-title" id="a">Abstract</h2><h2>Methods</h2>
<p>We <em>looked</em>.</p></section>
<section id="s" class="level1"><h1>Results</h1><section class="level2"><h2>Response</h2></section>
<figure id="fig-a" class="float float-figure"><div class="scroll"><p>{_IMG}</p><p>{_IMG}</p></div>
<figcaption>Figure 1</figcaption></figure><figure id="tbl-a" class="float float-table">
<figcaption>Table 1</figcaption><div class="scroll">
<table><tbody><tr><td style="text-align: left;" scope="row">1</td></tr></tbody>
<tfoot><tr><td colspan="1" style="text-align: left;">A note.</td></tr></tfoot>
</table></div></figure></section>
<section id="more" class="level1"><h1>More</h1><section class="level2"><h2>Rows</h2>
<figure id="stbl-a" class="float float-table"></figure></section></section></main></body></html>"""
_ITEMS: dict[str, Any] = {
    "fig-a": {"images": [{"alt": 'All "of it"'}, {"alt": 'All "of it"'}]},
    "tbl-a": {"landscape": True},
}


def test_a_page_has_one_heading_of_the_first_level_and_none_is_passed_over() -> None:
    tree = html.fromstring(with_parts(_PAGE, _ITEMS))
    found = [(int(str(h.tag)[1]), h.text) for h in tree.iter("h1", "h2", "h3", "h4")]
    assert found == [
        (1, "T & U"),
        *((2, "Abstract"), (3, "Methods")),
        *((2, "Results"), (3, "Response")),
        *((2, "More"), (3, "Rows")),
    ]


def test_a_drawing_stands_in_the_page_with_its_letters_and_is_described_once() -> None:
    page = with_parts(_PAGE, _ITEMS)
    one, two = html.fromstring(page).xpath("//svg")
    assert one.get("aria-label") == 'All "of it"'
    assert two.get("aria-label") == "Part 2 of 2; the first part describes them all."
    assert one.findtext("text") == "Zhou"
    assert one.get("width") is one.get("height") is None
    assert "<img" not in page
    assert "<?xml" not in page
    # What the authors drew stays a picture: it may hold anything.
    assert with_parts(_PAGE, {"fig-a": {"images": []}}).count("<img") == 2


def test_notes_stand_below_what_scrolls_and_a_wide_table_is_marked() -> None:
    tree = html.fromstring(with_parts(_PAGE, _ITEMS))
    (figure,) = tree.xpath("//figure[@id='tbl-a']")
    assert figure.get("class").split() == ["wide", "float", "float-table"]
    assert not figure.xpath(".//tfoot | .//*[@style] | .//td")
    assert figure.xpath(".//th[@scope='row']/text()") == ["1"]
    assert figure.xpath("./div[@class='notes']/p/text()") == ["A note."]


def test_only_a_part_with_nothing_but_the_supplement_is_folded() -> None:
    tree = html.fromstring(with_parts(_PAGE, _ITEMS))
    (fold,) = tree.xpath("//details[@class='supplement']")
    assert fold.get("open") is not None
    assert fold.getparent().get("id") == "more"
    assert fold.xpath(".//figure/@id") == ["stbl-a"]
    mixed = _PAGE.replace('id="stbl-a"', 'id="tbl-b"').replace('id="fig-a"', 'id="sfig-a"')
    assert "<details" not in with_parts(mixed, {})


def test_the_head_says_what_the_page_says_and_makes_nothing_up() -> None:
    history = {"versions": [{"date": "2026-11-22"}, {"date": None}]}
    tree = html.fromstring(with_head(_PAGE, {"history": history, "edition": "1.1"}))
    told = {m.get("name") or m.get("property"): m.get("content") for m in tree.iter("meta")}
    assert told["citation_title"] == told["og:title"] == "T & U"
    assert told["citation_author"] == "Ann Lee"
    assert told["citation_author_institution"] == "Ward"
    assert told["citation_author_orcid"] == "https://orcid.org/0000-0002-1825-0097"
    assert told["citation_publication_date"] == "2026/11/22"
    # A description goes where the warning of the page does not.
    assert told["description"] == "Draft: 3 rows are reconstructed. We looked."
    (block,) = tree.xpath("//script[@type='application/ld+json']/text()")
    article = json.loads(block)
    assert article["@type"] == "ScholarlyArticle"
    assert article["author"][0]["affiliation"]["name"] == "Ward"
    assert article["datePublished"] == "2026-11-22"
    unreleased = with_head(_PAGE, {"history": None})
    assert "publication_date" not in unreleased
    assert "datePublished" not in unreleased


def test_the_warning_stands_before_the_abstract() -> None:
    template = (ROOT / "manuscript/templates/page.html").read_text(encoding="utf-8")
    assert template.index("$notice$") < template.index("$abstract$") < template.index("$body$")


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
def test_the_rendered_page_is_small_and_sound(rendered: Path) -> None:
    path = rendered / "_output/paper.html"
    assert path.stat().st_size < 1_000_000
    tree = html.parse(str(path), html.HTMLParser(encoding="utf-8", huge_tree=True)).getroot()
    assert len(tree.xpath("//h1")) == 1
    levels = [int(str(heading.tag)[1]) for heading in tree.xpath("//h1 | //h2 | //h3 | //h4")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for heading in tree.xpath("//h1 | //h2 | //h3 | //h4 | //th"):
        assert "".join(heading.itertext()).strip()
    assert not tree.xpath("//td[@scope] | //*[@alt and @aria-label] | //tfoot")
    assert tree.xpath("//div[@class='notice'][following::section[@class='abstract']]")
    for name in ("citation_title", "citation_author", "description"):
        assert tree.xpath(f"//meta[@name='{name}']/@content")
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    # Every pool of a forest plot ends with its result, which a phone shows without the picture.
    pooled = tree.xpath("//figure[@id='fig-response']//tr[@class='pooled']/th/text()")
    assert pooled.count("Overall") == 2
