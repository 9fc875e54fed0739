"""Are rows and tables that contradict each other found?"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from .conftest import ReviewCopy, the_problem

ORR = {"study_id": "ChenS2023", "outcome": "ORR", "criteria": "mRECIST"}
DCR = {"study_id": "ChenS2023", "outcome": "DCR", "criteria": "mRECIST"}
PFS = {"study_id": "ChenS2023", "outcome": "PFS"}
OS = {"study_id": "ChenS2023", "outcome": "OS"}
CHEN = {"study_id": "ChenS2023"}
ZHOU = {"study_id": "Zhou2025"}
ZHOU_OS = {"study_id": "Zhou2025", "outcome": "OS"}
HYPERTENSION = {"study_id": "Zhou2025", "term_reported": "hypertension"}


@dataclass(frozen=True)
class Case:
    """One change, the place that is reported, and what must be said."""

    table: str
    where: dict[str, str]
    cells: dict[str, str]
    rule: str
    column: str
    words: list[str] = field(default_factory=list)
    severity: str = "error"


CASES = [
    # Counts
    Case(
        "outcomes",
        DCR,
        {"events": "45"},
        "events-exceed-n",
        "events",
        ["Events (45) are more than patients (32).", "another arm or criterion"],
    ),
    Case("outcomes", DCR, {"n": ""}, "events-without-n", "n", ["29 events"]),
    Case(
        "outcomes",
        ORR,
        {"events": "20"},
        "percent-differs",
        "percent_reported",
        ["20 of 32 is 62.5 %, but 65.6 % is printed.", "21 of 32 prints as 65.6 %"],
    ),
    Case(
        "outcomes",
        ORR,
        {"percent_reported": "0.656"},
        "percent-differs",
        "percent_reported",
        ["not the fraction"],
    ),
    Case(
        "outcomes",
        ORR,
        {"percent_reported": "64.0"},
        "percent-differs",
        "percent_reported",
        ["65.6 %, but 64.0 % is printed", "No count of 32 prints as 64.0 %"],
    ),
    Case(
        "adverse_events",
        HYPERTENSION,
        {"events": "80"},
        "percent-differs",
        "percent_reported",
        ["72 to 75 of 433 print as 17 %", "safety table"],
    ),
    Case(
        "comparator_events",
        {"term": "Fatigue"},
        {"events": "56"},
        "events-exceed-n",
        "events",
        ["safety table"],
    ),
    Case(
        "outcomes",
        DCR,
        {"n": "96", "percent_reported": "30.2"},
        "n-exceeds-study",
        "n",
        ["n (96) is more than the patients of the study (32, n_arm in line 3"],
    ),
    Case("studies", ZHOU, {"n_total": "400"}, "arm-exceeds-study", "n_arm", ["all arms"]),
    Case(
        "studies",
        ZHOU,
        {"age_low": "60", "age_high": "80"},
        "age-order",
        "age_median",
        ["not in this order"],
    ),
    # Kinds, units, criteria
    Case("outcomes", ORR, {"median": "6"}, "column-of-other-kind", "median", ["a proportion"]),
    Case("outcomes", PFS, {"events": "6"}, "column-of-other-kind", "events", ["a median"]),
    Case("outcomes", OS, {"criteria": "mRECIST"}, "criteria-not-used", "criteria", ["empty"]),
    Case("outcomes", OS, {"median": ""}, "row-without-number", "median", ["not used"], "warning"),
    Case(
        "comparators",
        {"comparator_id": "SHARP"},
        {"unit": "percent"},
        "unit-differs",
        "unit",
        ["OS is measured in months"],
    ),
    Case("studies", ZHOU, {"therapy": ""}, "level-unknown", "therapy", ["no group"], "warning"),
    # Terms
    Case(
        "adverse_events",
        HYPERTENSION,
        {"term_reported": "hypertention"},
        "term-unmapped",
        "term_reported",
        [
            "no standard term in data/adverse_event_terms.csv.",
            'The nearest there is "hypertension", pooled as "Hypertension".',
        ],
    ),
    Case(
        "adverse_events",
        CHEN,
        {"term_reported": "xyz"},
        "term-unmapped",
        "term_reported",
        ["add them there with their standard term"],
    ),
    Case(
        "adverse_event_terms",
        {"term_reported": "platelet count decreased"},
        {"term": "Thrombocytopaenia"},
        "term-spelling",
        "term",
        ["nearly the term"],
        "warning",
    ),
    Case(
        "adverse_event_terms",
        {"term_reported": "thrombocytopenia"},
        {"term_reported": " Platelet count  decreased", "term": "Low platelets"},
        "term-mapped-twice",
        "term_reported",
        ['Line 8 has "platelet count decreased" already, for the standard term "Thrombocytopenia"'],
    ),
    Case("adverse_event_terms", {"term": "Fatigue"}, {"term": ""}, "cell-empty", "term"),
    Case(
        "comparator_events",
        {"term": "Fatigue"},
        {"term": "Fatigues"},
        "term-not-listed",
        "term",
        ['Did you mean "Fatigue"?', "empty term_reported"],
        "warning",
    ),
    # Checklist
    Case(
        "prisma_checklist",
        {"item": "10a"},
        {"item": "10 a"},
        "cell-form",
        "item",
        ["a number, with a letter"],
    ),
    Case(
        "prisma_checklist",
        {"item": "10a"},
        {"location": "sec-a, sec-b"},
        "cell-form",
        "location",
        ["separated by one space"],
    ),
    Case(
        "prisma_checklist", {"item": "10b"}, {"item": "10a"}, "row-duplicate", "item", ["Line 11"]
    ),
    # Order
    Case(
        "outcomes",
        ORR,
        {"events": "30", "percent_reported": "93.8"},
        "outcome-exceeds",
        "events",
        ["ORR (30) are more than with DCR (29, line"],
    ),
    Case("outcomes", OS, {"median": "6.1"}, "outcome-exceeds", "median", []),
    # Intervals
    Case("outcomes", PFS, {"ci_low": "7.5"}, "interval-order", "ci_low", ["above the median"]),
    Case("outcomes", PFS, {"ci_high": "6.0"}, "interval-order", "ci_high", ["below the median"]),
    Case(
        "outcomes",
        PFS,
        {"ci_low": "8.2", "ci_high": "5.7"},
        "interval-order",
        "ci_low",
        ["not below the upper limit"],
    ),
    Case("outcomes", PFS, {"ci_low": "6.7"}, "interval-touches", "ci_low", ["same"], "warning"),
    Case(
        "outcomes",
        PFS,
        {"ci_high": "82"},
        "interval-asymmetric",
        "ci_high",
        ["upper side", "15 times", "decimal point"],
        "warning",
    ),
    Case(
        "outcomes",
        PFS,
        {"ci_low": "0.57"},
        "interval-asymmetric",
        "ci_low",
        ["lower side"],
        "warning",
    ),
    Case("outcomes", PFS, {"ci_low": "0"}, "interval-asymmetric", "ci_low", ["lower"], "warning"),
    Case(
        "outcomes",
        PFS,
        {"ci_high": ""},
        "limit-missing",
        "ci_high",
        ["Not reached is not the same as missing"],
    ),
    Case("outcomes", PFS, {"ci_low": ""}, "limit-missing", "ci_low", ["lower limit is missing"]),
    Case(
        "outcomes",
        PFS,
        {"upper_not_reached": "yes"},
        "limit-not-reached",
        "ci_high",
        ["says it was not reached"],
    ),
    Case("outcomes", PFS, {"ci_level": ""}, "level-missing", "ci_level", ["0.95"]),
    Case("outcomes", PFS, {"median": ""}, "median-missing", "median", ["without its median"]),
    Case("outcomes", OS, {"median": "0"}, "median-zero", "median", ["cannot be 0"]),
    Case(
        "comparators",
        {"comparator_id": "APOLLO"},
        {"ci_low": "14"},
        "interval-order",
        "ci_low",
        ["above the estimate"],
    ),
    # Evidence
    Case("outcomes", ORR, {"source": ""}, "evidence-source", "source", ["has no source"]),
    Case("outcomes", ORR, {"location": ""}, "evidence-location", "location", ["page, table"]),
    Case("outcomes", ZHOU_OS, {"evidence": "derived", "note": ""}, "evidence-note", "note", []),
    Case("studies", ZHOU, {"citation_key": ""}, "evidence-citation_key", "citation_key", []),
    Case("comparators", {}, {"source": ""}, "evidence-source", "source", ["no source"]),
    Case("ongoing_trials", {}, {"source": ""}, "evidence-source", "source", ["no source"]),
    Case(
        "comparator_events",
        {"term": "Fatigue"},
        {"evidence": ""},
        "evidence-missing",
        "evidence",
        ["how they are known"],
    ),
    Case(
        "outcomes",
        ORR,
        {"evidence": "reconstructed"},
        "reconstructed-row-of-real-study",
        "evidence",
        ["Chen S 2023 is a real study"],
    ),
    # Keys and forms
    Case("outcomes", ORR, {"study_id": "ChenS2032"}, "study-unknown", "study_id", ['"ChenS2023"']),
    Case("quality_jbi", CHEN, {"study_id": "Nobody"}, "study-unknown", "study_id", ["no study"]),
    Case(
        "studies",
        ZHOU,
        {"citation_key": "Zhou2052"},
        "citation-unknown",
        "citation_key",
        ['Did you mean "Zhou2025"?', "references.bib"],
    ),
    Case(
        "studies",
        CHEN,
        {"citation_key": "Zhou2025"},
        "citation-repeated",
        "citation_key",
        ["Line 2 cites the same report"],
        "warning",
    ),
    Case("studies", ZHOU, {"registry_id": "NCT0434415"}, "registration-form", "registry_id", []),
    Case(
        "studies",
        ZHOU,
        {"registry_id": "XYZ123"},
        "registration-unknown",
        "registry_id",
        ["could not be checked"],
        "warning",
    ),
    Case(
        "studies",
        CHEN,
        {"registry_id": "NCT04344158"},
        "registration-repeated",
        "registry_id",
        ["Line 2 has the same registration"],
    ),
    Case(
        "ongoing_trials",
        {},
        {"registry_id": "NCT04344158"},
        "registration-included",
        "registry_id",
        ["already included"],
        "warning",
    ),
    Case(
        "studies",
        ZHOU,
        {"source": "https://doi.org/10.1016/S1470-2045(25)00190-1"},
        "doi-form",
        "source",
        ["Write the DOI alone: 10.1016/S1470-2045(25)00190-1."],
    ),
    Case("studies", ZHOU, {"source": "10.1016 S1470"}, "doi-form", "source", ["10.1000/xyz"]),
    Case("awaiting_extraction", {}, {"doi": "fonc.2021"}, "doi-form", "doi", []),
    Case(
        "awaiting_extraction",
        {},
        {"study_id": "Zhou2025"},
        "waiting-included",
        "study_id",
        [],
        "warning",
    ),
    Case(
        "studies",
        ZHOU,
        {"enrolment_start": "2023-07"},
        "date-order",
        "enrolment_start",
        ["exchanged"],
    ),
    Case(
        "studies",
        ZHOU,
        {"enrolment_start": "2026", "enrolment_end": ""},
        "date-after-publication",
        "enrolment_start",
        ["2025"],
    ),
    Case(
        "studies",
        ZHOU,
        {"enrolment_end": "2026-01"},
        "date-after-publication",
        "enrolment_end",
        ["2025"],
        "warning",
    ),
    Case(
        "comparator_events",
        {"comparator_id": "ALTER0802"},
        {"label": "ALTER 0802"},
        "comparator-label",
        "label",
        ['"ALTER-0802"'],
    ),
    Case("studies", CHEN, {"label": "zhou 2025 (Apollo)"}, "name-repeated", "label", ["Line 2"]),
    # Quality
    Case(
        "quality_jadad",
        ZHOU,
        {"study_id": "ChenS2023"},
        "quality-design",
        "study_id",
        ["retrospective cohort", "data/quality_jbi.csv"],
    ),
    Case("quality_jbi", CHEN, {"study_id": "Zhou2025"}, "quality-design", "study_id", []),
    # Flow
    Case(
        "flow",
        {"stage": "included"},
        {"records": "15"},
        "flow-subtraction",
        "records",
        ["43", "29", "is 14", "says 15"],
    ),
    Case("flow", {"stage": "full texts assessed"}, {"records": "400"}, "flow-grows", "records"),
]


@pytest.mark.parametrize(
    "case", CASES, ids=lambda c: f"{c.rule}-{c.table}-{'-'.join(c.cells.values())}"
)
def test_contradiction_is_reported_with_its_place(review: ReviewCopy, case: Case) -> None:
    line = review.change(case.table, case.where, **case.cells)
    found = [problem for problem in review.check().problems if problem.rule == case.rule]
    assert found, review.check().problems
    problem = found[0]
    assert problem.file == f"data/{case.table}.csv"
    assert problem.column == case.column
    assert problem.severity == case.severity
    for words in case.words:
        assert words in f"{problem.what} {problem.hint}"
    # Order is a matter of two rows: either may be the one that is reported.
    if case.rule != "outcome-exceeds":
        assert problem.line == line


@pytest.mark.parametrize(
    ("where", "cells"),
    [
        (ORR, {"percent_reported": "66"}),
        (ORR, {"percent_reported": "65.63"}),
        (ORR, {"percent_reported": "65.625"}),
        (ORR, {"percent_reported": "65.62"}),
        (ORR, {"percent_reported": "", "criteria": "iRECIST"}),
        (PFS, {"ci_high": "", "upper_not_reached": "yes"}),
        (PFS, {"median": "", "ci_high": "", "upper_not_reached": "yes"}),
        (PFS, {"ci_low": "1.1", "median": "7.4", "ci_high": "27.7"}),
    ],
)
def test_right_rows_pass(review: ReviewCopy, where: dict[str, str], cells: dict[str, str]) -> None:
    """Rounding either way, an upper limit not reached, and a wide interval are no mistakes."""
    review.change("outcomes", where, **cells)
    assert review.check().problems == ()


def test_high_grade_exceeds_any_grade(review: ReviewCopy) -> None:
    line = review.append(
        "adverse_events",
        study_id="ChenS2023",
        term_reported="Decreased appetite",
        grade=">=3",
        n="32",
        events="16",
        evidence="verified",
        source="10.3389/fonc.2023.1235786",
        location="Table 4",
    )
    problem = the_problem(review.check(), "grade-exceeds")
    assert (problem.line, problem.column) == (line, "events")
    assert "grade >=3 (16) are more than with any grade (15, line" in problem.what


def test_high_grade_with_another_denominator_is_a_warning(review: ReviewCopy) -> None:
    review.append(
        "adverse_events",
        study_id="ChenS2023",
        term_reported="Decreased appetite",
        grade=">=3",
        n="20",
        events="15",
        evidence="verified",
        source="10.3389/fonc.2023.1235786",
        location="Table 4",
    )
    assert the_problem(review.check(), "grade-exceeds").severity == "warning"


def _add_cohort(review: ReviewCopy, cohort: str, n: int) -> int:
    return review.append(
        "outcomes",
        study_id="ChenS2023",
        cohort=cohort,
        outcome="ORR",
        criteria="iRECIST",
        n=str(n),
        events="5",
        evidence="verified",
        source="10.3389/fonc.2023.1235786",
        location="Table 2",
    )


def test_cohorts_may_not_have_more_patients_than_the_study(review: ReviewCopy) -> None:
    _add_cohort(review, "A", 20)
    line = _add_cohort(review, "B", 13)
    problem = the_problem(review.check(), "cohorts-exceed-study")
    assert (problem.line, problem.column) == (line, "n")
    assert "33 patients together, the study has 32" in problem.what


def test_cohorts_that_fill_the_study_pass(review: ReviewCopy) -> None:
    _add_cohort(review, "A", 20)
    _add_cohort(review, "B", 12)
    assert review.check().problems == ()


def test_whole_study_beside_its_cohort_counts_patients_twice(review: ReviewCopy) -> None:
    whole = _add_cohort(review, "", 32)
    line = _add_cohort(review, "A", 20)
    problem = next(p for p in review.check().errors if p.rule == "cohort-and-whole")
    assert problem.line == line
    assert f"Line {whole}" in problem.what


def _add_event(review: ReviewCopy, **cells: str) -> int:
    row = {
        "study_id": "ChenS2023",
        "grade": "any",
        "n": "32",
        "events": "4",
        "evidence": "verified",
        "source": "10.3389/fonc.2023.1235786",
        "location": "Table 4",
    }
    return review.append("adverse_events", **{**row, **cells})


def test_two_reported_terms_of_one_standard_term_count_patients_twice(review: ReviewCopy) -> None:
    """Elevated transaminases are pooled as abnormal liver function already."""
    first = review.line("adverse_events", term_reported="elevated transaminases")
    line = _add_event(review, term_reported="abnormal liver function")
    problem = the_problem(review.check(), "term-counted-twice")
    assert (problem.file, problem.line) == ("data/adverse_events.csv", line)
    assert (problem.column, problem.severity) == ("term_reported", "error")
    assert f'Line {first}, "elevated transaminases", is pooled as' in problem.what


def test_another_grade_cohort_or_study_is_not_counted_twice(review: ReviewCopy) -> None:
    _add_event(review, term_reported="abnormal liver function", grade=">=3")
    assert review.check().problems == ()


def test_capitals_and_spaces_of_a_reported_term_make_no_difference(review: ReviewCopy) -> None:
    review.change(
        "adverse_events",
        {"study_id": "ChenS2023", "term_reported": "abdominal pain"},
        term_reported=" Abdominal  PAIN",
    )
    report = review.check()
    assert report.problems == ()
    assert report.notes == (
        'data/adverse_events.csv: "Abdominal  PAIN" was read as the term "abdominal pain".',
    )
    assert report.data is not None
    assert "Abdominal pain" in set(report.data.adverse_events["term"])


def test_a_term_missing_from_the_mapping_is_one_mistake(review: ReviewCopy) -> None:
    rows = review.rows("adverse_event_terms")
    review.write(
        "adverse_event_terms", [row for row in rows if row["term_reported"] != "hypertension"]
    )
    unmapped, _ = review.check().problems
    uses = sum(r["term_reported"] == "hypertension" for r in review.rows("adverse_events"))
    assert unmapped.rule == "term-unmapped"
    assert f"({uses - 1} more of the same)" in unmapped.what


def test_a_missing_mapping_is_told_once_and_the_other_checks_go_on(review: ReviewCopy) -> None:
    review.path("adverse_event_terms").unlink()
    review.change("adverse_events", HYPERTENSION, n="600")
    rules = {problem.rule for problem in review.check().problems}
    assert {"file-missing", "n-exceeds-study"} <= rules
    assert "term-unmapped" not in rules


RECONSTRUCTED = {
    "study_id": "Stand_in",
    "label": "Reconstructed, other",
    "design": "single_arm_trial",
    "therapy": "ICI",
    "timing": "prospective",
    "n_arm": "20",
    "evidence": "reconstructed",
}


def _add_reconstructed(review: ReviewCopy, **cells: str) -> int:
    """Add a reconstructed study with a result, and let the flow know of it."""
    study = {**RECONSTRUCTED, **cells}
    line = review.append("studies", **study)
    review.append(
        "outcomes",
        study_id=study["study_id"],
        outcome="DCR",
        n="20",
        events="10",
        evidence="reconstructed",
    )
    rows = [row for row in review.rows("flow") if row["stage"] != "full texts excluded"]
    included = next(row for row in rows if row["stage"] == "included")
    included["records"] = str(len(review.rows("studies")))
    review.write("flow", rows)
    return line


def test_reconstructed_study_needs_no_source(review: ReviewCopy) -> None:
    _add_reconstructed(review)
    assert review.check().problems == ()


@pytest.mark.parametrize(
    ("cells", "rule", "column"),
    [
        ({"citation_key": "Han2021"}, "reconstructed-citation-key", "citation_key"),
        ({"registry_id": "NCT04172571"}, "reconstructed-registry-id", "registry_id"),
        ({"label": "Müller 2022"}, "reconstructed-name", "label"),
        ({"label": "Smith J et al. 2019b"}, "reconstructed-name", "label"),
        ({"label": "Like Han and colleagues"}, "reconstructed-name", "label"),
        ({"label": "Abou-Alfa (reconstructed)"}, "reconstructed-name", "label"),
        ({"study_id": "Smith2020"}, "reconstructed-name", "study_id"),
    ],
)
def test_reconstructed_study_carries_nothing_of_a_real_one(
    review: ReviewCopy, cells: dict[str, str], rule: str, column: str
) -> None:
    line = _add_reconstructed(review, **cells)
    problem = the_problem_of(review, rule)
    assert (problem.line, problem.column, problem.severity) == (line, column, "error")
    assert problem.file == "data/studies.csv"


def the_problem_of(review: ReviewCopy, rule: str):
    return next(problem for problem in review.check().problems if problem.rule == rule)


def test_verified_row_of_a_reconstructed_study(review: ReviewCopy) -> None:
    _add_reconstructed(review)
    where = {"study_id": "Stand_in"}
    line = review.change(
        "outcomes", where, evidence="verified", source="report", location="Table 1"
    )
    problem = the_problem(review.check(), "verified-row-of-reconstructed-study")
    assert (problem.file, problem.line) == ("data/outcomes.csv", line)


def test_reconstructed_study_cannot_be_judged(review: ReviewCopy) -> None:
    _add_reconstructed(review)
    review.append("quality_jbi", study_id="Stand_in", evidence="reconstructed")
    problem = the_problem(review.check(), "quality-of-reconstructed")
    assert problem.file == "data/quality_jbi.csv"


def test_study_without_results_is_a_warning(review: ReviewCopy) -> None:
    line = _add_reconstructed(review)
    review.write("outcomes", [r for r in review.rows("outcomes") if r["study_id"] != "Stand_in"])
    problem = the_problem(review.check(), "study-without-results")
    assert (problem.line, problem.severity) == (line, "warning")


def test_included_number_that_differs_from_the_table_is_a_warning(review: ReviewCopy) -> None:
    studies = len(review.rows("studies"))
    _add_reconstructed(review)
    review.change("flow", {"stage": "included"}, records=str(studies))
    problem = the_problem(review.check(), "flow-included")
    assert problem.severity == "warning"
    assert f"{studies} studies are included here" in problem.what


def test_flow_reasons_must_add_up_to_their_box(review: ReviewCopy) -> None:
    row = {"evidence": "verified", "source": "10.1177/10732748251390032"}
    line = review.append("flow", edition="1.0", stage="full texts excluded", records="30", **row)
    found = {p.rule: p for p in review.check().errors}
    assert found["flow-reasons"].line == line
    assert "add up to 29, the box says 30" in found["flow-reasons"].what


def test_flow_with_fewer_studies_than_reports_is_a_warning(review: ReviewCopy) -> None:
    review.change("flow", {"reason": "case report"}, records="6")
    problem = the_problem(review.check(), "flow-subtraction")
    assert problem.severity == "warning"
    assert "several reports of one study" in problem.hint


def test_searches_that_do_not_add_up_to_the_flow(review: ReviewCopy) -> None:
    rows = review.rows("searches")
    for row in rows:
        row["records"] = "100"
    review.write("searches", rows)
    problem = the_problem(review.check(), "flow-searches")
    assert problem.severity == "warning"
    assert f"found {100 * len(rows)} records" in problem.what
