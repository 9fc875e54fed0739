"""What the tables of the supplement say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from analysis.paper.tables import (
    changed_sentences,
    comparison,
    excluded,
    moderators,
    ongoing,
    prisma,
    searches,
    statistics,
    study_data,
    terms,
)
from analysis.paper.tables.fragment import table_fragment
from analysis.paper.tables.marks import Marks
from analysis.synthesis.listings import ExcludedReport
from analysis.synthesis.row import RowRef
from analysis.synthesis.versions import SentenceChange
from tests.paper.figures.synthesis_samples import estimate, pool
from tests.paper.tables.further_samples import (
    CHECKLIST,
    full_review,
)
from tests.paper.tables.reading import groups, notes, row, rows

if TYPE_CHECKING:
    pass


def test_every_estimate_has_its_weight_evidence_and_source() -> None:
    table = study_data.build(full_review())
    response, *_ = [line for line in rows(table) if line[0].startswith("Chen S 2023 (RECIST 1.1)")]
    assert response[1:3] == ["15/32", "46.9 (29.6–64.2)"]
    assert response[4:] == ["Verified", "10.1016/S1470-2045(25)00190-1; thesis, abstract"]
    text = table_fragment(table)
    assert 'href="https://doi.org/10.1016/S1470-2045(25)00190-1"' in text
    listed = sum(len(outcome.overall.studies) for outcome in full_review().outcomes)
    listed += sum(len(event.pool.studies) for event in full_review().adverse_events)
    assert sum(len(line) == 6 for line in rows(table)) == listed + 1


def test_a_source_that_all_rows_have_is_told_once() -> None:
    """Is the same long source spared the rows of a review that took them from one data set?"""
    rows_of_one = [replace(estimate(str(n), 1, 10), source="Data set X, table 2") for n in range(6)]
    event = full_review().adverse_events[0]
    for source, columns in (("Data set X, table 2", 5), ("Another", 6)):
        studies = (*rows_of_one[1:], replace(rows_of_one[0], source=source))
        one = replace(event, pool=replace(pool(rows_of_one), studies=studies))
        table = study_data.build(replace(full_review(), outcomes=(), adverse_events=(one,)))
        assert len(row(table, "5")) == columns
        assert ("Source of all rows: Data set X, table 2." in notes(table)) is (columns == 5)


def test_medians_have_no_events_and_limits_may_not_be_reached() -> None:
    table = study_data.build(full_review())
    endless = [line for line in rows(table) if len(line) == 6 and "–NR" in line[2]]
    assert [(line[0], line[1]) for line in endless] == [("Reconstructed TACE 2†", "NA")]
    assert "NR as an upper limit: not reached." in notes(table)
    assert groups(table)[-1] == "Abdominal pain, any grade, %"


def test_an_estimate_that_is_only_listed_has_no_weight_and_its_source_may_be_unread() -> None:
    alone = replace(estimate("A", 1, 10), weight=None)
    event = replace(full_review().adverse_events[0], pool=replace(pool([alone]), studies=(alone,)))
    table = study_data.build(replace(full_review(), outcomes=(), adverse_events=(event,)))
    assert row(table, "A")[3:] == ["NA", "Verified", "–"]


def test_excluded_full_texts_add_up() -> None:
    table = excluded.build(full_review())
    assert rows(table)[1:5] == [
        ["Review article", "3"],
        ["Case report", "8"],
        ["Insufficient data", "18"],
        ["All reasons", "29"],
    ]
    assert "The single reports are not listed" in notes(table)


def test_a_number_that_was_not_reported_leaves_no_sum() -> None:
    stages = tuple(
        replace(stage, records=None) if stage.reason == "case report" else stage
        for stage in full_review().flow
    )
    table = excluded.build(replace(full_review(), flow=stages))
    assert row(table, "Case report")[1] == "NR"
    assert "All reasons" not in [line[0] for line in rows(table)]
    assert "NR, not reported" in notes(table)


def test_excluded_full_texts_of_a_log_are_listed_one_by_one() -> None:
    report = ExcludedReport(
        edition=None,
        authors="Example, A; Sample, B; Third, C; Fourth, D",
        year=2025,
        title="An *example* <b>report</b>",
        source_title="Journal of Examples",
        doi="10.1000/example.1",
        reason="review article",
        reports=1,
        row=RowRef("data/records.csv", 2),
    )
    empty = dict.fromkeys(("authors", "year", "title", "source_title", "doi"))
    numbers = replace(report, **empty, edition="1.0", reason="case report", reports=8)
    table = excluded.build(replace(full_review(), flow_from_log=True, excluded=(numbers, report)))
    assert groups(table) == ["Version 1.0, numbers only", "Screened in this review"]
    reference = (
        "Example A, Sample B, Third C et al. An *example* <b>report</b>. "
        "Journal of Examples 2025. 10.1000/example.1"
    )
    assert ["8 reports", "Case report"] in rows(table)
    assert [reference, "Review article"] in rows(table)
    assert 'href="https://doi.org/10.1000/example.1"' in table_fragment(table)
    nothing = excluded.build(replace(full_review(), flow_from_log=True, excluded=()))
    assert "No exclusion of a full text" in " ".join(rows(nothing)[-1])


def test_reported_terms_stand_beside_the_standard_term() -> None:
    assert rows(terms.build(full_review()))[1:3] == [
        ["Abdominal pain", "Abdominal pain"],
        ["Abnormal liver function", "Abnormal liver function; elevated transaminases"],
    ]


def test_statistics_are_those_of_the_profile_and_mark_its_choice() -> None:
    table = statistics.build(full_review())
    assert row(table, "Common") == ["Common effect", "NA", "76.4", "33.9", "26.5–41.2", "NA", "NA"]
    assert row(table, "DerSimonian")[1:] == ["0.0145", "76.4", "33.9", *["26.5–41.2"] * 3]
    text = table_fragment(table)
    assert "<strong>DerSimonian–Laird</strong>" in text
    assert text.count("<strong>26.5–41.2</strong>") == 1
    assert row(table, "Restricted") == ["Restricted maximum likelihooda", *["NA"] * 6]
    assert "a It did not converge." in notes(table)


def test_statistics_begin_with_those_of_the_review() -> None:
    table = statistics.build(full_review())
    (summary,) = rows(table)[2]
    assert summary == (
        "This review: random effects, DerSimonian–Laird; studies (estimates): 14 (15); "
        "Q = 12.3, df = 14, P < .001; I² = 76.4% (95% CI 61.3 to 85.7); "
        "τ² = 0.0154 (95% CI 0.00366 to ∞); 95% prediction interval 6.6–61.2."
    )
    assert "τ²\u00a0=\u00a00.0154" in table_fragment(table)  # no line ends before the sign
    assert ["Fewer than two estimates: no heterogeneity, and no choice of model."] in rows(table)


def test_moderators_are_tested_or_say_why_not() -> None:
    table = moderators.build(full_review())
    assert row(table, "Type of combination (3 groups)") == [
        "Type of combination (3 groups)a",
        "15",
        "3.8 (2)",
        ".149",
        "NA",
        ".322",
        "0.0",  # an adjusted R² of −8.4 %: stored so, never printed so
        "66.1",
    ]
    assert row(table, "Timing (1 group)")[1:] == ["15", *["NA"] * 6]
    assert row(table, "Number of patients")[1:] == [
        "15",
        "NA",
        "NA",
        "−0.000291",
        ".341",
        "0.6",
        "NA",
    ]
    assert row(table, "Median age")[1:] == ["NA"] * 7
    below = notes(table)
    for note in ("a Few.", "b Fewer than two groups have a study.", "c τ² is 0.", "d Too few"):
        assert note in below


def test_the_checklist_says_where_and_that_the_abstract_has_its_own() -> None:
    table = prisma.build(CHECKLIST)
    assert groups(table) == ["Methods", "Abstract: Title"]
    assert rows(table)[2] == ["7", "Search", "2.2 Search|Table S1", "In part"]
    assert rows(table)[3] == ["15", "Certainty", "Not reported", ""]


def test_marks_go_on_after_z_and_the_same_remark_has_one() -> None:
    marks = Marks()
    assert marks.of([]) == ""
    assert marks.of(f"remark {number}" for number in range(26)).endswith("z</sup>")
    assert marks.of(["another <b>", "remark 0"]) == "<sup>aa,a</sup>"
    assert marks.notes()[-1] == "<sup>aa</sup> Another &lt;b&gt;."


def test_a_column_of_which_nothing_is_known_is_left_out() -> None:
    """Columns of NR and of dashes tell a reader nothing; one known cell keeps its column."""
    review = full_review()
    silent = replace(review, searches=tuple(replace(s, records=None) for s in review.searches))
    assert rows(searches.build(review))[0][2] == "Records"
    assert rows(searches.build(silent))[0] == ["Database", "Date of search", "Query"]
    assert "not reported" not in notes(searches.build(silent))

    bare = [replace(item, note=None) for item in CHECKLIST]
    assert "Remark" in rows(prisma.build(CHECKLIST))[0]
    assert "Remark" not in rows(prisma.build(bare))[0]

    trials = tuple(replace(trial, target_n=None) for trial in review.ongoing)
    assert "Planned" in rows(ongoing.build(review))[0]
    assert "Planned" not in rows(ongoing.build(replace(review, ongoing=trials)))[0]

    unknown = tuple(
        replace(entry, estimate=None) if entry.comparator_id == "APOLLO" else entry
        for entry in review.comparators
    )
    assert any("APOLLO" in cell for cell in rows(comparison.build(review))[0])
    told = rows(comparison.build(replace(review, comparators=unknown)))[0]
    assert not any("APOLLO" in cell for cell in told)
    assert any("ALTER" in cell for cell in told)


@pytest.mark.parametrize(("each", "listed"), [(20, 60), (21, 21)])
def test_a_text_written_anew_is_counted_and_its_rewritten_sentences_listed(
    each: int, listed: int
) -> None:
    sides = [("Old.", "New."), ("Old.", ""), ("", "New.")]
    sentences = [SentenceChange("body", *side) for side in sides for _ in range(each)]
    table = changed_sentences.build(full_review(), sentences)
    lines = [line for line in rows(table) if line[0] == "Body"]
    assert len(lines) == listed
    assert ("21 came, 21 went" in notes(table)) == (each == 21)
