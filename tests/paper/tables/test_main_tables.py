"""What the tables of quality, adverse events, trials and comparators say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from lxml import html as lxml_html

from analysis.paper.tables import (
    adverse_events,
    awaiting,
    comparison,
    ongoing,
    quality,
    quality_support,
)
from analysis.paper.tables.fragment import table_fragment
from tests.paper.figures.synthesis_samples import estimate, pool
from tests.paper.tables.further_samples import (
    JADAD,
    JBI,
    TRIAL,
    WAITING,
    comparator,
    full_review,
)
from tests.paper.tables.reading import groups, notes, row, rows

if TYPE_CHECKING:
    pass

# Quality


def test_each_study_stands_under_the_tool_it_was_judged_by() -> None:
    table = quality.build(full_review())
    assert groups(table) == ["JBI checklist for case series", "Jadad scale"]
    names = [line[0] for line in rows(table) if len(line) == 12]
    assert names[1:] == ["Chen S 2023 ", "Zhou 2025 "]


def test_answers_score_and_what_was_not_assessed() -> None:
    table = quality.build(full_review())
    assert row(table, "Chen")[1:] == ["Y", "N", "U", "NA", "–", *"YYYYY", "NA"]
    assert row(table, "Zhou")[1:] == ["Y", "Y", "N", "U", *[""] * 6, "2 of 4"]
    below = notes(table)
    assert "Y, yes; U, unclear; N, no; NA, not applicable; –, not assessed." in below
    assert "Q10, statistical analysis appropriate. The checklist has no score." in below
    assert "Q4, withdrawals and dropouts described. The score counts" in below
    assert "reconstructed rows have no report that could be judged" in below


def test_only_the_tools_and_answers_in_use_are_explained() -> None:
    table = quality.build(replace(full_review(), ratings=(JADAD,)))
    assert row(table, "Zhou")[1:] == ["Y", "Y", "N", "U", "2 of 4"]
    assert "JBI" not in notes(table)
    assert "–, not assessed" not in notes(table)


def test_supports_stand_beside_what_they_support() -> None:
    judged = replace(JADAD, supports={"q1": "Random numbers from a computer."})
    table = quality_support.build(replace(full_review(), ratings=(judged,)))
    said = row(table, "Zhou")
    assert said[1:] == ["Q1, described as randomised", "Yes", "Random numbers from a computer."]
    assert "no support recorded" in notes(table)


def test_the_shipped_citation_is_set_by_the_document() -> None:
    text = table_fragment(quality.build(replace(full_review(), ratings=(JBI,))))
    assert '<span data-qmd="[@ChenS2023]"></span>' in text


# Adverse events


def test_terms_that_are_not_pooled_are_explained() -> None:
    assert "Not pooled: fewer studies than the protocol asks for" in notes(
        adverse_events.build(full_review())
    )
    pooled = tuple(event for event in full_review().adverse_events if event.pooled)
    table = adverse_events.build(replace(full_review(), adverse_events=pooled))
    assert "Not pooled" not in notes(table)


# Ongoing trials, and studies awaiting extraction


def test_a_trial_has_its_status_and_when_that_was_read() -> None:
    assert row(ongoing.build(full_review()), "A drug") == [
        "A drug with another drug|NCT05862337|Sponsor: A sponsor",
        "2",
        "Drug days 1–14",
        "After resection",
        "480",
        "Recurrence-free survival",
        "Recruiting|Started January 2022|Last checked: 3 November 2025",
    ]


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (
            {"primary_completion": "2027-05", "primary_completion_type": "estimated"},
            "Primary completion expected: May 2027",
        ),
        (
            {"primary_completion": "2024-05-31", "primary_completion_type": "actual"},
            "Primary completion: 31 May 2024",
        ),
        ({"completion": "2028"}, "Completion (as registered): 2028"),
        ({"results_posted": True}, "Results posted in the registry"),
    ],
)
def test_a_trial_says_when_it_ends_and_whether_results_are_posted(
    known: dict[str, object], said: str
) -> None:
    trial = replace(TRIAL, **known)
    status = row(ongoing.build(replace(full_review(), ongoing=(trial,))), "A drug")[-1]
    assert said in status.split("|")


def test_a_trial_of_which_little_is_known() -> None:
    bare = replace(
        TRIAL,
        phase=None,
        regimen=None,
        population=None,
        target_n=None,
        primary_outcome=None,
        status=None,
        status_date=None,
        sponsor=None,
        start=None,
    )
    table = ongoing.build(replace(full_review(), ongoing=(bare,)))
    assert row(table, "A drug")[1:] == ["–|Last checked: date not recorded"]
    assert "– No value has been read." in notes(table)


@pytest.mark.parametrize(
    ("number", "address"),
    [
        ("NCT05862337", "https://clinicaltrials.gov/study/NCT05862337"),
        ("ISRCTN12345678", "https://www.isrctn.com/ISRCTN12345678"),
        ("ChiCTR2000012345", None),
        ('NCT05862337" onclick="x', None),
    ],
)
def test_registrations_are_links_where_the_registry_is_known(
    number: str, address: str | None
) -> None:
    trial = replace(TRIAL, registry_id=number)
    text = table_fragment(ongoing.build(replace(full_review(), ongoing=(trial,))))
    links = [link.get("href") for link in lxml_html.fromstring(text).iter("a")]
    assert links == ([] if address is None else [address])
    assert "onclick" not in " ".join(lxml_html.fromstring(text).xpath("//@*"))


def test_a_waiting_study_says_what_is_missing() -> None:
    table = awaiting.build(full_review())
    assert row(table, "A first study") == [
        "A first study |NCT04172571|10.3389/fonc.2021.684867",
        "Single-arm trial",
        "A partner",
        "30",
        "Results not read",
    ]
    bare = replace(WAITING, citation_key=None, registry_id=None, doi=None, n_planned=None)
    table = awaiting.build(replace(full_review(), awaiting=(bare,)))
    assert row(table, "A first study")[0] == "A first study"
    assert row(table, "A first study")[3] == "–"


# Comparison


def test_groups_stand_beside_the_comparators() -> None:
    table = comparison.build(full_review(), ["therapy"])
    assert rows(table)[0] == [
        "Result",
        "ICI",
        "TACE",
        "Radiotherapy",
        "ALTER|(a drug alone)",
        "APOLLO|(a drug alone)",
        "Series|(a drug alone)",
    ]
    assert groups(table) == [
        "Efficacy",
        "Adverse events, any grade, %",
        "Adverse events, grade ≥3, %",
    ]
    response = row(table, "Objective response rate, %")
    assert response[4:] == ["8.3", "NR", "NR"]
    assert response[3].endswith("†|k = 2 (3)")
    assert row(table, "Median overall survival, months")[4:] == ["NR", "13.2|(9.7–16.9)", "NR"]


def test_values_that_comparators_do_not_report_are_not_reported() -> None:
    table = comparison.build(full_review(), ["therapy"])
    assert row(table, "Hypertension") == ["Hypertension", *["No study"] * 3, *["NR"] * 3]
    assert row(table, "Fatigue")[-1] == "3.6|(2/55)"
    below = notes(table)
    assert "NR, not reported in what was read of the source." in below
    assert "were not compared" in below
    assert "NR, not reported;" not in below


def test_a_limit_that_was_not_reached_is_not_mistaken_for_one_not_reported() -> None:
    survival = full_review().outcome("os")
    alone = estimate("A", None, None, value=9, ci=(5, None))
    endless = replace(survival, overall=pool([alone], measure="median"))
    table = comparison.build(replace(full_review(), outcomes=(endless,)))
    assert "NR as an upper limit: not reached." in notes(table)


def test_without_comparators_only_the_groups_are_shown() -> None:
    table = comparison.build(replace(full_review(), comparators=()), ["therapy"])
    assert rows(table)[0] == ["Result", "ICI", "TACE", "Radiotherapy"]
    assert "NR" not in notes(table)


def test_without_a_variable_the_pools_of_all_studies_are_shown() -> None:
    table = comparison.build(full_review())
    assert rows(table)[0][:2] == ["Result", "All studies"]
    assert row(table, "Objective response rate, %")[1].endswith("k = 14 (15)")


def test_more_comparators_than_columns_share_the_last() -> None:
    many = tuple(comparator(f"Trial {number}", "orr", 0.1) for number in range(12))
    table = comparison.build(replace(full_review(), comparators=many), ["therapy"])
    head = rows(table)[0]
    assert len(head) == 12
    assert head[-1] == "Further treatments"
    last = row(table, "Objective response rate, %")[-1].split("|")
    assert last == [f"Trial {number} (a drug alone): 10.0" for number in range(7, 12)]
