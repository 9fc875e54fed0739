"""What each table says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from lxml import html as lxml_html

from analysis.paper.tables import adverse_events, baseline, left_out, pools, searches
from analysis.paper.tables.fragment import table_fragment
from tests.paper.figures.review_sample import empty, review
from tests.paper.figures.synthesis_samples import HOSTILE, estimate, pool, study
from tests.paper.figures.synthesis_samples import left_out as omitted

if TYPE_CHECKING:
    from types import ModuleType

    from analysis.synthesis.results import Synthesis

TABLES = (adverse_events, baseline, left_out, pools, searches)


def rows(module: ModuleType, synthesis: Synthesis) -> list[list[str]]:
    """Return the text of every row, lines of a cell separated by a bar."""
    table = lxml_html.fromstring(table_fragment(module.build(synthesis)))
    for line_break in table.iter("br"):
        line_break.tail = f"|{line_break.tail or ''}"
    return [
        [cell.text_content().replace("\N{NO-BREAK SPACE}", " ") for cell in row.iter("th", "td")]
        for row in table.iter("tr")
    ]


def row(module: ModuleType, synthesis: Synthesis, name: str) -> list[str]:
    (found,) = [found for found in rows(module, synthesis) if found[0].startswith(name)]
    return found


def notes(module: ModuleType, synthesis: Synthesis) -> str:
    table = lxml_html.fromstring(table_fragment(module.build(synthesis)))
    return " ".join(cell.text_content() for cell in table.findall("tfoot/tr/td"))


@pytest.mark.parametrize("module", TABLES)
def test_widths_add_up_and_the_bytes_are_the_same(module: ModuleType) -> None:
    made = table_fragment(module.build(review()))
    assert made == table_fragment(module.build(review()))
    table = lxml_html.fromstring(made)
    widths = [float((col.get("style") or "")[6:-1]) for col in table.iter("col")]
    assert sum(widths) == 100
    for line in table.iter("tr"):
        assert sum(int(cell.get("colspan", "1")) for cell in line) == len(widths)


@pytest.mark.parametrize(
    ("module", "said"),
    [
        (adverse_events, "No adverse event has been extracted."),
        (baseline, "No study has been included."),
        (left_out, "Every estimate that was extracted has been pooled."),
        (pools, "No study"),
        (searches, "No search has been recorded."),
    ],
)
def test_a_table_of_nothing_says_so(module: ModuleType, said: str) -> None:
    assert any(said in cell for line in rows(module, empty()) for cell in line)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("module", TABLES)
def test_no_sign_in_the_data_becomes_markup(module: ModuleType, name: str) -> None:
    synthesis = review()
    described = study("X", label=name, characteristics={"partner": name, "bclc": name})
    outcome = replace(
        synthesis.outcome("os"),
        label=name,
        overall=replace(
            synthesis.outcome("os").overall, left_out=(omitted(name, f"because {name}"),)
        ),
    )
    event = replace(synthesis.adverse_events[0], term=name)
    search = replace(synthesis.searches[0], database=name, query=name)
    hostile = replace(
        synthesis,
        studies=(described,),
        outcomes=(outcome,),
        adverse_events=(event,),
        searches=(search,),
    )
    made = table_fragment(module.build(hostile))
    assert "{{" not in made
    assert not list(lxml_html.fromstring(made).iter("b", "a", "img"))
    assert any(name in cell for line in rows(module, hostile) for cell in line)


def test_baseline_keeps_every_fact() -> None:
    name, design, treatment, patients, people, disease, criteria = row(baseline, review(), "Zhou")
    assert name == "Zhou 2025 (APOLLO) |China|2023"
    assert design == "Randomised controlled trial|Prospective"
    assert "penpulimab 200 mg day 1 every 3 weeks" in treatment
    assert "Line: first" in treatment
    assert "Control: sorafenib" in treatment
    assert patients == "32"
    # No study of this review reports a range, so no cell leaves room for one.
    assert people == "57|Men 85%"
    assert disease == "ECOG 0–1|Child–Pugh A–B (score 7 or less)|BCLC B–C"
    assert criteria == "RECIST 1.1|CTCAE NR"
    made = table_fragment(baseline.build(review()))
    assert made.count("data-qmd") == 2
    assert '(APOLLO)\N{NO-BREAK SPACE}<span data-qmd="[@Zhou2025]"></span>' in made


def test_what_no_study_reports_has_neither_heading_nor_dash() -> None:
    """Would a reader meet a column's name, or a line of dashes, for what nobody has read?"""
    known = {"age_mean": "52.3"}
    aged = [study(name, None, characteristics=known) for name in "AB"]
    heading, *lines = rows(baseline, replace(review(), studies=tuple(aged)))
    assert "Age, mean, years" in heading
    assert all("52.3" in line and "Men" not in "".join(line) for line in lines if len(line) > 1)


