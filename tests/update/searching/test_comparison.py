"""Does the rule merge what is one report and nothing else? Each case is one that databases make."""

from __future__ import annotations

import pytest

from analysis.update.searching.comparison import Match, compare
from analysis.update.searching.titles import same_source, title_words, traits
from tests.update.searching.conftest import record

TITLE = "Example trial of drug alpha in patients with a condition"


def match(first: dict[str, str], second: dict[str, str]) -> Match | None:
    a, b = traits(record(1, **first)), traits(record(2, **second))
    found = compare(a, b)
    assert compare(b, a) == found  # the order makes no difference
    return found


def merged(first: dict[str, str], second: dict[str, str]) -> str:
    """Give the reason of a merge; fails when the two are not merged."""
    found = match(first, second)
    assert found is not None
    assert found.certain, found.reason
    return found.reason


def asked(first: dict[str, str], second: dict[str, str]) -> str:
    """Give the reason why a person is asked; fails when none is."""
    found = match(first, second)
    assert found is not None
    assert not found.certain, found.reason
    return found.reason


def test_same_doi() -> None:
    doi = {"doi": "10.1000/a"}
    assert merged(doi, doi | {"year": "2019", "authors": ""}) == "same DOI 10.1000/a"


def test_same_pmid() -> None:
    assert merged({"pmid": "99000001"}, {"pmid": "99000001"}) == "same PubMed number 99000001"


def test_title_author_and_year() -> None:
    reason = merged({}, {"title": "Example Trial of Drug α in Patients With a Condition."})
    assert reason == "title 100, first author and year equal"


@pytest.mark.parametrize(
    "title",
    [
        "Example trial of drug-alpha in patients with a condition",
        "Example trial of drug alpha in pateints with a condition",
        "EXAMPLE TRIAL OF DRUG ALPHA IN PATIENTS WITH A CONDITION",
        "RETRACTED: Example trial of drug alpha in patients with a condition",
    ],
)
def test_other_spelling_of_one_title(title: str) -> None:
    assert "first author and year equal" in merged({}, {"title": title})


def test_phase_in_roman_numerals() -> None:
    assert title_words("Phase II part I of alpha–beta") == title_words("phase 2 part 1 of α-β")
    # A letter is a number only after such a word.
    assert title_words("vitamin I") != title_words("vitamin 1")


def test_place_in_the_volume_outweighs_a_shortened_title() -> None:
    place = {"volume": "12", "pages": "101-110"}
    longer = {"title": f"{TITLE}: CASE"} | place
    assert "volume and first page" in merged(place, longer)
    assert "words of the titles differ" in asked({}, {"title": f"{TITLE}: CASE"})


def test_on_line_in_december_and_in_print_in_january() -> None:
    reason = merged({"year": "2023"}, {"source_title": "J. Examples"})
    assert reason == "title 100, first author and journal equal; the years are one apart"
    assert asked({"year": "2023", "source_title": ""}, {})


@pytest.mark.parametrize(
    ("first", "second", "doubt"),
    [
        ({"doi": "10.1000/a"}, {"doi": "10.1000/b"}, "the DOIs differ"),
        ({"pmid": "99000001"}, {"pmid": "99000002"}, "the PubMed numbers differ"),
        ({}, {"report_type": "Conference Abstract"}, "kinds (article and conference)"),
        ({}, {"source_title": "medRxiv"}, "kinds (article and preprint)"),
        ({"title": f"{TITLE}, part I"}, {"title": f"{TITLE}, part II"}, "numbers in the titles"),
        ({"title": f"{TITLE}: phase 2"}, {"title": f"{TITLE}: phase 3"}, "numbers in the titles"),
        ({"title": f"{TITLE} in men"}, {"title": f"{TITLE} in women"}, "words of the titles"),
        ({"volume": "1"}, {"volume": "2"}, "the volumes differ"),
        ({"pages": "1-9"}, {"pages": "20-29"}, "the first pages differ"),
        ({}, {"source_title": "Another Journal"}, "the journals differ"),
        ({}, {"authors": "Autre, Zoé"}, "the first authors differ"),
        ({}, {"authors": ""}, "a first author is missing"),
        ({}, {"year": ""}, "a year is missing"),
    ],
)
def test_a_person_is_asked(first: dict[str, str], second: dict[str, str], doubt: str) -> None:
    assert doubt in asked(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"title": "Example cohort of drug beta in people without it"}),
        ({}, {"year": "2019"}),
        ({"title": "Editorial"}, {"title": "Editorial", "authors": "Autre, Zoé"}),
        ({"title": ""}, {"title": ""}),
        # A notice about a report is another report, and no person need be asked.
        ({}, {"title": f"Erratum: {TITLE}"}),
        ({}, {"title": f"Correction to: {TITLE}"}),
        ({}, {"title": f"Comment on: {TITLE}"}),
        ({}, {"report_type": "Published Erratum"}),
        # The same trial is not the same report.
        (
            {"registry_id": "NCT90000001"},
            {"registry_id": "NCT90000001", "title": "Five years of drug alpha: final results"},
        ),
    ],
)
def test_not_alike(first: dict[str, str], second: dict[str, str]) -> None:
    assert match(first, second) is None


def test_doi_of_a_whole_supplement_merges_no_abstracts() -> None:
    doi = {"doi": "10.1000/supplement", "report_type": "Conference Abstract"}
    other = doi | {"title": "Example cohort of drug alpha in children", "authors": "Autre, Zoé"}
    assert "the titles differ" in asked(doi, other)


def test_notice_under_the_doi_of_its_article_is_not_merged() -> None:
    doi = {"doi": "10.1000/a"}
    assert "notice" in asked(doi, doi | {"title": f"Correction: {TITLE}"})


def test_given_and_family_name_exchanged() -> None:
    assert merged({"authors": "Xiao, Example"}, {"authors": "Example, Xiao"})


def test_short_titles_say_too_little() -> None:
    short = {"title": "Drug alpha"}
    assert "too short" in asked(short, short)
    assert merged(short | {"volume": "1", "pages": "5"}, short | {"volume": "1", "pages": "5-6"})


def test_journals_abbreviated_word_by_word() -> None:
    def source(name: str) -> tuple[str, ...]:
        return traits(record(1, source_title=name)).source

    assert same_source(source("J Ex Med"), source("The Journal of Example Medicine"))
    assert same_source(source("Ex Oncol (Paris)"), source("Example oncology"))
    assert not same_source(source("J Ex Med"), source("J Ex Surg"))
