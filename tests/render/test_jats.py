"""Is the JATS file valid against its document type, and who wrote what under which terms?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from lxml import etree
from pydantic import ValidationError

from analysis.journal.requirements import Journal
from analysis.render.finish_jats import finish_jats
from analysis.render.jats_front import JournalFacts, PaperFacts, licence_of
from analysis.render.jats_validity import ARCHIVING, PUBLISHING, jats_problems
from schemas.authors import Authors

if TYPE_CHECKING:
    from pathlib import Path

# What pandoc's template writes around a short paper. A heading stands in abstract and text alike.
ARTICLE = """<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Publishing DTD v1.2 20190208//EN"
 "JATS-publishing1.dtd">
<article xmlns:xlink="http://www.w3.org/1999/xlink" dtd-version="1.2" article-type="other">
<front>
<journal-meta><journal-id/><journal-title-group/><issn/>
<publisher><publisher-name/></publisher></journal-meta>
<article-meta>
<title-group><article-title>An example</article-title></title-group>
<contrib-group><contrib contrib-type="author"><string-name>Somebody</string-name></contrib>
</contrib-group>
<abstract><sec id="sec-a"><title>A</title><p>Why.</p></sec></abstract>
</article-meta>
</front>
<body><sec id="sec-a"><title>A</title>
<p>See <xref rid="tbl-a">Table 1</xref>, <xref rid="fig-a">Figure 1</xref> and
<xref rid="sec-a">Section 1</xref>.<sup><xref ref-type="bibr" rid="ref-B">1</xref></sup></p>
<table-wrap><caption><p>Table\u00a01: Rows.</p></caption>
<table id="tbl-a"><tbody><tr><td>1</td></tr></tbody></table></table-wrap>
<fig id="fig-a"><caption><p>Figure\u00a01: Drawn.</p></caption>
<graphic xlink:href="_generated/figures/fig-a.png"/></fig></sec></body>
<back><ref-list><ref id="ref-B"><element-citation publication-type="article-journal">
<article-title>One</article-title></element-citation></ref>
<ref id="ref-C"><element-citation publication-type="article-journal">
<article-title>Two</article-title></element-citation></ref></ref-list></back>
</article>"""

AUTHORS = Authors.model_validate(
    {
        "group": "Example Group",
        "authors": [
            {
                "given": "Ada",
                "family": "Example",
                "degrees": ["MD"],
                # The ORCID of ORCID's own documentation.
                "orcid": "0000-0002-1825-0097",
                "affiliations": ["b", "a"],
                "email": "ada@example.org",
                "corresponding": True,
                "roles": ["writing-review-editing", "conceptualization"],
            },
            {"given": "Bo", "family": "Example", "affiliations": ["a"], "equal_contribution": True},
        ],
        "affiliations": [
            {"id": "a", "name": "Example Hospital", "city": "Exampleton", "country": "Nowhere"},
            {"id": "b", "name": "Example University"},
        ],
        "funding": "Grant 1 of the Example Fund.",
    }
)
FACTS = PaperFacts(AUTHORS, ("one", "two"), "en-GB", "https://creativecommons.org/licenses/by/4.0/")


def finished(folder: Path, facts: PaperFacts | None) -> Path:
    path = folder / "paper.xml"
    path.write_text(ARTICLE, encoding="utf-8")
    finish_jats(path, {"fig-a": "What it shows"}, facts)
    return path


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
def test_the_paper_is_valid(rendered: Path) -> None:
    assert jats_problems(rendered / "_output/paper.xml") == ()


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
def test_references_are_taken_apart_in_the_order_of_the_text(rendered: Path) -> None:
    tree = etree.parse(rendered / "_output/paper.xml").getroot()
    entries = tree.findall(".//ref")
    assert len(entries) == len(tree.findall(".//ref/element-citation")) > 15
    by_number = {entry.get("id"): entry.findtext("label") for entry in entries}
    links = tree.findall(".//xref[@ref-type='bibr']")
    assert {link.get("rid") for link in links} <= set(by_number)
    for link in links:
        assert link.text == by_number[link.get("rid")]
    dois = [doi.text or "" for doi in tree.iterfind(".//pub-id[@pub-id-type='doi']")]
    assert len(dois) > 10
    assert all(doi.startswith("10.") for doi in dois)


@pytest.mark.parametrize("facts", [None, FACTS, PaperFacts(Authors())])
def test_a_finished_file_is_valid(tmp_path: Path, facts: PaperFacts | None) -> None:
    path = finished(tmp_path, facts)
    assert jats_problems(path) == ()
    assert ARCHIVING.public_id in path.read_text(encoding="utf-8")


# The ISSN is the one that ISO 3297 explains the check digit with.
JOURNAL = JournalFacts("The Example", None, {"electronic": "0317-8471"}, "Example Press")


def test_a_file_for_a_journal_is_of_the_publishing_type(tmp_path: Path) -> None:
    path = finished(tmp_path, replace(FACTS, journal=JOURNAL))
    assert jats_problems(path) == ()
    assert PUBLISHING.public_id in path.read_text(encoding="utf-8")
    meta = etree.parse(path).getroot().find("front/journal-meta")
    assert meta is not None
    assert meta.findtext("journal-title-group/journal-title") == "The Example"
    assert [issn.text for issn in meta.iter("issn")] == ["0317-8471"]
    # Publishing wants what Archiving lets go: the check knows which of them it reads.
    for gone in (
        '<issn publication-format="electronic">0317-8471</issn>',
        "<pub-date-not-available/>",
    ):
        text = path.read_text(encoding="utf-8")
        assert gone in text
        (tmp_path / "without.xml").write_text(text.replace(gone, ""), encoding="utf-8")
        assert bool(jats_problems(tmp_path / "without.xml")) == ("issn" in gone)


def test_released_versions_have_their_days(tmp_path: Path) -> None:
    versions = (("1.0", "2026-01-31"), ("1.1", "2026-03-01"))
    path = finished(tmp_path, replace(FACTS, versions=versions, version="1.1"))
    assert jats_problems(path) == ()
    meta = etree.parse(path).getroot().find("front/article-meta")
    assert meta is not None
    assert meta.findtext("article-version") == "1.1"
    date = meta.find("pub-date")
    assert date is not None
    assert (date.get("iso-8601-date"), date.findtext("month")) == ("2026-03-01", "03")
    events = [event.findtext("event-desc") for event in meta.findall("pub-history/event")]
    assert events == ["Version 1.0", "Version 1.1"]
    # What is not released has no day of its own, but those before it have theirs.
    path = finished(tmp_path, replace(FACTS, versions=versions))
    meta = etree.parse(path).getroot().find("front/article-meta")
    assert meta is not None
    assert meta.find("pub-date-not-available") is not None
    assert meta.find("article-version") is None
    assert len(meta.findall("pub-history/event")) == 2


BODY = """<body>
<sec id="m"><label>1</label><title>Methods</title>
<p>A <named-content content-type="value">1</named-content>,
<named-content content-type="value"><italic>P</italic> = .1</named-content>.</p>
<sec id="e"><title>Nothing here</title></sec><sec id="n"><title>Nor here</title></sec></sec>
<sec id="d"><title>Declarations</title>
<sec id="f"><title>Competing interests</title><p>None.</p></sec></sec>
<sec id="s"><title>Supplementary material</title><p>More.</p></sec>
</body>"""


def test_sections_have_types_and_stand_where_archives_look(tmp_path: Path) -> None:
    path = tmp_path / "paper.xml"
    start, end = ARTICLE.index("<body>"), ARTICLE.index("</body>") + len("</body>")
    path.write_text(ARTICLE[:start] + BODY + ARTICLE[end:], encoding="utf-8")
    finish_jats(path, {}, FACTS)
    assert jats_problems(path) == ()
    article = etree.parse(path).getroot()
    assert [sec.get("sec-type") for sec in article.findall("body/sec")] == ["methods"]
    assert [child.tag for child in article.findall("back/*")] == ["sec", "ref-list", "app-group"]
    kinds = [sec.get("sec-type") for sec in article.findall("back/sec/sec")]
    assert kinds == ["COI-statement"]
    assert article.findtext("back/app-group/app/title") == "Supplementary material"
    paragraph = article.find("body/sec/p")
    assert paragraph is not None
    assert " ".join("".join(paragraph.itertext()).split()) == "A 1, P = .1."
    assert [child.tag for child in paragraph] == ["italic"]
    assert article.find("body/sec/sec") is None


@pytest.mark.parametrize("issn", ["0317-8472", "0317-847", "03178471"])
def test_a_journals_issn_is_checked(issn: str) -> None:
    with pytest.raises(ValidationError, match="issn_print"):
        Journal.model_validate({"id": "x", "name": "X", "issn_print": issn})
    assert Journal.model_validate({"id": "x", "name": "X", "issn_print": "0317-8471"})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<abstract>", "<abstracts>"),
        ("<article-meta>", "<article-meta><p>x</p>"),
        ('rid="fig-a"', 'rid="fig-nowhere"'),
        ("</body>", "<figure/></body>"),
    ],
)
def test_what_the_document_type_does_not_allow_is_found(tmp_path: Path, old: str, new: str) -> None:
    path = finished(tmp_path, FACTS)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    problems = jats_problems(path)
    assert problems
    assert {problem.rule for problem in problems} == {"jats-invalid"}
    assert problems[0].severity == "error"


def test_authors_have_names_roles_and_affiliations(tmp_path: Path) -> None:
    meta = etree.parse(finished(tmp_path, FACTS)).getroot().find("front/article-meta")
    assert meta is not None
    ada, bo, group = meta.findall("contrib-group/contrib")
    assert (ada.findtext("name/surname"), ada.findtext("name/given-names")) == ("Example", "Ada")
    assert ada.findtext("contrib-id") == "https://orcid.org/0000-0002-1825-0097"
    assert [role.text for role in ada.iterfind("role")] == [
        "Conceptualization",
        "Writing – review & editing",
    ]
    # Addresses of the roles: https://credit.niso.org
    assert [role.get("vocab-term-identifier") for role in ada.iterfind("role")] == [
        "https://credit.niso.org/contributor-roles/conceptualization/",
        "https://credit.niso.org/contributor-roles/writing-review-editing/",
    ]
    assert (ada.get("corresp"), ada.findtext("email")) == ("yes", "ada@example.org")
    # Affiliations are numbered as the authors name them: Ada's first is 1.
    assert [x.get("rid") for x in ada.iterfind("xref")] == ["aff1", "aff2"]
    assert [x.get("rid") for x in bo.iterfind("xref")] == ["aff2"]
    assert bo.get("equal-contrib") == "yes"
    assert group.findtext("collab") == "Example Group"
    places = meta.findall("contrib-group/aff")
    assert [place.findtext("institution") for place in places] == [
        "Example University",
        "Example Hospital",
    ]
    assert places[1].findtext("country") == "Nowhere"


def test_keywords_terms_and_kind_are_said(tmp_path: Path) -> None:
    article = etree.parse(finished(tmp_path, FACTS)).getroot()
    assert article.get("article-type") == "review-article"
    assert article.get("{http://www.w3.org/XML/1998/namespace}lang") == "en-GB"
    assert [word.text for word in article.iter("kwd")] == ["one", "two"]
    terms = article.find(".//permissions/license")
    assert terms is not None
    assert terms.get("{http://www.w3.org/1999/xlink}href") == FACTS.licence
    assert article.findtext(".//funding-statement") == "Grant 1 of the Example Fund."


def test_references_say_what_they_lead_to(tmp_path: Path) -> None:
    article = etree.parse(finished(tmp_path, None)).getroot()
    kinds = {link.get("rid"): link.get("ref-type") for link in article.iter("xref")}
    assert kinds == {"tbl-a": "table", "fig-a": "fig", "sec-a": "sec", "ref-B": "bibr"}
    assert [entry.findtext("label") for entry in article.iter("ref")] == ["1", "2"]
    # Whom nobody has named in authors.yml, the front matter has.
    assert article.findtext(".//contrib/string-name") == "Somebody"


def test_the_licence_is_that_of_the_file_beside_the_review(tmp_path: Path) -> None:
    assert licence_of(tmp_path) is None
    (tmp_path / "LICENSE-CC-BY-NC-4.0.md").touch()
    assert licence_of(tmp_path) == "https://creativecommons.org/licenses/by-nc/4.0/"


def test_a_number_in_place_of_pages_is_no_range_without_an_end(tmp_path: Path) -> None:
    path = tmp_path / "paper.xml"
    cited = "<element-citation><fpage>{}</fpage><lpage>{}</lpage></element-citation>"
    works = "".join(cited.format(*pages) for pages in (("n71", ""), ("12", ""), ("378", "390")))
    path.write_text(f"<article><body/><back>{works}</back></article>", encoding="utf-8")
    finish_jats(path, {})
    found = [[(e.tag, e.text) for e in work] for work in etree.parse(path).iter("element-citation")]
    assert found == [
        [("elocation-id", "n71")],
        [("fpage", "12")],
        [("fpage", "378"), ("lpage", "390")],
    ]