@pytest.mark.parametrize(
    ("n_arm", "n_total", "counted", "said"),
    [
        (32, 32, 30, "32"),
        (32, 64, 30, "32 of 64"),
        # Where nobody read the group, its outcomes count it.
        (None, 72, 33, "33 of 72"),
        (None, 72, 72, "72"),
        (None, None, 33, "33"),
        (None, 72, None, "– of 72"),
        (None, None, None, "–"),
    ],
)
def test_patients_are_those_of_the_group_or_those_that_its_outcomes_count(
    n_arm: int | None, n_total: int | None, counted: int | None, said: str
) -> None:
    one = replace(study("A", None), n_arm=n_arm, n_total=n_total)
    assert baseline._patients(one, counted) == said


def test_a_worded_fact_stands_behind_a_colon_and_a_sign_does_not() -> None:
    said = [baseline._fact(*fact) for fact in (("Patients", "practitioners"), ("ECOG", "0–1"))]
    assert said == ["Patients: practitioners", "ECOG 0–1"]
    assert baseline._fact("Test", "NR") == "Test NR"


def test_baseline_prints_a_column_of_this_review_only_with_its_label() -> None:
    labelled = replace(review(), characteristics={"child_pugh": "Child–Pugh class"})
    made = table_fragment(baseline.build(labelled))
    assert "Child–Pugh class A–B (score 7 or less)" in made
    assert "BCLC B" not in made


def test_baseline_groups_by_the_first_subgroup_in_the_order_of_the_protocol() -> None:
    groups = [line[0] for line in rows(baseline, review()) if len(line) == 1]
    assert groups[:3] == [
        "Immune checkpoint inhibitor, 7 studies",
        "Transarterial chemoembolisation, 5 studies",
        "Radiotherapy, 2 studies",
    ]
    unclassified = replace(review(), studies=(study("A", None), study("B", "new level")))
    groups = [line[0] for line in rows(baseline, unclassified) if len(line) == 1]
    assert groups[:2] == ["Not classified, 1 study", "new level, 1 study"]
    # A judgement groups results and no study: the table then has no heading that says nothing.
    apart = replace(review(), studies=(study("A", None), study("B", None)))
    groups = [line[0] for line in rows(baseline, apart) if len(line) == 1]
    assert not any("stud" in group for group in groups)


def test_not_reported_not_applicable_and_not_read_are_told_apart() -> None:
    synthesis = review()
    assert row(baseline, synthesis, "Zhou")[6] == "RECIST 1.1|CTCAE NR"
    assert "Control: NA" in row(baseline, synthesis, "Chen")[2]
    assert row(baseline, synthesis, "Reconstructed ICI 1")[4:] == ["–", "–", "–"]
    below = notes(baseline, synthesis)
    assert "NR, not reported" in below
    assert "NA, not applicable" in below
    assert "– No value has been read." in below
    read = study("A", characteristics=dict.fromkeys(study("A").characteristics, "7"))
    assert "–" not in notes(baseline, replace(synthesis, studies=(read,)))


def test_enrolment_is_written_in_words() -> None:
    dated = study("A", characteristics={"enrolment_start": "2020-08", "design": "rct"})
    line = row(baseline, replace(review(), studies=(dated,)), "A")
    assert line[1].endswith("|Enrolment August 2020 to –")


def test_arms_of_which_only_one_counts() -> None:
    arm = replace(study("Arm"), n_arm=433, n_total=649)
    assert row(baseline, replace(review(), studies=(arm,)), "Arm")[-1] == "433 of 649"
    unknown = replace(study("Unknown"), n_arm=None, n_total=None)
    assert row(baseline, replace(review(), studies=(unknown,)), "Unknown")[-1] == "–"


def test_a_review_of_another_field_has_no_columns_that_nobody_could_fill() -> None:
    bare = replace(study("A"), characteristics={"design": "rct"})
    assert len(row(baseline, replace(review(), studies=(bare,)), "A")) == 3
    dosed = replace(study("A"), characteristics={"dose": "5 mg", "age_median": "60"})
    found = rows(baseline, replace(review(), studies=(dosed,)))
    assert found[0][2] == "Treatment"
    line = row(baseline, replace(review(), studies=(dosed,)), "A")
    assert line[2] == "Dose: 5 mg"
    assert not any("ECOG" in cell or "CTCAE" in cell for cell in line)


def test_abbreviations_are_those_used() -> None:
    below = notes(baseline, review())
    assert "mRECIST, modified RECIST; NA, not" in below
    assert "TACE, transarterial chemoembolisation" in below
    assert "confidence interval" not in below


def test_reconstructed_rows_carry_a_dagger_in_every_table() -> None:
    assert row(baseline, review(), "Reconstructed RT 1")[0].startswith("Reconstructed RT 1†")
    assert not row(baseline, review(), "Zhou")[0].startswith("Zhou 2025 (APOLLO)†")
    assert "† Reconstructed" in notes(baseline, review())
    assert rows(pools, review())[2][0] == "All studies†"
    assert "† Includes reconstructed rows" in notes(pools, review())
    assert row(adverse_events, review(), "Abdominal")[0] == "Abdominal pain"
    from_made_up = replace(
        review(),
        outcomes=(
            replace(
                review().outcome("os"),
                overall=pool([], left_out=[omitted("Reconstructed RT 1", "no interval")]),
            ),
        ),
    )
    assert row(left_out, from_made_up, "Reconstructed")[0] == "Reconstructed RT 1†"


def test_searches() -> None:
    assert row(searches, review(), "PubMed") == [
        "PubMed",
        "20 May 2025",
        "NR",
        'drug AND (("a") OR <b> *c*)',
    ]
    odd = replace(review().searches[0], date="spring of 2025")
    assert row(searches, replace(review(), searches=(odd,)), "PubMed")[1] == "spring of 2025"


def test_left_out_says_why() -> None:
    made = rows(left_out, review())
    assert ["Median overall survival"] in made
    assert ["Chen S 2023", "Median reported without a confidence interval"] in made


def test_pools_overall_and_by_subgroup() -> None:
    made = rows(pools, review())
    response = made.index(["Objective response rate, %"])
    overall = made[response + 1]
    assert overall[:3] == ["All studies†", "14 (15)", "863"]
    assert overall[4:] == ["76.4", "<.001", "Random"]
    names = [line[0].removesuffix("†") for line in made[response + 1 : response + 7]]
    assert names[1:4] == [
        "Immune checkpoint inhibitor",
        "Transarterial chemoembolisation",
        "Radiotherapy",
    ]
    below = notes(pools, review())
    assert "Random: random effects, DerSimonian–Laird." in below
    assert "number stands in parentheses" in below


def test_a_pool_of_one_study_has_no_heterogeneity() -> None:
    one = replace(review().outcome("os"), overall=pool([estimate("A", 4, 20)]))
    line = row(pools, replace(review(), outcomes=(one,)), "All studies")
    assert line[1:3] == ["1", "20"]
    assert line[4:] == ["NA", "NA", "One study"]


def test_adverse_events_are_ordered_by_incidence_and_the_unpooled_come_last() -> None:
    synthesis = review()
    rare = replace(synthesis.adverse_events[0], term="Rare", pool=pool([estimate("A", 1, 50)]))
    events = (rare, synthesis.adverse_events[2], synthesis.adverse_events[0])
    made = rows(adverse_events, replace(synthesis, adverse_events=events))
    names = [line[0].removesuffix("†") for line in made]
    assert names[1:5] == ["Any grade", "Abnormal liver function", "Rare", "Abdominal pain"]
    assert made[4][1:] == ["1", "32", "12", "NA", "NA", "NA", "Not pooled"]
    graded = [line[0] for line in rows(adverse_events, synthesis) if len(line) == 1]
    assert graded[:2] == ["Any grade", "Grade ≥3"]
